/** Where the map's window lies in the little map of the nation. */

import { NATION_BOUNDS, NATION_SIZE } from "./nation-outline";
import type { MapView } from "./view-state";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const TILE_PX = 512;
/** A smaller window would not be seen. */
const LEAST = 5;

function mercatorY(lat: number): number {
  return (Math.asinh(Math.tan((lat * Math.PI) / 180)) * 180) / Math.PI;
}

/** Return a place in the drawing's units, y down. */
export function insetPoint(lon: number, lat: number): readonly [number, number] {
  const [west, , east, north] = NATION_BOUNDS;
  const scale = NATION_SIZE.width / (east - west);
  return [(lon - west) * scale, (mercatorY(north) - mercatorY(lat)) * scale];
}

/** Return the window of a map of ``size`` pixels in the drawing's units, never too small to see. */
export function insetWindow(view: MapView, size: { width: number; height: number }): Box {
  const [west, , east] = NATION_BOUNDS;
  const perPixel = (360 / (TILE_PX * 2 ** view.zoom)) * (NATION_SIZE.width / (east - west));
  const width = Math.max(size.width * perPixel, LEAST);
  const height = Math.max(size.height * perPixel, LEAST);
  const [x, y] = insetPoint(view.lon, view.lat);
  return { x: x - width / 2, y: y - height / 2, width, height };
}
