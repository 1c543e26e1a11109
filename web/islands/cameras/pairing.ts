/** The pairing code: one line that tells a hub its server, its camera and whom to seal to. spec/pairing.md */
import { latLngToCell } from "h3-js";
import { canonical, toBase64, toBase64Url } from "../../lib/bytes";
import { VicinageError } from "../../lib/errors";
import type { Place } from "../../lib/match";

const PREFIX = "vicinage-pair-1.";
const RESOLUTION = 7;

export interface Pairing extends Place {
  readonly server: string;
  readonly token: string;
  readonly camera: string;
  readonly name: string;
  readonly cell: string;
  readonly recipients: readonly string[];
  readonly seed: Uint8Array;
}

/** The code, one line without spaces. It is a secret. */
export function pairingCode(pairing: Pairing): string {
  const { server, token, camera, name, lat, lon, cell, recipients, seed } = pairing;
  const json = { v: 1, server, token, camera, name, lat, lon, cell, recipients: [...recipients], seed_b64: toBase64(seed) };
  return PREFIX + toBase64Url(canonical(json));
}

/** The coarse cell that the server may know: about five square kilometres. */
export function cellOf(place: Place): string {
  return latLngToCell(place.lat, place.lon, RESOLUTION);
}

/** A place from two typed numbers; a decimal comma is understood. Throws VicinageError camera-place. */
export function parsePlace(lat: string, lon: string): Place {
  const [first, second] = [lat, lon].map((text) => {
    const plain = text.trim().replace(",", ".");
    return /^-?\d{1,3}(\.\d{1,12})?$/.test(plain) ? Number(plain) : NaN;
  });
  if (first === undefined || second === undefined || !(Math.abs(first) <= 90) || !(Math.abs(second) <= 180)) {
    throw new VicinageError("camera-place", "Latitude should be from -90 to 90, longitude from -180 to 180.");
  }
  return { lat: Math.round(first * 1e6) / 1e6, lon: Math.round(second * 1e6) / 1e6 };
}
