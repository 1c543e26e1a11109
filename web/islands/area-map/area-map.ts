/**
 * The areas of a page on the operator's map, once someone asks: the map's script is large, and the drawing tells
 * the same. Page data: a list of rings, each a list of [longitude, latitude].
 */
import type { Position } from "geojson";
import { island } from "../../lib/island";

island("area-map", (page) => {
  page.onClick("show", async () => {
    const rings = JSON.parse(document.getElementById("island-data")?.textContent ?? "[]") as Position[][];
    const place = page.part("map");
    place.hidden = false;
    try {
      const { AreaMap } = await import("../../lib/map");
      const map = await AreaMap.make(place, () => undefined);
      map.areas(rings);
    } catch (error) {
      place.hidden = true;
      throw error;
    }
    page.part("drawing").hidden = true;
    page.part("show").hidden = true;
  });
  return Promise.resolve();
});
