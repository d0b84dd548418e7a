/** A feature while a person changes it: what is typed, what it becomes, where others were faster.
 *
 * Typed values are texts, as the controls of a form hold them; a value nobody touched is never
 * read back, so it stays exactly what it was.
 */

import type { Geometry } from "geojson";
import type { FieldRule, Values, VersionedFeature } from "../api/edits";
import type { Field } from "../api/contract";

export type Typed = Readonly<Record<string, string>>;

export interface Draft {
  /** The feature as the server gave it; null: a new one. */
  readonly base: VersionedFeature | null;
  readonly typed: Typed;
  /** Null: the place was not touched. */
  readonly geometry: Geometry | null;
}

/** One field that two people changed: what each of them wants. */
export interface Clash {
  readonly name: string;
  readonly mine: string;
  readonly theirs: string;
}

/** Why a text is no value of its field. */
export type Misread = "edit_not_number" | "edit_not_whole";

export type Read = { readonly value: unknown } | { readonly wrong: Misread };

const GEOMETRY = "geometry";

/** Return a draft of ``feature`` as it is; of null an empty one. */
export function draftOf(fields: readonly Field[], feature: VersionedFeature | null): Draft {
  return { base: feature, typed: typedOf(fields, feature?.properties ?? {}), geometry: null };
}

/** Write the values as the controls of a form hold them. */
export function typedOf(fields: readonly Field[], values: Values): Typed {
  return Object.fromEntries(fields.map(({ name, type }) => [name, typedValue(type, values[name])]));
}

function typedValue(type: string, value: unknown): string {
  if (value === null || value === undefined) return "";
  if (type === "datetime" && typeof value === "string") return localMoment(value);
  return String(value);
}

/** Write a moment as a `datetime-local` control holds it: in the person's own zone. */
export function localMoment(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return "";
  const shifted = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** Read what was typed for a field of ``type``. A decimal comma is as good as a point. */
export function readTyped(type: string, typed: string): Read {
  const text = typed.trim();
  if (text === "") return { value: null };
  if (type === "boolean") return { value: text === "true" };
  if (type === "datetime") return { value: new Date(text).toISOString() };
  if (type !== "integer" && type !== "real") return { value: typed };
  const number = Number(text.replace(",", "."));
  if (!Number.isFinite(number)) return { wrong: "edit_not_number" };
  if (type === "integer" && !Number.isSafeInteger(number)) return { wrong: "edit_not_whole" };
  return { value: number };
}

/** Return the names of the fields whose text differs from what the server gave. */
export function touchedFields(fields: readonly Field[], draft: Draft): readonly string[] {
  const before = typedOf(fields, draft.base?.properties ?? {});
  return fields.map(({ name }) => name).filter((name) => draft.typed[name] !== before[name]);
}

/** Whether anything would be lost if the draft were dropped. */
export function isTouched(fields: readonly Field[], draft: Draft): boolean {
  return draft.geometry !== null || touchedFields(fields, draft).length > 0;
}

/** Return what a changed feature's properties become, or what cannot be read, by field. */
export function changedValues(
  fields: readonly Field[],
  draft: Draft,
): { readonly values: Values; readonly wrong: ReadonlyMap<string, Misread> } {
  const touched = new Set(touchedFields(fields, draft));
  const values: Record<string, unknown> = {};
  const wrong = new Map<string, Misread>();
  for (const { name, type } of fields) {
    if (!touched.has(name)) continue;
    const read = readTyped(type, draft.typed[name] ?? "");
    if ("wrong" in read) wrong.set(name, read.wrong);
    else values[name] = read.value;
  }
  return { values, wrong };
}

/** Put the draft on top of what somebody else saved meanwhile.
 *
 * Fields that only they changed become theirs; fields that only we changed stay ours; where both
 * did, ours stays and the clash is named. The place is compared as a whole, under `geometry`.
 */
export function rebase(
  fields: readonly Field[],
  draft: Draft,
  theirs: VersionedFeature,
): { readonly draft: Draft; readonly clashes: readonly Clash[] } {
  const before = typedOf(fields, draft.base?.properties ?? {});
  const now = typedOf(fields, theirs.properties ?? {});
  const mine = new Set(touchedFields(fields, draft));
  const typed: Record<string, string> = {};
  const clashes: Clash[] = [];
  for (const { name } of fields) {
    const [was = "", there = "", here = ""] = [before[name], now[name], draft.typed[name]];
    typed[name] = mine.has(name) ? here : there;
    if (mine.has(name) && there !== was && there !== here) clashes.push({ name, mine: here, theirs: there });
  }
  const moved = JSON.stringify(theirs.geometry) !== JSON.stringify(draft.base?.geometry ?? null);
  if (draft.geometry && moved) clashes.push({ name: GEOMETRY, mine: "", theirs: "" });
  return { draft: { ...draft, base: theirs, typed }, clashes };
}

/** Whether a rule leaves a choice among few values. */
export function hasChoices(rule: FieldRule | undefined): boolean {
  return (rule?.values?.length ?? 0) > 0;
}

/** Return what differs between two states of a feature, by field, as texts of the form. */
export function differences(
  fields: readonly Field[],
  before: VersionedFeature | null,
  after: VersionedFeature | null,
): readonly { readonly field: Field; readonly before: unknown; readonly after: unknown }[] {
  const [old, young] = [before?.properties ?? {}, after?.properties ?? {}];
  return fields
    .map((field) => ({ field, before: old[field.name], after: young[field.name] }))
    .filter((row) => (row.before ?? null) !== (row.after ?? null));
}
