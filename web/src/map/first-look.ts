/** Where a map of one layer begins: all of it, or a part where it is drawn at all. */

import type { Geometry } from "geojson";
import type { StyleSpecification } from "maplibre-gl";
import type { Bounds } from "../api/contract";

const TILE_PX = 512;
/** What a part shows about its feature, in pixels. */
const PART_PX = 240;

/** Return the farthest zoom at which the style draws something. */
export function drawnFrom(style: StyleSpecification, minzoom: number): number {
  const zooms = style.layers.map((layer) => layer.minzoom ?? 0);
  return Math.max(minzoom, zooms.length > 0 ? Math.min(...zooms) : 0);
}

/** Return the zoom at which ``bounds`` fill a map of that many pixels, by Web Mercator. */
export function fittingZoom(bounds: Bounds, width: number, height: number): number {
  const [west, south, east, north] = bounds;
  const across = Math.max((east - west) / 360, 1e-12);
  const down = Math.max(downOf(south) - downOf(north), 1e-12);
  return Math.min(Math.log2(width / TILE_PX / across), Math.log2(height / TILE_PX / down));
}

/** Return the ground about a place that a map shows at ``zoom``. */
export function partAt(lon: number, lat: number, zoom: number): Bounds {
  const half = (PART_PX / TILE_PX / 2 ** zoom) * 180;
  const tall = half * Math.cos((lat * Math.PI) / 180);
  return [lon - half, lat - tall, lon + half, lat + tall];
}

/** Return one place of a geometry, or null where it has none. */
export function placeIn(geometry: Geometry | null): [number, number] | null {
  if (!geometry) return null;
  let found: unknown = "geometries" in geometry ? geometry.geometries[0] : geometry.coordinates;
  if (found && typeof found === "object" && "type" in found) return placeIn(found as Geometry);
  while (Array.isArray(found) && Array.isArray(found[0])) found = found[0];
  const [lon, lat] = Array.isArray(found) ? (found as unknown[]) : [];
  return typeof lon === "number" && typeof lat === "number" ? [lon, lat] : null;
}

/** How far down the square of Web Mercator a latitude lies, 0 to 1. */
function downOf(lat: number): number {
  const sine = Math.sin((lat * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}
