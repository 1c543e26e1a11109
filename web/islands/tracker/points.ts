/** The seats of all agencies as the server sends them, and where they lie on the drawing of the states. */
import { geoAlbersUsa } from "d3-geo";

export type Standing = "verified" | "suspended" | "left";

/** x, y: thousandths of a degree, each the difference from the one before. */
export interface Group {
  readonly state: string;
  readonly standing: Standing;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface Points {
  readonly groups: readonly Group[];
  readonly unplaced: number;
}

/** Seats on the drawing. at: x0, y0, x1, y1, ... in its units; group: of each seat. outside: not on it. */
export interface Seats {
  readonly groups: readonly Group[];
  readonly at: Float32Array;
  readonly group: Uint16Array;
  readonly outside: number;
}

/** The projection by which us-atlas has drawn its states: 975 by 610 units. */
const project = geoAlbersUsa().scale(1300).translate([487.5, 305]);

/** A place on the drawing, or null where it has none: overseas territories. */
export function placed(lon: number, lat: number): [number, number] | null {
  return project([lon, lat]);
}

export function seatsOf({ groups }: Points): Seats {
  const count = groups.reduce((sum, { x }) => sum + x.length, 0);
  const at = new Float32Array(count * 2);
  const group = new Uint16Array(count);
  let placedSoFar = 0;
  groups.forEach(({ x, y }, number) => {
    let [lon, lat] = [0, 0];
    x.forEach((step, i) => {
      lon += step;
      lat += y[i] ?? 0;
      const spot = placed(lon / 1000, lat / 1000);
      if (!spot) return;
      at.set(spot, placedSoFar * 2);
      group[placedSoFar] = number;
      placedSoFar += 1;
    });
  });
  return { groups, at: at.subarray(0, placedSoFar * 2), group: group.subarray(0, placedSoFar), outside: count - placedSoFar };
}

/** The numbers of the seats within `reach` units of a place, nearest first, at most `most`. */
export function near({ at }: Seats, x: number, y: number, reach: number, most: number): number[] {
  const found: { seat: number; far: number }[] = [];
  for (let seat = 0; seat * 2 < at.length; seat += 1) {
    const far = Math.hypot((at[seat * 2] ?? 0) - x, (at[seat * 2 + 1] ?? 0) - y);
    if (far <= reach) found.push({ seat, far });
  }
  return found.sort((a, b) => a.far - b.far).slice(0, most).map(({ seat }) => seat);
}
