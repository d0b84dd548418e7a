/** Draws a vertex onto the shapes beside it, and shows where: a ring on a vertex, a square on an edge.
 *
 * What the tiles draw is rounded to their grid: they only tell which features are near.
 */

import { Marker, type Map as MapLibre } from "maplibre-gl";
import type { Bounds, LonLat } from "../api/contract";
import type { Neighbours } from "../edit/neighbours";
import { boundsOf } from "../edit/shape";
import { REACH_PX, snapOf, type Pixel, type Snap } from "../edit/snap";

/** How far what is drawn may lie off the exact place. */
const ROUNDING_PX = 3;
/** With more at one place nobody can tell which one is meant: zoom in first. */
const MOST_NEIGHBOURS = 12;

/** What is drawn or changed. */
export interface Drawing {
  readonly slug: string;
  /** The feature at work, which is none of its own neighbours; null: a new one. */
  readonly id: string | null;
  /** Whether its vertices snap to the features beside it. */
  readonly snaps: boolean;
}

export class Magnet {
  private readonly sign = new Marker({ element: signElement() });
  private readonly heard = new AbortController();
  private isOn: boolean;
  private isLoose = false;
  /** Where the vertex was when its neighbours were not all here. */
  private waiting: LonLat | null = null;

  constructor(
    private readonly map: MapLibre,
    private readonly drawing: Drawing,
    private readonly neighbours: Neighbours,
  ) {
    this.isOn = drawing.snaps;
    const look = ({ altKey }: MouseEvent): void => void (this.isLoose = altKey);
    for (const name of ["pointerdown", "pointermove", "pointerup"] as const) {
      addEventListener(name, look, { capture: true, signal: this.heard.signal });
    }
  }

  /** Be on, or off until further notice; Alt lets go for as long as it is held. */
  turn(isOn: boolean): void {
    this.isOn = isOn;
    this.letGo();
  }

  /** The features beside may have changed. */
  forget(slug: string): void {
    if (slug === this.drawing.slug) this.neighbours.forget();
  }

  /** Return where a vertex at ``place`` goes, and mark it if that is onto another shape. */
  pull(place: LonLat): LonLat {
    const ids = this.near(place);
    const snap = this.snap(place, ids);
    if (snap) this.mark(snap);
    else this.letGo();
    this.waiting = place;
    void this.neighbours.arrival(ids)?.then(() => this.waiting === place && this.pull(place));
    return snap?.place ?? place;
  }

  /** Return where a vertex at ``place`` would have gone, had its neighbours been here; null: nowhere else. */
  async later(place: LonLat): Promise<LonLat | null> {
    const ids = this.near(place);
    const arrival = this.neighbours.arrival(ids);
    await arrival;
    return arrival && (this.snap(place, ids)?.place ?? null);
  }

  /** Take the mark away. */
  letGo(): void {
    this.waiting = null;
    this.sign.remove();
  }

  end(): void {
    this.heard.abort();
    this.letGo();
  }

  private snap(place: LonLat, ids: readonly string[]): Snap | null {
    const project = (one: LonLat): Pixel => this.map.project([...one]);
    const pointer = project(place);
    const box = this.boxAround(pointer);
    return box && snapOf(this.neighbours.at(ids), { pointer, box, project });
  }

  /** Return the box, degrees, around all that is within reach, however the map is turned. */
  private boxAround({ x, y }: Pixel): Bounds | null {
    const sides = [-REACH_PX, REACH_PX];
    const corners = sides.flatMap((right) => sides.map((down) => this.map.unproject([x + right, y + down])));
    return boundsOf({ type: "MultiPoint", coordinates: corners.map(({ lng, lat }) => [lng, lat]) });
  }

  /** Return the features of the layer that are drawn around ``place``. */
  private near(place: LonLat): readonly string[] {
    if (!this.isOn || this.isLoose) return [];
    const { x, y } = this.map.project([...place]);
    const reach = REACH_PX + ROUNDING_PX;
    const hits = this.map.queryRenderedFeatures([
      [x - reach, y - reach],
      [x + reach, y + reach],
    ]);
    const own = hits.filter(({ source, id }) => source === this.drawing.slug && id !== undefined);
    const ids = new Set(own.map(({ id }) => String(id)));
    if (this.drawing.id !== null) ids.delete(this.drawing.id);
    return ids.size > MOST_NEIGHBOURS ? [] : [...ids];
  }

  private mark({ place, onto }: Snap): void {
    const element = this.sign.getElement();
    element.classList.toggle("edge", onto === "edge");
    this.sign.setLngLat([...place]);
    if (!element.isConnected) this.sign.addTo(this.map);
  }
}

function signElement(): HTMLElement {
  const element = document.createElement("div");
  element.className = "snap";
  element.setAttribute("aria-hidden", "true");
  return element;
}
