/**
 * Proofs of logging, checked in the browser: leaf -> Merkle path -> checkpoint -> log and witnesses.
 * Sources: RFC 6962 section 2.1.1, c2sp.org/tlog-proof.
 */
import { concatBytes, equalBytes, fromBase64, sha256 } from "./bytes";
import { VicinageError } from "./errors";
import { parseNote, type Note } from "./note";
import { checkNote, type Checked, type Policy } from "./policy";

export { parsePolicy, type Checked, type Policy } from "./policy";

const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_HASHES = 63;

/** A proof, not yet checked. hashes: 32 bytes each, the leaf's sibling first. */
const HASH_SIZE = 32;

export interface Proof {
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly note: Note;
}

/** The proof in a .tlog-proof file. Throws VicinageError proof-format. */
export function parseProof(text: string): Proof {
  const at = text.indexOf("\n\n");
  const lines = text.slice(0, Math.max(at, 0)).split("\n");
  if (lines.shift() !== HEADER) throw broken(`does not start with ${HEADER}`);
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const [, index] = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "") ?? [];
  if (index === undefined) throw broken("has no index line");
  const hashes = lines.map(fromBase64);
  if (hashes.length > MAX_HASHES || hashes.some((hash) => hash.length !== 32)) {
    throw broken(`should have at most ${MAX_HASHES} hashes of 32 bytes`);
  }
  return { index: Number(index), hashes, note: parseNote(text.slice(at + 2)) };
}

/** Checks that this entry stands in a log that meets the policy. Throws VicinageError with what is wrong. */
export function verifyProof(proof: Proof, policy: Policy, leaf: Uint8Array): Checked {
  const checked = checkNote(policy, proof.note);
  const { size, root } = checked.checkpoint;
  const reached = rootFromPath(proof.index, size, leafHash(leaf), proof.hashes);
  if (!reached || !equalBytes(reached, root)) {
    throw new VicinageError(
      "proof-inclusion",
      `The entry is not number ${proof.index} of the log of ${size} entries that was signed.`,
      "The entry or the proof was changed, or they do not belong together.",
    );
  }
  return checked;
}

/** RFC 6962: SHA-256 of 0x00 and the entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(0), entry));
}

/** RFC 6962: SHA-256 of 0x01, left, right. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(Uint8Array.of(1), left, right));
}

/** The root that the path leads to, or null when the path has not the length the tree needs. */
export function rootFromPath(
  index: number,
  size: number,
  leaf: Uint8Array,
  hashes: readonly Uint8Array[],
): Uint8Array | null {
  if (index >= size || [leaf, ...hashes].some((item) => item.length !== HASH_SIZE)) return null;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of hashes) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

function broken(what: string): VicinageError {
  return new VicinageError("proof-format", `The proof of logging ${what}.`, "Choose a file that ends in .tlog-proof.");
}
