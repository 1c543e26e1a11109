/**
 * How an island stands in its page. The page, made by the server and fit to be read without script,
 * holds `<div data-island="name">`; every sentence is there too, in the reader's language:
 *
 *   data-part="list"                 a place the script fills or shows
 *   <template data-template="clip">  a piece of page the script copies
 *   <p data-word="no-key" hidden>    a sentence with {blanks}
 *   data-fallback                    shown only without script
 *   data-live                        shown only with script (hidden in the HTML)
 *
 * Page data comes as JSON in <script id="island-data">.
 */
import { VicinageError } from "./errors";

export type Kind<T extends Element> = abstract new (...args: never[]) => T;

export class Island {
  constructor(readonly root: HTMLElement) {}

  /** The element of this part, which must be there. */
  part(name: string): HTMLElement;
  part<T extends Element>(name: string, kind: Kind<T>): T;
  part(name: string, kind: Kind<Element> = HTMLElement): Element {
    return partOf(this.root, name, kind);
  }

  /** Shows exactly these parts of the named ones. */
  show(shown: readonly string[], among: readonly string[]): void {
    for (const name of among) this.part(name).hidden = !shown.includes(name);
  }

  /** A copy of a template's first element. */
  copy(name: string): HTMLElement {
    const template = this.root.querySelector<HTMLTemplateElement>(`template[data-template="${name}"]`);
    const first = template?.content.firstElementChild?.cloneNode(true);
    if (!(first instanceof HTMLElement)) throw new Error(`The page has no template "${name}".`);
    return first;
  }

  /** A sentence of the page with its {blanks} filled. */
  word(name: string, blanks: Record<string, string | number> = {}): string {
    const sentence = this.root.querySelector(`[data-word="${name}"]`)?.textContent.trim().replace(/\s+/g, " ") ?? name;
    return sentence.replace(/\{(\w+)\}/g, (blank, key: string) => String(blanks[key] ?? blank));
  }

  /** The page's own words for an error's code where it has them, the error's sentence and hint otherwise. */
  say(error: unknown): string {
    if (!(error instanceof VicinageError)) return this.word("unexpected");
    if (this.root.querySelector(`[data-word="${error.code}"]`)) return this.word(error.code);
    return error.hint ? `${error.message} ${error.hint}` : error.message;
  }

  /** Puts an error into the part "problem" and shows it; null hides it. */
  problem(error: unknown): void {
    const place = this.part("problem");
    place.hidden = error === null;
    place.textContent = error === null ? "" : this.say(error);
  }

  /** Runs what a person started; the button rests meanwhile, and a failure is told. */
  async run(button: HTMLButtonElement | null, work: () => Promise<void>): Promise<void> {
    this.problem(null);
    if (button) button.disabled = true;
    this.root.setAttribute("aria-busy", "true");
    try {
      await work();
    } catch (error) {
      this.problem(error);
      this.part("problem").scrollIntoView({ block: "nearest" });
    } finally {
      if (button) button.disabled = false;
      this.root.removeAttribute("aria-busy");
    }
  }

  /** `run` at each click of the button with this part's name. */
  onClick(name: string, work: () => Promise<void>): void {
    const button = this.part(name, HTMLButtonElement);
    button.addEventListener("click", () => void this.run(button, work));
  }

  /** `run` at each submission of the form with this part's name. */
  onSubmit(name: string, work: (form: HTMLFormElement) => Promise<void>): void {
    const form = this.part(name, HTMLFormElement);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector<HTMLButtonElement>('button[type="submit"]');
      void this.run(button, () => work(form));
    });
  }
}

/** Starts the island of this name if the page has it. */
export function island(name: string, start: (island: Island) => Promise<void>): void {
  const root = document.querySelector<HTMLElement>(`[data-island="${name}"]`);
  if (!root) return;
  for (const part of root.querySelectorAll<HTMLElement>("[data-fallback]")) part.hidden = true;
  for (const part of root.querySelectorAll<HTMLElement>("[data-live]")) part.hidden = false;
  const started = new Island(root);
  void started.run(null, () => start(started)).then(() => {
    root.dataset["ready"] = "yes";
  });
}

/** The page's data, as the server wrote it. */
export function pageData<T>(): Partial<T> {
  const text = document.getElementById("island-data")?.textContent;
  const value: unknown = text ? JSON.parse(text) : {};
  return typeof value === "object" && value !== null ? value : {};
}

/** A part inside an element, such as a copied template. */
export function partOf<T extends Element>(root: Element, name: string, kind: Kind<T>): T {
  const found = root.matches(`[data-part="${name}"]`) ? root : root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof kind)) throw new Error(`The page has no part "${name}" of the right kind.`);
  return found;
}

/** Offers bytes as a file, under a name, through a link that is already in the page. */
export function offer(link: HTMLAnchorElement, name: string, parts: BlobPart[], type: string): void {
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob(parts, { type }));
  link.download = name;
  link.hidden = false;
}

/** What stands in the form's text field of this name, without spaces around it; "" for a file or nothing. */
export function typed(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value.trim() : "";
}
