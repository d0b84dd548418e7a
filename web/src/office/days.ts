/** Days and moments, as the pages say them. */

import type { Language } from "../i18n/text";

const DAY_MS = 24 * 3600 * 1000;

/** The day before the month in both languages; in English the month is a word: 3/4 is read both ways. */
export function dayText(at: string, language: Language): string {
  const then = new Date(at);
  if (language === "en") return then.toLocaleDateString("en-GB", { dateStyle: "medium" });
  return then.toLocaleDateString("vi", { day: "2-digit", month: "2-digit", year: "numeric" });
}

export function momentText(at: string, language: Language): string {
  const hour = new Date(at).toLocaleTimeString("en-GB", { timeStyle: "short" });
  return `${dayText(at, language)}, ${hour}`;
}

/** Return the day of a moment here, as a date field takes it. */
export function dayOf(at: string | Date): string {
  const then = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}

/** Return the day ``days`` from ``now``, as a date field takes it. */
export function dayAhead(now: Date, days: number): string {
  return dayOf(new Date(now.getTime() + days * DAY_MS));
}

/** Return the end of a day here, with its offset: who is given a day has the whole of it. */
export function endOfDay(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}
