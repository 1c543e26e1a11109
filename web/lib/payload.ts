/**
 * An age payload opened at any place: 16-byte nonce, then STREAM chunks of 64 KiB, each with its tag.
 * The last chunk carries a flag, so a payload that was cut short does not open at its end.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { bytesToHex, concatBytes, sha256, utf8ToBytes } from "./bytes";
import { VicinageError } from "./errors";

export const CHUNK = 64 * 1024;
const TAG = 16;
const NONCE = 16;
const SEALED_CHUNK = CHUNK + TAG;
const CHECK_STEP = 4 * 1024 * 1024;

/** Bytes [from, to) of the sealed payload, from wherever it is kept. */
export type ReadSealed = (from: number, to: number) => Promise<Uint8Array>;

/** A sealed payload of a known size; `plainSize` bytes can be read from it. */
export class SealedPayload {
  readonly plainSize: number;
  readonly chunks: number;
  private key: Promise<Uint8Array> | undefined;

  /** payloadSize: bytes of nonce and chunks together. Throws VicinageError payload-size. */
  constructor(
    private readonly fileKey: Uint8Array,
    private readonly payloadSize: number,
    private readonly read: ReadSealed,
  ) {
    const body = payloadSize - NONCE;
    this.chunks = Math.ceil(body / SEALED_CHUNK);
    this.plainSize = body - this.chunks * TAG;
    const last = body - (this.chunks - 1) * SEALED_CHUNK;
    if (body < TAG || last < TAG || (last === TAG && this.chunks > 1)) {
      throw new VicinageError("payload-size", `${payloadSize} bytes cannot be a sealed payload.`);
    }
  }

  /** Plaintext bytes [start, end), end at most plainSize; one request for all the chunks it touches. */
  async range(start: number, end: number): Promise<Uint8Array> {
    if (start < 0 || end > this.plainSize || start > end) {
      throw new VicinageError("payload-range", `The clip has ${this.plainSize} bytes; ${start} to ${end} is not in it.`);
    }
    if (start === end) return new Uint8Array(0);
    const first = Math.floor(start / CHUNK);
    const last = Math.floor((end - 1) / CHUNK);
    const from = NONCE + first * SEALED_CHUNK;
    const to = Math.min(NONCE + (last + 1) * SEALED_CHUNK, this.payloadSize);
    const sealed = await this.read(from, to);
    if (sealed.length !== to - from) throw cutShort();
    const key = await this.payloadKey();
    const parts: Uint8Array[] = [];
    for (let index = first; index <= last; index++) {
      const at = (index - first) * SEALED_CHUNK;
      parts.push(this.open(key, index, sealed.subarray(at, at + SEALED_CHUNK)));
    }
    const plain = parts.length === 1 && parts[0] ? parts[0] : concatBytes(...parts);
    return plain.subarray(start - first * CHUNK, end - first * CHUNK);
  }

  private open(key: Uint8Array, index: number, sealed: Uint8Array): Uint8Array {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(7, index);
    nonce[11] = index === this.chunks - 1 ? 1 : 0;
    try {
      return chacha20poly1305(key, nonce).decrypt(sealed);
    } catch {
      throw new VicinageError(
        "payload-changed",
        "Part of this clip does not open: it was changed, or is not the clip it should be.",
        "Keep the file as it is and tell the operator.",
      );
    }
  }

  private async payloadKey(): Promise<Uint8Array> {
    this.key ??= this.read(0, NONCE).then((nonce) => {
      if (nonce.length !== NONCE) throw cutShort();
      return hkdf(sha256, this.fileKey, nonce, utf8ToBytes("payload"), 32);
    });
    return this.key;
  }
}

/** Reads a payload of which only a range is asked at a time, by HTTP Range requests. */
export function readByHttp(address: string): ReadSealed {
  return async (from, to) => {
    const answer = await fetch(address, {
      headers: { Range: `bytes=${from}-${to - 1}` },
      credentials: "same-origin",
      cache: "no-store",
    });
    if (answer.status === 206) return new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 200) return new Uint8Array(await answer.arrayBuffer()).subarray(from, to);
    throw new VicinageError("payload-not-there", `The server did not give the clip (${answer.status}).`, "Try again.");
  };
}

/**
 * Reads all of a payload once. Throws VicinageError unless its SHA-256 is the one stated and the file key
 * opens its beginning: then the key is that of this payload and of no other.
 */
export async function checkPayload(fileKey: Uint8Array, size: number, stated: string, read: ReadSealed): Promise<void> {
  const hash = sha256.create();
  let first = new Uint8Array(0);
  for (let at = 0; at < size; at += CHECK_STEP) {
    const part = await read(at, Math.min(at + CHECK_STEP, size));
    if (part.length !== Math.min(CHECK_STEP, size - at)) throw cutShort();
    if (at === 0) first = Uint8Array.from(part);
    hash.update(part);
  }
  if (bytesToHex(hash.digest()) !== stated) {
    throw new VicinageError("payload-another", "The stored clip is not the one that its hub sealed.", "Leave it out; tell the operator.");
  }
  const payload = new SealedPayload(fileKey, size, (from, to) => Promise.resolve(first.subarray(from, to)));
  await payload.range(0, Math.min(1, payload.plainSize));
}

function cutShort(): VicinageError {
  return new VicinageError("payload-cut-short", "The server gave less of the clip than it should.", "Try again.");
}
