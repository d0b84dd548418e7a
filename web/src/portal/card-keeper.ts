/** Which feature the card shows and the map marks. */

import type { Feature, Geometry } from "geojson";
import type { Bounds, LonLat } from "../api/contract";
import { ApiProblem } from "../api/problem";
import type { FeatureEdited } from "../elements/events";
import { pageLanguage, text } from "../i18n/text";
import type { FeatureRef } from "../map/view-state";
import { isCluster, layerOf, readCluster, readFeature } from "./feature-reader";
import type { PageParts } from "./page-parts";

export class CardKeeper {
  private turnNumber = 0;

  constructor(
    private readonly parts: Pick<PageParts, "card" | "map">,
    private readonly chosen: (feature: FeatureRef | null) => void,
  ) {}

  /** Show the first of ``refs``; with none, the bare ``place``. */
  async open(refs: readonly FeatureRef[], place: LonLat | null): Promise<void> {
    const { card, map } = this.parts;
    if (card.keepsWork()) return;
    card.adding = null;
    card.done = null;
    card.refs = refs;
    card.place = place;
    map.marked = refs.length === 0 ? place : null;
    await this.turn(0);
  }

  async turn(index: number): Promise<void> {
    const { card, map } = this.parts;
    this.turnNumber += 1;
    const turn = this.turnNumber;
    const ref = card.refs[index] ?? null;
    if (index !== card.index) card.done = null;
    card.index = index;
    card.found = null;
    card.together = null;
    card.problem = null;
    card.layerOfProblem = null;
    this.chosen(ref);
    map.selected = null;
    if (ref) await this.read(ref, turn);
  }

  private async read(ref: FeatureRef, turn: number): Promise<void> {
    const { card, map } = this.parts;
    try {
      if (isCluster(ref)) {
        await this.readTogether(ref, turn);
        return;
      }
      const found = await readFeature(ref);
      if (turn !== this.turnNumber) return;
      card.found = found;
      card.problem = null;
      const { geometry } = found.feature;
      map.selected = geometry ? { ...found.feature, geometry } : null;
    } catch (error) {
      if (turn !== this.turnNumber) return;
      card.layerOfProblem = await layerOf(ref.slug).catch(() => null);
      card.problem = sentenceOf(error);
      map.selected = null;
    }
  }

  /** Show what the map draws as one, and mark the ground that it lies on. */
  private async readTogether(ref: FeatureRef, turn: number): Promise<void> {
    const { card, map } = this.parts;
    const together = await readCluster(ref);
    if (turn !== this.turnNumber) return;
    card.together = together;
    card.problem = null;
    map.selected = groundOf(together.cluster.bounds);
  }

  /** Read the feature shown again, and leave the card as it is until the answer is there. */
  async reread(): Promise<void> {
    const { card } = this.parts;
    const ref = card.refs[card.index];
    if (!ref || card.isAtWork) return;
    this.turnNumber += 1;
    await this.read(ref, this.turnNumber);
  }

  /** Let a new feature of ``slug`` be drawn. */
  async add(slug: string): Promise<void> {
    const { card } = this.parts;
    const layer = await layerOf(slug);
    await this.open([], null);
    card.adding = layer;
  }

  /** Show the feature as it was saved, or only that it is gone, with the way back. */
  async edited(edited: FeatureEdited): Promise<void> {
    const { card } = this.parts;
    const { slug, id, what } = edited;
    card.task = "look";
    card.adding = null;
    card.index = 0;
    card.place = null;
    card.refs = id === null || what === "removed" ? [] : [{ slug, id }];
    card.done = edited;
    await this.turn(0);
    card.takeFocus();
  }

  close(): void {
    void this.open([], null);
  }
}

/** Return the box as a feature; a place where it has no extent. */
function groundOf([west, south, east, north]: Bounds): Feature {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  const isPlace = west === east && south === north;
  const geometry: Geometry = isPlace
    ? { type: "Point", coordinates: [west, south] }
    : { type: "Polygon", coordinates: [ring] };
  return { type: "Feature", properties: {}, geometry };
}

function sentenceOf(error: unknown): string {
  const said = error instanceof ApiProblem ? error.sentence(pageLanguage()) : null;
  return said ?? text("feature_failed");
}
