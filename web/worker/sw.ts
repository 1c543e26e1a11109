/**
 * The service worker: answers the player's ranges by opening the 64 KiB chunks they touch. It holds only
 * file keys, only in memory; when the browser stops it, it asks an open page for the key again.
 */
import { payloadAddress } from "../lib/api";
import { SealedPayload, readByHttp } from "../lib/payload";
import { clipOf, type NeedClip, type OpenClip } from "./messages";
import { headersFor, MOST, partFor } from "./ranges";

interface WorkerClient {
  postMessage(message: NeedClip): void;
}
interface Worker extends EventTarget {
  readonly location: Location;
  readonly clients: { claim(): Promise<void>; matchAll(options: { type: "window" }): Promise<readonly WorkerClient[]> };
  skipWaiting(): Promise<void>;
}
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const worker = self as unknown as Worker;
const PATIENCE_MS = 5000;
const opened = new Map<string, SealedPayload>();
const waiting = new Map<string, (() => void)[]>();

worker.addEventListener("install", (event) => {
  (event as Waiting).waitUntil(worker.skipWaiting());
});
worker.addEventListener("activate", (event) => {
  (event as Waiting).waitUntil(worker.clients.claim());
});

worker.addEventListener("message", (event) => {
  const { data, ports } = event as MessageEvent<OpenClip>;
  if ((data as Partial<OpenClip>).type !== "open-clip") return;
  opened.set(data.clip, new SealedPayload(data.fileKey, data.payloadSize, readByHttp(payloadAddress(data.clip))));
  for (const go of waiting.get(data.clip) ?? []) go();
  waiting.delete(data.clip);
  ports[0]?.postMessage("opened");
});

worker.addEventListener("fetch", (event) => {
  const { request } = event as Fetching;
  const address = new URL(request.url);
  const clip = address.origin === worker.location.origin ? clipOf(address.pathname) : null;
  if (clip !== null) (event as Fetching).respondWith(answer(clip, request));
});

async function answer(clip: string, request: Request): Promise<Response> {
  try {
    const payload = opened.get(clip) ?? (await askPages(clip));
    if (!payload) return new Response(null, { status: 404 });
    const part = partFor(request.headers.get("Range"), payload.plainSize);
    const headers = headersFor(part, payload.plainSize);
    if (part.status === 416) return new Response(null, { status: 416, headers });
    if (part.status === 200) return new Response(stream(payload), { status: 200, headers });
    const plain = await payload.range(part.start, part.end);
    return new Response(plain as Uint8Array<ArrayBuffer>, { status: 206, headers });
  } catch {
    return new Response(null, { status: 502 }); // the player shows its own error; the page says more
  }
}

/** The whole clip, opened as it is read. */
function stream(payload: SealedPayload): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const end = Math.min(at + MOST, payload.plainSize);
      if (end > at) controller.enqueue(await payload.range(at, end));
      at = end;
      if (at === payload.plainSize) controller.close();
    },
  });
}

/** Asks every open page for the clip's key and waits for the first that knows it. */
async function askPages(clip: string): Promise<SealedPayload | undefined> {
  const known = new Promise<void>((resolve) => {
    waiting.set(clip, [...(waiting.get(clip) ?? []), resolve]);
    setTimeout(resolve, PATIENCE_MS);
  });
  for (const page of await worker.clients.matchAll({ type: "window" })) page.postMessage({ type: "need-clip", clip });
  await known;
  return opened.get(clip);
}
