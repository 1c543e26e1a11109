/** What Alice consents to comes from the log's entries, not from what the page says of them. */
import { expect, test } from "vitest";
import { asked, receiverOf } from "./review";

const window = { from: "2026-11-22T14:00:00Z", to: "2026-11-22T15:00:00Z" };
const area = { type: "Polygon", coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] };
const checked = { checkpoint: { origin: "log", size: 9, root: new Uint8Array(32) }, witnesses: ["one"], cosignedAt: 0 };
const rfa = {
  record: {
    index: 5, leaf: { type: "rfa.published", rfa: "abcdefghijklmnop", agency: "bbbbbbbbbbbbbbbb", window, area }, leaf_b64: "", text: null,
    agency: { id: "bbbbbbbbbbbbbbbb", name: "Maple Police", recipient: "age1page", key_index: 1, verified_index: 0, retention_days: 90 },
  },
  checked, isRedacted: true, isPassedOn: false,
};

test("the receiver is the key that the log holds", () => {
  const key = { recipient: "age1log", index: 3, publishedAt: "2026-11-01T00:00:00Z", fromAt: "2026-11-01T00:00:00Z", readUntil: null, checked };
  expect(receiverOf({ rfa, key, agency: { name: "Maple Police", retentionDays: 90, checked } })).toEqual({
    rfa: "abcdefghijklmnop", rfaLeaf: 5, agency: "bbbbbbbbbbbbbbbb", keyLeaf: 3, recipient: "age1log", retentionDays: 90,
  });
});

test("place and time asked for are the log's", () => {
  expect(asked({ record: rfa.record })).toMatchObject({ window, area });
});
