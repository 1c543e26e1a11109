/** Sealing in the browser against the library's own files and against Debian's stock age. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Decrypter, Encrypter } from "age-encryption";
import { describe, expect, test } from "vitest";
import { concatBytes, equalBytes, randomBytes, utf8ToBytes } from "./bytes";
import { householdText, makeHousehold, parseHousehold } from "./household";
import { CHUNK, SealedPayload } from "./payload";
import { drawWords, openRecovery, parseWords, sealRecovery } from "./recovery";
import { makeHeader, openBytes, openHeader, parseRecipient, rewrap, sealBytes } from "./seal";

/** [header, payload] of an age file: the header ends with the line of its MAC. */
function split(file: Uint8Array): [Uint8Array, Uint8Array] {
  const text = Buffer.from(file).toString("latin1");
  const end = text.indexOf("\n", text.indexOf("\n--- ") + 1) + 1;
  return [file.subarray(0, end), file.subarray(end)];
}

function long(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + (i >> 8)) & 255);
}

async function sealed(plain: Uint8Array): Promise<{ header: Uint8Array; payload: Uint8Array; identity: string }> {
  const alice = await makeHousehold();
  const encrypter = new Encrypter();
  encrypter.addRecipient(alice.recipient);
  const [header, payload] = split(await encrypter.encrypt(plain));
  return { header, payload, identity: alice.identity };
}

describe("a clip's header", () => {
  test("made for the agency, before the same payload, is an ordinary age file for the agency", async () => {
    const plain = long(200_000);
    const { header, payload, identity } = await sealed(plain);
    const agency = await makeHousehold();
    const theirs = await rewrap(header, identity, agency.recipient);
    const decrypter = new Decrypter();
    decrypter.addIdentity(agency.identity);
    expect(equalBytes(await decrypter.decrypt(concatBytes(theirs, payload)), plain)).toBe(true);
  });

  test.skipIf(!existsSync("/usr/bin/age"))("made for the agency opens with stock age", async () => {
    const { header, payload, identity } = await sealed(long(70_000));
    const agency = await makeHousehold();
    const folder = mkdtempSync(join(tmpdir(), "seal-"));
    writeFileSync(join(folder, "clip.age"), concatBytes(await rewrap(header, identity, agency.recipient), payload));
    writeFileSync(join(folder, "identity.txt"), `${agency.identity}\n`);
    const opened = execFileSync("/usr/bin/age", ["-d", "-i", join(folder, "identity.txt"), join(folder, "clip.age")]);
    expect(equalBytes(opened, long(70_000))).toBe(true);
  });

  test("does not open for Mallory", async () => {
    const { header } = await sealed(long(10));
    const mallory = await makeHousehold();
    await expect(openHeader(header, mallory.identity)).rejects.toMatchObject({ code: "seal-not-ours" });
  });

  test("does not open once a byte of its MAC is changed", async () => {
    const { header, identity } = await sealed(long(10));
    const changed = Uint8Array.from(header);
    const at = changed.length - 10;
    changed[at] = changed[at] === 65 ? 66 : 65;
    await expect(openHeader(changed, identity)).rejects.toMatchObject({ code: "seal-not-ours" });
  });

  test("is refused for a recipient with a wrong letter", async () => {
    const { recipient } = await makeHousehold();
    const wrong = recipient.slice(0, -1) + (recipient.endsWith("q") ? "p" : "q");
    expect(() => parseRecipient(wrong)).toThrow("age1");
    expect(() => makeHeader(randomBytes(16), recipient.toUpperCase())).toThrow("age1");
  });
});

