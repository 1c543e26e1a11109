/** Mallory's server changes what was passed on to Alice: area, words, agency, the entry itself. None is believed. */
import { expect, test } from "vitest";
import type { PassedOn } from "./api";
import { canonical, toBase64, type Json } from "./bytes";
import { asOpen, checkSealed, sealOf } from "./mediated";
import { textCommitment } from "./trust";

const id = "abcdefghijklmnop";
const agency = { id: "bbbbbbbbbbbbbbbb", name: "Maple Police", recipient: "age1page", key_index: 1, verified_index: 0, retention_days: 90 };
const text = { title: "A robbery", text: "Who saw it?", contact: "desk@maple.example", review: {}, salt: "0".repeat(32) };
const area = { type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] };
const fields: Record<string, Json> = {
  rfa: id, agency: agency.id, regime: "mediated-2019", submitted_at: "2026-11-22T10:00:00Z", area,
  window: { from: "2026-11-22T08:00:00Z", to: "2026-11-22T09:00:00Z" }, offence: "robbery", reference: "26-1", post: 1, first: null,
  review: {}, text: textCommitment(text),
};

/** What the server tells, with its entry made for these fields. */
function told(changes: Partial<PassedOn> = {}, inLeaf: Record<string, Json> = {}): PassedOn {
  const leaf: Record<string, Json> = {
    v: 1, type: "rfa.mediated", at: "2026-11-22T12:00:00Z", rfa: id, agency: agency.id, regime: "mediated-2019",
    submitted_at: "2026-11-22T10:00:00Z", closes_at: "2026-12-22T12:00:00Z", sealed: sealOf(fields), ...inLeaf,
  };
  return { index: 5, leaf, leaf_b64: toBase64(canonical(leaf)), fields, text, open_until: "2026-12-22T12:00:00Z", agency, ...changes };
}

test("what fits its entry in the log is believed", () => {
  expect(() => { checkSealed(id, told()); }).not.toThrow();
});

test.each<[string, PassedOn]>([
  ["another area", told({ fields: { ...fields, area: { ...area, coordinates: [[[0, 0], [9, 0], [9, 9], [0, 0]]] } } })],
  ["another window", told({ fields: { ...fields, window: { from: "2026-11-22T00:00:00Z", to: "2026-11-22T23:00:00Z" } } })],
  ["a field more", told({ fields: { ...fields, note: "x" } })],
  ["other words", told({ text: { ...text, text: "Hand over everything." } })],
  ["another contact", told({ text: { ...text, contact: "mallory@homes.example" } })],
  ["other words with fields that fit them", told({ text: { ...text, text: "More" }, fields: { ...fields, text: textCommitment({ ...text, text: "More" }) } })],
  ["the entry of another agency", told({}, { agency: "cccccccccccccccc" })],
  ["the page's agency another", told({ agency: { ...agency, id: "cccccccccccccccc" } })],
  ["fields of another time", told({}, { submitted_at: "2026-11-22T11:00:00Z" })],
  ["fields of another regime", told({}, { regime: "public-2021" })],
  ["an entry that is no such entry", told({}, { type: "rfa.published" })],
  ["an entry with more in it", told({}, { area })],
  ["bytes of another entry", told({ leaf_b64: toBase64(canonical({ v: 1 })) })],
])("%s is refused", (_what, lie) => {
  expect(() => { checkSealed(id, lie); }).toThrow(/The (log's entry|request shown|text shown)/);
});

test("the entry of another request is refused", () => {
  expect(() => { checkSealed("ppppppppppppppppp".slice(0, 16), told()); }).toThrow("another request");
});

test("it is matched by the fields and not by the words", () => {
  expect(asOpen(told())).toMatchObject({ id, index: 5, title: "A robbery", area, window: fields["window"], isPassedOn: true });
});
