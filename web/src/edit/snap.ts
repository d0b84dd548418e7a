/** Where a vertex goes that comes near other shapes: onto a vertex of theirs, else onto an edge.
 *
 * Near is meant on the screen; what is returned are the other shape's own coordinates.
 */

import type { Geometry } from "geojson";
import type { Bounds, LonLat } from "../api/contract";
import { sides, vertices } from "./shape";

export const REACH_PX = 10;

export interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** The screen around the pointer: what lies off the box, degrees, is out of reach. */
export interface Around {
  readonly pointer: Pixel;
  readonly box: Bounds;
  readonly project: (place: LonLat) => Pixel;
}

export interface Snap {
  readonly place: LonLat;
  readonly onto: "vertex" | "edge";
}

type Edge = readonly [LonLat, LonLat];

/** What of a shape a vertex can be put onto. */
export interface Outline {
  readonly vertices: readonly LonLat[];
  readonly edges: readonly Edge[];
}

interface Found {
  readonly place: LonLat;
  readonly distance: number;
}

export function outlineOf(geometry: Geometry): Outline {
  return {
    vertices: vertices(geometry).map(({ place }) => place),
    edges: sides(geometry).map(({ from, to }) => [from, to]),
  };
}

/** Return what is within reach of the pointer: the nearest vertex, else the nearest place on an edge. */
export function snapOf(outlines: readonly Outline[], around: Around): Snap | null {
  const corners = outlines.flatMap((one) => one.vertices.filter((place) => meets([place, place], around.box)));
  const vertex = nearest(corners.map((place) => foundAt(place, around)));
  if (vertex) return { place: vertex.place, onto: "vertex" };
  const lines = outlines.flatMap((one) => one.edges.filter((edge) => meets(edge, around.box)));
  const foot = nearest(lines.map((edge) => foundOn(edge, around)));
  return foot && { place: foot.place, onto: "edge" };
}

function meets([a, b]: Edge, [west, south, east, north]: Bounds): boolean {
  const isBeside = Math.max(a[0], b[0]) < west || Math.min(a[0], b[0]) > east;
  const isPast = Math.max(a[1], b[1]) < south || Math.min(a[1], b[1]) > north;
  return !isBeside && !isPast;
}

function nearest(found: readonly Found[]): Found | null {
  const inReach = found.filter(({ distance }) => distance <= REACH_PX);
  return inReach.reduce<Found | null>((best, one) => (best && best.distance <= one.distance ? best : one), null);
}

function foundAt(place: LonLat, { pointer, project }: Around): Found {
  return { place, distance: distanceOf(pointer, project(place)) };
}

/** Drop a perpendicular from the pointer on an edge, as the screen shows it. */
function foundOn([from, to]: Edge, { pointer, project }: Around): Found {
  const [a, b] = [project(from), project(to)];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((pointer.x - a.x) * dx + (pointer.y - a.y) * dy) / length;
  const share = Math.max(0, Math.min(1, along));
  const foot = { x: a.x + share * dx, y: a.y + share * dy };
  return { place: between(from, to, share), distance: distanceOf(pointer, foot) };
}

function between(from: LonLat, to: LonLat, share: number): LonLat {
  return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
}

function distanceOf(a: Pixel, b: Pixel): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
