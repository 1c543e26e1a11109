/** The law's vectors, which Python makes: leaves, commitments and seals must come out the same here. spec/vectors/ */
import { describe, expect, test } from "vitest";
import law from "../../spec/vectors/law.json";
import { canonical, utf8ToBytes, type Json } from "./bytes";
import { commit } from "./consent";
import { sealOf } from "./mediated";
import { textCommitment } from "./trust";

type Fields = Record<string, Json>;

const parse = (text: string): Fields => JSON.parse(text) as Fields;

describe.each(law.leaves)("$kind", ({ leaf, text }) => {
  test("its leaf is in canonical form", () => {
    expect(canonical(parse(leaf))).toEqual(utf8ToBytes(leaf));
  });

  test.runIf(text !== null)("its leaf commits to its text", () => {
    expect(textCommitment(parse(text ?? ""))).toBe(parse(leaf)["text"]);
  });
});

test("a mediated request is sealed and disclosed as the same fields", () => {
  const { leaf, fields, text, disclosed } = law.mediated;
  expect(sealOf(fields as unknown as Json)).toBe(parse(leaf)["sealed"]);
  expect(textCommitment(parse(text))).toBe(fields.text);
  expect(parse(disclosed)).toMatchObject(fields);
});

test.each(law.private)("$kind commits to its fields, each with its salt", ({ leaf, fields, salts }) => {
  expect(commit(fields as unknown as Fields, salts as unknown as Record<string, string>)).toBe(parse(leaf)["c"]);
});

/** What spec/regime.md says, written once more. */
function openUntil(submitted: string, published: string): string {
  const day = 86_400_000;
  const order = law.schedule.changes.map((change) => ({ ...change, from: Date.parse(change.effective_at) })).sort((a, b) => a.from - b.from);
  const asked = order.filter((change) => change.from <= Date.parse(submitted)).pop();
  const start = Date.parse(published);
  let until = start + (asked?.open_days ?? 0) * day;
  order.forEach((change, i) => {
    const ends = order[i + 1]?.from ?? Infinity;
    if (change.route === "closed" && change.from < until && ends > Math.max(start, change.from)) {
      until = Math.min(until, Math.max(start, change.from + change.answer_days * day));
    }
  });
  return new Date(until).toISOString().replace(".000Z", "Z");
}

test.each(law.schedule.open_until)("what was submitted $submitted_at and published $published_at is open until $until", ({ submitted_at, published_at, until }) => {
  expect(openUntil(submitted_at, published_at)).toBe(until);
});

test.each(law.keys.in_force)("the key in force at $at is that of entry $index", ({ at, index }) => {
  const live = law.keys.keys.filter((key) => key.from <= at && (key.revoked_at === null || key.revoked_at > at));
  expect(live.sort((a, b) => a.from.localeCompare(b.from)).pop()?.index ?? null).toBe(index);
});
