/** Map and text say the same area, whichever is used. */
import { expect, test } from "vitest";
import { cornersIn, linesOf, outlineOf, withCorner, withoutLast } from "./corners";

test("corners are read with comma, semicolon or space, and other lines are left to the judge", () => {
  expect(cornersIn("41.9, -70.5\n41.91;-70.51\n\n41.92 -70.52\nnorth of the pond\n")).toEqual([
    { lat: 41.9, lon: -70.5 }, { lat: 41.91, lon: -70.51 }, { lat: 41.92, lon: -70.52 },
  ]);
});

test("a click adds a line, undo takes the last away", () => {
  const one = withCorner("", { lat: 41.9, lon: -70.5 });
  const two = withCorner(one, { lat: 41.91, lon: -70.51 });
  expect(two).toBe("41.900000, -70.500000\n41.910000, -70.510000");
  expect(withoutLast(two)).toBe(one);
  expect(withoutLast("")).toBe("");
});

test("a circle's line is drawn round, and gives way to a first corner", () => {
  const outline = outlineOf("41.9, -70.5, 300 m");
  expect(outline).toHaveLength(48);
  const north = Math.max(...outline.map((place) => place.lat));
  expect((north - 41.9) * 111_195).toBeCloseTo(300, 0);
  expect(withCorner("41.9, -70.5, 300", { lat: 1, lon: 2 })).toBe("1.000000, 2.000000");
});

test("a saved area becomes its corners, without the one that closes it", () => {
  const geojson = JSON.stringify({ type: "Polygon", coordinates: [[[2, 1], [3, 1], [3, 2], [2, 1]]] });
  expect(cornersIn(linesOf(geojson))).toEqual([{ lat: 1, lon: 2 }, { lat: 1, lon: 3 }, { lat: 2, lon: 3 }]);
  expect(linesOf("nonsense")).toBe("");
});
