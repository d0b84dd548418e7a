/** Changes of features: sent as changesets, undone, restored, read as history. */

import type { Feature, Geometry } from "geojson";
import type { Language } from "../i18n/text";
import type { Edited } from "./contract";
import { change, getJson, API } from "./send";
import { ApiProblem } from "./problem";

export type Values = Readonly<Record<string, unknown>>;

export interface VersionedFeature extends Feature<Geometry | null> {
  /** What a change of it must name, so that nobody overwrites what they have not seen. */
  readonly version?: number;
}

export type Change =
  | { readonly op: "add"; readonly properties: Values; readonly geometry: Geometry | null }
  | {
      readonly op: "change";
      readonly id: number;
      readonly version: number;
      readonly properties: Values;
      readonly geometry?: Geometry | null;
    }
  | { readonly op: "remove"; readonly id: number; readonly version: number };

export interface HistoryItem {
  readonly revision: number;
  readonly at: string;
  /** Who; null for those who are not staff. */
  readonly actor: string | null;
  readonly action: string;
  readonly message: string;
  readonly before: VersionedFeature | null;
  readonly after: VersionedFeature | null;
}

/** What a value of one field may be. */
export interface FieldRule {
  readonly name: string;
  readonly type: string;
  readonly required?: boolean;
  readonly values?: readonly { readonly value: string; readonly title: string }[];
  readonly minimum?: number | null;
  readonly maximum?: number | null;
  readonly max_length?: number | null;
}

export interface FieldRules {
  readonly fields: readonly FieldRule[];
}

/** Another's change that stands in the way: the version there is now, or null when it is gone. */
export interface Conflicting {
  readonly version: number | null;
}

function pathOf(slug: string): string {
  return `${API}/layers/${encodeURIComponent(slug)}`;
}

export function sendChange(
  slug: string,
  one: Change,
  { message, csrf }: { readonly message: string; readonly csrf: string | null },
): Promise<Edited> {
  return change("POST", `${pathOf(slug)}/changesets`, csrf, { message, changes: [one] });
}

export function undoChanges(
  slug: string,
  revision: number,
  { message, csrf }: { readonly message: string; readonly csrf: string | null },
): Promise<Edited> {
  return change("POST", `${pathOf(slug)}/changesets/${revision}/undo`, csrf, { message });
}

export function restoreFeature(
  { slug, id }: { readonly slug: string; readonly id: string },
  revision: number,
  { message, csrf }: { readonly message: string; readonly csrf: string | null },
): Promise<Edited> {
  const path = `${pathOf(slug)}/features/${encodeURIComponent(id)}/restore`;
  return change("POST", path, csrf, { revision, message });
}

/** Return what happened to a feature, the newest first. */
export async function historyOf(slug: string, id: string): Promise<readonly HistoryItem[]> {
  const path = `${pathOf(slug)}/features/${encodeURIComponent(id)}/history`;
  const page: { readonly items: readonly HistoryItem[] } = await getJson(path);
  return page.items.toSorted((a, b) => b.revision - a.revision);
}

export function fieldRulesOf(slug: string): Promise<FieldRules> {
  return getJson(`${pathOf(slug)}/schema`);
}

/** Return the conflict a refused change met, or null if it was refused for something else. */
export function conflictOf(error: unknown): Conflicting | null {
  if (!(error instanceof ApiProblem) || error.slug !== "edit-conflict") return null;
  const { conflicts } = error.document;
  const [first] = Array.isArray(conflicts) ? (conflicts as Conflicting[]) : [];
  return first ?? null;
}

interface Fault {
  readonly field?: unknown;
  readonly message?: unknown;
  readonly message_vi?: unknown;
}

/** Return what the server said is wrong, by field; under "" what concerns no single one. */
export function faultsOf(error: unknown, language: Language): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!(error instanceof ApiProblem) || error.slug !== "invalid-changes") return found;
  const { errors } = error.document;
  for (const { field, message, message_vi } of Array.isArray(errors) ? (errors as Fault[]) : []) {
    const name = typeof field === "string" ? field : "";
    const words = language === "vi" ? (message_vi ?? message) : message;
    if (typeof words === "string") found.set(name, [found.get(name), words].filter(Boolean).join(" "));
  }
  return found;
}
