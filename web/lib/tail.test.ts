/** Nothing can be left out, added or changed after an entry without its inclusion proof showing it. */
import { expect, test } from "vitest";
import { standsAfter } from "./agency-key";
import { canonical, concatBytes, utf8ToBytes, type Json } from "./bytes";
import { bundlePath, entriesAfter } from "./tail";
import { leafHash, nodeHash } from "./tlog";

const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);
const root = (leaves: readonly Uint8Array[]): Uint8Array =>
  leaves.length === 1 ? leafHash(leaves[0] ?? new Uint8Array()) : nodeHash(root(leaves.slice(0, split(leaves.length))), root(leaves.slice(split(leaves.length))));

function proof(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...proof(index, leaves.slice(0, k)), root(leaves.slice(k))]
    : [...proof(index - k, leaves.slice(k)), root(leaves.slice(0, k))];
}

const entries = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => utf8ToBytes(`entry ${i}`));
const bundle = (some: readonly Uint8Array[]): Uint8Array =>
  concatBytes(...some.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]));

/** A server of these entries; whole bundles only, or parts too. */
function serve(all: readonly Uint8Array[], hasParts = true): (path: string) => Promise<Uint8Array | null> {
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at * 256 < all.length; at++) {
    const some = all.slice(at * 256, at * 256 + 256);
    files.set(bundlePath(at, hasParts ? some.length : 256), bundle(some));
  }
  return (path) => Promise.resolve(files.get(path) ?? null);
}

test.each([1, 2, 3, 7, 8, 255, 256, 257, 600])("all entries after each one of a log of %i are read and proven", async (size) => {
  const all = entries(size);
  for (const index of new Set([0, 1, size >> 1, size - 2, size - 1].filter((i) => i >= 0 && i < size))) {
    expect(await entriesAfter(index, size, proof(index, all), serve(all))).toEqual(all.slice(index + 1));
  }
});

test("a bundle that has grown since is read as far as the checkpoint goes", async () => {
  const all = entries(300);
  expect(await entriesAfter(258, 290, proof(258, all.slice(0, 290)), serve(all, false))).toEqual(all.slice(259, 290));
});

test.each([
  ["left out", (all: Uint8Array[]) => all.filter((_, i) => i !== 40)],
  ["changed", (all: Uint8Array[]) => all.map((entry, i) => (i === 40 ? utf8ToBytes("entry x") : entry))],
  ["put elsewhere", (all: Uint8Array[]) => all.map((entry, i) => (i === 40 ? all[41] : i === 41 ? all[40] : entry) ?? entry)],
])("an entry that was %s is noticed", async (_, change) => {
  const all = entries(100);
  await expect(entriesAfter(9, 100, proof(9, all), serve(change([...all, utf8ToBytes("more")]), false))).rejects.toThrow("not those that it signed");
});

test("missing bundles, short ones and false lengths of proofs are refused", async () => {
  const all = entries(100);
  await expect(entriesAfter(9, 100, proof(9, all), () => Promise.resolve(null))).rejects.toThrow("does not give all");
  await expect(entriesAfter(9, 100, proof(9, all), () => Promise.resolve(Uint8Array.of(0, 9, 1)))).rejects.toThrow("ends early");
  await expect(entriesAfter(9, 100, proof(9, all).slice(1), serve(all))).rejects.toThrow("another length");
});

const NOW = new Date("2026-11-22T15:00:00Z");
const key = { agency: "bbbbbbbbbbbbbbbb", recipient: "age1one", fromAt: "2026-11-01T00:00:00Z" };
const logged = (...leaves: Record<string, Json>[]): Uint8Array[] => leaves.map((leaf) => canonical({ v: 1, agency: key.agency, ...leaf }));
const revoked = { type: "agency.key-revoked", recipient: "age1one", reason: "lost" };
const second = { type: "agency.key", recipient: "age1two", from: "2026-11-20T00:00:00Z" };

test.each([
  ["revokes it", [revoked], "has revoked"],
  ["replaces it", [second], "newer key in force"],
  ["suspends the agency", [{ type: "agency.suspended", text: "00" }], "suspended or has left"],
  ["lets the agency go", [{ type: "agency.left" }, { type: "agency.reinstated" }], "suspended or has left"],
])("a key is refused when a later entry %s", (_, leaves, why) => {
  expect(() => { standsAfter(key, logged(...leaves), NOW); }).toThrow(why);
});

test.each([
  ["another agency's revocation", [{ ...revoked, agency: "cccccccccccccccc" }]],
  ["a newer key that is still cooling", [{ ...second, from: "2026-11-29T00:00:00Z" }]],
  ["a newer key that was revoked", [second, { ...revoked, recipient: "age1two" }]],
  ["a suspension that ended", [{ type: "agency.suspended", text: "00" }, { type: "agency.reinstated" }]],
  ["a private entry", [{ type: "private", c: "00" }]],
])("a key stands after %s", (_, leaves) => {
  expect(() => { standsAfter(key, logged(...leaves), NOW); }).not.toThrow();
});
