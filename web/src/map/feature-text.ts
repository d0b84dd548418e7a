/** A feature's attributes as words. */

import type { Field } from "../api/contract";
import { pick, textIn, type Language } from "../i18n/text";

export interface Attribute {
  readonly title: string;
  readonly value: string;
  /** Where the value leads, if it is an address a browser may open. */
  readonly href: string | null;
}

type Properties = Readonly<Record<string, unknown>>;

const NAME_FIELDS = /^(full_name|ho_ten|ten(_.*)?|name|title|tieu_de|nhan|label)$/i;
const LINK = /^(https?:\/\/|mailto:|tel:)\S+$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

function dateText(value: string, language: Language): string {
  const locale = language === "en" ? "en-GB" : "vi-VN";
  const time = DAY.test(value) ? {} : ({ timeStyle: "short" } as const);
  // A bare day has no hour: read it as UTC and write it as UTC, or it may slip to the day before.
  const zone = DAY.test(value) ? { timeZone: "UTC" } : {};
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) return value;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", ...time, ...zone }).format(moment);
}

/** Write one attribute value. Whole numbers stay bare: they are often codes, not quantities. */
export function valueText(value: unknown, language: Language): string {
  if (value === null || value === undefined || value === "") return "—";
  if (typeof value === "boolean") return textIn(language, value ? "yes" : "no");
  if (typeof value === "number") {
    if (Number.isInteger(value)) return String(value);
    const locale = language === "en" ? "en-GB" : "vi-VN";
    return new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }).format(value);
  }
  if (typeof value !== "string") return JSON.stringify(value);
  return DAY.test(value) || MOMENT.test(value) ? dateText(value, language) : value;
}

/** Return every attribute under its field's title, in the order of the fields. */
export function attributesOf(
  fields: readonly Field[],
  properties: Properties,
  language: Language,
): readonly Attribute[] {
  return fields.map((field) => {
    const value = properties[field.name];
    return {
      title: pick(language, field.title, field.title_en) || field.name,
      value: valueText(value, language),
      href: typeof value === "string" && LINK.test(value) ? value : null,
    };
  });
}

/** Return what the feature is called: its name field, else its first text, else null. */
export function featureTitle(fields: readonly Field[], properties: Properties): string | null {
  const texts = fields.filter((field) => {
    const value = properties[field.name];
    return typeof value === "string" && value.trim() !== "" && !LINK.test(value);
  });
  const chosen = texts.find((field) => NAME_FIELDS.test(field.name)) ?? texts[0];
  return chosen ? String(properties[chosen.name]) : null;
}
