/** Mallory's server shows Alice another agency, another log, no witness, another clip. None is believed. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, expect, test, vi } from "vitest";
import { checkAgencyKey, checkKeyOfLog } from "./agency-key";
import { bytesToHex, canonical, concatBytes, randomBytes, sha256, sha256Hex, toBase64, utf8ToBytes } from "./bytes";
import { COSIGNATURE_V1, ED25519 } from "./note";
import { checkPayload } from "./payload";
import { openHeader } from "./seal";
import { leafHash } from "./tlog";
import { checkAgency, oneWitnessedLog } from "./trust";

const seeds = { log: new Uint8Array(32).fill(1), witness: new Uint8Array(32).fill(2) };
const agency = { id: "bbbbbbbbbbbbbbbb", name: "Red Cross", recipient: "age1page", key_index: 0, verified_index: 0, retention_days: 1 };
const verified = { v: 1, type: "agency.verified", agency: agency.id, name: "Maple Police", retention_days: 90 };

function vkey(name: string, type: number, seed: Uint8Array): { name: string; text: string; id: Uint8Array } {
  const body = concatBytes(Uint8Array.of(type), ed25519.getPublicKey(seed));
  const id = sha256(concatBytes(utf8ToBytes(`${name}\n`), body)).subarray(0, 4);
  return { name, text: `${name}+${bytesToHex(id)}+${toBase64(body)}`, id };
}
const log = vkey("log.example", ED25519, seeds.log);
const witness = vkey("witness.example", COSIGNATURE_V1, seeds.witness);

/** A server whose log has this one entry. */
function serve(leaf: Uint8Array, quorum = "one", origin = log): void {
  const text = `${origin.name}\n1\n${toBase64(leafHash(leaf))}\n`;
  const own = ed25519.sign(utf8ToBytes(text), seeds.log);
  const theirs = ed25519.sign(utf8ToBytes(`cosignature/v1\ntime 9\n${text}`), seeds.witness);
  const stamp = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 9);
  const lines = [`\u2014 ${origin.name} ${toBase64(concatBytes(origin.id, own))}\n`];
  if (quorum !== "none") lines.push(`\u2014 ${witness.name} ${toBase64(concatBytes(witness.id, stamp, theirs))}\n`);
  const files = new Map<string, BodyInit>([
    ["/log/policy", `log ${origin.text}\nwitness one ${witness.text}\nquorum ${quorum}\n`],
    ["/log/proof/0", `c2sp.org/tlog-proof@v1\nindex 0\n\n${text}\n${lines.join("")}`],
    ["/log/leaf/0", leaf as Uint8Array<ArrayBuffer>],
  ]);
  vi.stubGlobal("fetch", (address: string) => Promise.resolve(new Response(files.get(address) ?? null)));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test("name and retention are those of the log's entry, not those of the page", async () => {
  serve(canonical(verified));
  const found = await checkAgency(agency);
  expect(found).toMatchObject({ name: "Maple Police", retentionDays: 90 });
  oneWitnessedLog([found.checked]);
});

test.each([
  ["of another agency", { ...verified, agency: "cccccccccccccccc" }],
  ["of another type", { ...verified, type: "agency.key" }],
])("an entry %s is no verification", async (_, leaf) => {
  serve(canonical(leaf));
  await expect(checkAgency(agency)).rejects.toThrow("not the verification");
});

test("an entry that two readers could read differently is refused", async () => {
  serve(utf8ToBytes(`{"agency":"${agency.id}","recipient":"age1other","recipient":"age1page","type":"agency.key","v":1}`));
  await expect(checkAgencyKey(agency)).rejects.toThrow("one form");
});

test("a key that is not the log's is refused", async () => {
  serve(canonical({ v: 1, type: "agency.key", agency: agency.id, recipient: "age1log", at: "2026-11-01T00:00:00Z" }));
  await expect(checkAgencyKey(agency)).rejects.toThrow("not the key that the log holds");
});

test("a key whose time has not come is refused, and one in force tells since when and read until when", async () => {
  const leaf = { v: 1, type: "agency.key", agency: agency.id, recipient: "age1page", at: "2026-11-01T00:00:00Z", from: "2026-11-08T00:00:00Z" };
  serve(canonical(leaf));
  await expect(checkAgencyKey(agency, new Date("2026-11-07T23:59:59Z"))).rejects.toThrow("not in force yet");
  const found = await checkAgencyKey(agency, new Date("2026-11-08T00:00:00Z"));
  expect(found).toMatchObject({ fromAt: "2026-11-08T00:00:00Z", readUntil: "1970-01-01T00:00:09.000Z" });
  await expect(checkKeyOfLog(agency, 2, new Date("2026-11-09T00:00:00Z"))).rejects.toMatchObject({ hint: expect.stringContaining("Withdraw") as string });
  await checkKeyOfLog(agency, 1, new Date("2026-11-09T00:00:00Z"));
});

test("a log that no witness has seen, or two logs, are not enough to consent by", async () => {
  serve(canonical(verified));
  const { checked } = await checkAgency(agency);
  serve(canonical(verified), "none");
  const alone = await checkAgency(agency);
  expect(() => { oneWitnessedLog([checked, alone.checked]); }).toThrow("No witness");
  serve(canonical(verified), "one", vkey("other.example", ED25519, seeds.log));
  const elsewhere = await checkAgency(agency);
  expect(() => { oneWitnessedLog([checked, elsewhere.checked]); }).toThrow("different logs");
  const forked = { ...checked, checkpoint: { ...checked.checkpoint, root: new Uint8Array(32) } };
  expect(() => { oneWitnessedLog([checked, forked]); }).toThrow("different logs");
});

test("a payload under another clip's header, or another payload, is found before its key is given away", async () => {
  const payload = Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * 7919) >> 5);
  const read = (from: number, to: number): Promise<Uint8Array> => Promise.resolve(payload.subarray(from, to));
  await expect(checkPayload(randomBytes(16), payload.length, sha256Hex(randomBytes(9)), read)).rejects.toThrow("not the one that its hub sealed");
  await expect(checkPayload(randomBytes(16), payload.length, sha256Hex(payload), read)).rejects.toThrow("does not open");
});

test("a payload that is the hub's own, under its own header, passes", async () => {
  const identity = await generateX25519Identity();
  const closing = new Encrypter();
  closing.addRecipient(await identityToRecipient(identity));
  const whole = await closing.encrypt(new Uint8Array(200_000).fill(7));
  const start = new TextDecoder("latin1").decode(whole.subarray(0, 1000)).indexOf("\n---");
  const end = whole.indexOf(10, start + 1) + 1;
  const payload = whole.subarray(end);
  const fileKey = await openHeader(whole.subarray(0, end), identity);
  await checkPayload(fileKey, payload.length, sha256Hex(payload), (from, to) => Promise.resolve(payload.subarray(from, to)));
});
