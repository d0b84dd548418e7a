/** The words of the pages, in the language of the document. */

import en from "./en.json";
import vi from "./vi.json";

export type Language = "vi" | "en";
export type TextKey = keyof typeof vi;

const WORDS: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { vi, en };

/** Return the language the server wrote the page in. */
export function pageLanguage(): Language {
  return document.documentElement.lang === "en" ? "en" : "vi";
}

/** Return the words for ``key``, with each `{name}` replaced by its value. */
export function textIn(
  language: Language,
  key: TextKey,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in values ? String(values[name]) : whole,
  );
}

export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return textIn(pageLanguage(), key, values);
}

/** Choose between a Vietnamese text and its English twin; the one there is, if only one is. */
export function pick(
  language: Language,
  vietnamese: string | null | undefined,
  english: string | null | undefined,
): string {
  const [first, second] = language === "en" ? [english, vietnamese] : [vietnamese, english];
  return first || second || "";
}
