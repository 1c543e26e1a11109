/** Bytes and their texts: hex, base64, UTF-8, SHA-256, canonical JSON. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64, base64urlnopad } from "@scure/base";
import canonicalize from "canonicalize";
import { VicinageError } from "./errors";

export { bytesToHex, concatBytes, hexToBytes, sha256, utf8ToBytes };

/** What JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** A JSON value that should be text; "" for anything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Standard base64 with padding. */
export function toBase64(data: Uint8Array): string {
  return base64.encode(data);
}

/** Bytes of standard base64 with padding. Throws VicinageError not-base64. */
export function fromBase64(text: string): Uint8Array {
  try {
    return base64.decode(text);
  } catch {
    throw new VicinageError("not-base64", "A value should be base64 with padding, and is not.");
  }
}

/** Base64 for addresses, without padding. */
export function toBase64Url(data: Uint8Array): string {
  return base64urlnopad.encode(data);
}

/** SHA-256 in lower-case hex. */
export function sha256Hex(data: Uint8Array): string {
  return bytesToHex(sha256(data));
}

/** RFC 8785 JSON in UTF-8: the bytes that are hashed and signed. */
export function canonical(value: Json): Uint8Array {
  const text = canonicalize(value);
  if (text === undefined) throw new VicinageError("not-json", "The value cannot be written as JSON.");
  return utf8ToBytes(text);
}

/** Whether both hold the same bytes. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** That many bytes from the browser's random source. */
export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** A new id: 80 random bits in lower-case base32. */
export function makeId(): string {
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  let bits = 0n;
  for (const byte of randomBytes(10)) bits = (bits << 8n) | BigInt(byte);
  let id = "";
  for (let place = 75n; place >= 0n; place -= 5n) id += letters.charAt(Number((bits >> place) & 31n));
  return id;
}
