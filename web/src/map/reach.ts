/** How far a layer's tiles reach, and how a shrunken reach spares the map a fresh start. */

import type { StyleSpecification } from "maplibre-gl";

type Box = readonly number[];

/** A tenth of a metre: bounds come through several reference systems. */
const SLACK_DEG = 1e-6;

/** Whether ``inner`` lies within ``outer``; both west, south, east, north in degrees. */
export function liesIn(inner: Box, outer: Box): boolean {
  const [west = 0, south = 0, east = 0, north = 0] = outer;
  const [left = 0, bottom = 0, right = 0, top = 0] = inner;
  const isInWidth = left >= west - SLACK_DEG && right <= east + SLACK_DEG;
  return isInWidth && bottom >= south - SLACK_DEG && top <= north + SLACK_DEG;
}

/** Return ``next`` with the bounds of ``before`` for every source that reaches no further now.
 *
 * MapLibre throws a source with other bounds away, and all its tiles: an edit at the rim of a
 * layer would ask for the whole layer again.
 */
export function keepingReach(before: StyleSpecification, next: StyleSpecification): StyleSpecification {
  const sources = Object.entries(next.sources).map(([id, source]) => {
    const old = before.sources[id];
    const had = old && "bounds" in old ? old.bounds : undefined;
    const has = "bounds" in source ? source.bounds : undefined;
    return [id, had && has && liesIn(has, had) ? { ...source, bounds: had } : source];
  });
  return { ...next, sources: Object.fromEntries(sources) as StyleSpecification["sources"] };
}
