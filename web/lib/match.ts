/**
 * Which clips a public request asks for, found in the browser: the camera stands in its area (the
 * boundary counts) and the clip overlaps its window (half-open). The server is told nothing of it.
 */
import { booleanPointInPolygon } from "@turf/boolean-point-in-polygon";
import type { Polygon } from "geojson";

export interface Place {
  readonly lat: number;
  readonly lon: number;
}

/** RFC 3339 instants; a span holds `from` and not `to`. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface OpenRfa {
  readonly id: string;
  readonly index: number;
  readonly title: string;
  readonly offence: string;
  readonly agency: { readonly id: string; readonly name: string };
  readonly window: Window;
  readonly area: Polygon;
  /** Whether it came by mail and is not public yet. */
  readonly isPassedOn?: boolean;
}

export interface Recorded {
  readonly id: string;
  readonly camera: string;
  readonly start: string;
  readonly end: string;
}

/** Whether the place is inside the area or on its boundary, by planar longitude and latitude. */
export function contains(area: Polygon, place: Place): boolean {
  return booleanPointInPolygon([place.lon, place.lat], area);
}

/** Whether two half-open spans share an instant. */
export function overlaps(a: Window, b: Window): boolean {
  return Date.parse(a.from) < Date.parse(b.to) && Date.parse(b.from) < Date.parse(a.to);
}

/** The clips of these cameras (id -> place) that the rfa asks for, in the order given. */
export function matches<Clip extends Recorded>(
  rfa: Pick<OpenRfa, "area" | "window">,
  cameras: ReadonlyMap<string, Place>,
  clips: readonly Clip[],
): Clip[] {
  const inside = new Set([...cameras].filter(([, place]) => contains(rfa.area, place)).map(([id]) => id));
  return clips.filter((clip) => inside.has(clip.camera) && overlaps({ from: clip.start, to: clip.end }, rfa.window));
}
