/** The area as the form's text: lines "lat, lon", or one line "lat, lon, radius". The map reads and writes it. */
import type { Polygon } from "geojson";
import type { Place } from "../../lib/match";

const NUMBER = String.raw`(-?\d{1,3}(?:\.\d{1,12})?)`;
const CORNER = new RegExp(String.raw`^\s*${NUMBER}\s*[,;\s]\s*${NUMBER}\s*$`);
const CIRCLE = new RegExp(String.raw`^\s*${NUMBER}\s*[,;\s]\s*${NUMBER}\s*[,;\s]\s*(?:radius\s*)?(\d{1,5})\s*m?\s*$`, "i");
const METRES_PER_DEGREE = 111_195;

/** The corners in the text; lines that are no corner are passed over, the judge names them. */
export function cornersIn(text: string): Place[] {
  return lines(text).flatMap((line) => {
    const [, lat, lon] = CORNER.exec(line) ?? [];
    return lat === undefined || lon === undefined ? [] : [{ lat: Number(lat), lon: Number(lon) }];
  });
}

/** What to draw for the text: its corners, or a circle's outline (near enough to look at). */
export function outlineOf(text: string): Place[] {
  const all = lines(text);
  const [, lat, lon, radius] = (all.length === 1 ? CIRCLE.exec(all[0] ?? "") : null) ?? [];
  if (lat === undefined || lon === undefined || radius === undefined) return cornersIn(text);
  const reach = Number(radius) / METRES_PER_DEGREE;
  const narrow = Math.cos((Number(lat) * Math.PI) / 180);
  return Array.from({ length: 48 }, (_, i) => {
    const angle = (i / 48) * 2 * Math.PI;
    return { lat: Number(lat) + reach * Math.sin(angle), lon: Number(lon) + (reach * Math.cos(angle)) / narrow };
  });
}

/** The text with one more corner; a circle's line gives way to it. */
export function withCorner(text: string, corner: Place): string {
  const before = CIRCLE.test(text.trim()) ? [] : cornersIn(text).map(lineOf);
  return [...before, lineOf(corner)].join("\n");
}

/** The text without its last line. */
export function withoutLast(text: string): string {
  return lines(text).slice(0, -1).join("\n");
}

/** A saved GeoJSON area as lines, so that text and map say the same; "" for what is not a Polygon. */
export function linesOf(geojson: string): string {
  try {
    const [ring = []] = (JSON.parse(geojson) as Polygon).coordinates;
    const [first, last] = [ring[0], ring.at(-1)];
    const isClosed = ring.length > 1 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
    return (isClosed ? ring.slice(0, -1) : ring).map(([lon = NaN, lat = NaN]) => lineOf({ lat, lon })).join("\n");
  } catch {
    return "";
  }
}

function lineOf({ lat, lon }: Place): string {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
