/** Checks of what the server shows against the log: an rfa with its text, an agency. */
import * as api from "./api";
import { canonical, concatBytes, equalBytes, fromBase64, sha256Hex, toBase64, utf8ToBytes, type Json } from "./bytes";
import { VicinageError } from "./errors";
import { parsePolicy, parseProof, verifyProof, type Checked, type Proof } from "./tlog";

export interface CheckedRfa {
  readonly record: api.RfaRecord;
  readonly checked: Checked;
  readonly isRedacted: boolean;
  readonly isPassedOn: boolean;
}

/** name, retentionDays: as the log's entry of its verification states them. */
export interface CheckedAgency {
  readonly name: string;
  readonly retentionDays: number;
  readonly checked: Checked;
}

/** The proof of entry `index`, fetched and checked against the log's policy. */
export async function checkEntry(index: number, leaf: Uint8Array): Promise<Checked> {
  return (await proveEntry(index, leaf)).checked;
}

async function proveEntry(index: number, leaf: Uint8Array): Promise<{ checked: Checked; proof: Proof }> {
  const [policy, text] = await Promise.all([api.logText("policy"), api.logText(`proof/${index}`)]);
  const proof = parseProof(text);
  if (proof.index !== index) throw mismatch("The proof is of another entry.");
  return { checked: verifyProof(proof, parsePolicy(policy), leaf), proof };
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
  if (record.text && textCommitment(record.text as unknown as Json) !== record.leaf["text"]) {
    throw mismatch("The text shown is not the text that was logged.");
  }
  return { record, checked: await checkEntry(record.index, bytes), isRedacted: record.text === null, isPassedOn: false };
}

/** The agency as the log says it was verified: its name, and how long it promised to keep what it gets. */
export async function checkAgency(agency: api.RfaRecord["agency"]): Promise<CheckedAgency> {
  if (agency.verified_index === null) throw mismatch("The log does not say that this agency was verified.");
  const { leaf, checked } = await loggedEntry(agency.verified_index);
  const { type, agency: id, name, retention_days: days } = leaf;
  if (type !== "agency.verified" || id !== agency.id || typeof name !== "string" || typeof days !== "number") {
    throw mismatch("The log's entry is not the verification of this agency.");
  }
  return { name, retentionDays: days, checked };
}

/** Throws unless all entries are of one log whose checkpoints witnesses cosigned and which do not differ. */
export function oneWitnessedLog(all: readonly Checked[]): void {
  const roots = new Map<string, string>();
  for (const { checkpoint, witnesses } of all) {
    if (witnesses.length === 0) throw mismatch("No witness has seen this log, so each reader could be shown another one.");
    const root = toBase64(checkpoint.root);
    if ((roots.get(String(checkpoint.size)) ?? root) !== root || checkpoint.origin !== all[0]?.checkpoint.origin) {
      throw mismatch("The proofs are of different logs.");
    }
    roots.set(String(checkpoint.size), root);
  }
}

/** The fields of entry `index`, its proof checked; in the one form that every reader reads alike. */
export async function loggedEntry(index: number): Promise<{ leaf: Record<string, Json>; checked: Checked; proof: Proof }> {
  const bytes = await api.logLeaf(index);
  const proven = await proveEntry(index, bytes);
  const leaf = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, Json>;
  if (!equalBytes(bytes, canonical(leaf))) throw mismatch("The log's entry is not in its one form.");
  return { leaf, ...proven };
}

/** The commitment to a text beside the log. */
export function textCommitment(text: Json): string {
  return sha256Hex(concatBytes(utf8ToBytes("vicinage/text/v1\n"), canonical(text)));
}

/** The error when page and log differ. */
export function mismatch(sentence: string): VicinageError {
  return new VicinageError("log-mismatch", sentence, "Do not hand anything over; tell the operator and a journalist.");
}
