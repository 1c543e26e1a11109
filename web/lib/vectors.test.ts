/** The vectors that Python reads too: both must find the same. spec/vectors/ */
import { ed25519 } from "@noble/curves/ed25519.js";
import type { Polygon } from "geojson";
import { latLngToCell } from "h3-js";
import { describe, expect, test } from "vitest";
import consent from "../../spec/vectors/consent.json";
import log from "../../spec/vectors/log.json";
import notes from "../../spec/vectors/note.json";
import place from "../../spec/vectors/place.json";
import proofs from "../../spec/vectors/proof.json";
import { bytesToHex, fromBase64, hexToBytes, toBase64, type Json } from "./bytes";
import { checkOpening, clipSignedBytes, commit, signedBytes, type Opening } from "./consent";
import { contains } from "./match";
import { parseNote, parseVKey, verifiedAt } from "./note";
import { parsePolicy, parseProof, rootFromPath, verifyProof } from "./tlog";

type Fields = Record<string, Json>;

const text = (data: Uint8Array): string => new TextDecoder().decode(data);

describe("places", () => {
  const areas = place.areas.filter((area) => "points" in area);
  test.each(areas.map((area) => [area.name, area] as const))("%s: inside and outside, and the cell of each point", (_, area) => {
    expect(area.points?.length).toBeGreaterThan(0);
    for (const point of area.points ?? []) {
      expect(contains(area.read as Polygon, point), `${point.lat}, ${point.lon}`).toBe(point.inside);
      expect(latLngToCell(point.lat, point.lon, 7)).toBe(point.cell);
    }
  });
});

describe("consent", () => {
  test("the bytes that are signed, and the signature, are Python's", () => {
    const bytes = signedBytes(consent.consent.statement);
    expect(text(bytes)).toBe(consent.consent.signed_bytes);
    expect(toBase64(ed25519.sign(bytes, hexToBytes(consent.consent.seed_hex)))).toBe(consent.consent.signature);
  });
  test("the bytes a hub signs of a clip are Python's", () => {
    expect(text(clipSignedBytes(consent.clip.statement as Fields))).toBe(consent.clip.signed_bytes);
  });
  test("commitments and openings are Python's", () => {
    const { fields, salts, commitment, opening, opening_without_name_and_contact: hidden } = consent.commitment;
    expect(commit(fields as Fields, salts)).toBe(commitment);
    expect(commit(consent.small.fields as Fields, consent.small.salts)).toBe(consent.small.commitment);
    expect(checkOpening(opening as Opening, commitment)).toEqual(fields);
    expect(Object.keys(checkOpening(hidden as unknown as Opening, commitment))).not.toContain("contact");
  });
});

describe("notes", () => {
  test.each(notes.notes.map((note) => [note.name, note] as const))("%s", (_, { note, vkeys, signed_by: signedBy }) => {
    const names = (): string[] => {
      const parsed = parseNote(note);
      return vkeys.map(parseVKey).filter((key) => verifiedAt(key, parsed) !== null).map((key) => key.name);
    };
    if (signedBy === null) expect(names).toThrow();
    else expect(names()).toEqual(signedBy);
  });
});

describe("proofs of logging", () => {
  const policy = parsePolicy(proofs.policy);
  test.each(proofs.cases.map((one) => [one.name, one] as const))("%s", (_, { proof, leaf_b64: leaf, ok }) => {
    const check = (): unknown => verifyProof(parseProof(proof), policy, fromBase64(leaf));
    if (ok) expect(check()).toBeTruthy();
    else expect(check).toThrow();
  });
  test("paths lead to the roots they should", () => {
    for (const { index, size, root, leaf, proof } of log.inclusion) {
      const reached = rootFromPath(index, size, hexToBytes(leaf), proof.map(hexToBytes));
      expect(reached && bytesToHex(reached)).toBe(root);
    }
  });
});
