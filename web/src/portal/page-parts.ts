/** The elements the server put on the page. */

import type { BaseChoice } from "../elements/base-choice";
import type { CoordinateBar } from "../elements/coordinate-bar";
import type { FeatureCard } from "../elements/feature-card";
import type { GishueMap } from "../elements/gishue-map";
import type { LayerTree } from "../elements/layer-tree";
import type { NationInset } from "../elements/nation-inset";
import type { PlaceSearch } from "../elements/place-search";
import type { ScaleBarElement } from "../elements/scale-bar";
import type { MapCredits, PanelFold, ShareButton } from "../elements/toolbar";

export interface Covered {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface PageParts {
  readonly map: GishueMap;
  readonly base: BaseChoice;
  readonly tree: LayerTree;
  readonly card: FeatureCard;
  readonly search: PlaceSearch;
  readonly inset: NationInset;
  readonly coordinates: CoordinateBar;
  readonly scale: ScaleBarElement;
  readonly share: ShareButton;
  readonly credits: MapCredits;
  /** Fold the list of layers away, or bring it back. */
  foldPanel(folded: boolean): void;
  /** How many pixels at each side of the map lie under the panel. */
  covered(): Covered;
}

function part<Part extends Element>(page: Document, name: string): Part {
  const found = page.querySelector<Part>(name);
  if (!found) throw new Error(`the page has no <${name}>`);
  return found;
}

/** Find every part of the portal page, or say which one is missing. */
export function pageParts(page: Document): PageParts {
  const panel = part<HTMLElement>(page, "#panel");
  const fold = part<PanelFold>(page, "panel-fold");
  const card = part<FeatureCard>(page, "feature-card");
  // A form has all the height it may have, also before its fields are drawn.
  const cardHeight = (): number => (card.isAtWork ? innerHeight * 0.56 : 0);
  const isWide = (): boolean => matchMedia("(min-width: 721px)").matches;
  return {
    map: part(page, "gishue-map"),
    base: part(page, "base-choice"),
    tree: part(page, "layer-tree"),
    card,
    search: part(page, "place-search"),
    inset: part(page, "nation-inset"),
    coordinates: part(page, "coordinate-bar"),
    scale: part(page, "scale-bar"),
    share: part(page, "share-button"),
    credits: part(page, "map-credits"),
    foldPanel(folded) {
      panel.toggleAttribute("data-folded", folded);
      fold.open = !folded;
    },
    covered() {
      const box = panel.getBoundingClientRect();
      if (!isWide()) return { top: 72, right: 0, bottom: Math.max(48, cardHeight()), left: 0 };
      const left = panel.hasAttribute("data-folded") ? 0 : box.right;
      return { top: 0, right: 44, bottom: 28, left };
    },
  };
}
