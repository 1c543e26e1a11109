/**
 * An rfa that was passed on: the log holds a commitment to its fields, and the fields one to its text. The
 * browser believes neither fields nor words that do not fit. Formats: spec/rfa.md.
 */
import * as api from "./api";
import { canonical, concatBytes, equalBytes, fromBase64, sha256Hex, textOf, utf8ToBytes, type Json } from "./bytes";
import type { OpenRfa } from "./match";
import { checkEntry, mismatch, textCommitment, type CheckedRfa } from "./trust";

const LEAF = ["agency", "at", "closes_at", "regime", "rfa", "sealed", "submitted_at", "type", "v"];
const SAME = ["rfa", "agency", "regime", "submitted_at"];

/** What an `rfa.mediated` entry commits to, in hex. */
export function sealOf(fields: Json): string {
  return sha256Hex(concatBytes(utf8ToBytes("vicinage/mediated/v1\n"), canonical(fields)));
}

/** Throws VicinageError log-mismatch unless leaf, fields and text are of this one rfa. */
export function checkSealed(id: string, told: Pick<api.PassedOn, "leaf" | "leaf_b64" | "fields" | "text" | "agency">): void {
  const { leaf, fields } = told;
  const isItsLeaf = leaf["type"] === "rfa.mediated" && leaf["rfa"] === id && leaf["agency"] === told.agency.id;
  if (!isItsLeaf || Object.keys(leaf).sort().join() !== LEAF.join()) throw mismatch("The log's entry is of another request or another agency.");
  if (!equalBytes(fromBase64(told.leaf_b64), canonical(leaf))) throw mismatch("The request shown is not the request logged.");
  if (sealOf(fields) !== leaf["sealed"] || SAME.some((name) => textOf(fields[name]) !== textOf(leaf[name]))) {
    throw mismatch("The request shown is not the request logged.");
  }
  if (textCommitment(told.text as unknown as Json) !== fields["text"]) throw mismatch("The text shown is not the text that was logged.");
}

/** The rfa as the log commits to it; its record has the fields in place of the leaf. */
export async function checkMediated(id: string): Promise<CheckedRfa> {
  const told = await api.passedOn(id);
  checkSealed(id, told);
  const checked = await checkEntry(told.index, fromBase64(told.leaf_b64));
  const { index, leaf_b64, text, agency } = told;
  return { record: { index, leaf: told.fields, leaf_b64, text, agency }, checked, isRedacted: false, isPassedOn: true };
}

/** The same as matching reads it; whether the log holds it is checked before anything is answered. */
export function asOpen({ index, fields, text, agency }: api.PassedOn): OpenRfa {
  const { window, area } = fields as unknown as Pick<OpenRfa, "window" | "area">;
  return { id: textOf(fields["rfa"]), index, title: text.title, offence: textOf(fields["offence"]), agency, window, area, isPassedOn: true };
}
