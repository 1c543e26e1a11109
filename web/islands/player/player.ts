/**
 * Plays one sealed clip: the page opens its header, the service worker opens the chunks the player asks for.
 * Page data: {"clip": "<id>"}.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import * as api from "../../lib/api";
import { bytesToHex } from "../../lib/bytes";
import { checkHub, type ClipStatement } from "../../lib/consent";
import { VicinageError } from "../../lib/errors";
import * as here from "../../lib/here";
import { island, offer, pageData, type Island } from "../../lib/island";
import { readByHttp, SealedPayload } from "../../lib/payload";
import { openHeader } from "../../lib/seal";
import * as times from "../../lib/times";
import { sealedAddress, type NeedClip, type OpenClip } from "../../worker/messages";

const STEP = 1024 * 1024;

island("player", async (page) => {
  try {
    await play(page);
  } catch (error) {
    const isKeyless = error instanceof VicinageError && ["no-household", "no-key-here"].includes(error.code);
    if (!isKeyless) throw error;
    page.part("no-key").hidden = false;
  } finally {
    page.part("loading").hidden = true;
  }
});

async function play(page: Island): Promise<void> {
  const { clip: id } = pageData<{ clip: string }>();
  if (id === undefined) throw new VicinageError("page-data", "The page names no clip.");
  const { identity } = await here.household();
  const record = await api.clip(id);
  const { header, signed } = await here.openClip(record, identity);
  checkHub(signed);
  const fileKey = await openHeader(header, identity);
  const cameras = await here.openCameras(identity);
  const payload = new SealedPayload(fileKey, record.payload_size, readByHttp(api.payloadAddress(id)));
  tell(page, signed.statement, cameras.get(record.camera)?.name ?? "");
  takeSaving(page, payload, signed.statement);
  page.part("stage").hidden = false;
  const message: OpenClip = { type: "open-clip", clip: id, fileKey, payloadSize: record.payload_size };
  const video = page.part("video", HTMLVideoElement);
  video.addEventListener("error", () => {
    page.problem(new VicinageError("cannot-play", "The browser cannot play this clip."));
  });
  followClock(page, video, signed.statement.start);
  const isServed = await handToWorker(message);
  video.src = isServed ? sealedAddress(id) : URL.createObjectURL(await openWhole(payload, () => undefined));
}

function tell(page: Island, statement: ClipStatement, camera: string): void {
  const { video, clock_offset_ms: offset } = statement as ClipStatement & {
    video: { codec: string; width: number; height: number };
    clock_offset_ms: number | null;
  };
  page.part("name").textContent = camera;
  page.part("offset").textContent = offset === null ? page.word("offset-unknown") : page.word("offset-known", { ms: offset });
  page.part("format").textContent = page.word("format", { codec: video.codec, width: video.width, height: video.height });
  page.part("signature").textContent = page.word("signed");
  page.part("hash").textContent = statement.sha256;
}

/** Gives the worker the clip's key, now and whenever it has lost it. False where there is no worker. */
async function handToWorker(message: OpenClip): Promise<boolean> {
  if (!("serviceWorker" in navigator)) return false;
  try {
    await navigator.serviceWorker.register("/sw.js");
    const worker = await controller();
    if (!worker) return false;
    navigator.serviceWorker.addEventListener("message", (event: MessageEvent<NeedClip>) => {
      if (event.data.clip === message.clip) navigator.serviceWorker.controller?.postMessage(message);
    });
    await told(worker, message);
    return true;
  } catch {
    return false;
  }
}

/** The worker that controls this page; a first one takes it over within moments. */
async function controller(): Promise<ServiceWorker | null> {
  if (navigator.serviceWorker.controller) return navigator.serviceWorker.controller;
  return new Promise((resolve) => {
    const done = (): void => {
      resolve(navigator.serviceWorker.controller);
    };
    navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
    setTimeout(done, 4000);
  });
}

async function told(worker: ServiceWorker, message: OpenClip): Promise<void> {
  const channel = new MessageChannel();
  await new Promise<void>((resolve, reject) => {
    channel.port1.onmessage = () => {
      resolve();
    };
    setTimeout(reject, 4000);
    worker.postMessage(message, [channel.port2]);
  });
}

function followClock(page: Island, video: HTMLVideoElement, start: string): void {
  video.addEventListener("timeupdate", () => {
    const at = new Date(Date.parse(start) + video.currentTime * 1000);
    page.part("now").textContent = page.word("now", { time: times.clock(at) });
  });
}

/** Opens the whole clip, checks that its hash is the one the hub signed, and offers it as a file. */
function takeSaving(page: Island, payload: SealedPayload, statement: ClipStatement): void {
  page.onClick("save", async () => {
    const hash = sha256.create();
    const whole = await openWhole(payload, (part, done) => {
      hash.update(part);
      page.part("progress").textContent = page.word("opening", { percent: Math.round(done * 100) });
    });
    if (bytesToHex(hash.digest()) !== statement.sha256) {
      page.part("progress").textContent = "";
      throw new VicinageError("clip-hash", "The opened file is not the one the hub signed.");
    }
    page.part("progress").textContent = page.word("whole");
    const link = page.part("saved", HTMLAnchorElement);
    offer(link, `${statement.start.replace(/[:.]/g, "-")}.mp4`, [whole], "video/mp4");
    link.click();
  });
}

async function openWhole(payload: SealedPayload, onPart: (part: Uint8Array, done: number) => void): Promise<Blob> {
  const parts: BlobPart[] = [];
  for (let at = 0; at < payload.plainSize; at += STEP) {
    const part = await payload.range(at, Math.min(at + STEP, payload.plainSize));
    onPart(part, Math.min(1, (at + STEP) / payload.plainSize));
    parts.push(part as Uint8Array<ArrayBuffer>);
  }
  return new Blob(parts, { type: "video/mp4" });
}
