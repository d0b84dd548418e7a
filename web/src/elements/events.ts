/** What the elements of a page say to each other: DOM events that bubble, and what each carries. */

import type { Geometry } from "geojson";
import type { Bounds, Layer, LonLat } from "../api/contract";
import type { Kind } from "../edit/shape";
import type { Drawing } from "../map/magnet";
import type { FeatureRef, MapName, MapView } from "../map/view-state";

export type MapOrder = "zoom-in" | "zoom-out" | "north" | "home";

export interface FeatureEdited {
  readonly slug: string;
  /** Null: which one is not known. */
  readonly id: string | null;
  readonly revision: number;
  readonly what: "added" | "changed" | "removed" | "restored" | "undone";
}

export interface PortalEvents {
  /** One layer is wanted on the map, or not any more. */
  "layer-toggled": { readonly slug: string; readonly on: boolean };
  /** One layer's strength was moved; 0 to 1. */
  "layer-faded": { readonly slug: string; readonly opacity: number };
  /** Another map is wanted under the layers. */
  "base-chosen": { readonly map: MapName };
  /** Ask the server for the list of layers again. */
  "catalogue-wanted": null;
  /** The map stands still somewhere else. */
  "view-changed": MapView;
  /** The pointer is here; null: it left the map. */
  "pointer-at": { readonly place: LonLat | null };
  /** The person pressed the map: the features there, topmost first. */
  "features-picked": { readonly features: readonly FeatureRef[]; readonly place: LonLat };
  /** Show this part of the ground. */
  "go-to": { readonly bounds?: Bounds | null; readonly point?: LonLat | null };
  /** Open this feature's card and mark it on the map. */
  "feature-wanted": FeatureRef;
  /** Go to this bare place and open its card. */
  "place-wanted": { readonly place: LonLat };
  /** The card shows another of the features found. */
  "card-turned": { readonly index: number };
  "selection-cleared": null;
  "map-ordered": { readonly order: MapOrder };
  /** Fold the list of layers away, or bring it back. */
  "panel-toggled": { readonly open: boolean };
  /** Open the sheet about this layer. */
  "layer-details": { readonly layer: Layer };
  /** Put handles on this shape; null: one of ``kind`` is drawn from nothing. */
  "sketch-wanted": { readonly kind: Kind; readonly geometry: Geometry | null; readonly drawing: Drawing };
  /** Vertices snap to the features beside them, or not any more. */
  "snapping-switched": { readonly on: boolean };
  "sketch-ended": null;
  /** The shape was moved or drawn further; null: too little of it is there. */
  "shape-changed": { readonly geometry: Geometry | null };
  /** A new feature of this layer is wanted. */
  "feature-adding": { readonly slug: string };
  /** A feature was saved, removed, brought back: the layer has a new revision. */
  "feature-edited": FeatureEdited;
  /** Nobody edits any more: show the card as it was. */
  "edit-ended": null;
  /** Something on the server was changed here: what is shown of it is old. */
  "office-changed": null;
  /** Somebody wants to act for another unit; whoever is in the midst of work may prevent it. */
  "unit-switching": null;
  /** Tell the person something in passing. */
  "notice": { readonly text: string };
}

/** Send ``name`` from ``from`` up through the document. */
export function tell<Name extends keyof PortalEvents>(
  from: EventTarget,
  name: Name,
  detail: PortalEvents[Name],
): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** Call ``heard`` for every ``name`` that reaches ``at``. */
export function listen<Name extends keyof PortalEvents>(
  at: EventTarget,
  name: Name,
  heard: (detail: PortalEvents[Name]) => void,
): void {
  at.addEventListener(name, (event) => {
    heard((event as CustomEvent<PortalEvents[Name]>).detail);
  });
}