describe("a sealed payload", () => {
  const sizes = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7];

  test.each(sizes)("of %i bytes opens at every edge of its chunks", async (size) => {
    const plain = long(size);
    const { header, payload, identity } = await sealed(plain);
    const key = await openHeader(header, identity);
    const clip = new SealedPayload(key, payload.length, (from, to) => Promise.resolve(payload.subarray(from, to)));
    expect(clip.plainSize).toBe(size);
    const edges = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, size - 1, size].filter((edge) => edge >= 0 && edge <= size);
    for (const start of edges) {
      for (const end of edges.filter((edge) => edge >= start)) {
        expect(equalBytes(await clip.range(start, end), plain.subarray(start, end))).toBe(true);
      }
    }
  });

  test("reads only the chunks that a range touches", async () => {
    const { header, payload, identity } = await sealed(long(5 * CHUNK));
    const asked: number[] = [];
    const clip = new SealedPayload(await openHeader(header, identity), payload.length, (from, to) => {
      asked.push(to - from);
      return Promise.resolve(payload.subarray(from, to));
    });
    await clip.range(2 * CHUNK + 5, 2 * CHUNK + 10);
    expect(asked.sort((a, b) => a - b)).toEqual([16, CHUNK + 16]);
  });

  test("that was cut at a chunk's edge does not open at its end", async () => {
    const { header, payload, identity } = await sealed(long(3 * CHUNK));
    const cut = payload.subarray(0, 16 + 2 * (CHUNK + 16));
    const clip = new SealedPayload(await openHeader(header, identity), cut.length, (from, to) => Promise.resolve(cut.subarray(from, to)));
    await expect(clip.range(0, CHUNK)).resolves.toHaveLength(CHUNK);
    await expect(clip.range(CHUNK, 2 * CHUNK)).rejects.toMatchObject({ code: "payload-changed" });
  });

  test("with a changed byte does not open there", async () => {
    const { header, payload, identity } = await sealed(long(100));
    const changed = Uint8Array.from(payload);
    changed[40] = (changed[40] ?? 0) ^ 1;
    const clip = new SealedPayload(await openHeader(header, identity), changed.length, (from, to) => Promise.resolve(changed.subarray(from, to)));
    await expect(clip.range(0, 100)).rejects.toMatchObject({ code: "payload-changed" });
  });

  test("of an impossible size is refused", () => {
    for (const size of [0, 16, 31, 16 + CHUNK + 16 + 1, 16 + CHUNK + 32]) {
      expect(() => new SealedPayload(randomBytes(16), size, () => Promise.resolve(new Uint8Array(0)))).toThrow("sealed payload");
    }
  });
});

describe("the household key", () => {
  test("survives its text form, which stock age reads as an identity file", async () => {
    const alice = await makeHousehold();
    expect(await parseHousehold(householdText(alice))).toEqual(alice);
    const label = await sealBytes(utf8ToBytes("front door"), [alice.recipient]);
    expect(Buffer.from(await openBytes(label, alice.identity)).toString()).toBe("front door");
  });

  test("is refused when its recipient is another's", async () => {
    const [alice, mallory] = [await makeHousehold(), await makeHousehold()];
    const text = householdText(alice).replace(alice.recipient, mallory.recipient);
    await expect(parseHousehold(text)).rejects.toMatchObject({ code: "household-text" });
  });

  test("comes back from its ten words, and from no others", async () => {
    const alice = await makeHousehold();
    const words = drawWords();
    const recovery = await sealRecovery(alice, words, 4);
    expect(await openRecovery(recovery, words)).toEqual(alice);
    const swapped = [words[1] ?? "", words[0] ?? "", ...words.slice(2)];
    if (words[0] !== words[1]) {
      await expect(openRecovery(recovery, swapped)).rejects.toMatchObject({ code: "seal-wrong-passphrase" });
    }
  });

  test("has words that are read however they are separated", () => {
    const words = drawWords();
    expect(parseWords(` ${words.join("-").toUpperCase()}\n`)).toEqual(words);
    expect(parseWords(words.map((word, i) => `${i + 1}. ${word}`).join("\n"))).toEqual(words);
    expect(() => parseWords(words.slice(1).join(" "))).toThrow("9 words");
    expect(() => parseWords(`${words.slice(1).join(" ")} qwertz`)).toThrow("qwertz");
  });
});
