/**
 * A hand-over, made in the owner's browser: the statement they sign, and a commitment to its fields with
 * one salt each, of which only the hash enters the log. Formats: spec/consent.md, spec/clip.md.
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, canonical, concatBytes, fromBase64, hexToBytes, randomBytes, sha256, sha256Hex, toBase64, utf8ToBytes, type Json } from "./bytes";
import { VicinageError } from "./errors";
import { signingKey, type Household } from "./household";
import { isTrue } from "./note";
import { rewrap } from "./seal";

export const MAX_CLIPS = 20;

/** What a hub states of a clip, as far as the browser reads it; the rest is kept as it came. */
export type ClipStatement = Record<string, Json> & {
  readonly clip: string;
  readonly camera: string;
  readonly start: string;
  readonly end: string;
  readonly sha256: string;
  readonly payload_sha256: string;
  readonly hub: string;
};

export interface SignedClip {
  readonly statement: ClipStatement;
  readonly signature: string;
}

/** Whom the clips go to: checked against the log before this is filled in. */
export interface Receiver {
  readonly rfa: string;
  readonly rfaLeaf: number;
  readonly agency: string;
  readonly keyLeaf: number;
  readonly recipient: string;
  readonly retentionDays: number;
}

/** What the owner says of themselves; the agency will read both. */
export interface Giver {
  readonly name: string;
  readonly contact: string;
}

export interface ChosenClip {
  readonly header: Uint8Array;
  readonly signed: SignedClip;
}

/** The body of POST /api/handovers, without the code of the second factor. */
export interface HandOver {
  readonly statement: Record<string, Json>;
  readonly signature_b64: string;
  readonly commitment: string;
  readonly opening: Opening;
  readonly headers: Record<string, string>;
  readonly hub_statements: Record<string, SignedClip>;
}

export interface Opening {
  readonly fields: Record<string, { readonly salt: string; readonly value: Json } | { readonly hash: string }>;
}

/** Signed, re-headed and committed: everything that leaves the browser. at: now. id: of the hand-over. */
export async function makeHandOver(
  household: Household,
  receiver: Receiver,
  giver: Giver,
  clips: readonly ChosenClip[],
  id: string,
  at: Date,
): Promise<HandOver> {
  if (clips.length < 1 || clips.length > MAX_CLIPS) {
    throw new VicinageError("consent-clip-count", `Choose 1 to ${MAX_CLIPS} clips; ${clips.length} are chosen.`);
  }
  const headers: Record<string, string> = {};
  const hubStatements: Record<string, SignedClip> = {};
  const shared: Json[] = [];
  for (const { header, signed } of clips) {
    const { statement } = signed;
    checkHub(signed);
    const fresh = await rewrap(header, household.identity, receiver.recipient);
    headers[statement.clip] = toBase64(fresh);
    hubStatements[statement.clip] = signed;
    shared.push({
      clip: statement.clip,
      sha256: statement.sha256,
      payload_sha256: statement.payload_sha256,
      header_sha256: sha256Hex(fresh),
      start: statement.start,
      end: statement.end,
      hub: statement.hub,
    });
  }
  const statement: Record<string, Json> = {
    v: 1,
    type: "consent",
    id,
    rfa: receiver.rfa,
    rfa_leaf: receiver.rfaLeaf,
    agency: receiver.agency,
    agency_key_leaf: receiver.keyLeaf,
    recipient: receiver.recipient,
    clips: shared,
    name: giver.name,
    contact: giver.contact,
    retention_days: receiver.retentionDays,
    at: at.toISOString().replace(/\.\d{3}Z$/, "Z"),
    household: signingKey(household),
  };
  const salts = makeSalts(Object.keys(statement));
  return {
    statement,
    signature_b64: toBase64(ed25519.sign(signedBytes(statement), household.signingSeed)),
    commitment: commit(statement, salts),
    opening: { fields: Object.fromEntries(Object.entries(statement).map(([name, value]) => [name, { salt: salts[name] ?? "", value }])) },
    headers,
    hub_statements: hubStatements,
  };
}

/** The bytes an owner signs: a domain line and the canonical JSON. */
export function signedBytes(statement: Record<string, Json>): Uint8Array {
  return concatBytes(utf8ToBytes("vicinage/consent/v1\n"), canonical(statement));
}

/** The bytes a hub signs of a clip. */
export function clipSignedBytes(statement: Record<string, Json>): Uint8Array {
  return concatBytes(utf8ToBytes("vicinage/clip/v1\n"), canonical(statement));
}

/** Throws VicinageError clip-signature when the hub did not sign the statement. */
export function checkHub({ statement, signature }: SignedClip): void {
  if (!isTrue(fromBase64(signature), clipSignedBytes(statement), fromBase64(statement.hub))) {
    throw new VicinageError("clip-signature", "The hub's signature of this clip is false.", "Leave this clip out.");
  }
}

/** One salt of 16 random bytes, in hex, for each name. */
export function makeSalts(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, bytesToHex(randomBytes(16))]));
}

/** The commitment to the fields, in hex: one salt for each, and none besides. */
export function commit(fields: Record<string, Json>, salts: Record<string, string>): string {
  const hashes = new Map<string, Uint8Array>();
  for (const [name, value] of Object.entries(fields)) hashes.set(name, fieldHash(name, salts[name], value));
  if (Object.keys(salts).length !== hashes.size) {
    throw new VicinageError("commitment-salts", "There should be one salt for each field, and none besides.");
  }
  return root(hashes);
}

/** The values that an opening shows. Throws VicinageError opening-mismatch when it does not fit. */
export function checkOpening(opening: Opening, commitment: string): Record<string, Json> {
  const hashes = new Map<string, Uint8Array>();
  const values: Record<string, Json> = {};
  for (const [name, entry] of Object.entries(opening.fields)) {
    if ("hash" in entry) {
      hashes.set(name, hexToBytes(entry.hash));
    } else {
      hashes.set(name, fieldHash(name, entry.salt, entry.value));
      values[name] = entry.value;
    }
  }
  if (root(hashes) !== commitment) {
    throw new VicinageError("opening-mismatch", "The opening does not fit the commitment in the log.");
  }
  return values;
}

/** The leaf that a private event puts into the log: of constant length, telling nothing. */
export function privateLeaf(commitment: string): Uint8Array {
  return canonical({ v: 1, type: "private", c: commitment });
}

function fieldHash(name: string, salt: string | undefined, value: Json): Uint8Array {
  if (salt === undefined || !/^[0-9a-f]{32}$/.test(salt)) {
    throw new VicinageError("commitment-salt", `The salt of ${name} should be 32 hexadecimal digits.`);
  }
  const zero = Uint8Array.of(0);
  const head = concatBytes(utf8ToBytes("vicinage/field/v1"), zero, utf8ToBytes(name), zero, hexToBytes(salt));
  return sha256(concatBytes(head, canonical(value)));
}

function root(hashes: ReadonlyMap<string, Uint8Array>): string {
  const names = [...hashes.keys()].sort(); // names are ASCII, so this is the order of their bytes
  const parts = names.map((name) => hashes.get(name) ?? new Uint8Array(0));
  return bytesToHex(sha256(concatBytes(utf8ToBytes("vicinage/commitment/v1\0"), ...parts)));
}
