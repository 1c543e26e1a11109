/** Signed notes and their Ed25519 keys, after c2sp.org/signed-note and c2sp.org/tlog-cosignature. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, concatBytes, equalBytes, fromBase64, sha256, utf8ToBytes } from "./bytes";
import { VicinageError } from "./errors";

export const ED25519 = 0x01;
export const COSIGNATURE_V1 = 0x04;
export const MLDSA44 = 0x06;
const MAX_CHARACTERS = 256 * 1024;
const MAX_SIGNATURES = 64;

/** A public key: its name, its type byte, the key bytes, and the four bytes that name it in a note. */
export interface VKey {
  readonly name: string;
  readonly type: number;
  readonly key: Uint8Array;
  readonly keyId: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly raw: Uint8Array;
}

/** `text` ends in a newline; the signatures are not yet checked. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The key in "name+id+base64". Throws VicinageError note-vkey. */
export function parseVKey(text: string): VKey {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
  const [, name = "", id = "", encoded = ""] = match ?? [];
  const body = match ? fromBase64(encoded) : new Uint8Array(0);
  const type = body[0];
  const key = body.subarray(1);
  const wanted = type === MLDSA44 ? 1312 : 32;
  const isKnown = type === ED25519 || type === COSIGNATURE_V1 || type === MLDSA44;
  const keyId = sha256(concatBytes(utf8ToBytes(`${name}\n`), body)).subarray(0, 4);
  if (type === undefined || !isKnown || key.length !== wanted || bytesToHex(keyId) !== id) {
    throw new VicinageError("note-vkey", `"${text.slice(0, 60)}" is not a key of a log or a witness.`);
  }
  return { name, type, key, keyId };
}

/** The note in this text. Throws VicinageError note-format. */
export function parseNote(whole: string): Note {
  const at = whole.lastIndexOf("\n\n");
  const lines = whole.slice(at + 2).split("\n");
  if (at < 1 || lines.pop() !== "" || whole.length > MAX_CHARACTERS || /[\x00-\x09\x0b-\x1f]/.test(whole)) {
    throw new VicinageError("note-format", "This is not a signed note: a text, an empty line, signatures.");
  }
  if (lines.length > MAX_SIGNATURES) {
    throw new VicinageError("note-format", `The note has ${lines.length} signatures; at most ${MAX_SIGNATURES} are read.`);
  }
  return { text: whole.slice(0, at + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name = "", encoded = ""] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
  const raw = name ? fromBase64(encoded) : new Uint8Array(0);
  if (raw.length < 5) throw new VicinageError("note-format", "A signature line is not dash, name, base64.");
  return { name, keyId: raw.subarray(0, 4), raw: raw.subarray(4) };
}

/**
 * The time of the key's true line in POSIX seconds (0 for a plain Ed25519 line), or null without a line.
 * Keys of types that the browser does not check (ML-DSA) have none. Throws VicinageError note-false.
 */
export function verifiedAt(vkey: VKey, note: Note): number | null {
  let at: number | null = null;
  for (const { name, keyId, raw } of note.signatures) {
    if (name !== vkey.name || !equalBytes(keyId, vkey.keyId)) continue;
    if (vkey.type === MLDSA44) continue;
    const time = vkey.type === COSIGNATURE_V1 ? readTime(raw) : 0;
    const message = vkey.type === COSIGNATURE_V1 ? `cosignature/v1\ntime ${time}\n${note.text}` : note.text;
    const signature = vkey.type === COSIGNATURE_V1 ? raw.subarray(8) : raw;
    if (!isTrue(signature, utf8ToBytes(message), vkey.key)) {
      throw new VicinageError("note-false", `The signature by ${name} is false.`, "The checkpoint was changed.");
    }
    at = time;
  }
  return at;
}

/** Whether the Ed25519 signature is true, by the strict rules of RFC 8032. */
export function isTrue(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  if (signature.length !== 64 || key.length !== 32) return false;
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

function readTime(raw: Uint8Array): number {
  if (raw.length !== 72) return 0;
  return Number(new DataView(raw.buffer, raw.byteOffset, 8).getBigUint64(0));
}
