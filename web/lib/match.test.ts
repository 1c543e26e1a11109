/** Matching is done at home: these tests fix what counts as inside and what as at that time. */
import { describe, expect, test } from "vitest";
import { contains, matches, overlaps } from "./match";

const square = { type: "Polygon" as const, coordinates: [[[0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0]]] };
const window = { from: "2026-11-22T14:00:00Z", to: "2026-11-22T15:00:00Z" };

describe("a place", () => {
  test("on the boundary or at a corner is inside", () => {
    expect(contains(square, { lat: 0.005, lon: 0 })).toBe(true);
    expect(contains(square, { lat: 0, lon: 0 })).toBe(true);
  });
  test("just beyond the boundary is outside", () => {
    expect(contains(square, { lat: 0.005, lon: -0.000001 })).toBe(false);
  });
});

describe("a time", () => {
  const clip = (from: string, to: string): { from: string; to: string } => ({ from: `2026-11-22T${from}Z`, to: `2026-11-22T${to}Z` });
  test("that ends as the window starts does not overlap it", () => {
    expect(overlaps(clip("13:59:00.000", "14:00:00.000"), window)).toBe(false);
    expect(overlaps(clip("13:59:00.000", "14:00:00.001"), window)).toBe(true);
  });
  test("that starts as the window ends does not overlap it", () => {
    expect(overlaps(clip("15:00:00.000", "15:01:00.000"), window)).toBe(false);
    expect(overlaps(clip("14:59:59.999", "15:01:00.000"), window)).toBe(true);
  });
});

test("Alice's clips match by camera and time, and Bob's camera across town does not", () => {
  const cameras = new Map([
    ["alice", { lat: 0.005, lon: 0.005 }],
    ["bob", { lat: 0.5, lon: 0.5 }],
  ]);
  const clips = [
    { id: "early", camera: "alice", start: "2026-11-22T13:00:00.000Z", end: "2026-11-22T13:00:10.000Z" },
    { id: "right", camera: "alice", start: "2026-11-22T14:10:00.000Z", end: "2026-11-22T14:10:10.000Z" },
    { id: "far", camera: "bob", start: "2026-11-22T14:10:00.000Z", end: "2026-11-22T14:10:10.000Z" },
    { id: "lost", camera: "gone", start: "2026-11-22T14:10:00.000Z", end: "2026-11-22T14:10:10.000Z" },
  ];
  expect(matches({ area: square, window }, cameras, clips).map((clip) => clip.id)).toEqual(["right"]);
});
