/** The log's vectors that Python tests too: spec/vectors/log.json, proof.json and c2sp.json; those of RFC 6962. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import c2sp from "../../spec/vectors/c2sp.json";
import logVectors from "../../spec/vectors/log.json";
import proofVectors from "../../spec/vectors/proof.json";
import { bytesToHex, fromBase64, hexToBytes } from "./bytes";
import { parseNote } from "./note";
import { parseCheckpoint } from "./policy";
import { parsePolicy, parseProof, rootFromPath, verifyProof } from "./tlog";

describe("the shared vectors of the log", () => {
  test.each(logVectors.inclusion)("place $index of $size leads to its root", ({ index, size, leaf, proof, root }) => {
    const reached = rootFromPath(index, size, hexToBytes(leaf), proof.map(hexToBytes));
    expect(reached && bytesToHex(reached)).toBe(root);
  });

  const policy = parsePolicy(proofVectors.policy);
  test.each(proofVectors.cases)("$name: holds is $ok", ({ proof, leaf_b64, ok }) => {
    const verify = (): unknown => verifyProof(parseProof(proof), policy, fromBase64(leaf_b64));
    if (ok) expect(verify).not.toThrow();
    else expect(verify).toThrow();
  });
});

describe("the examples in C2SP's pages", () => {
  test.each(c2sp.notes)("the note of $source is taken apart", ({ note, lines }) => {
    const found = parseNote(note).signatures.map(({ name, keyId, raw }) => ({ name, key_id: bytesToHex(keyId), bytes: raw.length }));
    expect(found).toEqual(lines);
  });

  test.each(c2sp.notes.slice(1))("the checkpoint of $source says its tree", ({ note }) => {
    const { origin, size, root } = parseCheckpoint(parseNote(note).text);
    expect({ origin, size, root: bytesToHex(root) }).toEqual(c2sp.tree);
  });
});

interface Inclusion {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  wantErr: boolean;
}

const folder = join(process.env["VICINAGE_RFC6962_VECTORS"] ?? "none", "inclusion");

describe.skipIf(!existsSync(folder))("the public vectors of RFC 6962", () => {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith(".json")) : [];
  test.each(files)("%s", (name) => {
    const row = JSON.parse(readFileSync(join(folder, name), "utf8")) as Inclusion;
    const reached = rootFromPath(row.leafIdx, row.treeSize, fromBase64(row.leafHash), (row.proof ?? []).map(fromBase64));
    expect(reached !== null && bytesToHex(reached) === bytesToHex(fromBase64(row.root))).toBe(!row.wantErr);
  });
});
