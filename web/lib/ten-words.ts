/**
 * A new secret under ten words: shows them once, and has two typed back before anything is kept.
 *
 * The island's page has the parts "words" with "word-list" and "written", and the form "check" with
 * "label-a", "label-b", fields a and b, and "again"; and the sentences "number" and "other-word".
 */
import { VicinageError } from "./errors";
import { typed, type Island } from "./island";
import { isSameWord, twoPlaces } from "./quiz";
import { drawWords } from "./recovery";

/** show: goes to a state of the island. keep: called with the words once the person has shown to have them. */
export interface TenWords {
  readonly show: (state: "words" | "check") => void;
  readonly keep: (words: readonly string[]) => Promise<void>;
}

/** Prepares the page once; gives the function that starts with fresh words. */
export function tenWords(page: Island, { show, keep }: TenWords): () => void {
  let words: string[] = [];
  let asked: [number, number] = [0, 1];
  page.onClick("written", () => {
    asked = twoPlaces(words.length);
    page.part("label-a").textContent = page.word("number", { number: asked[0] + 1 });
    page.part("label-b").textContent = page.word("number", { number: asked[1] + 1 });
    page.part("check", HTMLFormElement).reset();
    show("check");
    return Promise.resolve();
  });
  page.onClick("again", () => {
    show("words");
    return Promise.resolve();
  });
  page.onSubmit("check", async (form) => {
    if (words.length === 0) return;
    for (const [name, place] of [["a", asked[0]], ["b", asked[1]]] as const) {
      if (!isSameWord(typed(form, name), words[place] ?? "")) {
        throw new VicinageError("not-the-word", page.word("other-word", { number: place + 1 }));
      }
    }
    await keep(words);
    page.part("word-list").replaceChildren();
    words = [];
  });
  return () => {
    words = drawWords();
    page.part("word-list").replaceChildren(...words.map(listItem));
    show("words");
  };
}

function listItem(word: string): HTMLLIElement {
  const item = document.createElement("li");
  item.textContent = word;
  return item;
}
