/**
 * The library: clips by day with their sealed names and pictures opened, new ones as they arrive, and the
 * requests that ask for some of them, found here and told to nobody. Page data: {"shows_rfas": true}; false where
 * the resident chose to see none: then none is even fetched.
 */
import * as api from "../../lib/api";
import { fromBase64 } from "../../lib/bytes";
import { VicinageError } from "../../lib/errors";
import * as here from "../../lib/here";
import { island, pageData, partOf, type Island } from "../../lib/island";
import type { OpenRfa } from "../../lib/match";
import { asOpen } from "../../lib/mediated";
import { openBytes } from "../../lib/seal";
import * as times from "../../lib/times";
import { byDay, findMatches } from "./days";

interface Opened {
  readonly identity: string;
  readonly cameras: ReadonlyMap<string, here.Camera>;
}

island("library", async (page) => {
  try {
    const { identity } = await here.household();
    const opened = { identity, cameras: await here.openCameras(identity) };
    await fill(page, opened);
    listen(page, opened);
    await showMatches(page, opened);
  } catch (error) {
    const isKeyless = error instanceof VicinageError && ["no-household", "no-key-here"].includes(error.code);
    if (!isKeyless) throw error;
    page.part("no-key").hidden = false;
  } finally {
    page.part("loading").hidden = true;
  }
});

async function fill(page: Island, opened: Opened): Promise<void> {
  const shown: api.ClipRecord[] = [];
  const add = async (before?: string): Promise<string | null> => {
    const next = await api.clips(before);
    shown.push(...next.clips);
    draw(page, opened, shown);
    page.part("more-line").hidden = next.next === null;
    return next.next;
  };
  let before = await add();
  page.onClick("more", async () => {
    if (before !== null) before = await add(before);
  });
  page.root.addEventListener("vicinage:clip", (event) => {
    const { detail } = event as CustomEvent<api.ClipRecord>;
    if (shown.some((clip) => clip.id === detail.id)) return;
    shown.unshift(detail);
    draw(page, opened, shown);
  });
}

const pictures = new Map<string, HTMLElement>();

function draw(page: Island, opened: Opened, clips: readonly api.ClipRecord[]): void {
  page.part("none").hidden = clips.length > 0;
  const days = byDay(clips, times.day).map(([date, ofDay]) => {
    const section = page.copy("day");
    partOf(section, "date", HTMLElement).textContent = date;
    partOf(section, "line", HTMLElement).append(...ofDay.map(mark));
    partOf(section, "clips", HTMLElement).append(...ofDay.map((clip) => card(page, opened, clip)));
    return section;
  });
  page.part("days").replaceChildren(...days);
}

/** A stroke on the day's line; the list below it says the same in words. */
function mark(clip: api.ClipRecord): HTMLElement {
  const stroke = document.createElement("span");
  stroke.style.left = `${times.partOfDay(clip.start) * 100}%`;
  stroke.style.width = `${(times.seconds(clip.start, clip.end) / 86400) * 100}%`;
  return stroke;
}

function card(page: Island, opened: Opened, clip: api.ClipRecord): HTMLElement {
  const known = pictures.get(clip.id);
  if (known) return known;
  const item = page.copy("clip");
  item.dataset["clip"] = clip.id;
  partOf(item, "link", HTMLAnchorElement).href = `/home/clips/${clip.id}/`;
  partOf(item, "name", HTMLElement).textContent = nameOf(page, opened, clip);
  const time = partOf(item, "time", HTMLTimeElement);
  time.dateTime = clip.start;
  time.textContent = times.clock(clip.start);
  const length = times.seconds(clip.start, clip.end);
  const blanks = { minutes: Math.floor(length / 60), seconds: length % 60 };
  partOf(item, "length", HTMLElement).textContent = page.word(length < 60 ? "seconds" : "minutes", blanks);
  void picture(partOf(item, "picture", HTMLImageElement), clip, opened.identity);
  pictures.set(clip.id, item);
  return item;
}

async function picture(image: HTMLImageElement, clip: api.ClipRecord, identity: string): Promise<void> {
  if (clip.thumbnail_b64 === "") return;
  const plain = await openBytes(fromBase64(clip.thumbnail_b64), identity).catch(() => null);
  if (plain) image.src = URL.createObjectURL(new Blob([plain as Uint8Array<ArrayBuffer>], { type: "image/jpeg" }));
}

function nameOf(page: Island, opened: Opened, clip: Pick<api.ClipRecord, "camera">): string {
  return opened.cameras.get(clip.camera)?.name ?? page.word("camera-gone");
}

/** New clips arrive as server-sent events; the browser connects again by itself. */
function listen(page: Island, opened: Opened): void {
  const events = new EventSource("/home/events/");
  events.addEventListener("clip", (event) => {
    const { id } = JSON.parse(String(event.data)) as { id: string };
    void (async () => {
      const clip = await api.clip(id);
      page.root.dispatchEvent(new CustomEvent("vicinage:clip", { detail: clip }));
      const news = page.part("news");
      news.textContent = page.word("news", { camera: nameOf(page, opened, clip), time: times.clock(clip.start) });
      news.hidden = false;
      await showMatches(page, opened);
    })().catch((error: unknown) => {
      page.problem(error);
    });
  });
  events.addEventListener("rfa", () => {
    void showMatches(page, opened).catch((error: unknown) => {
      page.problem(error);
    });
  });
  addEventListener("pagehide", () => {
    events.close();
  });
}

async function showMatches(page: Island, { cameras }: Opened): Promise<void> {
  if (pageData<{ shows_rfas: boolean }>().shows_rfas !== true) return;
  const cells = [...new Set([...cameras.values()].map((camera) => camera.cell))];
  const passedOn = async (): Promise<OpenRfa[]> => (await api.passedOnAll()).map(asOpen);
  const found = await findMatches(cells, cameras, api.rfasOfCell, here.clipsSince, passedOn);
  const items = found.map(({ rfa, clips }) => {
    const item = page.copy("match");
    item.dataset["rfa"] = rfa.id;
    partOf(item, "count", HTMLElement).textContent = page.word(clips.length === 1 ? "clips-one" : "clips-many", { count: clips.length });
    const title = partOf(item, "title", HTMLAnchorElement);
    title.textContent = rfa.title;
    title.href = `${rfa.isPassedOn ? "/home" : ""}/rfas/${rfa.id}/`;
    const blanks = { agency: rfa.agency.name, span: times.span(rfa.window.from, rfa.window.to) };
    partOf(item, "by", HTMLElement).textContent = page.word("by", blanks);
    partOf(item, "answer", HTMLAnchorElement).href = `/home/rfas/${rfa.id}/answer/`;
    return item;
  });
  const list = page.part("matches");
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
}
