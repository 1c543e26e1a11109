/**
 * The officer's own key: made in this browser under ten words, or brought here with them. It has the form
 * of a household's, so the same code keeps and recovers it. Page data: none.
 */
import * as api from "../../lib/api";
import { fromBase64, toBase64 } from "../../lib/bytes";
import { VicinageError } from "../../lib/errors";
import { makeHousehold, type Household } from "../../lib/household";
import { island, typed, type Island } from "../../lib/island";
import * as keystore from "../../lib/keystore";
import { openRecovery, parseWords, sealRecovery } from "../../lib/recovery";
import { tenWords } from "../../lib/ten-words";
import { checkWords } from "../../lib/vault";

const STATES = ["loading", "start", "words", "check", "bring", "ready"];

island("officer-key", async (page) => {
  const { own } = await api.vault();
  prepareMaking(page);
  if (!own) show(page, "start");
  else if (await keystore.find(own.recipient)) ready(page, own.recipient);
  else offerToBring(page, own);
});

function prepareMaking(page: Island): void {
  let made: Household | undefined;
  const start = tenWords(page, {
    show: (state) => {
      show(page, state);
    },
    keep: async (words) => {
      if (!made) return;
      await keepEverywhere(made, words);
      location.reload();
    },
  });
  const make = async (): Promise<void> => {
    made = await makeHousehold();
    start();
  };
  page.onClick("make", make);
  page.onClick("anew", async () => {
    if (confirm(page.word("really-anew"))) await make();
  });
}

/** First in this browser, then sealed under the words at the server; neither without the other. */
async function keepEverywhere(made: Household, words: readonly string[]): Promise<void> {
  await keystore.keep(made);
  try {
    await api.postOwnKey({ recipient: made.recipient, recovery_b64: toBase64(await sealRecovery(made, words)) });
  } catch (error) {
    await keystore.forget(made.recipient);
    throw error;
  }
}

function offerToBring(page: Island, own: api.OwnKey): void {
  show(page, "bring");
  page.onSubmit("bring", async (form) => {
    const brought = await openRecovery(fromBase64(own.recovery_b64), parseWords(typed(form, "code")));
    if (brought.recipient !== own.recipient) {
      throw new VicinageError("officer-key-of-another", page.word("other-key"));
    }
    await keystore.keep(brought);
    location.reload();
  });
}

/** The words come from the key in this browser, not from what the server says it is. */
function ready(page: Island, recipient: string): void {
  page.part("own-words").textContent = checkWords(recipient).join(" ");
  show(page, "ready");
}

function show(page: Island, state: string): void {
  page.show([state], STATES);
  page.part(state).querySelector<HTMLElement>('h2[tabindex="-1"]')?.focus();
}
