// Make the table of MapLibre's layer properties by which the server checks a style.
//
// Run once, by hand, when maplibre-gl is renewed; the result is committed:
//
//     node web/stylespec/properties.mjs
//
// Source: @maplibre/maplibre-gl-style-spec (ISC), dist/latest.json.
import { readFileSync, writeFileSync } from "node:fs";

const ROOT = new URL("..", import.meta.url);
const SPEC = new URL("node_modules/@maplibre/maplibre-gl-style-spec/dist/latest.json", ROOT);
const OUT = new URL("../layers/styling/properties.json", ROOT);
const DRAWN = ["fill", "line", "circle", "symbol", "heatmap", "fill-extrusion", "raster"];
const TYPES = new Set(["color", "number", "string", "boolean", "enum", "array", "formatted", "resolvedImage"]);

const spec = JSON.parse(readFileSync(SPEC, "utf-8"));

function property(said) {
  const { type, value, length, minimum, maximum, values, expression } = said;
  const options = values ?? (value === "enum" ? said.values : undefined);
  return {
    type,
    ...(value === undefined ? {} : { value }),
    ...(length === undefined ? {} : { length }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(options === undefined ? {} : { values: Array.isArray(options) ? options : Object.keys(options) }),
    zoom: expression?.parameters.includes("zoom") ?? false,
    feature: expression?.parameters.includes("feature") ?? false,
    interpolated: expression?.interpolated ?? false,
  };
}

const table = {};
for (const kind of DRAWN) {
  table[kind] = {};
  for (const group of ["layout", "paint"]) {
    const known = Object.entries(spec[`${group}_${kind}`]).filter(([, said]) => TYPES.has(said.type));
    table[kind][group] = Object.fromEntries(known.map(([name, said]) => [name, property(said)]));
  }
}
writeFileSync(OUT, JSON.stringify(table, null, 1).replace(/\n\s{4,}/g, " ") + "\n");
