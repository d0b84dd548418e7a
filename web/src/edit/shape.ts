/** Vertices of a geometry: where they are, and the geometry with one moved, added or taken away.
 *
 * A vertex is named by its path into the coordinates; the closing point of a ring is the first
 * one and has no name of its own.
 */

import type { Geometry, Position } from "geojson";
import type { Bounds, LonLat } from "../api/contract";

export type Path = readonly number[];

export interface Vertex {
  readonly path: Path;
  readonly place: LonLat;
}

type Nested = Position | Nested[];
type Drawn = Exclude<Geometry, { type: "GeometryCollection" }>;
export type Kind = "point" | "line" | "polygon";

const DEPTH: Readonly<Record<Drawn["type"], number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

export function kindOf(geometry: Geometry): Kind {
  if (geometry.type.endsWith("Point")) return "point";
  return geometry.type.endsWith("String") ? "line" : "polygon";
}

/** Return every vertex, ring by ring. */
export function vertices(geometry: Geometry): readonly Vertex[] {
  if (geometry.type === "GeometryCollection") return [];
  const isRing = kindOf(geometry) === "polygon";
  return walk(geometry.coordinates as Nested, DEPTH[geometry.type], isRing);
}

function walk(nested: Nested, depth: number, isRing: boolean): readonly Vertex[] {
  if (depth === 0) return [{ path: [], place: placeOf(nested as Position) }];
  const items = nested as Nested[];
  const count = depth === 1 && isRing ? items.length - 1 : items.length;
  return items
    .slice(0, count)
    .flatMap((item, at) =>
      walk(item, depth - 1, isRing).map(({ path, place }) => ({ path: [at, ...path], place })),
    );
}

/** Return the box around a geometry, degrees; null where it has no vertex. */
export function boundsOf(geometry: Geometry): Bounds | null {
  const places = vertices(geometry).map(({ place }) => place);
  if (places.length === 0) return null;
  const side = (axis: 0 | 1): number[] => places.map((place) => place[axis]);
  const least = (axis: 0 | 1): number => side(axis).reduce((a, b) => Math.min(a, b));
  const most = (axis: 0 | 1): number => side(axis).reduce((a, b) => Math.max(a, b));
  return [least(0), least(1), most(0), most(1)];
}

/** An edge, named by the vertex where it begins. */
interface Side {
  readonly path: Path;
  readonly from: LonLat;
  readonly to: LonLat;
}

/** Return the edge after each vertex that has one, round every ring. */
export function sides(geometry: Geometry): readonly Side[] {
  if (kindOf(geometry) === "point") return [];
  const all = vertices(geometry);
  const isRing = kindOf(geometry) === "polygon";
  return all.flatMap(({ path, place: from }, at) => {
    const next = all[at + 1];
    const follows = next && isSameRow(next.path, path);
    const to = follows ? next.place : isRing ? all.find((one) => isSameRow(one.path, path))?.place : null;
    return to ? [{ path, from, to }] : [];
  });
}

/** Return the middle of every edge; it is named as the edge is. */
export function edges(geometry: Geometry): readonly Vertex[] {
  return sides(geometry).map(({ path, from, to }) => ({
    path,
    place: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2] as const,
  }));
}

/** Return the geometry with one vertex at ``place``. Its height, if it has one, stays. */
export function movedVertex(geometry: Geometry, path: Path, place: LonLat): Geometry {
  return changed(geometry, path, (row, at) =>
    row.map((vertex, index) => (index === at ? [...place, ...vertex.slice(2)] : vertex)),
  );
}

/** Return the geometry with a new vertex after the one at ``path``. */
export function addedVertex(geometry: Geometry, path: Path, place: LonLat): Geometry {
  return changed(geometry, path, (row, at) => {
    const height = (row[at] ?? []).slice(2);
    return [...row.slice(0, at + 1), [...place, ...height], ...row.slice(at + 1)];
  });
}

/** Return the geometry without the vertex, or null where it would be none any more. */
export function withoutVertex(geometry: Geometry, path: Path): Geometry | null {
  const least = { point: 1, line: 2, polygon: 3 }[kindOf(geometry)];
  const row = vertices(geometry).filter((vertex) => isSameRow(vertex.path, path));
  if (geometry.type === "Point" || row.length <= least) return null;
  return changed(geometry, path, (items, at) => items.filter((_, index) => index !== at));
}

/** Return what a drawing of ``kind`` is with these corners, or null while it has too few. */
export function drawn(kind: Kind, corners: readonly LonLat[]): Geometry | null {
  const places = corners.map(([lon, lat]) => [lon, lat]);
  const [first, second, third] = places;
  if (kind === "point") return first ? { type: "Point", coordinates: first } : null;
  if (kind === "line") return second ? { type: "LineString", coordinates: places } : null;
  return first && third ? { type: "Polygon", coordinates: [[...places, first]] } : null;
}

function placeOf([lon = 0, lat = 0]: Position): LonLat {
  return [lon, lat];
}

function isSameRow(a: Path, b: Path): boolean {
  return a.length === b.length && a.slice(0, -1).every((part, at) => part === b[at]);
}

type RowChange = (row: Position[], at: number) => Position[];

function changed(geometry: Geometry, path: Path, change: RowChange): Geometry {
  if (geometry.type === "GeometryCollection") return geometry;
  if (geometry.type === "Point") {
    const [place = geometry.coordinates] = change([geometry.coordinates], 0);
    return { ...geometry, coordinates: place };
  }
  const isRing = kindOf(geometry) === "polygon";
  const coordinates = descend(geometry.coordinates as Nested[], path, (row, at) =>
    isRing ? closed(change(row.slice(0, -1), at)) : change(row, at),
  );
  return { ...geometry, coordinates } as Geometry;
}

function descend(nested: Nested[], path: Path, change: RowChange): Nested[] {
  const [at = 0, ...rest] = path;
  if (rest.length === 0) return change(nested as Position[], at);
  return nested.map((item, index) => (index === at ? descend(item as Nested[], rest, change) : item));
}

function closed(ring: Position[]): Position[] {
  const [first] = ring;
  return first ? [...ring, [...first]] : ring;
}
