/** What the library tells Alice about requests, and what it must not ask for. */
import { expect, test } from "vitest";
import type { OpenRfa } from "../../lib/match";
import { byDay, findMatches } from "./days";

const area = { type: "Polygon" as const, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]] };
const rfa = (id: string, hour: number): OpenRfa => ({
  id, index: 1, title: id, offence: "theft", agency: { id: "a", name: "Maple Police" }, area,
  window: { from: `2026-11-22T${hour}:00:00Z`, to: `2026-11-22T${hour + 1}:00:00Z` },
});
const clip = { id: "c1", camera: "door", start: "2026-11-22T14:10:00.000Z", end: "2026-11-22T14:10:20.000Z" };
const none = () => Promise.resolve([]);
const cameras = new Map([["door", { lat: 0.5, lon: 0.5 }]]);

test("an rfa of two cells is told once, and one for another hour not at all", async () => {
  const asked: string[] = [];
  const found = await findMatches(["x", "y"], cameras, (cell) => Promise.resolve(cell === "x" ? [rfa("one", 14), rfa("two", 12)] : [rfa("one", 14)]), (from) => {
    asked.push(from);
    return Promise.resolve([clip]);
  }, none);
  expect(found.map((match) => [match.rfa.id, match.clips.length])).toEqual([["one", 1]]);
  expect(asked).toEqual(["2026-11-22T12:00:00Z"]);
});

test("without open rfas no clips are asked for", async () => {
  const found = await findMatches(["x"], cameras, none, () => Promise.reject(new Error("asked")), none);
  expect(found).toEqual([]);
});

test("an rfa that is passed on is matched like a public one, beside those of the cells", async () => {
  const passedOn = { ...rfa("mine", 14), isPassedOn: true };
  const found = await findMatches(["x"], cameras, () => Promise.resolve([rfa("all", 14)]), () => Promise.resolve([clip]), () => Promise.resolve([passedOn, { ...rfa("late", 16), isPassedOn: true }]));
  expect(found.map((match) => [match.rfa.id, match.rfa.isPassedOn ?? false])).toEqual([["mine", true], ["all", false]]);
});

test("clips stand under their day, newest first as they came", () => {
  const days = byDay([{ ...clip, id: "b", start: "2026-11-22T14:10:00.000Z" }, { ...clip, id: "a", start: "2026-11-21T14:10:00.000Z" }, { ...clip, id: "z", start: "2026-11-22T01:10:00.000Z" }], (instant) => instant.slice(0, 10));
  expect(days.map(([day, clips]) => [day, clips.map((one) => one.id)])).toEqual([["2026-11-22", ["b", "z"]], ["2026-11-21", ["a"]]]);
});
