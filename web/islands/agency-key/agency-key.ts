/**
 * The agency's keys in an officer's browser: opened with the officer's own key, given to colleagues, saved
 * as a file for stock age; a new one made under ten words and published. Page data: {"officer": number}.
 */
import * as api from "../../lib/api";
import { VicinageError } from "../../lib/errors";
import { island, offer, pageData, partOf, typed, type Island } from "../../lib/island";
import * as keystore from "../../lib/keystore";
import { parseWords } from "../../lib/recovery";
import { tenWords } from "../../lib/ten-words";
import {
  identityFile, makeIdentity, openShare, openWithWords, readIdentity, sealAgencyRecovery, sealShare, shareFor, shareWith,
  type AgencyIdentity,
} from "../../lib/vault";

const STATES = ["loading", "no-own", "desk", "words", "check", "published"];

/** own: the officer's own key, in this browser; opened: the agency's identities that it opens. */
interface Desk {
  readonly vault: api.Vault;
  readonly own: { readonly identity: string; readonly recipient: string };
  readonly officer: number;
  readonly opened: readonly AgencyIdentity[];
}

island("agency-key", async (page) => {
  const { officer } = pageData<{ officer: number }>();
  const vault = await api.vault();
  const own = vault.own && (await keystore.find(vault.own.recipient));
  if (!own || officer === undefined) {
    show(page, "no-own");
    return;
  }
  const opened = (await Promise.all(vault.keys.map((key) => openShare(key, own)))).filter((one) => one !== null);
  const desk: Desk = { vault, own, officer, opened };
  tellKeys(page, desk);
  tellColleagues(page, desk);
  offerToBring(page, desk);
  offerToMake(page, desk);
  show(page, "desk");
});

function tellKeys(page: Island, { vault, opened }: Desk): void {
  page.part("none-opened").hidden = opened.length > 0 || vault.keys.length === 0;
  const items = opened.map((one) => {
    const item = page.copy("key");
    partOf(item, "key-recipient", HTMLElement).textContent = one.recipient;
    const link = partOf(item, "key-file", HTMLAnchorElement);
    offer(link, "agency-identity.txt", [identityFile(one, new Date())], "text/plain");
    return item;
  });
  page.part("keys").replaceChildren(...items);
}

function tellColleagues(page: Island, desk: Desk): void {
  const items = desk.vault.colleagues.map((colleague) => {
    const item = page.copy("colleague");
    partOf(item, "email", HTMLElement).textContent = colleague.email;
    const lacks = desk.opened.some(({ recipient }) => !colleague.keys.includes(recipient));
    const state = colleague.recipient === null ? "has-no-own" : lacks ? "lacks" : desk.opened.length > 0 ? "has-all" : "unknown";
    partOf(item, "state", HTMLElement).textContent = page.word(state);
    const form = partOf(item, "give", HTMLFormElement);
    form.hidden = state !== "lacks";
    const field = partOf(item, "five", HTMLInputElement);
    field.id = `five-words-${colleague.officer}`;
    partOf(item, "five-label", HTMLLabelElement).htmlFor = field.id;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void page.run(form.querySelector("button"), async () => {
        const said = typed(form, "words").toLowerCase().split(/[^a-z]+/).filter((word) => word !== "");
        await api.postShares(await shareWith(colleague, said, desk.opened));
        location.reload();
      });
    });
    return item;
  });
  page.part("colleagues").replaceChildren(...items);
  page.part("no-colleagues").hidden = items.length > 0;
}

/** By the agency's ten words, or by the file: what is opened so is sealed to the officer's own key. */
function offerToBring(page: Island, desk: Desk): void {
  const missing = desk.vault.keys.filter(({ recipient }) => !desk.opened.some((one) => one.recipient === recipient));
  page.part("bring").hidden = missing.length === 0;
  const keep = async (found: readonly AgencyIdentity[]): Promise<void> => {
    await api.postShares(await Promise.all(found.map((one) => shareFor(one, desk.officer, desk.own.recipient))));
    location.reload();
  };
  page.onSubmit("bring-words", async (form) => {
    await keep(await openWithWords(missing, parseWords(typed(form, "code"))));
  });
  page.onSubmit("bring-file", async (form) => {
    const file = new FormData(form).get("file");
    const found = await readIdentity(file instanceof File ? await file.text() : "");
    if (!missing.some(({ recipient }) => recipient === found.recipient)) {
      throw new VicinageError("identity-of-another", page.word("other-identity"));
    }
    await keep([found]);
  });
}

function offerToMake(page: Island, desk: Desk): void {
  let made: AgencyIdentity | undefined;
  const start = tenWords(page, {
    show: (state) => {
      show(page, state);
    },
    keep: async (words) => {
      if (!made) return;
      const share = await sealShare(made, desk.own.recipient);
      const recovery = await sealAgencyRecovery(made, words);
      await api.postAgencyKey({ recipient: made.recipient, share_b64: share, recovery_b64: recovery });
      offer(page.part("file", HTMLAnchorElement), "agency-identity.txt", [identityFile(made, new Date())], "text/plain");
      show(page, "published");
      page.part("published").focus();
    },
  });
  page.onClick("make", async () => {
    made = await makeIdentity();
    start();
  });
}

function show(page: Island, state: string): void {
  page.show([state], STATES);
  page.part(state).querySelector<HTMLElement>('h2[tabindex="-1"], h3[tabindex="-1"]')?.focus();
}
