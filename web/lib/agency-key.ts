/**
 * The key that clips for an agency are sealed to, believed from the log alone: that it is there, that its
 * time has come, and that no later entry revokes it, replaces it or ends the agency's standing.
 */
import * as api from "./api";
import { textOf, type Json } from "./bytes";
import { VicinageError } from "./errors";
import { entriesAfter } from "./tail";
import type { Checked } from "./tlog";
import { loggedEntry, mismatch } from "./trust";

/** Most entries after the key's own that are read: about two megabytes. */
export const MOST_READ = 4096;

/**
 * fromAt: since when it is in force. readUntil: up to which checkpoint, by the time of its cosignature, all
 * later entries were read, or null where there are more than MOST_READ: then that it is the newest is the
 * server's word.
 */
export interface CheckedKey {
  readonly recipient: string;
  readonly index: number;
  readonly publishedAt: string;
  readonly fromAt: string;
  readonly readUntil: string | null;
  readonly checked: Checked;
}

/** The key in force of this agency at a time, as the log holds it. Throws VicinageError. */
export async function checkAgencyKey(agency: api.RfaRecord["agency"], now = new Date()): Promise<CheckedKey> {
  if (agency.recipient === null || agency.key_index === null) {
    throw new VicinageError("agency-without-key", "This agency has no key in force, so no clip can be sealed for it.", "Ask the agency.");
  }
  const { leaf, checked, proof } = await loggedEntry(agency.key_index);
  if (leaf["type"] !== "agency.key" || leaf["agency"] !== agency.id || leaf["recipient"] !== agency.recipient) {
    throw mismatch("The key shown is not the key that the log holds for this agency.");
  }
  const fromAt = textOf(leaf["from"]);
  if (!(Date.parse(fromAt) <= now.getTime())) {
    throw new VicinageError("agency-key-not-yet", "This key of the agency is not in force yet.", "Wait, or ask the agency.");
  }
  const { size } = checked.checkpoint;
  const isShort = size - agency.key_index - 1 <= MOST_READ;
  if (isShort) {
    const later = await entriesAfter(agency.key_index, size, proof.hashes, api.entriesFile);
    standsAfter({ agency: agency.id, recipient: agency.recipient, fromAt }, later, now);
  }
  const readUntil = isShort && checked.cosignedAt !== null ? new Date(checked.cosignedAt * 1000).toISOString() : null;
  return { recipient: agency.recipient, index: agency.key_index, publishedAt: textOf(leaf["at"]), fromAt, readUntil, checked };
}

/**
 * The key once more, in the log that holds the consent, so of at least `size` entries: a server that showed an
 * older log before, in which a revocation was missing, is found out here. Throws VicinageError.
 */
export async function checkKeyOfLog(agency: api.RfaRecord["agency"], size: number, now = new Date()): Promise<void> {
  try {
    const { checked } = await checkAgencyKey(agency, now);
    if (checked.checkpoint.size < size) throw mismatch("The server showed an older log than the one that holds your consent.");
  } catch (error) {
    if (!(error instanceof VicinageError)) throw error;
    throw new VicinageError(error.code, error.message, "Withdraw this hand-over now, and tell the operator.");
  }
}

interface Key {
  readonly agency: string;
  readonly recipient: string;
  readonly fromAt: string;
}

/** Throws unless the key is still the one in force after these later entries. */
export function standsAfter(key: Key, entries: readonly Uint8Array[], now: Date): void {
  const newer = new Set<string>();
  let standing = "";
  for (const leaf of entries.map(parse)) {
    if (leaf["agency"] !== key.agency) continue;
    const recipient = textOf(leaf["recipient"]);
    switch (leaf["type"]) {
      case "agency.key-revoked":
        if (recipient === key.recipient) throw refused("agency-key-revoked", "The agency has revoked the key that the server shows.");
        newer.delete(recipient);
        break;
      case "agency.key":
        if (Date.parse(textOf(leaf["from"])) <= now.getTime() && Date.parse(textOf(leaf["from"])) >= Date.parse(key.fromAt)) newer.add(recipient);
        break;
      case "agency.left":
      case "agency.suspended":
        standing = textOf(leaf["type"]);
        break;
      case "agency.reinstated":
        if (standing === "agency.suspended") standing = "";
        break;
    }
  }
  if (newer.size > 0) throw refused("agency-key-older", "The agency has a newer key in force than the one that the server shows.");
  if (standing !== "") throw refused("agency-not-standing", "The log says that this agency is suspended or has left.");
}

function parse(entry: Uint8Array): Record<string, Json> {
  const value: unknown = JSON.parse(new TextDecoder().decode(entry));
  return typeof value === "object" && value !== null ? (value as Record<string, Json>) : {};
}

function refused(code: string, sentence: string): VicinageError {
  return new VicinageError(code, sentence, "Do not hand anything over now; load the page again, and tell the operator if it stays so.");
}
