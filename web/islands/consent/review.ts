/** What the owner reviews before consenting, gathered and checked: the request, the key, the clips. */
import { checkAgencyKey, type CheckedKey } from "../../lib/agency-key";
import * as api from "../../lib/api";
import { textOf } from "../../lib/bytes";
import type { Receiver } from "../../lib/consent";
import * as here from "../../lib/here";
import type { Household } from "../../lib/household";
import { matches, type OpenRfa } from "../../lib/match";
import { checkMediated } from "../../lib/mediated";
import { checkAgency, checkRfa, oneWitnessedLog, type CheckedAgency, type CheckedRfa } from "../../lib/trust";

export interface Review {
  readonly household: Household;
  readonly rfa: CheckedRfa;
  readonly key: CheckedKey;
  readonly agency: CheckedAgency;
  readonly cameras: ReadonlyMap<string, here.Camera>;
  readonly clips: readonly api.ClipRecord[];
}

/** What the page names: which request, and whether it is passed on and not public. Neither is believed. */
export interface Named {
  readonly id: string;
  readonly is_passed_on: boolean;
}

/** Everything checked against the log, and the clips that the request asks for. */
export async function review(named: Named): Promise<Review> {
  const household = await here.household();
  const rfa = await (named.is_passed_on ? checkMediated(named.id) : checkRfa(named.id));
  const key = await checkAgencyKey(rfa.record.agency);
  const agency = await checkAgency(rfa.record.agency);
  oneWitnessedLog([rfa.checked, key.checked, agency.checked]);
  const cameras = await here.openCameras(household.identity);
  const { window, area } = asked(rfa);
  const clips = matches({ window, area }, cameras, await here.clipsSince(window.from));
  return { household, rfa, key, agency, cameras, clips };
}

/** Area and window as the log's entry states them, not as the page does. */
export function asked({ record }: Pick<CheckedRfa, "record">): Pick<OpenRfa, "window" | "area"> {
  return record.leaf as unknown as Pick<OpenRfa, "window" | "area">;
}

/** To whom the owner consents, every part of it from a checked entry of the log. */
export function receiverOf({ rfa, key, agency }: Pick<Review, "rfa" | "key" | "agency">): Receiver {
  return {
    rfa: textOf(rfa.record.leaf["rfa"]),
    rfaLeaf: rfa.record.index,
    agency: rfa.record.agency.id,
    keyLeaf: key.index,
    recipient: key.recipient,
    retentionDays: agency.retentionDays,
  };
}
