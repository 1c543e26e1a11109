/** Checks of what the server shows against the log: an rfa with its text, an agency's key. */
import * as api from "./api";
import { canonical, concatBytes, equalBytes, fromBase64, sha256Hex, textOf, utf8ToBytes, type Json } from "./bytes";
import { VicinageError } from "./errors";
import { parsePolicy, parseProof, verifyProof, type Checked } from "./tlog";

export interface CheckedRfa {
  readonly record: api.RfaRecord;
  readonly checked: Checked;
  readonly isRedacted: boolean;
}

export interface CheckedKey {
  readonly recipient: string;
  readonly index: number;
  readonly publishedAt: string;
  readonly checked: Checked;
}

/** The proof of entry `index`, fetched and checked against the log's policy. */
export async function checkEntry(index: number, leaf: Uint8Array): Promise<Checked> {
  const [policy, proof] = await Promise.all([api.logText("policy"), api.logText(`proof/${index}`)]);
  const parsed = parseProof(proof);
  if (parsed.index !== index) throw mismatch("The proof is of another entry.");
  return verifyProof(parsed, parsePolicy(policy), leaf);
}

/** The rfa as logged: its leaf proven, its fields and its text those of the leaf. */
export async function checkRfa(id: string): Promise<CheckedRfa> {
  const record = await api.rfa(id);
  const bytes = fromBase64(record.leaf_b64);
  if (!equalBytes(bytes, canonical(record.leaf))) throw mismatch("The request shown is not the request logged.");
  const { type, rfa, agency } = record.leaf;
  if (type !== "rfa.published" || rfa !== id || agency !== record.agency.id) {
    throw mismatch("The log's entry is of another request or another agency.");
  }
  if (record.text && textCommitment(record.text) !== record.leaf["text"]) {
    throw mismatch("The text shown is not the text that was logged.");
  }
  return { record, checked: await checkEntry(record.index, bytes), isRedacted: record.text === null };
}

/** The key that the log holds for this agency. */
export async function checkAgencyKey(agency: api.RfaRecord["agency"]): Promise<CheckedKey> {
  if (agency.recipient === null || agency.key_index === null) {
    throw new VicinageError("agency-without-key", "This agency has no key yet, so no clip can be sealed for it.", "Ask the agency.");
  }
  const bytes = await api.logLeaf(agency.key_index);
  const leaf = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, Json>;
  if (leaf["type"] !== "agency.key" || leaf["agency"] !== agency.id || leaf["recipient"] !== agency.recipient) {
    throw mismatch("The key shown is not the key that the log holds for this agency.");
  }
  const checked = await checkEntry(agency.key_index, bytes);
  return { recipient: agency.recipient, index: agency.key_index, publishedAt: textOf(leaf["at"]), checked };
}

/** The commitment to a text beside the log. */
export function textCommitment(text: Json): string {
  return sha256Hex(concatBytes(utf8ToBytes("vicinage/text/v1\n"), canonical(text)));
}

function mismatch(sentence: string): VicinageError {
  return new VicinageError("log-mismatch", sentence, "Do not hand anything over; tell the operator and a journalist.");
}
