/** With which revision each tile has to be asked for, as edits come in. Pure. */

import type { Bounds } from "../api/contract";

export interface TileAddress {
  readonly z: number;
  readonly x: number;
  readonly y: number;
}

/** A box in the unit square of Web Mercator: x grows eastwards, y southwards, both 0 to 1. */
interface UnitBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Step {
  readonly revision: number;
  readonly boxes: readonly UnitBox[];
}

interface Story {
  /** The revision that every tile has at least. */
  readonly whole: number;
  readonly newest: number;
  /** What edits touched since, the newest first. */
  readonly steps: readonly Step[];
}

/** How many boxes of one source are kept; beyond it the whole source advances. */
export const MOST_BOXES = 500;

/** How far features reach out of their tile: 64 of its 4096 units, as the server cuts them. */
const BUFFER = 64 / 4096;
/** Two metres, in shares of the equator: the server finds features by boxes of single precision. */
const SLACK = 2 / 40_075_016.7;
const POLE = 85.0511287798066;

export class EditBook {
  private readonly stories = new Map<string, Story>();

  /** The newest revision heard of ``source``; null: none. */
  newest(source: string): number | null {
    return this.stories.get(source)?.newest ?? null;
  }

  /** All of ``source`` may differ at ``revision``. Returns whether that was new. */
  advance(source: string, revision: number): boolean {
    if ((this.newest(source) ?? -1) >= revision) return false;
    this.stories.set(source, { whole: revision, newest: revision, steps: [] });
    return true;
  }

  /** Only ``boxes`` (degrees) differ at ``revision``. Returns whether that was new.
   *
   * After a gap nobody knows what the missed revisions touched: the whole source advances.
   */
  edit(source: string, revision: number, boxes: readonly Bounds[]): boolean {
    const story = this.stories.get(source);
    if (!story || revision !== story.newest + 1) return this.advance(source, revision);
    const steps = [{ revision, boxes: boxes.map(unitBox) }, ...story.steps];
    const count = steps.reduce((sum, step) => sum + step.boxes.length, 0);
    if (count > MOST_BOXES) return this.advance(source, revision);
    this.stories.set(source, { ...story, newest: revision, steps });
    return true;
  }

  /** The newest revision that concerns the tile; null: ``source`` was never heard of. */
  revisionFor(source: string, tile: TileAddress): number | null {
    const story = this.stories.get(source);
    if (!story) return null;
    const ground = tileBox(tile);
    const touching = story.steps.find(({ boxes }) => boxes.some((box) => meet(box, ground)));
    return touching?.revision ?? story.whole;
  }
}

function unitBox([west, south, east, north]: Bounds): UnitBox {
  return { left: unitX(west), right: unitX(east), top: unitY(north), bottom: unitY(south) };
}

function unitX(lon: number): number {
  return (lon + 180) / 360;
}

/** Source: EPSG guidance note 7-2, Popular Visualisation Pseudo-Mercator, scaled to 0–1. */
function unitY(lat: number): number {
  const phi = (Math.max(-POLE, Math.min(POLE, lat)) * Math.PI) / 180;
  return (1 - Math.asinh(Math.tan(phi)) / Math.PI) / 2;
}

/** The ground a tile draws from: its square and the buffer around it. */
function tileBox({ z, x, y }: TileAddress): UnitBox {
  const side = 2 ** -z;
  const reach = BUFFER * side + SLACK;
  return {
    left: x * side - reach,
    right: (x + 1) * side + reach,
    top: y * side - reach,
    bottom: (y + 1) * side + reach,
  };
}

function meet(a: UnitBox, b: UnitBox): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}
