/** What a person should know about a layer before trusting it. */

import type { Layer } from "../api/contract";
import { pick, textIn, type Language, type TextKey } from "../i18n/text";

export interface Fact {
  readonly title: string;
  readonly value: string;
}

const CRS_NAMES: Readonly<Record<string, string>> = {
  "EPSG:9214": "VN-2000 / TM-3 107°00′ (EPSG:9214)",
  "EPSG:3405": "VN-2000 / UTM 48N (EPSG:3405)",
  "EPSG:4326": "WGS 84 (EPSG:4326)",
  "EPSG:3857": "WGS 84 / Pseudo-Mercator (EPSG:3857)",
  "EPSG:32648": "WGS 84 / UTM 48N (EPSG:32648)",
};

function crsText(code: string): string {
  return CRS_NAMES[code] ?? code;
}

function dayText(value: string | null, language: Language): string {
  const moment = new Date(value ?? "");
  if (Number.isNaN(moment.getTime())) return "";
  const locale = language === "en" ? "en-GB" : "vi-VN";
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(moment);
}

/** Write a number as the language groups it; nothing for none. */
export function countText(count: number | null, language: Language): string {
  if (count === null) return "";
  return new Intl.NumberFormat(language === "en" ? "en-GB" : "vi-VN").format(count);
}

function accuracyText(metres: number | null): string {
  if (metres === null || metres < 0) return "";
  return metres === 0 ? "0 m" : `± ${metres} m`;
}

/** Return the facts that are known, in reading order. */
export function layerFacts(layer: Layer, language: Language): readonly Fact[] {
  const facts: readonly (readonly [TextKey, string])[] = [
    ["fact_unit", pick(language, layer.unit_title, layer.unit_title_en)],
    ["fact_theme", pick(language, layer.theme_title, layer.theme_title_en)],
    ["fact_revision", String(layer.revision)],
    ["fact_updated", dayText(layer.updated_at ?? layer.published_at, language)],
    ["fact_features", layer.kind === "vector" ? countText(layer.feature_count, language) : ""],
    ["fact_crs", crsText(layer.crs)],
    ["fact_source_crs", layer.source_crs ? crsText(layer.source_crs) : ""],
    ["fact_operation", layer.operation ?? ""],
    ["fact_accuracy", accuracyText(layer.accuracy_m)],
    ["fact_licence", layer.licence ?? ""],
    ["fact_source", layer.source ?? ""],
  ];
  return facts
    .filter(([, value]) => value !== "")
    .map(([key, value]) => ({ title: textIn(language, key), value }));
}
