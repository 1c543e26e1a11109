/**
 * Around the form of a request: at its area a map that writes corners into the form's text, and beside it what
 * the judge finds while the officer types. The form is found by its field "window_from". Page data: none.
 */
import * as api from "../../lib/api";
import { island, partOf, type Island } from "../../lib/island";
import { linesOf, outlineOf, withCorner, withoutLast } from "./corners";

const FIELDS = ["title", "text", "offence", "reference", "contact", "window_from", "window_to", "area", "area_text"];
const PAUSE_MS = 400;
const SQUARE_MILE_M2 = 2_589_988.110336;

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

island("rfa-form", async (page) => {
  const form = document.querySelector<Field>('[name="window_from"]')?.form;
  if (!form) throw new Error("The page has no form of a request.");
  const lines = field(form, "area_text") as HTMLTextAreaElement;
  useLinesOnly(form, lines);
  judgeWhileTyping(page, form);
  await drawOnMap(page, lines).catch(() => {
    page.part("map").textContent = page.word("no-map");
  });
});

function field(form: HTMLFormElement, name: string): Field | null {
  const found = form.elements.namedItem(name);
  const isField = found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement || found instanceof HTMLSelectElement;
  return isField ? found : null;
}

/** One place for the area: a saved GeoJSON area moves into the lines. */
function useLinesOnly(form: HTMLFormElement, lines: HTMLTextAreaElement): void {
  const area = field(form, "area");
  if (!area) return;
  if (area.value !== "" && lines.value.trim() === "") lines.value = linesOf(area.value);
  if (lines.value.trim() !== "") area.value = "";
}

async function drawOnMap(page: Island, lines: HTMLTextAreaElement): Promise<void> {
  const write = (text: string): void => {
    lines.value = text;
    lines.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const { AreaMap } = await import("../../lib/map");
  const map = await AreaMap.make(page.part("map"), (place) => {
    write(withCorner(lines.value, place));
  });
  const show = (): void => {
    map.draw(outlineOf(lines.value));
  };
  lines.addEventListener("input", show);
  lines.addEventListener("change", () => {
    map.fit(outlineOf(lines.value));
  });
  page.part("undo").addEventListener("click", () => {
    write(withoutLast(lines.value));
  });
  page.part("clear").addEventListener("click", () => {
    write("");
  });
  show();
  map.fit(outlineOf(lines.value));
}

/** Judges after each pause. Until the officer has typed something, a fresh form is left in peace. */
function judgeWhileTyping(page: Island, form: HTMLFormElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  const touched = new Set<string>(FIELDS.filter((name) => (field(form, name)?.value ?? "") !== ""));
  const judge = async (): Promise<void> => {
    asking?.abort();
    asking = new AbortController();
    const draft = Object.fromEntries(FIELDS.map((name) => [name, field(form, name)?.value ?? ""]));
    try {
      tell(page, form, await api.judge(draft, asking.signal), touched);
      page.problem(null);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) page.problem(error);
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target instanceof Element) touched.add(event.target.getAttribute("name") ?? "");
    clearTimeout(timer);
    timer = setTimeout(() => void judge(), PAUSE_MS);
  });
  if (touched.size > 0) void judge();
}

/** Findings on what was typed stand at their field; those on what is still empty stand in the list. */
function tell(page: Island, form: HTMLFormElement, { findings, area_m2: area }: api.Judgement, touched: ReadonlySet<string>): void {
  const count = findings.length;
  const state = page.word(count === 0 ? "sound" : count === 1 ? "one" : "many", { count });
  if (page.part("state").textContent !== state) page.part("state").textContent = state;
  page.part("size").textContent = area === null ? "" : page.word("size", { miles: (area / SQUARE_MILE_M2).toFixed(3) });
  const places = new Map<Element, HTMLElement[]>();
  for (const place of form.querySelectorAll("[data-findings]")) places.set(place, []);
  const rest: HTMLElement[] = [];
  for (const finding of findings) {
    const place = [...touched].some((name) => groupOf(name) === groupOf(finding.field)) ? placeOf(form, finding.field) : null;
    const item = itemOf(page, form, finding, place === null);
    const shelf = place ? (places.get(place) ?? rest) : rest;
    shelf.push(item);
  }
  for (const [place, items] of places) {
    const list = document.createElement("ul");
    list.className = "findings";
    list.append(...items);
    place.replaceChildren(...(items.length > 0 ? [list] : []));
    place.closest(".field")?.classList.toggle("wrong", items.length > 0);
  }
  page.part("findings").replaceChildren(...rest);
}

/** Two fields make the window, and two ways give the area. */
function groupOf(name: string): string {
  return name.startsWith("window") ? "window" : name.startsWith("area") ? "area" : name;
}

function placeOf(form: HTMLFormElement, name: string): Element | null {
  return form.querySelector(`[data-findings="${CSS.escape(groupOf(name))}"]`);
}

function itemOf(page: Island, form: HTMLFormElement, finding: api.Finding, isApart: boolean): HTMLElement {
  const item = page.copy("finding");
  item.dataset["rule"] = finding.rule;
  partOf(item, "sentence", HTMLElement).textContent = finding.sentence;
  partOf(item, "hint", HTMLElement).textContent = finding.hint;
  partOf(item, "source", HTMLElement).textContent = page.word("source", { rule: finding.rule, source: finding.source });
  const names: Record<string, string> = { window: "window_from", area: "area_text" };
  const target = field(form, names[groupOf(finding.field)] ?? finding.field);
  const link = partOf(item, "field", HTMLAnchorElement);
  if (isApart && target?.id) {
    link.href = `#${target.id}`;
    link.hidden = false;
  }
  return item;
}
