/** The household's secret: an age identity and an Ed25519 signing seed, and its text. Spec: spec/seal.md. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { fromBase64, randomBytes, toBase64 } from "./bytes";
import { VicinageError } from "./errors";

const FIRST_LINE = "# vicinage household key v1";

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
