/**
 * Consent on one screen. The page's claims are checked against the log first; then the owner chooses clips,
 * says who they are, confirms with the second factor; the browser writes the agency's headers, signs, sends,
 * and checks the receipt. Page data: {"rfa": {"id": "<id>", "is_passed_on": false}}; the rest is read from the log.
 */
import * as api from "../../lib/api";
import { checkKeyOfLog } from "../../lib/agency-key";
import { canonical, equalBytes, fromBase64, makeId, textOf, type Json } from "../../lib/bytes";
import { makeHandOver, privateLeaf, type HandOver } from "../../lib/consent";
import { VicinageError } from "../../lib/errors";
import * as here from "../../lib/here";
import { island, offer, pageData, partOf, typed, type Island } from "../../lib/island";
import { openBytes } from "../../lib/seal";
import * as times from "../../lib/times";
import { parsePolicy, parseProof, verifyProof } from "../../lib/tlog";
import { receiverOf, review, type Named, type Review } from "./review";

island("consent", async (page) => {
  try {
    const { rfa } = pageData<{ rfa: Named }>();
    if (!rfa) throw new VicinageError("page-data", "The page names no request.");
    const found = await review(rfa);
    tellChecks(page, found);
    if (found.clips.length === 0) {
      page.part("none").hidden = false;
      return;
    }
    page.part("clips").replaceChildren(...found.clips.map((clip) => card(page, found, clip)));
    tellTerms(page, found);
    take(page, found);
    page.part("form").hidden = false;
  } catch (error) {
    const isKeyless = error instanceof VicinageError && ["no-household", "no-key-here"].includes(error.code);
    if (!isKeyless) throw error;
    page.part("no-key").hidden = false;
  } finally {
    page.part("loading").hidden = true;
  }
});

function tellChecks(page: Island, { rfa, key }: Review): void {
  const names = rfa.checked.witnesses.join(", ") || page.word("nobody");
  const lines = [page.word(rfa.isPassedOn ? "check-sealed" : "check-rfa", { index: rfa.record.index, names })];
  if (!rfa.isRedacted) lines.push(page.word("check-text"));
  lines.push(page.word("check-key", { index: key.index, time: times.moment(key.fromAt), age: times.daysAgo(key.fromAt) }));
  lines.push(key.readUntil === null ? page.word("check-newest-unread") : page.word("check-newest", { time: times.moment(key.readUntil) }));
  const items = lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  page.part("check-list").replaceChildren(...items);
  page.part("checks").hidden = false;
}

function card(page: Island, found: Review, clip: api.ClipRecord): HTMLElement {
  const item = page.copy("clip");
  const box = partOf(item, "choose", HTMLInputElement);
  box.value = clip.id;
  box.id = `choose-${clip.id}`;
  const label = partOf(item, "label", HTMLLabelElement);
  label.htmlFor = box.id;
  const camera = found.cameras.get(clip.camera)?.name ?? "";
  const blanks = { camera, time: times.clock(clip.start), seconds: times.seconds(clip.start, clip.end) };
  label.textContent = page.word("label", blanks);
  partOf(item, "play", HTMLAnchorElement).href = `/home/clips/${clip.id}/`;
  void picture(partOf(item, "picture", HTMLImageElement), clip, found.household.identity);
  return item;
}

async function picture(image: HTMLImageElement, clip: api.ClipRecord, identity: string): Promise<void> {
  if (clip.thumbnail_b64 === "") return;
  const plain = await openBytes(fromBase64(clip.thumbnail_b64), identity).catch(() => null);
  if (plain) image.src = URL.createObjectURL(new Blob([plain as Uint8Array<ArrayBuffer>], { type: "image/jpeg" }));
}

/** The summary follows what is typed and ticked. */
function tellTerms(page: Island, found: Review): void {
  const { leaf, text } = found.rfa.record;
  const field = (name: string): string => textOf(leaf[name]);
  page.part("to").textContent = found.agency.name;
  const blanks = { title: text?.title ?? field("offence"), reference: field("reference") };
  page.part("for").textContent = page.word("for", blanks);
  page.part("keep").textContent = page.word("keep", { days: found.agency.retentionDays });
  page.part("key").textContent = found.key.recipient;
  const form = page.part("form", HTMLFormElement);
  const update = (): void => {
    const chosen = chosenClips(form, found);
    const count = chosen.length;
    const seconds = chosen.reduce((sum, clip) => sum + times.seconds(clip.start, clip.end), 0);
    const size = count === 0 ? "none" : count === 1 ? "one" : "many";
    page.part("chosen").textContent = page.word(`${size}-chosen`, { count, seconds });
    const send = page.part("send", HTMLButtonElement);
    send.textContent = page.word(`send-${size}`, { count });
    send.disabled = count === 0;
    const stated = (name: string): string => typed(form, name) || page.word("blank");
    page.part("learn").textContent = page.word("learn", { name: stated("name"), contact: stated("contact") });
  };
  form.addEventListener("input", update);
  update();
}

function chosenClips(form: HTMLFormElement, found: Review): api.ClipRecord[] {
  const ids = new Set(new FormData(form).getAll("clip").map(String));
  return found.clips.filter((clip) => ids.has(clip.id));
}

function take(page: Island, found: Review): void {
  page.onSubmit("form", async (form) => {
    const clips = await Promise.all(chosenClips(form, found).map((clip) => here.proveClip(clip, found.household.identity, found.cameras)));
    const giver = { name: typed(form, "name"), contact: typed(form, "contact") };
    const handOver = await makeHandOver(found.household, receiverOf(found), giver, clips, makeId(), new Date());
    const receipt = await api.postHandOver({ ...handOver, code: typed(form, "code") });
    page.part("form").hidden = true;
    await tellReceipt(page, handOver, receipt);
    if (receipt.index !== null) await checkKeyOfLog(found.rfa.record.agency, receipt.index + 1);
  });
}

/** Checks that the receipt's entry is this consent's commitment and that its proof holds; offers the files. */
async function tellReceipt(page: Island, handOver: HandOver, receipt: api.Receipt): Promise<void> {
  const leaf = fromBase64(receipt.leaf_b64);
  offer(page.part("leaf", HTMLAnchorElement), "consent.leaf", [leaf as Uint8Array<ArrayBuffer>], "application/json");
  const { statement, signature_b64: signature, opening } = handOver;
  const whole = canonical({ statement, signature, opening } as unknown as Json);
  offer(page.part("opening", HTMLAnchorElement), "consent.json", [whole as Uint8Array<ArrayBuffer>], "application/json");
  page.part("receipt").hidden = false;
  page.part("receipt").querySelector("h2")?.focus();
  if (!equalBytes(leaf, privateLeaf(handOver.commitment))) {
    throw new VicinageError("receipt-differs", "The receipt does not hold your consent.");
  }
  if (receipt.proof === null) {
    page.part("logged").hidden = true;
    page.part("receipt-line").textContent = page.word("receipt-later");
    return;
  }
  offer(page.part("proof", HTMLAnchorElement), "consent.tlog-proof", [receipt.proof], "text/plain");
  verifyProof(parseProof(receipt.proof), parsePolicy(await api.logText("policy")), leaf);
  page.part("receipt-line").textContent = page.word("receipt-line", { index: receipt.index ?? "" });
}
