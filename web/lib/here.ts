/** The signed-in household as this browser knows it: its record on the server and its key here, if any. */
import * as api from "./api";
import { fromBase64 } from "./bytes";
import { checkHub, type ChosenClip, type SignedClip } from "./consent";
import { VicinageError } from "./errors";
import type { Household } from "./household";
import * as keystore from "./keystore";
import type { Place } from "./match";
import { checkPayload, readByHttp } from "./payload";
import { openBytes, openHeader } from "./seal";

/** A camera's label once opened: what only the household knows of it. */
export interface CameraLabel extends Place {
  readonly v: 1;
  readonly name: string;
  readonly hub: string;
}

export interface Camera extends CameraLabel {
  readonly id: string;
  readonly cell: string;
}

/** The household with its key. Throws VicinageError no-household, no-key-here. */
export async function household(): Promise<Household> {
  const record = await api.household();
  if (!record) throw new VicinageError("no-household", "You have no household key yet.", "Make one first.");
  const found = await keystore.find(record.recipient);
  if (!found) {
    throw new VicinageError("no-key-here", "This browser does not have your household key.", "Bring it with your ten words.");
  }
  return found;
}

/** The household's cameras with their labels opened, by id. */
export async function openCameras(identity: string): Promise<Map<string, Camera>> {
  const opened = new Map<string, Camera>();
  for (const record of await api.cameras()) {
    const label = (await openJson(record.label_b64, identity)) as CameraLabel;
    opened.set(record.id, { ...label, id: record.id, cell: record.cell });
  }
  return opened;
}

/** A clip's label once opened: the hub's statement and signature. */
export async function openClip(clip: api.ClipRecord, identity: string): Promise<ChosenClip> {
  const { statement, signature } = (await openJson(clip.label_b64, identity)) as SignedClip;
  if (statement.clip !== clip.id || statement.payload_sha256 !== clip.payload_sha256 || statement.camera !== clip.camera) {
    throw new VicinageError("label-of-another", "The label of this clip belongs to another clip.", "Tell the operator.");
  }
  return { header: fromBase64(clip.header_b64), signed: { statement, signature } };
}

/**
 * The clip, ready to be handed over, once it is known to be what its camera's hub signed: its times, and all
 * of its payload, opened by the header that is here. Else a server could slip another clip under the name.
 */
export async function proveClip(clip: api.ClipRecord, identity: string, cameras: ReadonlyMap<string, Camera>): Promise<ChosenClip> {
  const chosen = await openClip(clip, identity);
  const { statement } = chosen.signed;
  checkHub(chosen.signed);
  if (statement.hub !== cameras.get(clip.camera)?.hub || !sameInstant(clip.start, statement.start) || !sameInstant(clip.end, statement.end)) {
    throw new VicinageError("clip-not-its-hubs", "This clip is not as its camera's own hub stated it.", "Leave it out; tell the operator.");
  }
  const fileKey = await openHeader(chosen.header, identity);
  await checkPayload(fileKey, clip.payload_size, statement.payload_sha256, readByHttp(api.payloadAddress(clip.id)));
  return chosen;
}

function sameInstant(one: string, other: string): boolean {
  return Date.parse(one) === Date.parse(other);
}

async function openJson(sealed: string, identity: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await openBytes(fromBase64(sealed), identity)));
}

/** All clips of the library that end after `from`, newest first; one page when `from` is absent. */
export async function clipsSince(from?: string): Promise<api.ClipRecord[]> {
  const found: api.ClipRecord[] = [];
  let before: string | null | undefined;
  do {
    const page: api.ClipPage = await api.clips(before ?? undefined);
    found.push(...page.clips);
    before = page.next;
    const oldest = page.clips.at(-1);
    if (from === undefined || !oldest || Date.parse(oldest.end) < Date.parse(from)) break;
  } while (before);
  return found;
}
