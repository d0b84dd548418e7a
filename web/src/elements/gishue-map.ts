/** The map. It draws what it is given and tells where it stands and what was pressed. */

import type { Feature, Geometry } from "geojson";
import { LitElement, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import { GeoJSONSource, Map as MapLibre, NavigationControl, type MapGeoJSONFeature, type MapMouseEvent, type StyleSpecification } from "maplibre-gl";
import { getFeature } from "../api/client";
import type { Bounds, LonLat } from "../api/contract";
import { Neighbours } from "../edit/neighbours";
import { boundsOf, type Kind } from "../edit/shape";
import { pageLanguage, text } from "../i18n/text";
import type { EditBook } from "../map/edits";
import { Magnet, type Drawing } from "../map/magnet";
import { SELECTION_LAYERS, SELECTION_SOURCE, selectionSource } from "../map/selection";
import { Sketch } from "../map/sketch";
import { SOVEREIGNTY_BELOW, SOVEREIGNTY_SOURCES, sovereigntyLabels } from "../map/sovereignty";
import { StaleTiles } from "../map/stale-tiles";
import { composeStyle, movedTiles, replacedSources, type StylePart } from "../map/stylesheet";
import type { FeatureRef, MapView } from "../map/view-state";
import { isCluster } from "../portal/feature-reader";
import { tell } from "./events";

const PICK_REACH_PX = 5;
const REDRAWN = ["base", "parts", "selected", "marked"] as const;
const MIN_ZOOM = 3.5;
const MAX_ZOOM = 22;

@customElement("gishue-map")
export class GishueMap extends LitElement {
  @property({ attribute: false }) base: StyleSpecification | null = null;
  @property({ attribute: false }) parts: readonly StylePart[] = [];
  @property({ attribute: false }) selected: Feature | null = null;
  /** A bare place to mark when no feature is chosen. */
  @property({ attribute: false }) marked: LonLat | null = null;
  @property({ attribute: false }) view: MapView | null = null;
  @property({ attribute: false }) home: Bounds = [107, 15.98, 108.2, 16.76];
  /** Pixels at each side that panels cover. */
  @property({ attribute: false }) padding = { top: 0, right: 0, bottom: 0, left: 0 };
  /** Whether it stands in a page that scrolls: the wheel is the page's, with Ctrl the map's. */
  @property({ attribute: false }) embedded = false;

  /** What edits touched, where the page follows them: the tiles are asked for by it. */
  @property({ attribute: false }) edits: EditBook | null = null;

  private map: MapLibre | null = null;
  private stale: StaleTiles | null = null;
  private sketch: Sketch | null = null;
  private magnet: Magnet | null = null;
  private shape: Geometry | null = null;
  private drawn: StyleSpecification["sources"] = {};

  // MapLibre's stylesheet belongs to the page, so the map lives in the page's own tree.
  protected override createRenderRoot(): this {
    return this;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.base) return;
    const style = this.compose(this.base);
    if (!this.map) this.map = this.start(style);
    else if (REDRAWN.some((name) => changed.has(name))) {
      this.draw(this.map, style);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.map?.remove();
    this.map = null;
    this.stale = null;
  }

  private compose(base: StyleSpecification): StyleSpecification {
    return composeStyle(base, this.parts, {
      sources: { ...SOVEREIGNTY_SOURCES, ...selectionSource(this.chosen()) },
      below: SOVEREIGNTY_BELOW,
      above: [...SELECTION_LAYERS, ...sovereigntyLabels(pageLanguage())],
    });
  }

  private start(style: StyleSpecification): MapLibre {
    const stale = this.edits && new StaleTiles(this.edits);
    this.stale = stale;
    const map = new MapLibre({
      container: this,
      style,
      minZoom: MIN_ZOOM,
      maxZoom: MAX_ZOOM,
      attributionControl: false,
      // A printed page needs the picture after it was shown.
      canvasContextAttributes: { preserveDrawingBuffer: true },
      cooperativeGestures: this.embedded,
      locale: {
        "Map.Title": text("map"),
        "NavigationControl.ZoomIn": text("zoom_in"),
        "NavigationControl.ZoomOut": text("zoom_out"),
        "CooperativeGesturesHandler.WindowsHelpText": text("map_wheel"),
        "CooperativeGesturesHandler.MacHelpText": text("map_wheel_mac"),
        "CooperativeGesturesHandler.MobileHelpText": text("map_two_fingers"),
      },
      transformRequest: (url) => ({ url: stale?.stamp(throughOurDoor(url)) ?? throughOurDoor(url) }),
      ...this.startingPlace(),
    });
    if (this.embedded) map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.on("moveend", () => tell(this, "view-changed", this.viewOf(map)));
    map.on("mousemove", (event) => tell(this, "pointer-at", { place: placeOf(event) }));
    map.on("mouseout", () => tell(this, "pointer-at", { place: null }));
    map.on("click", (event) => this.press(map, event.point));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.press(map, map.project(map.getCenter()));
    });
    map.on("load", () => {
      this.dataset["state"] = "ready";
      tell(this, "view-changed", this.viewOf(map));
    });
    if (stale) keepFresh(map, stale);
    this.drawn = style.sources;
    return map;
  }

  /** Ask anew for the tiles of ``source`` that the book of edits says are old. */
  redrawTiles(source: string): void {
    const { map, stale } = this;
    this.magnet?.forget(source);
    if (!map || !stale) return;
    stale.refresh(map, source);
    // A tile that is being asked for already takes its turn, also if its answer never comes.
    setTimeout(() => stale.refreshRest(map), 1_100);
  }

  private startingPlace(): object {
    if (this.view) {
      const { lon, lat, zoom, bearing, pitch } = this.view;
      return { center: [lon, lat], zoom, bearing, pitch };
    }
    return { bounds: this.home, fitBoundsOptions: { padding: this.room() } };
  }

  /** Redraw. A new revision only moves the tile address: tell the source, so nothing blinks. */
  private draw(map: MapLibre, style: StyleSpecification): void {
    for (const [id, tiles] of movedTiles(this.drawn, style.sources)) {
      const source = map.getSource(id);
      if (source && "setTiles" in source) (source as unknown as Retiled).setTiles([...tiles]);
    }
    for (const id of replacedSources(this.drawn, style.sources)) this.stale?.forget(id);
    map.setStyle(style, { diff: true });
    this.drawn = style.sources;
  }

  private viewOf(map: MapLibre): MapView {
    const { lng, lat } = map.getCenter();
    return {
      lon: lng,
      lat,
      zoom: map.getZoom(),
      bearing: map.getBearing(),
      pitch: map.getPitch(),
    };
  }

  /** Put handles on ``geometry``, or let one of ``kind`` be drawn; tells `shape-changed`. */
  beginSketch(kind: Kind, geometry: Geometry | null, drawing: Drawing): void {
    this.endSketch();
    if (!this.map) return;
    this.dataset["sketch"] = geometry ? "change" : "draw";
    this.magnet = new Magnet(this.map, drawing, new Neighbours((id) => geometryOf({ slug: drawing.slug, id })));
    this.sketch = new Sketch(this.map, kind, geometry, this.magnet, {
      previewed: (shape) => this.preview(shape),
      changed: (shape) => {
        this.preview(shape);
        tell(this, "shape-changed", { geometry: shape });
      },
    });
    this.preview(geometry);
    if (geometry) this.bringInto(geometry);
  }

  /** Move just so far that the shape is in the room the panels leave, if it is not. */
  private bringInto(geometry: Geometry): void {
    const bounds = boundsOf(geometry);
    const { map } = this;
    if (!bounds || !map) return;
    const { top, right, bottom, left } = this.padding;
    const [west, south, east, north] = bounds;
    const from = map.project([west, north]);
    const to = map.project([east, south]);
    const isIn = from.x > left && from.y > top && to.x < this.clientWidth - right && to.y < this.clientHeight - bottom;
    if (!isIn) map.fitBounds([...bounds], { padding: this.room(), maxZoom: map.getZoom(), animate: false });
  }

  /** Let vertices snap to the features beside them, or stay where they are put. */
  letSnap(on: boolean): void {
    this.magnet?.turn(on);
  }

  endSketch(): void {
    if (!this.sketch) return;
    this.sketch.end();
    this.sketch = null;
    this.magnet = null;
    delete this.dataset["sketch"];
    this.preview(this.chosen()?.geometry ?? null);
  }

  /** What is marked: the shape at work, the chosen feature, or the bare place. */
  private chosen(): Feature | null {
    if (!this.sketch) return this.selected ?? pointAt(this.marked);
    return this.shape && { type: "Feature", properties: {}, geometry: this.shape };
  }

  /** Mark a shape as chosen, past the style: a drag draws many a second. */
  private preview(geometry: Geometry | null): void {
    this.shape = geometry;
    const source = this.map?.getSource(SELECTION_SOURCE);
    const features: Feature[] = geometry ? [{ type: "Feature", properties: {}, geometry }] : [];
    if (source instanceof GeoJSONSource) source.setData({ type: "FeatureCollection", features });
  }

  private press(map: MapLibre, point: { x: number; y: number }): void {
    if (!this.sketch) {
      this.pick(map, point);
      return;
    }
    const { lng, lat } = map.unproject([point.x, point.y]);
    this.sketch.press([lng, lat]);
  }

  private pick(map: MapLibre, { x, y }: { x: number; y: number }): void {
    const box: [[number, number], [number, number]] = [
      [x - PICK_REACH_PX, y - PICK_REACH_PX],
      [x + PICK_REACH_PX, y + PICK_REACH_PX],
    ];
    const known = new Set(this.parts.map((part) => part.slug));
    const found = new Map<string, FeatureRef>();
    const under = new Set(map.queryRenderedFeatures([x, y]).map(keyOf));
    for (const hit of map.queryRenderedFeatures(box)) {
      if (!known.has(hit.source) || hit.id === undefined) continue;
      // A finger may miss a point or a line by a little; an area it must hit.
      if (hit.geometry.type.endsWith("Polygon") && !under.has(keyOf(hit))) continue;
      found.set(keyOf(hit), { slug: hit.source, id: String(hit.id) });
    }
    const { lng, lat } = map.unproject([x, y]);
    tell(this, "features-picked", { features: [...found.values()], place: [lng, lat] });
  }

  private room(): { top: number; right: number; bottom: number; left: number } {
    const margin = Math.min(40, this.clientWidth / 40);
    const { top, right, bottom, left } = this.padding;
    return { top: top + margin, right: right + margin, bottom: bottom + margin, left: left + margin };
  }

  /** Move to ``bounds``, or to ``point`` if there is no box worth fitting. */
  goTo(bounds: Bounds | null, point: LonLat | null): void {
    const animate = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const isBox = bounds !== null && (bounds[2] > bounds[0] || bounds[3] > bounds[1]);
    const center = point ?? (bounds ? ([bounds[0], bounds[1]] as const) : null);
    if (isBox) {
      this.map?.fitBounds([...bounds], { padding: this.room(), maxZoom: 18, animate });
    } else if (center && this.map) {
      const zoom = Math.max(this.map.getZoom(), 16);
      const { top, right, bottom, left } = this.padding;
      const offset: [number, number] = [(left - right) / 2, (top - bottom) / 2];
      this.map.flyTo({ center: [...center], zoom, animate, offset });
    }
  }

  /** Stand exactly at ``view``. */
  jumpTo(view: MapView): void {
    const { lon, lat, zoom, bearing, pitch } = view;
    this.map?.jumpTo({ center: [lon, lat], zoom, bearing, pitch });
  }

  /** Let the keyboard go on from here. */
  takeFocus(): void {
    this.map?.getCanvas().focus({ preventScroll: true });
  }

  zoomBy(step: 1 | -1): void {
    if (step > 0) this.map?.zoomIn();
    else this.map?.zoomOut();
  }

  goHome(): void {
    this.map?.resetNorthPitch({ animate: false });
    this.goTo(this.home, null);
  }

  faceNorth(): void {
    this.map?.resetNorthPitch();
  }
}

