/** Which feature the card shows and the map marks. */

import type { LonLat } from "../api/contract";
import { ApiProblem } from "../api/problem";
import type { FeatureEdited } from "../elements/events";
import { pageLanguage, text } from "../i18n/text";
import type { FeatureRef } from "../map/view-state";
import { layerOf, readFeature } from "./feature-reader";
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
    card.problem = null;
    card.layerOfProblem = null;
    this.chosen(ref);
    map.selected = null;
    if (ref) await this.read(ref, turn);
  }

  private async read(ref: FeatureRef, turn: number): Promise<void> {
    const { card, map } = this.parts;
    try {
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

function sentenceOf(error: unknown): string {
  const said = error instanceof ApiProblem ? error.sentence(pageLanguage()) : null;
  return said ?? text("feature_failed");
}
