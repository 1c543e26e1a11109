/**
 * Beside the form of a request: a map that writes corners into the form's text, and what the judge finds
 * while the officer types. The form is found by its field "window_from". Page data: none.
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

function judgeWhileTyping(page: Island, form: HTMLFormElement): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  const judge = async (): Promise<void> => {
    asking?.abort();
    asking = new AbortController();
    const draft = Object.fromEntries(FIELDS.map((name) => [name, field(form, name)?.value ?? ""]));
    try {
      tell(page, form, await api.judge(draft, asking.signal));
      page.problem(null);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) page.problem(error);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => void judge(), PAUSE_MS);
  });
  void judge();
}

function tell(page: Island, form: HTMLFormElement, { findings, area_m2: area }: api.Judgement): void {
  const count = findings.length;
  const state = page.word(count === 0 ? "sound" : count === 1 ? "one" : "many", { count });
  if (page.part("state").textContent !== state) page.part("state").textContent = state;
  page.part("size").textContent = area === null ? "" : page.word("size", { miles: (area / SQUARE_MILE_M2).toFixed(3) });
  const items = findings.map((finding) => {
    const item = page.copy("finding");
    item.dataset["rule"] = finding.rule;
    partOf(item, "sentence", HTMLElement).textContent = finding.sentence;
    partOf(item, "hint", HTMLElement).textContent = finding.hint;
    partOf(item, "source", HTMLElement).textContent = page.word("source", { source: finding.source });
    const target = field(form, finding.field) ?? (finding.field === "area" ? field(form, "area_text") : null);
    const link = partOf(item, "field", HTMLAnchorElement);
    if (target?.id) {
      link.href = `#${target.id}`;
      link.hidden = false;
    }
    return item;
  });
  page.part("findings").replaceChildren(...items);
}
