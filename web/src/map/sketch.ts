/** Handles on the map for the vertices of a shape: dragged, or moved by the keyboard. */

import type { Geometry } from "geojson";
import { Marker, type Map as MapLibre, type MapMouseEvent } from "maplibre-gl";
import type { LonLat } from "../api/contract";
import {
  addedVertex,
  drawn,
  edges,
  movedVertex,
  vertices,
  withoutVertex,
  type Kind,
  type Path,
  type Vertex,
} from "../edit/shape";
import { text } from "../i18n/text";
import type { Magnet } from "./magnet";

/** With more in view nobody hits the right one: zoom in first. */
const MOST_HANDLES = 150;
const MOST_MIDDLES = 60;
const STEP_PX = 2;
const LEAP_PX = 20;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface SketchListener {
  /** The shape is another one; null: too little of it is drawn. */
  changed(geometry: Geometry | null): void;
  /** The shape on its way while a handle is dragged. */
  previewed(geometry: Geometry | null): void;
}

/** What a handle under the pointer does, and what it does where it is left. */
interface Drag {
  readonly dragged?: (place: LonLat) => void;
  readonly dropped: (place: LonLat) => void;
}

export class Sketch {
  private handles: Marker[] = [];
  private isDragged = false;
  private isOver = false;
  private corners: readonly LonLat[] = [];
  private readonly isNew: boolean;
  private readonly arrange = (): void => this.place();
  private readonly leave = (): void => this.magnet.letGo();
  private readonly hover = ({ lngLat }: MapMouseEvent): void => this.foresee([lngLat.lng, lngLat.lat]);

  constructor(
    private readonly map: MapLibre,
    private readonly kind: Kind,
    private geometry: Geometry | null,
    private readonly magnet: Magnet,
    private readonly listener: SketchListener,
  ) {
    this.isNew = geometry === null;
    map.doubleClickZoom.disable();
    map.on("moveend", this.arrange);
    map.on("mousemove", this.hover);
    map.on("mouseout", this.leave);
    this.place();
  }

  /** The map was pressed here: a point goes there, a shape being drawn grows by a corner. */
  press(pressed: LonLat): void {
    if (!this.takesPresses) return;
    const place = this.magnet.pull(pressed);
    this.corners = this.kind === "point" ? [place] : [...this.corners, place];
    this.grow();
    this.correct(this.isNew ? [this.corners.length - 1] : [], place);
  }

  /** Whether a press of the map places a vertex: a shape there already is changed by its handles. */
  private get takesPresses(): boolean {
    return this.isNew || this.geometry?.type === "Point";
  }

  /** Show where a press would go. */
  private foresee(place: LonLat): void {
    if (this.takesPresses && !this.isDragged) this.magnet.pull(place);
  }

  private grow(): void {
    const height = this.geometry?.type === "Point" ? this.geometry.coordinates.slice(2) : [];
    const shape = drawn(this.kind, this.corners);
    this.take(shape?.type === "Point" ? { ...shape, coordinates: [...shape.coordinates, ...height] } : shape);
  }

  end(): void {
    this.isOver = true;
    this.magnet.end();
    this.map.off("moveend", this.arrange);
    this.map.off("mousemove", this.hover);
    this.map.off("mouseout", this.leave);
    this.map.doubleClickZoom.enable();
    this.clear();
  }

  private take(geometry: Geometry | null, focus: Path | null = null): void {
    this.geometry = geometry;
    this.listener.changed(geometry);
    this.place(focus);
  }

  private all(): readonly Vertex[] {
    if (!this.isNew) return this.geometry ? vertices(this.geometry) : [];
    return this.corners.map((place, at) => ({ path: [at], place }));
  }

  private clear(): void {
    for (const handle of this.handles) handle.remove();
    this.handles = [];
  }

  /** Put a handle on every vertex in view, if they are few enough to tell apart. */
  private place(focus: Path | null = null): void {
    const had = this.handles.some((handle) => handle.getElement() === document.activeElement);
    const wanted = focus ?? (had ? pathOf(document.activeElement) : null);
    this.clear();
    const all = this.all();
    const bounds = this.map.getBounds();
    const seen = all.filter(({ place }) => bounds.contains([...place]));
    if (seen.length > MOST_HANDLES) return;
    for (const vertex of seen) this.addHandle(vertex, all);
    if (!this.isNew && this.geometry) this.addMiddles(this.geometry);
    if (wanted) this.focus(wanted);
  }

  private focus(path: Path): void {
    const elements = this.handles.map((handle) => handle.getElement());
    elements.find((element) => element.dataset["path"] === path.join())?.focus();
  }

  private addHandle(vertex: Vertex, all: readonly Vertex[]): void {
    const element = button("vertex", text("vertex_of", { at: all.indexOf(vertex) + 1, count: all.length }));
    element.title = text("vertex_keys");
    element.dataset["path"] = vertex.path.join();
    // One stop for the Tab key; from there Page Up and Page Down go round.
    element.tabIndex = this.handles.length === 0 ? 0 : -1;
    element.addEventListener("keydown", (event) => this.key(event, vertex));
    const handle = this.show(element, vertex.place);
    this.letDrag(handle, {
      dragged: (place) => this.listener.previewed(this.moved(vertex.path, place)),
      dropped: (place) => {
        this.move(vertex.path, place);
        this.correct(vertex.path, place);
      },
    });
  }

