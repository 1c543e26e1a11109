/**
 * Makes the household key in the browser, shows its ten words once, and has two of them typed back
 * before anything is kept. In another browser the ten words bring the key. Page data: none.
 */
import * as api from "../../lib/api";
import { fromBase64, toBase64 } from "../../lib/bytes";
import { VicinageError } from "../../lib/errors";
import { makeHousehold, signingKey, type Household } from "../../lib/household";
import { island, typed, type Island } from "../../lib/island";
import * as keystore from "../../lib/keystore";
import { openRecovery, parseWords, sealRecovery } from "../../lib/recovery";
import { tenWords } from "../../lib/ten-words";

const STATES = ["loading", "start", "words", "check", "bring", "ready"];

island("household-key", async (page) => {
  const record = await api.household();
  if (!record) {
    offerToMake(page);
    return;
  }
  const here = await keystore.find(record.recipient);
  if (here) ready(page, here.recipient);
  else offerToBring(page, record);
});

function offerToMake(page: Island): void {
  let household: Household | undefined;
  const start = tenWords(page, {
    show: (state) => {
      show(page, state);
    },
    keep: async (words) => {
      if (!household) return;
      await keepEverywhere(household, words);
      ready(page, household.recipient);
    },
  });
  show(page, "start");
  page.onClick("make", async () => {
    household = await makeHousehold();
    start();
  });
}

/** First in this browser, then sealed under the words at the server; neither without the other. */
async function keepEverywhere(household: Household, words: readonly string[]): Promise<void> {
  await keystore.keep(household);
  try {
    const recovery_b64 = toBase64(await sealRecovery(household, words));
    await api.postHousehold({ recipient: household.recipient, signing_key_b64: signingKey(household), recovery_b64 });
  } catch (error) {
    await keystore.forget(household.recipient);
    throw error;
  }
}

function offerToBring(page: Island, record: api.HouseholdRecord): void {
  show(page, "bring");
  page.onSubmit("bring", async (form) => {
    const words = parseWords(typed(form, "code"));
    const household = await openRecovery(fromBase64(record.recovery_b64), words);
    if (household.recipient !== record.recipient) {
      throw new VicinageError("household-of-another", "These words open another household's key.");
    }
    await keystore.keep(household);
    form.reset();
    ready(page, household.recipient);
  });
}

function ready(page: Island, recipient: string): void {
  show(page, "ready");
  page.onClick("forget", async () => {
    if (!confirm(page.word("really-forget"))) return;
    await keystore.forget(recipient);
    location.reload();
  });
}

function show(page: Island, state: string): void {
  page.show([state], STATES);
  page.part(state).querySelector<HTMLElement>('h2[tabindex="-1"]')?.focus();
}
