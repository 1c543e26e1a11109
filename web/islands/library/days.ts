/** The library's clips by day, and the requests that ask for some of them. */
import { matches, type OpenRfa, type Place, type Recorded } from "../../lib/match";

/** Clips under their day's name, days and clips in the order given. */
export function byDay<Clip extends Recorded>(clips: readonly Clip[], day: (instant: string) => string): [string, Clip[]][] {
  const days = new Map<string, Clip[]>();
  for (const clip of clips) {
    const name = day(clip.start);
    days.set(name, [...(days.get(name) ?? []), clip]);
  }
  return [...days];
}

export interface Match<Clip> {
  readonly rfa: OpenRfa;
  readonly clips: readonly Clip[];
}

/**
 * The open rfas of these cells, and those passed on to this resident, that ask for clips of these cameras.
 * What is fetched is the same whatever matches: the whole file of each cell, all that is passed on, and all
 * clips since the earliest window.
 */
export async function findMatches<Clip extends Recorded>(
  cells: readonly string[],
  cameras: ReadonlyMap<string, Place>,
  rfasOfCell: (cell: string) => Promise<readonly OpenRfa[]>,
  clipsSince: (from: string) => Promise<readonly Clip[]>,
  passedOn: () => Promise<readonly OpenRfa[]>,
): Promise<Match<Clip>[]> {
  const rfas = new Map<string, OpenRfa>();
  for (const some of await Promise.all([passedOn(), ...cells.map(rfasOfCell)])) for (const rfa of some) rfas.set(rfa.id, rfa);
  const [earliest] = [...rfas.values()].map((rfa) => rfa.window.from).sort();
  if (earliest === undefined) return [];
  const clips = await clipsSince(earliest);
  return [...rfas.values()]
    .map((rfa) => ({ rfa, clips: matches(rfa, cameras, clips) }))
    .filter((match) => match.clips.length > 0);
}
