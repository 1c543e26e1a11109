/** Proofs of logging: a log of our own with Ed25519 keys, and every way to spoil its proof. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";
import { bytesToHex, concatBytes, equalBytes, sha256, toBase64, utf8ToBytes } from "./bytes";
import { COSIGNATURE_V1, ED25519, parseVKey } from "./note";
import { leafHash, nodeHash, parsePolicy, parseProof, rootFromPath, verifyProof } from "./tlog";

const ORIGIN = "log.example/one";
const seeds = { log: new Uint8Array(32).fill(1), w1: new Uint8Array(32).fill(2), w2: new Uint8Array(32).fill(3) };

function vkey(name: string, type: number, seed: Uint8Array): { text: string; id: Uint8Array } {
  const body = concatBytes(Uint8Array.of(type), ed25519.getPublicKey(seed));
  const id = sha256(concatBytes(utf8ToBytes(`${name}\n`), body)).subarray(0, 4);
  return { text: `${name}+${bytesToHex(id)}+${toBase64(body)}`, id };
}

const log = vkey(ORIGIN, ED25519, seeds.log);
const w1 = vkey("w1.example", COSIGNATURE_V1, seeds.w1);
const w2 = vkey("w2.example", COSIGNATURE_V1, seeds.w2);
const policyText = `# who we trust\nlog ${log.text}\nwitness one ${w1.text} http://w1\nwitness two ${w2.text}\ngroup both 2 one two\nquorum both\n`;

/** Root and path by definition of RFC 6962, recursively. */
function tree(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1 && leaves[0]) return leafHash(leaves[0]);
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return nodeHash(tree(leaves.slice(0, k)), tree(leaves.slice(k)));
}
function path(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  if (index < k) return [...path(leaves.slice(0, k), index), tree(leaves.slice(k))];
  return [...path(leaves.slice(k), index - k), tree(leaves.slice(0, k))];
}

function cosign(name: string, key: { id: Uint8Array }, seed: Uint8Array, text: string, time = 1_790_000_000): string {
  const stamp = new Uint8Array(8);
  new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
  const signature = ed25519.sign(utf8ToBytes(`cosignature/v1\ntime ${time}\n${text}`), seed);
  return `\u2014 ${name} ${toBase64(concatBytes(key.id, stamp, signature))}\n`;
}

const entries = Array.from({ length: 11 }, (_, i) => utf8ToBytes(`entry ${i}`));

function proofText(index: number, size = entries.length, witnesses = ["w1", "w2"]): string {
  const leaves = entries.slice(0, size);
  const text = `${ORIGIN}\n${size}\n${toBase64(tree(leaves))}\n`;
  const own = `\u2014 ${ORIGIN} ${toBase64(concatBytes(log.id, ed25519.sign(utf8ToBytes(text), seeds.log)))}\n`;
  const lines = [
    witnesses.includes("w1") ? cosign("w1.example", w1, seeds.w1, text, 1_790_000_005) : "",
    witnesses.includes("w2") ? cosign("w2.example", w2, seeds.w2, text) : "",
  ];
  const hashes = path(leaves, index).map((hash) => `${toBase64(hash)}\n`).join("");
  return `c2sp.org/tlog-proof@v1\nindex ${index}\n${hashes}\n${text}\n${own}${lines.join("")}`;
}

describe("a proof of logging", () => {
  const policy = parsePolicy(policyText);
  const leaf = (index: number): Uint8Array => entries[index] ?? new Uint8Array(0);

  test("holds for every entry of every tree of 1 to 11 entries", () => {
    for (let size = 1; size <= entries.length; size++) {
      for (let index = 0; index < size; index++) {
        const checked = verifyProof(parseProof(proofText(index, size)), policy, leaf(index));
        expect(checked.checkpoint.size).toBe(size);
        expect(checked.witnesses).toEqual(["one", "two"]);
        expect(checked.cosignedAt).toBe(1_790_000_000);
      }
    }
  });

  test("does not hold for another entry", () => {
    expect(() => verifyProof(parseProof(proofText(3)), policy, leaf(4))).toThrow("number 3");
  });

  test("does not hold under another index, nor with a hash more or less", () => {
    const whole = proofText(3);
    const spoilt = [whole.replace("index 3", "index 2"), whole.replace("index 3", "index 11")];
    const lines = whole.split("\n");
    spoilt.push([...lines.slice(0, 2), ...lines.slice(3)].join("\n"));
    spoilt.push([...lines.slice(0, 3), lines[2], ...lines.slice(3)].join("\n"));
    for (const text of spoilt) expect(() => verifyProof(parseProof(text), policy, leaf(3))).toThrow("not number");
  });

  test("needs the quorum of witnesses", () => {
    expect(() => verifyProof(parseProof(proofText(3, 11, ["w1"])), policy, leaf(3))).toThrow("demands more");
    const one = parsePolicy(policyText.replace("both 2", "both any"));
    expect(verifyProof(parseProof(proofText(3, 11, ["w1"])), one, leaf(3)).witnesses).toEqual(["one"]);
  });

  test("fails when any byte of its signatures, root or size is changed", () => {
    const whole = proofText(3);
    const checkpointAt = whole.indexOf(ORIGIN);
    for (let at = checkpointAt; at < whole.length; at++) {
      const character = whole.charAt(at);
      if (!/[A-Za-z0-9+/]/.test(character)) continue;
      const changed = whole.slice(0, at) + (character === "A" ? "B" : "A") + whole.slice(at + 1);
      expect(() => verifyProof(parseProof(changed), policy, leaf(3)), `at ${at}`).toThrow();
    }
  });

  test("skips extra data, which nothing authenticates", () => {
    const text = proofText(3).replace("index 3", "extra AAAA\nindex 3");
    expect(verifyProof(parseProof(text), policy, leaf(3)).checkpoint.origin).toBe(ORIGIN);
  });

  test("that is not one is refused in a sentence", () => {
    for (const text of ["", "hello\n\nyou\n", proofText(3).replace("index 3", "index 03"), proofText(3).trimEnd()]) {
      expect(() => parseProof(text)).toThrow();
    }
  });

  test("has no root when the path is too long for the tree", () => {
    expect(rootFromPath(0, 1, leafHash(leaf(0)), [leaf(1)])).toBeNull();
    expect(rootFromPath(1, 1, leafHash(leaf(0)), [])).toBeNull();
    const alone = rootFromPath(0, 1, leafHash(leaf(0)), []);
    expect(alone && equalBytes(alone, leafHash(leaf(0)))).toBe(true);
  });
});

describe("a policy", () => {
  test.each([
    ["no quorum", policyText.replace("quorum both\n", "")],
    ["two quorums", `${policyText}quorum both\n`],
    ["an undefined quorum", policyText.replace("quorum both", "quorum three")],
    ["a member twice", policyText.replace("both 2 one two", "both 2 one one")],
    ["more than all", policyText.replace("both 2", "both 3")],
    ["none of them", policyText.replace("both 2", "both 0")],
    ["a name twice", policyText.replace("witness two", "witness one")],
    ["a key twice", policyText.replace(w2.text, w1.text)],
    ["a witness's key for a log", policyText.replace(log.text, w1.text)],
    ["a word it does not know", `${policyText}believe me\n`],
  ])("with %s is refused", (_, text) => {
    expect(() => parsePolicy(text)).toThrow("The policy");
  });

  test("believes no key whose id does not fit", () => {
    expect(() => parseVKey(log.text.replace(/\+[0-9a-f]{8}\+/, "+00000000+"))).toThrow("not a key");
  });
});
