/** The page's address: `#at=107.5776,16.4677,14.2&layers=phuong,cay_xanh:60&feature=phuong/17`. */

export interface MapView {
  readonly lon: number;
  readonly lat: number;
  readonly zoom: number;
  readonly bearing: number;
  readonly pitch: number;
}

/** One visible layer; `opacity` runs from 0 to 1. */
export interface ShownLayer {
  readonly slug: string;
  readonly opacity: number;
}

export interface FeatureRef {
  readonly slug: string;
  readonly id: string;
}

/** The whole maps that the server draws, in the order they are offered. */
export const MAPS = ["base", "base-dark", "imagery", "ioc"] as const;
export type MapName = (typeof MAPS)[number];

export interface ViewState {
  readonly view: MapView | null;
  /** null: the layers the city shows by default. */
  readonly layers: readonly ShownLayer[] | null;
  readonly feature: FeatureRef | null;
  /** Absent: the light map. */
  readonly map?: MapName;
}

const SLUG = /^[a-z0-9][a-z0-9_-]*$/;

function parseView(text: string | null): MapView | null {
  const [lon, lat, zoom, bearing = 0, pitch = 0] = (text ?? "").split(",").map(Number);
  if (lon === undefined || lat === undefined || zoom === undefined) return null;
  if (![lon, lat, zoom, bearing, pitch].every(Number.isFinite)) return null;
  if (Math.abs(lon) > 180 || Math.abs(lat) > 85 || zoom < 0 || zoom > 24) return null;
  return { lon, lat, zoom, bearing, pitch: Math.min(Math.max(pitch, 0), 85) };
}

function parseShown(entry: string): ShownLayer | null {
  const [slug = "", percent = "100"] = entry.split(":");
  const opacity = Number(percent) / 100;
  if (!SLUG.test(slug) || !Number.isFinite(opacity)) return null;
  return { slug, opacity: Math.min(Math.max(opacity, 0), 1) };
}

function parseLayers(text: string | null): readonly ShownLayer[] | null {
  if (text === null) return null;
  const shown = text.split(",").map(parseShown);
  return shown.filter((layer) => layer !== null);
}

function parseFeature(text: string | null): FeatureRef | null {
  const cut = text?.indexOf("/") ?? -1;
  if (!text || cut < 0) return null;
  const [slug, id] = [text.slice(0, cut), text.slice(cut + 1)];
  return SLUG.test(slug) && id !== "" ? { slug, id } : null;
}

function parseMap(text: string | null): { map?: MapName } {
  const map = MAPS.find((name) => name === text);
  return map && map !== "base" ? { map } : {};
}

/** Read the part of an address after `#`; whatever does not read is left out. */
export function parseViewState(hash: string): ViewState {
  const query = new URLSearchParams(hash.replace(/^#/, ""));
  return {
    view: parseView(query.get("at")),
    layers: parseLayers(query.get("layers")),
    feature: parseFeature(query.get("feature")),
    ...parseMap(query.get("map")),
  };
}

function formatView(view: MapView): string {
  const numbers = [view.lon.toFixed(5), view.lat.toFixed(5), view.zoom.toFixed(2)];
  if (view.bearing !== 0 || view.pitch !== 0) {
    numbers.push(view.bearing.toFixed(1), view.pitch.toFixed(1));
  }
  return numbers.join(",");
}

function formatShown({ slug, opacity }: ShownLayer): string {
  const percent = Math.round(opacity * 100);
  return percent === 100 ? slug : `${slug}:${percent}`;
}

/** Write the part of an address after `#`, readable in a message: no escapes where none is needed. */
export function formatViewState({ view, layers, feature, map = "base" }: ViewState): string {
  const parts: string[] = [];
  if (view) parts.push(`at=${formatView(view)}`);
  if (map !== "base") parts.push(`map=${map}`);
  if (layers) parts.push(`layers=${layers.map(formatShown).join(",")}`);
  if (feature) parts.push(`feature=${feature.slug}/${encodeURIComponent(feature.id)}`);
  return parts.join("&");
}
