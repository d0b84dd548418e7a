import type { Geometry } from "geojson";
import { describe, expect, test } from "vitest";
import type { LonLat } from "../src/api/contract";
import { Neighbours } from "../src/edit/neighbours";
import { outlineOf, snapOf, type Around, type Snap } from "../src/edit/snap";

/** A hundred pixels a degree, y down. */
const project = ([lon, lat]: LonLat): { x: number; y: number } => ({ x: lon * 100, y: -lat * 100 });

const SQUARE: Geometry = { type: "Polygon", coordinates: [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]] };
const HOLED: Geometry = {
  type: "MultiPolygon",
  coordinates: [[...SQUARE.coordinates, [[1, 1], [1, 2], [2, 2], [1, 1]]]],
};

function around(lon: number, lat: number): Around {
  return { pointer: project([lon, lat]), box: [lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1], project };
}

function snapAt(lon: number, lat: number, ...shapes: Geometry[]): Snap | null {
  return snapOf(shapes.map(outlineOf), around(lon, lat));
}

describe("a vertex near another shape", () => {
  test("goes exactly onto the nearest vertex of all", () => {
    const exact: Geometry = { type: "Point", coordinates: [4.0600001, 4] };
    expect(snapAt(3.95, 3.94, SQUARE)).toEqual({ place: [4, 4], onto: "vertex" });
    expect(snapAt(4.05, 4, SQUARE, exact)).toEqual({ place: [4.0600001, 4], onto: "vertex" });
  });

  test("goes onto a vertex, also where an edge is nearer", () => {
    expect(snapAt(3.92, 4, SQUARE)).toEqual({ place: [4, 4], onto: "vertex" });
  });

  test("else goes onto the nearest edge, the last of a ring and those of holes too", () => {
    expect(snapAt(2, 4.05, SQUARE)).toEqual({ place: [2, 4], onto: "edge" });
    expect(snapAt(-0.05, 3, SQUARE)).toEqual({ place: [0, 3], onto: "edge" });
    expect(snapAt(0.95, 1.5, HOLED)).toEqual({ place: [1, 1.5], onto: "edge" });
  });

  test("goes onto an edge that ends beyond what is near, though none of its ends is", () => {
    const long: Geometry = { type: "LineString", coordinates: [[-50, -50], [50, 50]] };
    const snap = snapAt(1.05, 1, long);
    expect(snap?.onto).toBe("edge");
    expect(snap?.place[0]).toBeCloseTo(1.025, 9);
    expect(snap?.place[1]).toBe(snap?.place[0]);
  });

  test("stays where it is when nothing is within reach", () => {
    expect(snapAt(4.08, 4.08, SQUARE)).toBeNull();
    expect(snapAt(2, 2, SQUARE)).toBeNull();
    expect(snapAt(0, 0)).toBeNull();
  });

  test("is not put on the end of a line that ends out of reach", () => {
    const line: Geometry = { type: "LineString", coordinates: [[0, 0], [1, 0]] };
    expect(snapAt(1.09, 0.09, line)).toBeNull();
    expect(snapAt(1.09, 0, line)).toEqual({ place: [1, 0], onto: "vertex" });
  });
});

describe("the neighbours of a shape", () => {
  test("are asked for once, and again when they may have changed", async () => {
    const asked: string[] = [];
    const around = new Neighbours((id) => {
      asked.push(id);
      return Promise.resolve(SQUARE);
    });
    expect(around.at(["1"])).toEqual([]);
    await around.arrival(["1"]);
    expect(around.at(["1"])).toEqual([outlineOf(SQUARE)]);
    expect(around.arrival(["1"])).toBeNull();
    around.forget();
    expect(around.at(["1"])).toEqual([]);
    expect(asked).toEqual(["1", "1"]);
  });

  test("that cannot be read are none, and are left alone", async () => {
    let count = 0;
    const around = new Neighbours(() => Promise.reject(new Error(`away ${(count += 1)}`)));
    around.at(["1"]);
    await around.arrival(["1"]);
    expect(around.at(["1"])).toEqual([{ vertices: [], edges: [] }]);
    expect(count).toBe(1);
  });

  test("asked for before they changed do not count afterwards", async () => {
    const answers: ((geometry: Geometry) => void)[] = [];
    const around = new Neighbours(() => new Promise((resolve) => answers.push(resolve)));
    around.at(["1"]);
    const old = around.arrival(["1"]);
    around.forget();
    around.at(["1"]);
    answers[0]?.(SQUARE);
    await old;
    expect(around.at(["1"])).toEqual([]);
  });
});
