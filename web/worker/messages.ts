/** What page and service worker say to each other about sealed clips. */

/** Addresses under this path exist only in the browser: the worker answers them, never the server. */
export const SEALED = "/sealed/";

/** Page to worker: how to open this clip. The file key opens this one clip and nothing else. */
export interface OpenClip {
  readonly type: "open-clip";
  readonly clip: string;
  readonly fileKey: Uint8Array;
  readonly payloadSize: number;
}

/** Worker to its pages: it was stopped and started again and has lost the key of this clip. */
export interface NeedClip {
  readonly type: "need-clip";
  readonly clip: string;
}

/** Where the player reads a clip's plaintext. */
export function sealedAddress(clip: string): string {
  return `${SEALED}${clip}.mp4`;
}

/** The clip of such an address, or null. */
export function clipOf(path: string): string | null {
  return /^\/sealed\/([a-z2-7]{16})\.mp4$/.exec(path)?.[1] ?? null;
}
