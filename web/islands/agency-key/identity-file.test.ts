/** The file must be one that Debian's stock age opens clips with. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect, test } from "vitest";
import { identityFile } from "./identity-file";

test.skipIf(!existsSync("/usr/bin/age"))("stock age opens with the file", async () => {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const folder = mkdtempSync(join(tmpdir(), "agency-"));
  writeFileSync(join(folder, "agency-identity.txt"), identityFile(identity, recipient, new Date(0)));
  writeFileSync(join(folder, "note.age"), await encrypter.encrypt("handed over"));
  const plain = execFileSync("/usr/bin/age", ["-d", "-i", join(folder, "agency-identity.txt"), join(folder, "note.age")]);
  expect(plain.toString()).toBe("handed over");
});
