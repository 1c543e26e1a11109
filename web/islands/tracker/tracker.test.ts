/** The map beside the list: where seats lie, which one is meant, and that the drawing never leaves its frame. */
import { borders, coast, size } from "virtual:states";
import { describe, expect, it } from "vitest";
import { centred, moved, under, whole, zoomed, type Frame } from "./look";
import { near, placed, seatsOf } from "./points";

const frame: Frame = { width: 487.5, height: 400, size };

describe("seats", () => {
  const seats = seatsOf({
    unplaced: 0,
    groups: [
      { state: "MD", standing: "verified", x: [-76600, 10], y: [39280, -5] },
      { state: "PR", standing: "left", x: [-66100], y: [18400] },
      { state: "AK", standing: "suspended", x: [-149900], y: [61200] },
    ],
  });

  it("are the sums of their differences, and those outside of the drawing are counted", () => {
    expect(seats.outside).toBe(1);
    expect([...seats.group]).toEqual([0, 0, 2]);
    expect([...seats.at.slice(2, 4)]).toEqual((placed(-76.59, 39.275) ?? []).map(Math.fround));
  });

  it("lie on the land that is drawn: Baltimore in the east, Anchorage in the corner at the lower left", () => {
    const [x = 0, y = 0] = placed(-76.6, 39.28) ?? [];
    expect(x).toBeGreaterThan(800);
    expect(y).toBeLessThan(300);
    const [farX = 0, farY = 0] = placed(-149.9, 61.2) ?? [];
    expect(farX).toBeLessThan(200);
    expect(farY).toBeGreaterThan(450);
  });

  it("are found nearest first, within reach, and no more than asked for", () => {
    const [x = 0, y = 0] = placed(-76.6, 39.28) ?? [];
    expect(near(seats, x, y, 5, 9)).toEqual([0, 1]);
    expect(near(seats, x, y, 5, 1)).toEqual([0]);
    expect(near(seats, x + 100, y, 5, 9)).toEqual([]);
  });
});

describe("the look", () => {
  it("shows the whole drawing in the middle of its frame", () => {
    expect(whole(frame)).toEqual({ scale: 0.5, left: 0, top: 47.5 });
  });

  it("keeps the place under the pointer when it comes closer", () => {
    const closer = zoomed(whole(frame), frame, 8, 200, 200);
    expect(under(closer, 200, 200)).toEqual(under(whole(frame), 200, 200));
  });

  it("never goes farther than the whole, nor closer than sixty times", () => {
    expect(zoomed(whole(frame), frame, 0.1, 9, 9)).toEqual(whole(frame));
    expect(zoomed(whole(frame), frame, 1e9, 9, 9).scale).toBe(30);
  });

  it("never leaves the frame empty", () => {
    const closer = zoomed(whole(frame), frame, 4, 200, 200);
    expect(moved(closer, frame, 1e6, 1e6)).toMatchObject({ left: 0, top: 0 });
    expect(moved(closer, frame, -1e6, 0).left).toBe(frame.width - 975 * closer.scale);
    expect(moved(whole(frame), frame, 50, 50)).toEqual(whole(frame));
  });

  it("brings a place into the middle", () => {
    const look = centred(zoomed(whole(frame), frame, 10, 0, 0), frame, 500, 300);
    expect(under(look, frame.width / 2, frame.height / 2)).toEqual([500, 300]);
  });
});

it("the outline is a path of whole lines within its size, and small enough to send", () => {
  for (const path of [coast, borders]) expect(path).toMatch(/^(M-?[\d.]+ -?[\d.]+(l-?[\d.]+ -?[\d.]+)+)+$/);
  expect(coast.length + borders.length).toBeLessThan(90_000);
  expect(size).toEqual([975, 610]);
});
