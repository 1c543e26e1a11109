/** Times as a reader sees them: in the browser's own zone, always naming it, written as the server writes them. */

/** The page's language; "en" writes day before month and 24 hours, as the server's pages do. */
function locale(): string {
  const lang = document.documentElement.lang || "en";
  return lang === "en" ? "en-GB" : lang;
}

/** "Sunday 22 November 2026": the day, in the reader's zone. */
export function day(instant: string): string {
  return new Date(instant).toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

/** "14:03:22 CET" */
export function clock(instant: string | Date): string {
  const parts = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" } as const;
  return new Date(instant).toLocaleTimeString(locale(), parts);
}

/** Day and time in one: "22 Nov 2026, 14:03 CET". */
export function moment(instant: string): string {
  const date = { day: "numeric", month: "short", year: "numeric" } as const;
  return new Date(instant).toLocaleString(locale(), { ...date, hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
}

/** From one to the other: "22 Nov 2026, 14:03 – 15:03 CET". */
export function span(from: string, to: string): string {
  const date = { day: "numeric", month: "short", year: "numeric" } as const;
  const format = new Intl.DateTimeFormat(locale(), { ...date, hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
  return format.formatRange(new Date(from), new Date(to));
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

/** How many days ago: "today", "yesterday", "12 days ago". */
export function daysAgo(instant: string, now = new Date()): string {
  const days = Math.floor((now.getTime() - Date.parse(instant)) / 86_400_000);
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-days, "day");
}
