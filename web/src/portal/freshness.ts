/** What an open page does when a layer changed: redraw what was touched, read the rest later. */

import type { Bounds, Layer, LayerEvent } from "../api/contract";
import { EditBook } from "../map/edits";
import { liesIn } from "../map/reach";
import type { Catalogue } from "./catalogue";
import { forgetFields } from "./feature-reader";
import { isEnd } from "./live";

/** After the last of a row of edits, before the layer's facts and style are read again. */
const CALM_MS = 2_500;

export interface FreshnessListener {
  /** Some tiles of ``slug`` are old. */
  redraw(slug: string): void;
  /** These features changed; null: any may have. */
  touched(slug: string, features: readonly string[] | null): void;
  /** The layer's facts were read again; ``isNew``: it was not there before. */
  reread(layer: Layer, isNew: boolean): void;
  /** The layer is not there for the person any more. */
  left(layer: Layer): void;
}

export class Freshness {
  readonly book = new EditBook();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly listener: FreshnessListener,
  ) {}

  /** Take the revisions of the layers just read as those of now: whatever differs is redrawn. */
  catchUp(): void {
    for (const { slug, revision } of this.catalogue.layers) {
      const isKnown = this.book.newest(slug) !== null;
      if (this.book.advance(slug, revision) && isKnown) {
        forgetFields(slug);
        this.listener.redraw(slug);
        this.listener.touched(slug, null);
      }
    }
  }

  /** Follow one piece of news. */
  async heard(event: LayerEvent): Promise<void> {
    const { slug, revision, touched, features } = event;
    if (isEnd(event)) return this.letGo(slug);
    const known = this.catalogue.bySlug(slug);
    if (known && revision !== undefined && (this.book.newest(slug) ?? -1) >= revision) return;
    if (!known || revision === undefined || !touched || !isDrawable(touched, known.bounds)) {
      await this.reread(slug);
      this.listener.touched(slug, null);
      return;
    }
    this.book.edit(slug, revision, touched);
    this.listener.redraw(slug);
    this.listener.touched(slug, features?.map(String) ?? null);
    this.rereadLater(slug);
  }

  /** The page itself made ``revision``; if the news of it do not come, go and look. */
  expect(slug: string, revision: number): void {
    setTimeout(() => {
      if ((this.book.newest(slug) ?? -1) < revision) void this.reread(slug);
    }, CALM_MS);
  }

  private rereadLater(slug: string): void {
    clearTimeout(this.timers.get(slug));
    this.timers.set(slug, setTimeout(() => void this.settle(slug), CALM_MS));
  }

  /** Read the facts after edits. News on their way say what they touched: only then give up. */
  private async settle(slug: string): Promise<void> {
    const layer = await this.catalogue.refresh(slug).catch(() => null);
    if (!layer) return;
    this.listener.reread(layer, false);
    setTimeout(() => this.adopt(layer), CALM_MS);
  }

  private letGo(slug: string): void {
    clearTimeout(this.timers.get(slug));
    forgetFields(slug);
    const layer = this.catalogue.drop(slug);
    if (layer) this.listener.left(layer);
  }

  private async reread(slug: string): Promise<void> {
    const isNew = this.catalogue.bySlug(slug) === null;
    forgetFields(slug);
    const layer = await this.catalogue.refresh(slug);
    if (!layer) return;
    this.adopt(layer);
    this.listener.reread(layer, isNew);
  }

  private adopt({ slug, revision }: Layer): void {
    if (this.book.advance(slug, revision)) this.listener.redraw(slug);
  }
}

/** Beyond the bounds of its source no tile of a layer is ever asked for. */
function isDrawable(boxes: readonly Bounds[], bounds: Bounds | null): boolean {
  return bounds !== null && boxes.every((box) => liesIn(box, bounds));
}
