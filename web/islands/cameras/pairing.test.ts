/** The pairing code carries what the hub needs, and the server learns only the cell. */
import { expect, test } from "vitest";
import { cellOf, pairingCode, parsePlace } from "./pairing";

const place = { lat: 41.9034, lon: -70.5021 };

test("the code is one line that decodes to canonical JSON", () => {
  const code = pairingCode({
    ...place, server: "http://127.0.0.1:8000", token: "t".repeat(43), camera: "abcdefghijklmnop", name: "Front door \u00fc",
    cell: cellOf(place), recipients: ["age1x"], seed: new Uint8Array(32),
  });
  expect(code).toMatch(/^vicinage-pair-1\.[A-Za-z0-9_-]+$/);
  const json = Buffer.from(code.slice(16), "base64url").toString();
  expect(JSON.parse(json)).toMatchObject({ v: 1, name: "Front door \u00fc", lat: 41.9034, seed_b64: `${"A".repeat(43)}=` });
  expect(json.startsWith('{"camera":')).toBe(true);
});

test("the cell is the same for a whole street, and says nothing finer", () => {
  expect(cellOf(place)).toBe(cellOf({ lat: 41.9035, lon: -70.5022 }));
  expect(cellOf(place)).toMatch(/^87[0-9a-f]{13}$/);
});

test("a place is read with a point or a comma, and only within the globe", () => {
  expect(parsePlace(" 41.9034 ", "-70,5021")).toEqual(place);
  for (const [lat, lon] of [["91", "0"], ["0", "181"], ["", "0"], ["1e1", "0"], ["north", "0"]] as const) {
    expect(() => parsePlace(lat, lon)).toThrow("Latitude");
  }
});
