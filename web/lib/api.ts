/** The server's JSON addresses. A refusal (RFC 9457 problem details) becomes a VicinageError. */
import type { Json } from "./bytes";
import type { HandOver } from "./consent";
import { VicinageError } from "./errors";
import type { OpenRfa } from "./match";

export interface HouseholdRecord {
  readonly recipient: string;
  readonly signing_key_b64: string;
  readonly recovery_b64: string;
}

export interface CameraRecord {
  readonly id: string;
  readonly cell: string;
  readonly label_b64: string;
}

export interface ClipRecord {
  readonly id: string;
  readonly camera: string;
  readonly start: string;
  readonly end: string;
  readonly payload_size: number;
  readonly payload_sha256: string;
  readonly header_b64: string;
  readonly label_b64: string;
  readonly thumbnail_b64: string;
}

export interface ClipPage {
  readonly clips: readonly ClipRecord[];
  readonly next: string | null;
}

/** The words beside the log, with the salt that binds them. */
export interface RfaText {
  readonly title: string;
  readonly text: string;
  readonly contact: string;
  readonly salt: string;
  readonly review?: Record<string, string>;
}

export interface RfaRecord {
  readonly index: number;
  readonly leaf: Record<string, Json>;
  readonly leaf_b64: string;
  readonly text: RfaText | null;
  readonly agency: {
    readonly id: string;
    readonly name: string;
    readonly recipient: string | null;
    readonly key_index: number | null;
    readonly verified_index: number | null;
    readonly retention_days: number | null;
  };
}

/** An open mediated rfa, with what its entry in the log commits to. */
export interface PassedOn {
  readonly index: number;
  readonly leaf: Record<string, Json>;
  readonly leaf_b64: string;
  readonly fields: Record<string, Json>;
  readonly text: RfaText;
  readonly open_until: string;
  readonly agency: RfaRecord["agency"];
}

export interface Finding {
  readonly rule: string;
  readonly sentence: string;
  readonly source: string;
  readonly hint: string;
  readonly field: string;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly area_m2: number | null;
}

export interface Receipt {
  readonly id: string;
  /** Null while the log is behind; so is the proof. */
  readonly index: number | null;
  readonly leaf_b64: string;
  readonly proof: string | null;
}

/** An officer's own key: its public half, and its text under the officer's ten words. */
export interface OwnKey {
  readonly recipient: string;
  readonly recovery_b64: string;
}

export interface VaultKey {
  readonly recipient: string;
  readonly index: number | null;
  readonly is_revoked: boolean;
  readonly share_b64: string | null;
  readonly recovery_b64: string | null;
}

export interface Colleague {
  readonly officer: number;
  readonly email: string;
  readonly recipient: string | null;
  readonly keys: readonly string[];
}

export interface Vault {
  readonly own: OwnKey | null;
  readonly keys: readonly VaultKey[];
  readonly colleagues: readonly Colleague[];
}

export interface Share {
  readonly officer: number;
  readonly key: string;
  readonly to: string;
  readonly sealed_b64: string;
}

/** The household's record, or null before it is made. */
export async function household(): Promise<HouseholdRecord | null> {
  const answer = await ask("/api/household");
  return (await body(answer)) as HouseholdRecord | null;
}

export async function postHousehold(record: HouseholdRecord): Promise<void> {
  await body(await send("/api/household", record));
}

export async function cameras(): Promise<CameraRecord[]> {
  return (await body(await ask("/api/cameras"))) as CameraRecord[];
}

export async function postCamera(record: CameraRecord): Promise<{ hub_token: string }> {
  return (await body(await send("/api/cameras", record))) as { hub_token: string };
}

export async function clips(before?: string): Promise<ClipPage> {
  const query = before === undefined ? "?limit=50" : `?limit=50&before=${encodeURIComponent(before)}`;
  return (await body(await ask(`/api/clips${query}`))) as ClipPage;
}

export async function clip(id: string): Promise<ClipRecord> {
  return (await body(await ask(`/api/clips/${encodeURIComponent(id)}`))) as ClipRecord;
}

/** Where the sealed bytes of a clip are read, by ranges. */
export function payloadAddress(id: string): string {
  return `/api/clips/${encodeURIComponent(id)}/payload`;
}

