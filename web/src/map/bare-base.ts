/** The base while the server cannot give its own: paper and our own fonts, nothing else. */

import type { StyleSpecification } from "maplibre-gl";

export const BARE_BASE: StyleSpecification = {
  version: 8,
  glyphs: "/fonts/{fontstack}/{range}.pbf",
  sources: {},
  layers: [{ id: "nen", type: "background", paint: { "background-color": "#e6edf0" } }],
};
