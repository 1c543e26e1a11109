/**
 * The map of all agencies beside their list: an aid, since the list alone reaches every agency. It shows where
 * the agencies of the list are, and names those at which someone points. Page data: none; each line of the list
 * may have data-seat="longitude,latitude".
 */
import { publicJson } from "../../lib/api";
import { island, partOf, type Island } from "../../lib/island";
import { StatesMap } from "./canvas";
import { near, placed, seatsOf, type Points, type Seats } from "./points";

const MOST_NAMED = 12;
const STEP = 2;

interface Line {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly standing: string;
  readonly seat: readonly [number, number] | null;
}

island("tracker", async (page) => {
  let seats: Seats | null = null;
  const map = new StatesMap(page.part("map", HTMLCanvasElement), (x, y, reach) => {
    if (!seats) return;
    const found = near(seats, x, y, reach, MOST_NAMED);
    if (found.length === 0) map.centre(x, y);
    else void page.run(null, () => name(page, seats as Seats, found, reach));
  });
  map.mark(listed(page));
  for (const [part, act] of [
    ["closer", () => { map.zoom(STEP); }],
    ["farther", () => { map.zoom(1 / STEP); }],
    ["whole", () => { map.whole(); }],
  ] as const) page.part(part).addEventListener("click", act);
  const points = (await publicJson("/agencies/points.json")) as Points;
  seats = seatsOf(points);
  map.show(seats);
  const away = points.unplaced + seats.outside;
  page.part("away").textContent = away === 0 ? "" : page.word("away", { count: away });
});

/** Where the agencies of this page of the list are. */
function listed(page: Island): [number, number][] {
  const seats = [...page.root.querySelectorAll<HTMLElement>("[data-seat]")].map((line) => line.dataset["seat"] ?? "");
  return seats.flatMap((seat) => {
    const [lon, lat] = seat.split(",").map(Number);
    const spot = lon === undefined || lat === undefined ? null : placed(lon, lat);
    return spot ? [spot] : [];
  });
}

/** Names the agencies at these seats, from the files of their states. */
async function name(page: Island, seats: Seats, found: readonly number[], reach: number): Promise<void> {
  const states = [...new Set(found.map((seat) => seats.groups[seats.group[seat] ?? 0]?.state ?? ""))];
  const files = await Promise.all(states.map((state) => publicJson(`/agencies/state/${state || "none"}.json`)));
  const [x, y] = [seats.at[(found[0] ?? 0) * 2] ?? 0, seats.at[(found[0] ?? 0) * 2 + 1] ?? 0];
  const lines = files
    .flatMap((file) => (file as { agencies: Line[] }).agencies)
    .flatMap((line) => {
      const spot = line.seat && placed(...(line.seat as [number, number]));
      return spot ? [{ line, spot, far: Math.hypot(spot[0] - x, spot[1] - y) }] : [];
    })
    .filter(({ far }) => far <= reach)
    .sort((a, b) => a.far - b.far)
    .slice(0, MOST_NAMED);
  page.part("named").replaceChildren(...lines.map(({ line }) => itemOf(page, line)));
  page.part("told").textContent = page.word(lines.length === 1 ? "one" : "many", { count: lines.length });
}

function itemOf(page: Island, { id, name: title, region, standing }: Line): HTMLElement {
  const item = page.copy("agency");
  const link = partOf(item, "link", HTMLAnchorElement);
  link.href = `/agencies/${encodeURIComponent(id)}/`;
  link.textContent = title;
  partOf(item, "where", HTMLElement).textContent = [region, page.word(`is-${standing}`)].filter((word) => word !== "").join(" · ");
  return item;
}