/** The open rfas of a cell, from the public files. */
export async function rfasOfCell(cell: string): Promise<readonly OpenRfa[]> {
  const answer = await ask(`/public/rfas/cell/${encodeURIComponent(cell)}.json`);
  if (answer.status === 404) return [];
  return ((await body(answer)) as { rfas: readonly OpenRfa[] }).rfas;
}

export async function rfa(id: string): Promise<RfaRecord> {
  return (await body(await ask(`/rfas/${encodeURIComponent(id)}.json`))) as RfaRecord;
}

/** The rfas that are passed on to this resident. */
export async function passedOnAll(): Promise<readonly PassedOn[]> {
  return ((await body(await ask("/api/rfas/passed-on"))) as { rfas: readonly PassedOn[] }).rfas;
}

export async function passedOn(id: string): Promise<PassedOn> {
  return (await body(await ask(`/api/rfas/passed-on/${encodeURIComponent(id)}`))) as PassedOn;
}

export async function judge(draft: Record<string, string>, signal?: AbortSignal): Promise<Judgement> {
  return (await body(await send("/api/judge", draft, signal))) as Judgement;
}

export async function postHandOver(handOver: HandOver & { code: string }): Promise<Receipt> {
  return (await body(await send("/api/handovers", handOver))) as Receipt;
}

/** share_b64: to the officer's own key; recovery_b64: under the agency's ten words. */
export async function postAgencyKey(key: { readonly recipient: string; readonly share_b64: string; readonly recovery_b64: string }): Promise<void> {
  await body(await send("/api/agency/key", key));
}

export async function vault(): Promise<Vault> {
  return (await body(await ask("/api/agency/vault"))) as Vault;
}

export async function postOwnKey(own: OwnKey): Promise<void> {
  await body(await send("/api/agency/vault/own", own));
}

export async function postShares(shares: readonly Share[]): Promise<void> {
  await body(await send("/api/agency/vault/shares", { shares }));
}

/** A clip that was handed to the officer's agency, an age file, fetched for a reason that is recorded. */
export async function handedClip(handover: string, clip: string, reason: string): Promise<Uint8Array> {
  const address = `/agency/handovers/${encodeURIComponent(handover)}/clips/${encodeURIComponent(clip)}.age`;
  const answer = await reach(address, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/octet-stream, application/json" },
    body: new URLSearchParams({ reason }),
  });
  if (!answer.ok) throw await problem(answer);
  return new Uint8Array(await answer.arrayBuffer());
}

/** A bundle of the log's entries; null where there is none under this name. */
export async function entriesFile(path: string): Promise<Uint8Array | null> {
  const answer = await ask(`/log/${path}`);
  if (answer.status === 404) return null;
  if (!answer.ok) throw await problem(answer);
  return new Uint8Array(await answer.arrayBuffer());
}

export async function logText(path: string): Promise<string> {
  return (await fetched(`/log/${path}`)).text();
}

export async function logLeaf(index: number): Promise<Uint8Array> {
  return new Uint8Array(await (await fetched(`/log/leaf/${index}`)).arrayBuffer());
}

/** One of the public files, which are the same for everybody. */
export async function publicJson(address: string): Promise<unknown> {
  return (await fetched(address)).json();
}

async function fetched(address: string): Promise<Response> {
  const answer = await ask(address);
  if (!answer.ok) throw await problem(answer);
  return answer;
}

async function ask(address: string): Promise<Response> {
  return reach(address, { headers: { Accept: "application/json" } });
}

async function send(address: string, value: object, signal?: AbortSignal): Promise<Response> {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() };
  const init: RequestInit = { method: "POST", headers, body: JSON.stringify(value) };
  return reach(address, signal ? { ...init, signal } : init);
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new VicinageError("server-unreachable", "The server cannot be reached.", "Check your connection and try again.");
  }
}

async function body(answer: Response): Promise<unknown> {
  if (!answer.ok) throw await problem(answer);
  if (answer.status === 204) return null;
  return answer.json() as Promise<unknown>;
}

async function problem(answer: Response): Promise<VicinageError> {
  const details = (await answer.json().catch(() => ({}))) as { code?: unknown; detail?: unknown; title?: unknown; hint?: unknown };
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return new VicinageError(
    text(details.code) || `http-${answer.status}`,
    text(details.detail) || text(details.title) || `The server refused (${answer.status}).`,
    text(details.hint),
  );
}

/** Django's token, from the log-out form that every signed-in page has, or from its cookie. */
function csrfToken(): string {
  const input = document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]');
  return input?.value ?? /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}
