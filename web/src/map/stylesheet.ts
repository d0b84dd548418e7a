/** From the registry to one MapLibre style. Pure: the map applies only what differs. */

import type {
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";

/** A layer's own stylesheet and how strongly it is drawn (0–1). Parts come in drawing order. */
export interface StylePart {
  readonly slug: string;
  readonly style: StyleSpecification;
  readonly opacity: number;
}

/** Sources and layers that belong to the page, not to a registry layer. */
export interface Overlay {
  readonly sources: Readonly<Record<string, SourceSpecification>>;
  readonly below: readonly LayerSpecification[];
  readonly above: readonly LayerSpecification[];
}

const OPACITY: Readonly<Partial<Record<LayerSpecification["type"], readonly string[]>>> = {
  fill: ["fill-opacity"],
  line: ["line-opacity"],
  circle: ["circle-opacity", "circle-stroke-opacity"],
  symbol: ["icon-opacity", "text-opacity"],
  raster: ["raster-opacity"],
  "fill-extrusion": ["fill-extrusion-opacity"],
  heatmap: ["heatmap-opacity"],
};

/** Multiply an opacity value by ``factor``, keeping a zoom curve at the top as MapLibre demands. */
export function scaleOpacity(value: unknown, factor: number): unknown {
  if (value === undefined) return factor;
  if (typeof value === "number") return value * factor;
  if (!Array.isArray(value)) return value;
  const [operator] = value as unknown[];
  if (operator === "interpolate") return scaleOutputs(value, { first: 4, factor });
  if (operator === "step") return scaleOutputs(value, { first: 2, factor });
  return ["*", value, factor];
}

function scaleOutputs(curve: unknown[], at: { first: number; factor: number }): unknown[] {
  return curve.map((part, index) =>
    index >= at.first && (index - at.first) % 2 === 0 ? scaleOpacity(part, at.factor) : part,
  );
}

/** Return ``layer`` drawn at ``factor`` of its own opacity. */
export function fadeLayer(layer: LayerSpecification, factor: number): LayerSpecification {
  const names = OPACITY[layer.type];
  if (factor === 1 || !names) return layer;
  const paint: Record<string, unknown> = { ...layer.paint };
  for (const name of names) paint[name] = scaleOpacity(paint[name], factor);
  return { ...layer, paint } as LayerSpecification;
}

/** Put every part's layers over the base: first all bodies, then all labels, so text stays legible. */
export function composeStyle(
  base: StyleSpecification,
  parts: readonly StylePart[],
  overlay: Overlay,
): StyleSpecification {
  const drawn = parts.flatMap(({ style, opacity }) =>
    style.layers
      .filter((layer) => layer.type !== "background")
      .map((layer) => fadeLayer(layer, opacity)),
  );
  const sprite = parts.find(({ style }) => style.sprite)?.style.sprite ?? base.sprite;
  const own = new Set(parts.map(({ slug }) => slug));
  const isLabel = (layer: LayerSpecification): boolean => layer.type === "symbol";
  return {
    ...base,
    ...(sprite ? { sprite } : {}),
    sources: Object.assign(
      { ...base.sources, ...overlay.sources },
      ...parts.map((part) => part.style.sources),
    ) as StyleSpecification["sources"],
    layers: [
      // A picture that belongs to the ground is drawn once, as the layer that the person turned on.
      ...base.layers.filter((layer) => !("source" in layer) || !own.has(layer.source as string)),
      ...overlay.below,
      ...drawn.filter((layer) => !isLabel(layer)),
      ...drawn.filter(isLabel),
      ...overlay.above,
    ],
  };
}

/** Return ``style`` without the source ``id`` and what is drawn from it. */
export function withoutSource(style: StyleSpecification, id: string): StyleSpecification {
  const others = Object.entries(style.sources).filter(([known]) => known !== id);
  const layers = style.layers.filter((layer) => !("source" in layer) || layer.source !== id);
  return { ...style, sources: Object.fromEntries(others), layers };
}

/** Return the vector or raster sources of ``next`` whose tile address alone differs from ``now``. */
export function movedTiles(
  now: StyleSpecification["sources"],
  next: StyleSpecification["sources"],
): ReadonlyMap<string, readonly string[]> {
  const moved = new Map<string, readonly string[]>();
  for (const [id, source] of Object.entries(next)) {
    const old = now[id];
    if (!old || !("tiles" in source) || !("tiles" in old) || !source.tiles) continue;
    const same = JSON.stringify({ ...old, tiles: null }) === JSON.stringify({ ...source, tiles: null });
    if (same && JSON.stringify(old.tiles) !== JSON.stringify(source.tiles)) moved.set(id, source.tiles);
  }
  return moved;
}

/** Return the sources that are gone in ``next`` or differ by more than their tile address. */
export function replacedSources(
  now: StyleSpecification["sources"],
  next: StyleSpecification["sources"],
): readonly string[] {
  const bare = (source: SourceSpecification | undefined): string =>
    JSON.stringify(source && { ...source, tiles: null });
  return Object.keys(now).filter((id) => bare(now[id]) !== bare(next[id]));
}

/** Return ``style`` with tile addresses that name no revision: the page stamps each tile itself. */
export function withoutRevision(style: StyleSpecification): StyleSpecification {
  const bare = (url: string): string => {
    const [path = "", query = ""] = url.split("?");
    const others = query.split("&").filter((part) => part !== "" && !part.startsWith("rev="));
    return others.length > 0 ? `${path}?${others.join("&")}` : path;
  };
  const sources = Object.entries(style.sources).map(([id, source]) =>
    "tiles" in source && source.tiles ? [id, { ...source, tiles: source.tiles.map(bare) }] : [id, source],
  );
  return { ...style, sources: Object.fromEntries(sources) as StyleSpecification["sources"] };
}

/** Return the zoom from which ``style`` draws anything. */
export function appearsAt(style: StyleSpecification): number {
  const starts = style.layers.map((layer) => {
    const source = "source" in layer ? style.sources[layer.source as string] : undefined;
    const tiles = source && "minzoom" in source ? (source.minzoom ?? 0) : 0;
    return Math.max(layer.minzoom ?? 0, tiles);
  });
  return starts.length > 0 ? Math.min(...starts) : 0;
}
