/** What the API says of an upload, as far as the studio shows it. */

import type { UploadState } from "../api/contract";
import { pick } from "../i18n/text";

export interface Finding {
  readonly code: string;
  readonly severity: "info" | "warning" | "error";
  readonly message: string;
  readonly vi: string;
  readonly where: string;
  readonly advice?: string;
  readonly advice_vi?: string;
  readonly count?: number;
}

export interface Candidate {
  readonly [name: string]: unknown;
}

export interface Question {
  readonly code: string;
  readonly message: string;
  readonly vi: string;
  readonly candidates: readonly Candidate[];
}

export interface Pace {
  readonly rows: number;
  readonly rows_per_s: number;
  readonly remaining_s: number | null;
}

export interface Problem {
  readonly title?: string;
  readonly title_vi?: string;
  readonly detail?: string;
  readonly detail_vi?: string;
}

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly encoding?: string;
  readonly confidence?: number;
  readonly samples?: readonly string[];
  readonly preview?: readonly (readonly [string, string])[];
}

export interface Inspection {
  readonly kind?: string;
  readonly source_layer?: string;
  readonly features?: number;
  readonly geometry_type?: string;
  readonly encoding?: string;
  readonly fields?: readonly ColumnFacts[];
  readonly crs?: { readonly taken: string | null; readonly title: string; readonly title_vi: string };
  readonly mapping?: { readonly layer_fields: readonly { readonly name: string; readonly title: string }[] };
}

export interface Upload {
  readonly upload: string;
  readonly state: UploadState;
  readonly filename: string;
  readonly size: number;
  readonly stage: string;
  readonly progress: number;
  readonly pace: Pace | null;
  readonly findings: readonly Finding[];
  readonly questions: readonly Question[];
  readonly refusal: Problem | null;
  readonly inspection: Inspection | null;
  readonly layer: string | null;
  readonly revision: number | null;
  readonly created_at: string;
  readonly preview: string | null;
}

const AT_WORK: ReadonlySet<UploadState> = new Set(["received", "inspected", "converting"]);

/** Whether the server still works on it by itself. */
export function isAtWork(upload: Pick<Upload, "state">): boolean {
  return AT_WORK.has(upload.state);
}

/** The list with what was heard of it anew: `fresh` is its beginning now, what lies beyond stays. */
export function freshened(list: readonly Upload[], fresh: readonly Upload[]): readonly Upload[] {
  const heard = new Set(fresh.map((one) => one.upload));
  const beyond = list.filter((one) => !heard.has(one.upload));
  return beyond.length < list.length ? [...fresh, ...beyond] : fresh;
}

/** How its state looks: done, wrong, waiting for a person, or at work. */
export function toneOf(state: UploadState): "good" | "bad" | "plain" | "" {
  if (state === "published") return "good";
  if (state === "refused") return "bad";
  return state === "asks" || state === "staged" ? "" : "plain";
}

/** Whether a person may still stop it. */
export function mayBeStopped(upload: Pick<Upload, "state">): boolean {
  return upload.state !== "published" && upload.state !== "refused";
}

/** A size as people read it: whole bytes below a kilobyte, then one decimal. */
export function sizeText(bytes: number, language: "vi" | "en"): string {
  const units = ["byte", "KB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : 1;
  const number = value.toLocaleString(language, { maximumFractionDigits: digits });
  return `${number} ${units[unit]}`;
}

/** Seconds as people say them: "12 s", "3 min". */
export function timeText(seconds: number, language: "vi" | "en"): string {
  const rounded = Math.max(1, Math.round(seconds));
  if (rounded < 90) return language === "en" ? `${rounded} s` : `${rounded} giây`;
  const minutes = Math.round(rounded / 60);
  return language === "en" ? `${minutes} min` : `${minutes} phút`;
}

/** A moment to the minute: "21:04 28/11/2026". */
export function momentText(at: string, language: "vi" | "en"): string {
  return new Date(at).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
}

/** Why it was refused. */
export function refusalText(refusal: Problem, language: "vi" | "en"): string {
  const { detail, detail_vi, title, title_vi } = refusal;
  return pick(language, detail_vi ?? title_vi, detail ?? title);
}

/** The name a layer gets in addresses when nothing else is said: plain letters, digits, "_". */
export function slugOf(filename: string): string {
  const bare = filename.replace(/^.*[/\\]/, "").replace(/(\.[a-z0-9]{1,8}){1,2}$/i, "");
  const plain = bare
    .replace(/[đĐ]/g, "d")
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, 56)
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(plain) ? plain : `lop_${plain}`.replace(/_+$/, "");
}

/** Findings with the gravest first, in the order they came otherwise. */
export function gravestFirst(findings: readonly Finding[]): readonly Finding[] {
  const weight = { error: 0, warning: 1, info: 2 } as const;
  return [...findings].sort((a, b) => weight[a.severity] - weight[b.severity]);
}
