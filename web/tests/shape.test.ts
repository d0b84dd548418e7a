import type { Geometry, Position } from "geojson";
import { describe, expect, test } from "vitest";
import { addedVertex, boundsOf, drawn, edges, movedVertex, vertices, withoutVertex } from "../src/edit/shape";

const SQUARE: Position[] = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]];
const HOLE: Position[] = [[1, 1], [1, 2], [2, 2], [1, 1]];
const POLYGON: Geometry = { type: "MultiPolygon", coordinates: [[SQUARE, HOLE], [[[9, 9], [9, 8], [8, 8], [9, 9]]]] };
const LINE: Geometry = { type: "LineString", coordinates: [[0, 0, 7], [2, 0, 8], [4, 0, 9]] };
const POINT: Geometry = { type: "Point", coordinates: [1, 2, 30] };

describe("the vertices of a geometry", () => {
  test("are counted once a ring: its end is its beginning", () => {
    expect(vertices(POLYGON)).toHaveLength(4 + 3 + 3);
    expect(vertices(POLYGON)[4]).toEqual({ path: [0, 1, 0], place: [1, 1] });
    expect(vertices(LINE).map(({ path }) => path)).toEqual([[0], [1], [2]]);
    expect(vertices(POINT)).toEqual([{ path: [], place: [1, 2] }]);
  });

  test("have an edge after each, round a ring and not past the end of a line", () => {
    expect(edges(POLYGON)).toHaveLength(10);
    expect(edges(POLYGON)[3]).toEqual({ path: [0, 0, 3], place: [0, 2] });
    expect(edges(LINE).map(({ place }) => place)).toEqual([[1, 0], [3, 0]]);
    expect(edges(POINT)).toEqual([]);
  });

  test("lie in the box around it", () => {
    expect(boundsOf(POLYGON)).toEqual([0, 0, 9, 9]);
    expect(boundsOf(POINT)).toEqual([1, 2, 1, 2]);
  });
});

describe("a vertex", () => {
  test("moved keeps its height and leaves the others alone", () => {
    expect(movedVertex(LINE, [1], [2, 1])).toEqual({
      type: "LineString",
      coordinates: [[0, 0, 7], [2, 1, 8], [4, 0, 9]],
    });
    expect(movedVertex(POINT, [], [5, 6])).toEqual({ type: "Point", coordinates: [5, 6, 30] });
  });

  test("where a ring begins moves its end too", () => {
    const moved = movedVertex(POLYGON, [0, 0, 0], [-1, -1]);
    const ring = moved.type === "MultiPolygon" ? moved.coordinates[0]?.[0] : [];
    expect(ring).toEqual([[-1, -1], [4, 0], [4, 4], [0, 4], [-1, -1]]);
  });

  test("is added after another, also before the end of a ring", () => {
    const added = addedVertex(POLYGON, [0, 0, 3], [0, 2]);
    const ring = added.type === "MultiPolygon" ? added.coordinates[0]?.[0] : [];
    expect(ring).toEqual([[0, 0], [4, 0], [4, 4], [0, 4], [0, 2], [0, 0]]);
  });

  test("is taken away while enough are left", () => {
    const ring = withoutVertex({ type: "Polygon", coordinates: [SQUARE] }, [0, 0]);
    expect(ring).toEqual({ type: "Polygon", coordinates: [[[4, 0], [4, 4], [0, 4], [4, 0]]] });
    expect(withoutVertex(ring as Geometry, [0, 0])).toBeNull();
    expect(withoutVertex(POINT, [])).toBeNull();
  });
});

test("a drawing is a geometry from its second or third corner on", () => {
  expect(drawn("polygon", [[0, 0], [1, 0]])).toBeNull();
  expect(drawn("polygon", [[0, 0], [1, 0], [1, 1]])).toEqual({
    type: "Polygon",
    coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]],
  });
  expect(drawn("line", [[0, 0]])).toBeNull();
  expect(drawn("point", [[0, 0]])).toEqual({ type: "Point", coordinates: [0, 0] });
});
