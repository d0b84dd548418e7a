/** What went wrong with something a person sent, sorted to the fields it concerns. */

import { ApiProblem } from "../api/problem";
import { pageLanguage, text } from "../i18n/text";

export interface Trouble {
  /** About the whole; null where fields say it all. */
  readonly sentence: string | null;
  readonly fields: ReadonlyMap<string, string>;
}

export const FINE: Trouble = { sentence: null, fields: new Map() };

/** Which field a problem is about that names none, by the last part of its type. */
export type Places = Readonly<Record<string, string>>;

/** Return what to say; ``shown`` are the fields that stand on the page. */
export function troubleOf(error: unknown, shown: readonly string[] = [], places: Places = {}): Trouble {
  if (!(error instanceof ApiProblem)) return { sentence: text("server_away"), fields: new Map() };
  const sentence = error.sentence(pageLanguage()) ?? text("server_away");
  const lacking = error.missing.map((name): [string, string] => [name, text("field_missing")]);
  const named = [...error.fields(pageLanguage()), ...lacking].filter(([name]) => shown.includes(name));
  const place = places[error.slug];
  if (named.length === 0 && place) return { sentence: null, fields: new Map([[place, sentence]]) };
  return { sentence: named.length > 0 ? null : sentence, fields: new Map(named) };
}
