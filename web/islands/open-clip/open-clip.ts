/**
 * Opens a clip that was handed to the officer's agency, in the browser, with the agency's identity out of
 * the vault. The reason in the form around it is recorded with the download. Page data: {"handover": id,
 * "recipient": "age1..." that it is sealed to}.
 */
import * as api from "../../lib/api";
import { VicinageError } from "../../lib/errors";
import { island, offer, pageData, partOf, type Island } from "../../lib/island";
import * as keystore from "../../lib/keystore";
import { openBytes } from "../../lib/seal";
import { openShare } from "../../lib/vault";

island("open-clip", (page) => {
  const { handover, recipient } = pageData<{ handover: string; recipient: string }>();
  if (handover === undefined || recipient === undefined) throw new VicinageError("page-data", "The page names no hand-over.");
  for (const button of page.root.querySelectorAll<HTMLButtonElement>("button[data-clip]")) {
    button.addEventListener("click", () => {
      void page.run(button, () => open(page, handover, recipient, button.dataset["clip"] ?? ""));
    });
  }
  return Promise.resolve();
});

async function open(page: Island, handover: string, recipient: string, clip: string): Promise<void> {
  const reason = reasonGiven(page);
  if (reason === null) return;
  const identity = await agencyIdentity(page, recipient);
  const video = await openBytes(await api.handedClip(handover, clip, reason), identity);
  const shown = page.copy("clip");
  const parts = [video as Uint8Array<ArrayBuffer>];
  partOf(shown, "video", HTMLVideoElement).src = URL.createObjectURL(new Blob(parts, { type: "video/mp4" }));
  offer(partOf(shown, "save", HTMLAnchorElement), `${clip}.mp4`, parts, "video/mp4");
  page.part("opened").replaceChildren(shown);
  partOf(shown, "video", HTMLVideoElement).focus();
}

/** The reason in the form, or null after the browser has said what is missing. */
function reasonGiven(page: Island): string | null {
  const field = page.root.closest("form")?.querySelector<HTMLInputElement>('input[name="reason"]');
  return field?.reportValidity() === true ? field.value.trim() : null;
}

async function agencyIdentity(page: Island, recipient: string): Promise<string> {
  const vault = await api.vault();
  const own = vault.own && (await keystore.find(vault.own.recipient));
  if (!own) throw new VicinageError("no-own-key", page.word("no-own-key"));
  const key = vault.keys.find((one) => one.recipient === recipient);
  const opened = key ? await openShare(key, own) : null;
  if (!opened) throw new VicinageError("no-share", page.word("no-share"));
  return opened.identity;
}
