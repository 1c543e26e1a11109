/**
 * Checks a proof of logging in the browser: of files, of a published request, or of the entry that the
 * page's address names (?index=12). On a request's own page, data-rfa="id", of that request alone. Page data: none.
 */
import * as api from "../../lib/api";
import { VicinageError } from "../../lib/errors";
import { island, typed, type Island } from "../../lib/island";
import * as times from "../../lib/times";
import { parsePolicy, parseProof, verifyProof, type Checked } from "../../lib/tlog";
import { checkEntry, checkRfa } from "../../lib/trust";
import { rfaIdIn } from "./rfa-id";

island("proof-check", async (page) => {
  const own = page.root.dataset["rfa"];
  if (own !== undefined) {
    page.onClick("check", () => checkId(page, own));
    return;
  }
  page.onSubmit("by-file", async (form) => {
    page.part("result").hidden = true;
    const given = new FormData(form);
    const leaf = new Uint8Array(await (given.get("leaf") as File).arrayBuffer());
    const file = given.get("proof") as File;
    const text = file.size > 0 ? await file.text() : typed(form, "proof_text");
    if (text.trim() === "") throw new VicinageError("no-proof", "There is no proof to check.");
    const proof = parseProof(text.endsWith("\n") ? text : `${text}\n`);
    const checked = verifyProof(proof, parsePolicy(await api.logText("policy")), leaf);
    tell(page, proof.index, checked, leaf, []);
  });
  page.onSubmit("by-id", async (form) => {
    page.part("result").hidden = true;
    await checkId(page, rfaIdIn(typed(form, "rfa")));
  });
  const index = new URLSearchParams(location.search).get("index");
  if (index !== null) await checkIndex(page, index);
});

async function checkId(page: Island, id: string): Promise<void> {
  const { record, checked, isRedacted } = await checkRfa(id);
  const leaf = new TextEncoder().encode(JSON.stringify(record.leaf));
  tell(page, record.index, checked, leaf, [page.word(isRedacted ? "line-redacted" : "line-text")]);
}

async function checkIndex(page: Island, text: string): Promise<void> {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) throw new VicinageError("proof-index", "An entry's number is a whole number from 0.");
  const leaf = await api.logLeaf(Number(text));
  tell(page, Number(text), await checkEntry(Number(text), leaf), leaf, []);
}

function tell(page: Island, index: number, { checkpoint, witnesses, cosignedAt }: Checked, leaf: Uint8Array, more: string[]): void {
  const lines = [page.word("line-index", { index, size: checkpoint.size, origin: checkpoint.origin })];
  lines.push(witnesses.length > 0 ? page.word("line-witnesses", { names: witnesses.join(", ") }) : page.word("line-alone"));
  if (cosignedAt !== null) lines.push(page.word("line-at", { time: times.moment(new Date(cosignedAt * 1000).toISOString()) }));
  page.part("verdict").textContent = page.word("holds");
  page.part("lines").replaceChildren(...[...lines, ...more].map(listItem));
  page.part("entry").textContent = pretty(leaf);
  page.part("result").hidden = false;
  page.part("result").focus();
}

function pretty(leaf: Uint8Array): string {
  const text = new TextDecoder().decode(leaf);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function listItem(sentence: string): HTMLLIElement {
  const item = document.createElement("li");
  item.textContent = sentence;
  return item;
}