/** The part of MapLibre's tile sources that takes a new tile address. */
interface Retiled {
  setTiles(tiles: string[]): void;
}

function placeOf(event: MapMouseEvent): LonLat {
  return [event.lngLat.lng, event.lngLat.lat];
}

function pointAt(place: LonLat | null): Feature | null {
  if (!place) return null;
  return { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [...place] } };
}

/** Ask the door the page came through, also when the server knows itself by another name. */
function throughOurDoor(url: string): string {
  const { pathname, search } = new URL(url, location.href);
  return location.origin + pathname + search;
}

/** Tiles that were out of view or on their way when an edit came are asked for when they can be. */
function keepFresh(map: MapLibre, stale: StaleTiles): void {
  const refresh = (): void => {
    if (stale.isBehind) stale.refreshRest(map);
  };
  map.on("move", refresh);
  map.on("idle", refresh);
  map.on("sourcedata", ({ sourceId, coord }) => {
    if (!coord) return;
    stale.arrived(sourceId, coord.canonical);
    refresh();
  });
}

/** Return a feature's own geometry; the ground of several drawn as one has none. */
async function geometryOf(ref: FeatureRef): Promise<Geometry | null> {
  return isCluster(ref) ? null : (await getFeature(ref.slug, ref.id)).geometry;
}

function keyOf(hit: MapGeoJSONFeature): string {
  return `${hit.source}/${hit.id}`;
}