  /** A dragged handle goes where the magnet puts it. */
  private letDrag(handle: Marker, drag: Drag): void {
    handle.on("drag", () => {
      this.isDragged = true;
      handle.setLngLat([...this.magnet.pull(placeOf(handle))]);
      drag.dragged?.(placeOf(handle));
    });
    handle.on("dragend", () => {
      this.isDragged = false;
      const place = this.magnet.pull(placeOf(handle));
      this.magnet.letGo();
      drag.dropped(place);
    });
  }

  /** Put a vertex right whose neighbours were still on their way, unless it was moved meanwhile. */
  private correct(path: Path, place: LonLat): void {
    void this.magnet.later(place).then((right) => {
      const now = this.all().find((vertex) => vertex.path.join() === path.join())?.place;
      if (right && !this.isOver && now?.join() === place.join()) this.move(path, right);
    });
  }

  private addMiddles(geometry: Geometry): void {
    const bounds = this.map.getBounds();
    const seen = edges(geometry).filter(({ place }) => bounds.contains([...place]));
    if (seen.length > MOST_MIDDLES) return;
    for (const { path, place } of seen) {
      const element = button("vertex middle", text("vertex_add"));
      element.title = text("vertex_add");
      element.tabIndex = -1;
      const handle = this.show(element, place);
      const add = (at: LonLat): void => this.take(addedVertex(geometry, path, at), after(path));
      this.letDrag(handle, {
        dropped: (at) => {
          add(at);
          this.correct(after(path), at);
        },
      });
      element.addEventListener("click", () => add(place));
    }
  }

  private show(element: HTMLElement, place: LonLat): Marker {
    element.addEventListener("click", (event) => event.stopPropagation());
    const handle = new Marker({ element, draggable: true }).setLngLat([...place]).addTo(this.map);
    this.handles.push(handle);
    return handle;
  }

  private key(event: KeyboardEvent, { path, place }: Vertex): void {
    const arrow = ARROWS[event.key];
    if (arrow) this.nudge(path, place, arrow, event.shiftKey ? LEAP_PX : STEP_PX);
    else if (event.key === "Delete" || event.key === "Backspace") this.remove(path);
    else if (event.key === "PageDown") this.go(path, 1);
    else if (event.key === "PageUp") this.go(path, -1);
    else if (event.key === "Insert" || event.key === "+") this.insert(path);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private nudge(path: Path, place: LonLat, [x, y]: readonly [number, number], px: number): void {
    const at = this.map.project([...place]);
    const { lng, lat } = this.map.unproject([at.x + x * px, at.y + y * px]);
    this.move(path, [lng, lat]);
  }

  private moved(path: Path, place: LonLat): Geometry | null {
    if (!this.isNew) return this.geometry && movedVertex(this.geometry, path, place);
    return drawn(this.kind, this.corners.map((corner, at) => (at === path[0] ? place : corner)));
  }

  private move(path: Path, place: LonLat): void {
    const shape = this.moved(path, place);
    this.corners = this.corners.map((corner, at) => (at === path[0] ? place : corner));
    this.take(shape, path);
  }

  private remove(path: Path): void {
    if (!this.isNew) {
      const rest = this.geometry && withoutVertex(this.geometry, path);
      if (rest) this.take(rest, [...path.slice(0, -1), Math.max(0, (path.at(-1) ?? 0) - 1)]);
      return;
    }
    this.corners = this.corners.filter((_, at) => at !== path[0]);
    this.take(drawn(this.kind, this.corners), [Math.max(0, (path[0] ?? 0) - 1)]);
  }

  private insert(path: Path): void {
    if (this.isNew || !this.geometry) return;
    const edge = edges(this.geometry).find((one) => one.path.join() === path.join());
    if (edge) this.take(addedVertex(this.geometry, path, edge.place), after(path));
  }

  private go(path: Path, step: 1 | -1): void {
    const elements = this.handles.map((handle) => handle.getElement()).filter(pathOf);
    const at = elements.findIndex((element) => element.dataset["path"] === path.join());
    elements.at((at + step) % elements.length)?.focus();
  }
}

function button(name: string, words: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.setAttribute("aria-label", words);
  return element;
}

function placeOf(handle: Marker): LonLat {
  const { lng, lat } = handle.getLngLat();
  return [lng, lat];
}

function pathOf(element: Element | null): Path | null {
  const said = (element as HTMLElement | null)?.dataset?.["path"];
  if (said === undefined) return null;
  return said === "" ? [] : said.split(",").map(Number);
}

function after(path: Path): Path {
  return [...path.slice(0, -1), (path.at(-1) ?? 0) + 1];
}
