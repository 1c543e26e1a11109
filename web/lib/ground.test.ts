/** What a map's tiles say of themselves is taken as plain words, and drawn by the names of its layers. */
import { describe as group, expect, it } from "vitest";
import { boundsOf, describe, layersOf } from "./ground";
import type { Colours } from "./map-colours";

const colours = { road: "#1", water: "#2", park: "#3", building: "#4" } as Colours;

group("the tiles' own words", () => {
  it("lose their markup: a map's file is not trusted with a page", () => {
    const told = describe({ vector_layers: [{ id: "roads" }, { id: 7 }, {}], attribution: '<a href="x" onclick="y()">© OpenStreetMap</a> & others' });
    expect(told.names).toEqual(["roads"]);
    expect(told.attribution).toBe("© OpenStreetMap   others");
  });

  it("may be missing", () => {
    expect(describe(null)).toEqual({ names: [], attribution: "" });
    expect(describe({ vector_layers: "none", attribution: 3 })).toEqual({ names: [], attribution: "" });
  });
});

it("layers are drawn from the land up to the ways, and one of another name is not drawn", () => {
  const drawn = layersOf(["roads", "buildings", "water", "landuse", "poi"], colours).map(({ id }) => id);
  expect(drawn).toEqual(["fill-landuse", "fill-water", "fill-buildings", "line-water", "line-roads"]);
});

it("a town's bounds are those of all its shapes; an empty one has none", () => {
  const line = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: [[3, 1], [-2, 5]] } } as const;
  expect(boundsOf({ type: "FeatureCollection", features: [line as never] })).toEqual([[-2, 1], [3, 5]]);
  expect(boundsOf({ type: "FeatureCollection", features: [] })).toBeNull();
});
