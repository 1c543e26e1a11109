/** Times as a reader sees them: in the browser's own zone, always naming it, with UTC in the markup. */

/** "22 November 2026": the day, in the reader's zone. */
export function day(instant: string): string {
  return new Date(instant).toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** "14:03:22 GMT+1" */
export function clock(instant: string | Date): string {
  return new Date(instant).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
}

/** Day and time in one: "22 Nov 2026, 14:03 GMT+1". */
export function moment(instant: string): string {
  return new Date(instant).toLocaleString(undefined, {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
}

/** Where in its day an instant falls, from 0 (midnight) to 1, in the reader's zone. */
export function partOfDay(instant: string): number {
  const at = new Date(instant);
  return (at.getHours() * 3600 + at.getMinutes() * 60 + at.getSeconds()) / 86400;
}

/** Whole seconds between two instants, at least one. */
export function seconds(start: string, end: string): number {
  return Math.max(1, Math.round((Date.parse(end) - Date.parse(start)) / 1000));
}
