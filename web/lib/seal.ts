/**
 * age headers and small age files: open with the household's identity, seal labels to it, and write a
 * new header for another recipient around the same file key. Format: age-encryption.org/v1.
 */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { base64nopad, bech32 } from "@scure/base";
import { Decrypter, Encrypter } from "age-encryption";
import { concatBytes, randomBytes, sha256, utf8ToBytes } from "./bytes";
import { VicinageError } from "./errors";

const FILE_KEY_BYTES = 16;

/** The 16-byte file key that a header holds for this identity. Throws VicinageError seal-not-ours. */
export async function openHeader(header: Uint8Array, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(header);
  } catch {
    throw notOurs();
  }
}

/** The plaintext of a whole age file that is small enough to hold. Throws VicinageError seal-not-ours. */
export async function openBytes(sealed: Uint8Array, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(sealed);
  } catch {
    throw notOurs();
  }
}

/** A whole age file of this plaintext for the recipients ("age1..."). */
export async function sealBytes(plain: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(plain);
}

/** An age file under a passphrase; scrypt of 2 to the logN. */
export async function sealPassphrase(plain: string, passphrase: string, logN: number): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(logN);
  return encrypter.encrypt(plain);
}

/** The text of an age file under a passphrase. Throws VicinageError seal-wrong-passphrase. */
export async function openPassphrase(sealed: Uint8Array, passphrase: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(sealed, "text");
  } catch {
    throw new VicinageError(
      "seal-wrong-passphrase",
      "These words do not open this key.",
      "Check the order and the spelling of each word.",
    );
  }
}

/** An age header that gives the file key to one X25519 recipient; the payload follows it unchanged. */
export function makeHeader(fileKey: Uint8Array, recipient: string): Uint8Array {
  if (fileKey.length !== FILE_KEY_BYTES) {
    throw new VicinageError("seal-file-key", `A file key should have ${FILE_KEY_BYTES} bytes.`);
  }
  const theirs = parseRecipient(recipient);
  const ephemeral = randomBytes(32);
  const share = x25519.getPublicKey(ephemeral);
  const secret = x25519.getSharedSecret(ephemeral, theirs);
  const wrapping = hkdf(sha256, secret, concatBytes(share, theirs), utf8ToBytes("age-encryption.org/v1/X25519"), 32);
  const wrapped = chacha20poly1305(wrapping, new Uint8Array(12)).encrypt(fileKey);
  const start = `age-encryption.org/v1\n-> X25519 ${base64nopad.encode(share)}\n${base64nopad.encode(wrapped)}\n---`;
  const macKey = hkdf(sha256, fileKey, undefined, utf8ToBytes("header"), 32);
  const mac = hmac(sha256, macKey, utf8ToBytes(start));
  return utf8ToBytes(`${start} ${base64nopad.encode(mac)}\n`);
}

/** The same file key under a fresh header for another recipient. */
export async function rewrap(header: Uint8Array, identity: string, recipient: string): Promise<Uint8Array> {
  return makeHeader(await openHeader(header, identity), recipient);
}

/** The 32 bytes of an "age1..." recipient. Throws VicinageError seal-recipient. */
export function parseRecipient(recipient: string): Uint8Array {
  try {
    const { prefix, bytes } = bech32.decodeToBytes(recipient);
    if (prefix === "age" && bytes.length === 32 && recipient === recipient.toLowerCase()) return bytes;
  } catch {
    // falls through to the one sentence for every way of being wrong
  }
  throw new VicinageError("seal-recipient", 'A recipient should be an age X25519 recipient, "age1...".');
}

function notOurs(): VicinageError {
  return new VicinageError(
    "seal-not-ours",
    "This is not sealed to the household key in this browser, or it was changed.",
    "Bring the key of the household that made it.",
  );
}
