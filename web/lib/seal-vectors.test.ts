/** The sealing vectors that Python reads too: both must open, refuse and write the same. spec/vectors/seal.json */
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";
import told from "../../spec/vectors/seal.json";
import { pairingCode } from "../islands/cameras/pairing";
import { bytesToHex, concatBytes, fromBase64, hexToBytes, sha256Hex, toBase64, utf8ToBytes } from "./bytes";
import { householdText, parseHousehold, signingKey } from "./household";
import { CHUNK, SealedPayload } from "./payload";
import { makeHeader, openBytes, openHeader, openPassphrase, parseRecipient, rewrap } from "./seal";

const alice = told.household.identity;
const agency = told.agency;

function plain(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i % 251);
}

test("the household reads and writes the same", async () => {
  const household = await parseHousehold(told.household.text);
  expect(householdText(household)).toBe(told.household.text);
  expect(household.recipient).toBe(told.household.recipient);
  expect(signingKey(household)).toBe(told.household.signing_key_b64);
});

test.each(told.recipients_refused)("the recipient $text is refused", ({ text }) => {
  expect(() => parseRecipient(text)).toThrow("A recipient should be");
});

test.each([
  ["owner", [alice]],
  ["agency", [agency.identity]],
  ["both", [alice, agency.identity]],
] as const)("the header for %s gives the file key", async (name, identities) => {
  const header = fromBase64(told.clip.headers[name].header_b64);
  expect(sha256Hex(header)).toBe(told.clip.headers[name].sha256);
  for (const identity of identities) {
    expect(bytesToHex(await openHeader(header, identity))).toBe(told.clip.file_key);
  }
});

test("the clip opens under the header for the agency, and under one that is made here", async () => {
  const payload = fromBase64(told.clip.payload_b64);
  const theirs = fromBase64(told.clip.headers.agency.header_b64);
  expect(await openBytes(concatBytes(theirs, payload), agency.identity)).toEqual(plain(told.clip.plain_size));
  const made = await rewrap(fromBase64(told.clip.headers.owner.header_b64), alice, agency.recipient);
  expect(made.length).toBe(theirs.length);
  expect(await openBytes(concatBytes(made, payload), agency.identity)).toEqual(plain(told.clip.plain_size));
  await expect(openHeader(made, alice)).rejects.toThrow("not sealed to the household key");
  expect(makeHeader(hexToBytes(told.clip.file_key), agency.recipient)).not.toEqual(made);
});

test("a payload of several chunks has the size that Python states, and a small one opens in ranges", async () => {
  for (const { size, size_payload: sealed, payload_b64: text } of told.payloads.cases) {
    expect(16 + size + 16 * Math.max(1, Math.ceil(size / CHUNK))).toBe(sealed);
    if (text === undefined || size === 0) continue;
    const payload = fromBase64(text);
    const reader = new SealedPayload(
      hexToBytes(told.payloads.file_key), payload.length, (from, to) => Promise.resolve(payload.subarray(from, to)),
    );
    expect(await reader.range(0, size)).toEqual(plain(size));
  }
});

test("label and recovery open", async () => {
  expect(await openBytes(fromBase64(told.label.file_b64), alice)).toEqual(utf8ToBytes(told.label.text));
  expect(await openPassphrase(fromBase64(told.recovery.file_b64), told.recovery.code)).toBe(told.recovery.text);
});

describe("a spoilt file is refused", () => {
  test.each(told.broken)("$name", async ({ file_b64: file }) => {
    await expect(openBytes(fromBase64(file), alice)).rejects.toThrow("it was changed");
  });
});

test("the signature is Python's", () => {
  const seed = fromBase64(told.household.signing_seed_b64);
  expect(toBase64(ed25519.sign(utf8ToBytes(told.signature.message), seed))).toBe(told.signature.signature_b64);
});

test("the pairing code is Python's", () => {
  const { seed_b64: seed, ...fields } = told.pairing.fields;
  expect(pairingCode({ ...fields, seed: fromBase64(seed) })).toBe(told.pairing.code);
});
