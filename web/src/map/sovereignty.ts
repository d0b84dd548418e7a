/** Hoàng Sa and Trường Sa: part of every map this page shows, whatever layers are on. */

import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { Language } from "../i18n/text";

const SOURCE = "chu-quyen";

export const SOVEREIGNTY_SOURCES: Readonly<Record<string, SourceSpecification>> = {
  [SOURCE]: { type: "geojson", data: "/static/map/quan-dao.geojson" },
};

export const SOVEREIGNTY_BELOW: readonly LayerSpecification[] = [
  {
    id: "chu-quyen-dao",
    type: "fill",
    source: SOURCE,
    filter: ["==", ["get", "kind"], "island"],
    paint: { "fill-color": "#d9cfb4", "fill-outline-color": "#8d7f5c" },
  },
  {
    id: "chu-quyen-bo",
    type: "line",
    source: SOURCE,
    filter: ["==", ["get", "kind"], "island"],
    paint: { "line-color": "#8d7f5c", "line-width": ["interpolate", ["linear"], ["zoom"], 4, 1.2, 10, 1] },
  },
];

/** Return the names, drawn last and over everything: archipelagos, sea, then single islands. */
export function sovereigntyLabels(language: Language): readonly LayerSpecification[] {
  const name = ["get", language === "en" ? "name_en" : "name"] as ["get", string];
  const admin = ["get", language === "en" ? "admin_en" : "admin"] as ["get", string];
  return [
    {
      id: "chu-quyen-ten-bien",
      type: "symbol",
      source: SOURCE,
      filter: ["==", ["get", "kind"], "sea"],
      maxzoom: 9,
      layout: {
        "text-field": name,
        "text-font": ["Noto Sans Italic"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 3, 13, 7, 20],
        "text-letter-spacing": 0.25,
        "text-allow-overlap": true,
      },
      paint: { "text-color": "#3f6d85", "text-halo-color": "#ffffffb0", "text-halo-width": 1 },
    },
    {
      id: "chu-quyen-ten-dao",
      type: "symbol",
      source: SOURCE,
      minzoom: 6.5,
      filter: ["==", ["get", "kind"], "islet"],
      layout: {
        "text-field": name,
        "text-font": ["Noto Sans Regular"],
        "text-size": 11.5,
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 0.5,
      },
      paint: { "text-color": "#4a4027", "text-halo-color": "#fff", "text-halo-width": 1.2 },
    },
    {
      id: "chu-quyen-ten",
      type: "symbol",
      source: SOURCE,
      filter: ["==", ["get", "kind"], "archipelago"],
      layout: {
        "text-field": [
          "format",
          ["upcase", name],
          { "text-font": ["literal", ["Noto Sans Bold"]] },
          "\n",
          {},
          admin,
          { "font-scale": 0.78, "text-font": ["literal", ["Noto Sans Italic"]] },
        ],
        "text-font": ["Noto Sans Bold"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 3, 10.5, 6, 14, 9, 18],
        "text-anchor": "bottom",
        "text-line-height": 1.3,
        "text-max-width": 26,
        "text-allow-overlap": true,
        "text-ignore-placement": false,
      },
      paint: { "text-color": "#3b2a5c", "text-halo-color": "#fff", "text-halo-width": 1.6 },
    },
  ];
}
