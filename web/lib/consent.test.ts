/** What leaves the browser at a hand-over: signed, committed, and sealed for the agency alone. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, test } from "vitest";
import { fromBase64, makeId, sha256Hex, toBase64 } from "./bytes";
import { checkOpening, clipSignedBytes, commit, makeHandOver, makeSalts, privateLeaf, signedBytes, type SignedClip } from "./consent";
import { makeHousehold, type Household } from "./household";
import { isTrue } from "./note";
import { makeHeader, openHeader } from "./seal";

const fileKey = new Uint8Array(16).fill(7);

function hubClip(start = "2026-11-22T14:10:00.000Z"): SignedClip {
  const seed = new Uint8Array(32).fill(9);
  const statement = {
    v: 1, type: "clip", clip: makeId(), camera: makeId(), start, end: "2026-11-22T14:11:00.000Z", clock_offset_ms: -12,
    sha256: "aa".repeat(32), size: 1234, payload_sha256: "bb".repeat(32), video: { codec: "h264", width: 1280, height: 720 },
    motion: [[0, 4000]], hub: toBase64(ed25519.getPublicKey(seed)),
  };
  return { statement, signature: toBase64(ed25519.sign(clipSignedBytes(statement), seed)) };
}

async function handOver(alice: Household, agency: Household, signed: SignedClip): ReturnType<typeof makeHandOver> {
  const receiver = { rfa: makeId(), rfaLeaf: 5, agency: makeId(), keyLeaf: 3, recipient: agency.recipient, retentionDays: 90 };
  const clip = { header: makeHeader(fileKey, alice.recipient), signed };
  return makeHandOver(alice, receiver, { name: "Alice", contact: "alice@example.org" }, [clip], makeId(), new Date(0));
}

describe("a hand-over", () => {
  test("gives the agency the file key, names its header's hash, and is signed by the household", async () => {
    const [alice, agency] = [await makeHousehold(), await makeHousehold()];
    const signed = hubClip();
    const made = await handOver(alice, agency, signed);
    const header = fromBase64(made.headers[signed.statement.clip] ?? "");
    expect(await openHeader(header, agency.identity)).toEqual(fileKey);
    expect(made.statement["clips"]).toEqual([expect.objectContaining({ header_sha256: sha256Hex(header), sha256: "aa".repeat(32) })]);
    expect(made.statement["at"]).toBe("1970-01-01T00:00:00Z");
    const key = ed25519.getPublicKey(alice.signingSeed);
    expect(isTrue(fromBase64(made.signature_b64), signedBytes(made.statement), key)).toBe(true);
  });

  test("opens to its statement, and to nothing else", async () => {
    const made = await handOver(await makeHousehold(), await makeHousehold(), hubClip());
    expect(checkOpening(made.opening, made.commitment)).toEqual(made.statement);
    const entry = made.opening.fields["retention_days"];
    const forged = { fields: { ...made.opening.fields, retention_days: { ...entry, value: 9000 } } } as typeof made.opening;
    expect(() => checkOpening(forged, made.commitment)).toThrow("does not fit");
  });

  test("is not made of a clip whose hub did not sign it", async () => {
    const signed = hubClip();
    const forged = { ...signed, statement: { ...signed.statement, start: "2026-11-22T14:00:00.000Z" } };
    await expect(handOver(await makeHousehold(), await makeHousehold(), forged)).rejects.toMatchObject({ code: "clip-signature" });
  });
});

describe("a commitment", () => {
  test("hides a field behind its hash and still holds", () => {
    const fields = { name: "Alice", days: 90 };
    const salts = { name: "00".repeat(16), days: "11".repeat(16) };
    const commitment = commit(fields, salts);
    const onlyDays = commit({ days: 90 }, { days: salts.days });
    expect(commitment).toMatch(/^[0-9a-f]{64}$/);
    expect(onlyDays).not.toBe(commitment);
  });

  test("needs a salt of sixteen bytes for each field", () => {
    expect(() => commit({ name: "Alice" }, {})).toThrow("salt");
    expect(() => commit({ name: "Alice" }, { name: "00" })).toThrow("salt");
    expect(() => commit({}, { name: "00".repeat(16) })).toThrow("salt");
    expect(new Set(Object.values(makeSalts(["a", "b", "c"]))).size).toBe(3);
  });

  test("makes leaves of one length, whatever it hides", () => {
    expect(privateLeaf("ab".repeat(32)).length).toBe(privateLeaf("00".repeat(32)).length);
    expect(Buffer.from(privateLeaf("ab".repeat(32))).toString()).toBe(`{"c":"${"ab".repeat(32)}","type":"private","v":1}`);
  });
});
