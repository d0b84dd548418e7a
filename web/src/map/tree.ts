/** Arranging layers for people: by theme or by the unit that keeps them. */

import type { Layer } from "../api/contract";
import { pick, type Language } from "../i18n/text";

export type Grouping = "theme" | "unit";

export interface LayerGroup {
  readonly key: string;
  readonly title: string;
  readonly layers: readonly Layer[];
}

function keyOf(layer: Layer, by: Grouping): string {
  return (by === "theme" ? layer.theme : layer.unit) ?? "";
}

function titleOf(layer: Layer, by: Grouping, language: Language): string {
  return by === "theme"
    ? pick(language, layer.theme_title, layer.theme_title_en) || (layer.theme ?? "")
    : pick(language, layer.unit_title, layer.unit_title_en) || (layer.unit ?? "");
}

function rankOf(group: LayerGroup, by: Grouping): number {
  const order = by === "theme" ? group.layers[0]?.theme_order : null;
  return order ?? (group.key === "" ? 1e9 : 1e6);
}

/** Return the groups in reading order; within one, what is drawn on top comes first. */
export function groupLayers(
  layers: readonly Layer[],
  by: Grouping,
  language: Language,
): readonly LayerGroup[] {
  const groups = new Map<string, Layer[]>();
  for (const layer of layers) {
    const key = keyOf(layer, by);
    groups.set(key, [...(groups.get(key) ?? []), layer]);
  }
  const collator = new Intl.Collator(language);
  return [...groups]
    .map(([key, members]) => ({
      key,
      title: titleOf(members[0] as Layer, by, language),
      layers: members.toSorted((a, b) => b.draw_order - a.draw_order),
    }))
    .toSorted((a, b) => rankOf(a, by) - rankOf(b, by) || collator.compare(a.title, b.title));
}

/** Return the layers a first visit shows. */
export function shownByDefault(layers: readonly Layer[]): readonly Layer[] {
  return layers.filter((layer) => layer.visible_by_default);
}

const SAYS_SIMULATED = /\s*[([](dữ liệu mô phỏng|mô phỏng|simulated data|simulated)[)\]]\s*$/iu;

/** Return the layer's title; of a simulated layer without the words its badge says anyway. */
export function plainTitle(layer: Layer, language: Language): string {
  const title = pick(language, layer.title, layer.title_en);
  return layer.simulated ? withoutSimulated(title) : title;
}

/** Return ``words`` without a closing "(dữ liệu mô phỏng)". */
export function withoutSimulated(words: string): string {
  return words.normalize("NFC").replace(SAYS_SIMULATED, "");
}
