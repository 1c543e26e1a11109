/** HTTP ranges of a clip: what a player asks, what part of the plaintext answers it. */

/** Most plaintext that one answer holds: the player asks on from there. */
export const MOST = 2 * 1024 * 1024;

export interface Part {
  readonly start: number;
  readonly end: number;
  readonly status: 200 | 206 | 416;
}

/** The part [start, end) that a Range header asks of `size` bytes; without one, the whole. */
export function partFor(range: string | null, size: number, most = MOST): Part {
  if (range === null) return { start: 0, end: size, status: 200 };
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range.trim()) ?? [];
  if (first === "" && last === "") return { start: 0, end: 0, status: 416 };
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const wanted = first === "" || last === "" ? size : Math.min(Number(last) + 1, size);
  if (start >= size || wanted <= start) return { start: 0, end: 0, status: 416 };
  return { start, end: Math.min(wanted, start + most), status: 206 };
}

/** Headers of the answer for that part. */
export function headersFor(part: Part, size: number): Record<string, string> {
  const common = { "Content-Type": "video/mp4", "Accept-Ranges": "bytes", "Cache-Control": "no-store" };
  if (part.status === 416) return { ...common, "Content-Range": `bytes */${size}` };
  const length = { ...common, "Content-Length": String(part.end - part.start) };
  if (part.status === 200) return length;
  return { ...length, "Content-Range": `bytes ${part.start}-${part.end - 1}/${size}` };
}
