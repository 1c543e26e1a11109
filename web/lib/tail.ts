/**
 * Every entry of the log after one of them, and proof that none was left out.
 *
 * The hashes on the right of an entry's inclusion path are the roots of all that follows it. So the entries
 * that follow, read from the log's bundles, are complete and unchanged when they hash to these.
 * Sources: RFC 6962 section 2.1, c2sp.org/tlog-tiles.
 */
import { equalBytes } from "./bytes";
import { VicinageError } from "./errors";
import { leafHash, nodeHash } from "./tlog";

const BUNDLE = 256;

/** The bundle under this path, or null when there is none; such as "tile/entries/000.p/7". */
export type ReadBundle = (path: string) => Promise<Uint8Array | null>;

/** The path of a bundle of entries that holds `width` of them. */
export function bundlePath(index: number, width = BUNDLE): string {
  const parts = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    parts.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  const path = `tile/entries/${parts.join("/")}`;
  return width === BUNDLE ? path : `${path}.p/${width}`;
}

/**
 * The entries index+1 to size-1, in order. hashes: of the inclusion proof of entry `index` in the tree of
 * `size`, already checked. Throws VicinageError log-tail when they are not those of the log.
 */
export async function entriesAfter(index: number, size: number, hashes: readonly Uint8Array[], read: ReadBundle): Promise<Uint8Array[]> {
  const entries = await readEntries(index + 1, size, read);
  const leaves = entries.map(leafHash);
  const first = index + 1;
  for (const { from, to, hash } of rightSiblings(index, size, hashes)) {
    if (!equalBytes(rootOf(leaves.slice(from - first, to - first)), hash)) {
      throw broken("Entries that the server gives for the log are not those that it signed.");
    }
  }
  return entries;
}

interface Sibling {
  readonly from: number;
  readonly to: number;
  readonly hash: Uint8Array;
}

/** The siblings on the right, from the top: together they cover index+1 to size. */
function rightSiblings(index: number, size: number, hashes: readonly Uint8Array[]): Sibling[] {
  const found: Sibling[] = [];
  let [from, to] = [0, size];
  for (const hash of [...hashes].reverse()) {
    const middle = from + split(to - from);
    if (index < middle) {
      found.push({ from: middle, to, hash });
      to = middle;
    } else {
      from = middle;
    }
  }
  if (to - from !== 1) throw broken("The proof of the entry is of another length than its place needs.");
  return found;
}

/** The largest power of two below n. */
function split(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (leaves.length === 1 && only) return only;
  const middle = split(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)));
}

async function readEntries(from: number, to: number, read: ReadBundle): Promise<Uint8Array[]> {
  if (from >= to) return [];
  const first = Math.floor(from / BUNDLE);
  const last = Math.floor((to - 1) / BUNDLE);
  const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const bundles = await Promise.all(
    numbers.map(async (number) => {
      const width = Math.min(BUNDLE, to - number * BUNDLE);
      // A part of a bundle may go once the whole one is there.
      const data = (await read(bundlePath(number, width))) ?? (width < BUNDLE ? await read(bundlePath(number)) : null);
      if (!data) throw broken("The server does not give all entries of the log.");
      return parseBundle(data, width);
    }),
  );
  return bundles.flat().slice(from - first * BUNDLE);
}

/** The first `count` entries of a bundle, each after its length in two bytes. */
function parseBundle(data: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < count) {
    const start = at + 2;
    at = start + (data[start - 2] ?? 0) * 256 + (data[start - 1] ?? 0);
    if (start > data.length || at > data.length) throw broken("A bundle of the log's entries ends early.");
    entries.push(data.subarray(start, at));
  }
  return entries;
}

function broken(sentence: string): VicinageError {
  return new VicinageError("log-tail", sentence, "Do not hand anything over; tell the operator and a journalist.");
}
