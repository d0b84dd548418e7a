import type { StyleSpecification } from "maplibre-gl";
import { describe, expect, it } from "vitest";
import { drawnFrom, fittingZoom, partAt, placeIn } from "../src/map/first-look";

const styleOf = (...minzooms: (number | undefined)[]): StyleSpecification => ({
  version: 8,
  sources: {},
  layers: minzooms.map((minzoom, at) => ({
    id: String(at),
    type: "background",
    ...(minzoom === undefined ? {} : { minzoom }),
  })),
});

describe("first look", () => {
  it("draws from the farthest zoom of its parts, and not before the layer's own", () => {
    expect(drawnFrom(styleOf(15, 15, 18), 12)).toBe(15);
    expect(drawnFrom(styleOf(undefined, 18), 12)).toBe(12);
    expect(drawnFrom(styleOf(), 7)).toBe(7);
  });

  it("fits the world into one tile at zoom 0, and a half of it one zoom nearer", () => {
    expect(fittingZoom([-180, -85.0511287, 180, 85.0511287], 512, 512)).toBeCloseTo(0, 5);
    expect(fittingZoom([-90, -1, 90, 1], 512, 512)).toBeCloseTo(1, 5);
    expect(fittingZoom([-90, -1, 90, 1], 1024, 512)).toBeCloseTo(2, 5);
  });

  it("shows a part about a place at the zoom asked for", () => {
    const [west, south, east, north] = partAt(107.6, 16.4, 15);
    expect((west + east) / 2).toBeCloseTo(107.6, 9);
    expect((south + north) / 2).toBeCloseTo(16.4, 4);
    expect(fittingZoom([west, south, east, north], 240, 240)).toBeCloseTo(15, 2);
  });

  it("finds a place in any geometry", () => {
    const ring = [
      [1, 2],
      [3, 4],
      [5, 6],
      [1, 2],
    ];
    expect(placeIn({ type: "MultiPolygon", coordinates: [[ring]] })).toEqual([1, 2]);
    expect(placeIn({ type: "Point", coordinates: [7, 8] })).toEqual([7, 8]);
    const inner = { type: "LineString" as const, coordinates: ring };
    expect(placeIn({ type: "GeometryCollection", geometries: [inner] })).toEqual([1, 2]);
    expect(placeIn({ type: "MultiPoint", coordinates: [] })).toBeNull();
    expect(placeIn(null)).toBeNull();
  });
});
