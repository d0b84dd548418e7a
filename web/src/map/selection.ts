/** How the chosen feature is marked on the map. */

import type { Feature } from "geojson";
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";

export const SELECTION_SOURCE = "lua-chon";
const SOURCE = SELECTION_SOURCE;
const INK = "#d6336c";

/** Return the source holding the chosen feature, or nothing. */
export function selectionSource(feature: Feature | null): Record<string, SourceSpecification> {
  const data = { type: "FeatureCollection" as const, features: feature ? [feature] : [] };
  return { [SOURCE]: { type: "geojson", data } };
}

export const SELECTION_LAYERS: readonly LayerSpecification[] = [
  {
    id: "lua-chon-nen",
    type: "fill",
    source: SOURCE,
    filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": INK, "fill-opacity": 0.12 },
  },
  {
    id: "lua-chon-vien",
    type: "line",
    source: SOURCE,
    filter: ["!=", ["geometry-type"], "Point"],
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": "#fff", "line-width": 6, "line-opacity": 0.8 },
  },
  {
    id: "lua-chon-duong",
    type: "line",
    source: SOURCE,
    filter: ["!=", ["geometry-type"], "Point"],
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": INK, "line-width": 3 },
  },
  {
    id: "lua-chon-diem",
    type: "circle",
    source: SOURCE,
    filter: ["==", ["geometry-type"], "Point"],
    paint: {
      "circle-radius": 9,
      "circle-color": INK,
      "circle-opacity": 0.2,
      "circle-stroke-color": INK,
      "circle-stroke-width": 3,
    },
  },
];
