import type { LayerSpecification, StyleSpecification } from "maplibre-gl";
import { describe, expect, test } from "vitest";
import {
  appearsAt,
  composeStyle,
  fadeLayer,
  movedTiles,
  replacedSources,
  scaleOpacity,
  withoutRevision,
  type Overlay,
} from "../src/map/stylesheet";
import { SOVEREIGNTY_BELOW, SOVEREIGNTY_SOURCES, sovereigntyLabels } from "../src/map/sovereignty";

const BASE: StyleSpecification = {
  version: 8,
  glyphs: "/fonts/{fontstack}/{range}.pbf",
  sources: {},
  layers: [{ id: "background", type: "background", paint: { "background-color": "#eee" } }],
};
const OVERLAY: Overlay = {
  sources: SOVEREIGNTY_SOURCES,
  below: SOVEREIGNTY_BELOW,
  above: sovereigntyLabels("vi"),
};

function sheet(slug: string, revision = 1): StyleSpecification {
  return {
    version: 8,
    sources: { [slug]: { type: "vector", tiles: [`/tiles/${slug}/{z}/{x}/{y}.mvt?rev=${revision}`], minzoom: 5 } },
    layers: [
      { id: slug, type: "fill", source: slug, "source-layer": slug, paint: { "fill-opacity": 0.5 } },
      { id: `${slug}:1`, type: "symbol", source: slug, "source-layer": slug, minzoom: 9 },
    ],
  };
}

describe("the composed style", () => {
  const parts = ["duoi", "tren"].map((slug) => ({ slug, style: sheet(slug), opacity: 1 }));
  const style = composeStyle(BASE, parts, OVERLAY);
  const ids = style.layers.map((layer) => layer.id);

  test("draws bodies in order, then every label", () => {
    const ours = ids.filter((id) => /^(duoi|tren)/.test(id));
    expect(ours).toEqual(["duoi", "tren", "duoi:1", "tren:1"]);
  });

  test("names Hoàng Sa and Trường Sa last of all, whatever is on", () => {
    expect(ids.at(-1)).toBe("chu-quyen-ten");
    const bare = composeStyle(BASE, [], OVERLAY);
    expect(bare.layers.map((layer) => layer.id)).toContain("chu-quyen-ten");
    expect(bare.sources).toHaveProperty("chu-quyen");
  });

  test("takes no second background from a layer's own sheet", () => {
    const own = { ...sheet("a"), layers: [...BASE.layers, ...sheet("a").layers] };
    const merged = composeStyle(BASE, [{ slug: "a", style: own, opacity: 1 }], OVERLAY);
    expect(merged.layers.filter((layer) => layer.type === "background")).toHaveLength(1);
  });
});

describe("a faded layer", () => {
  test.each([
    [undefined, 0.4],
    [0.5, 0.2],
    [["get", "o"], ["*", ["get", "o"], 0.4]],
    [
      ["interpolate", ["linear"], ["zoom"], 8, 0.5, 12, 1],
      ["interpolate", ["linear"], ["zoom"], 8, 0.2, 12, 0.4],
    ],
    [
      ["step", ["zoom"], 0.5, 10, 1],
      ["step", ["zoom"], 0.2, 10, 0.4],
    ],
  ])("multiplies %j", (value, faded) => {
    expect(scaleOpacity(value, 0.4)).toEqual(faded);
  });

  test("fades text and icons of a label, and leaves the rest of the paint alone", () => {
    const label: LayerSpecification = {
      id: "a",
      type: "symbol",
      source: "a",
      paint: { "text-color": "#123456" },
    };
    expect(fadeLayer(label, 0.3).paint).toEqual({
      "text-color": "#123456",
      "icon-opacity": 0.3,
      "text-opacity": 0.3,
    });
  });

  test("is the layer itself at full strength", () => {
    const [layer] = sheet("a").layers;
    expect(fadeLayer(layer as LayerSpecification, 1)).toBe(layer);
  });
});

describe("a new revision", () => {
  test("only moves the tile address of its own source", () => {
    const now = { ...sheet("a").sources, ...sheet("b").sources };
    const next = { ...sheet("a", 2).sources, ...sheet("b").sources };
    expect([...movedTiles(now, next)]).toEqual([["a", ["/tiles/a/{z}/{x}/{y}.mvt?rev=2"]]]);
  });

  test("that changes more than the address is not a mere move", () => {
    const now = sheet("a").sources;
    const next = { a: { ...sheet("a", 2).sources["a"], maxzoom: 12 } } as typeof now;
    expect(movedTiles(now, next).size).toBe(0);
    expect(replacedSources(now, next)).toEqual(["a"]);
  });

  test("is not in the address where each tile has its own", () => {
    const source = withoutRevision(sheet("a", 7)).sources["a"];
    expect(source).toMatchObject({ tiles: ["/tiles/a/{z}/{x}/{y}.mvt"], minzoom: 5 });
    expect(replacedSources(sheet("a").sources, sheet("a", 2).sources)).toEqual([]);
  });

  test("keeps what else an address says", () => {
    const [tiles] = ["/tiles/a/{z}/{x}/{y}.mvt?fields=b&rev=3"];
    const style: StyleSpecification = { ...sheet("a"), sources: { a: { type: "vector", tiles: [tiles ?? ""] } } };
    expect(withoutRevision(style).sources["a"]).toMatchObject({ tiles: ["/tiles/a/{z}/{x}/{y}.mvt?fields=b"] });
  });
});

test("a layer appears where both its tiles and its first sign begin", () => {
  expect(appearsAt(sheet("a"))).toBe(5);
});
