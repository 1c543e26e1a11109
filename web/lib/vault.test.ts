/** Several officers open one identity; the file must be one that Debian's stock age opens with. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Encrypter } from "age-encryption";
import { expect, test } from "vitest";
import { makeHousehold } from "./household";
import { drawWords } from "./recovery";
import { CHECK_WORDS, checkWords, identityFile, makeIdentity, openShare, openWithWords, readIdentity, sealAgencyRecovery, sealShare, shareWith } from "./vault";

const key = (recipient: string, share: string | null = null, recovery: string | null = null) => ({
  recipient, index: 1, is_revoked: false, share_b64: share, recovery_b64: recovery,
});

test("an officer opens their own share, and nobody else's", async () => {
  const [agency, carol, dave] = [await makeIdentity(), await makeHousehold(), await makeHousehold()];
  const share = await sealShare(agency, carol.recipient);
  expect(await openShare(key(agency.recipient, share), carol)).toEqual(agency);
  await expect(openShare(key(agency.recipient, share), dave)).rejects.toThrow("not sealed to");
  expect(await openShare(key(agency.recipient), carol)).toBeNull();
});

test("a share of another identity under the name of this key is refused", async () => {
  const [agency, mallorys, carol] = [await makeIdentity(), await makeIdentity(), await makeHousehold()];
  const slipped = await sealShare(mallorys, carol.recipient);
  await expect(openShare(key(agency.recipient, slipped), carol)).rejects.toThrow("opens to another key");
});

test("the agency's ten words open the identity, other words do not", async () => {
  const [agency, words] = [await makeIdentity(), drawWords()];
  const keys = [key(agency.recipient, null, await sealAgencyRecovery(agency, words, 4))];
  expect(await openWithWords(keys, words)).toEqual([agency]);
  await expect(openWithWords(keys, drawWords())).rejects.toThrow("do not open");
  await expect(openWithWords([key(agency.recipient)], words)).rejects.toThrow("No key of your agency");
});

test("access is given only to the key whose five words were said, and only to what is missing", async () => {
  const [one, two, dave] = [await makeIdentity(), await makeIdentity(), await makeHousehold()];
  const colleague = { officer: 7, email: "d@p.example", recipient: dave.recipient, keys: [one.recipient] };
  const shares = await shareWith(colleague, checkWords(dave.recipient), [one, two]);
  expect(shares.map(({ officer, key: of, to }) => ({ officer, of, to }))).toEqual([{ officer: 7, of: two.recipient, to: dave.recipient }]);
  expect(await openShare(key(two.recipient, shares[0]?.sealed_b64 ?? ""), dave)).toEqual(two);
  const mallory = { ...colleague, recipient: (await makeHousehold()).recipient };
  await expect(shareWith(mallory, checkWords(dave.recipient), [one, two])).rejects.toThrow("not the five words");
  await expect(shareWith({ ...colleague, recipient: null }, [], [one])).rejects.toThrow("not the five words");
});

test("the five words of a key stay the same, and differ between keys", async () => {
  const [one, other] = [await makeHousehold(), await makeHousehold()];
  expect(checkWords(one.recipient)).toHaveLength(CHECK_WORDS);
  expect(checkWords(one.recipient)).toEqual(checkWords(one.recipient));
  expect(checkWords(one.recipient)).not.toEqual(checkWords(other.recipient));
  const known = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
  expect(checkWords(known).join(" ")).toBe("material clip snowless frayed uproar"); // tests/device/test_vault.py has the same
});

test.skipIf(!existsSync("/usr/bin/age"))("stock age opens with the file", async () => {
  const agency = await makeIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(agency.recipient);
  const folder = mkdtempSync(join(tmpdir(), "agency-"));
  const file = identityFile(agency, new Date(0));
  expect(await readIdentity(file)).toEqual(agency);
  writeFileSync(join(folder, "agency-identity.txt"), file);
  writeFileSync(join(folder, "note.age"), await encrypter.encrypt("handed over"));
  const plain = execFileSync("/usr/bin/age", ["-d", "-i", join(folder, "agency-identity.txt"), join(folder, "note.age")]);
  expect(plain.toString()).toBe("handed over");
});

test("what is no identity file is refused", async () => {
  await expect(readIdentity("age1qqqq")).rejects.toThrow("not an age identity file");
});
