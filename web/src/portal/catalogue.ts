/** The layers the person may see, kept current while the page is open. */

import { getLayer, listLayers } from "../api/client";
import type { Layer } from "../api/contract";
import { ApiProblem } from "../api/problem";

const FIRST_PAUSE_MS = 4_000;
const LONGEST_PAUSE_MS = 60_000;

export interface CatalogueListener {
  loaded(layers: readonly Layer[]): void;
  failed(problem: ApiProblem): void;
}

export class Catalogue {
  layers: readonly Layer[] = [];
  private pause_ms = FIRST_PAUSE_MS;
  private timer = 0;

  constructor(private readonly listener: CatalogueListener) {}

  /** Ask for everything; while the server is away, ask again after a growing pause. */
  async load(): Promise<void> {
    clearTimeout(this.timer);
    try {
      this.layers = await listLayers();
      this.pause_ms = FIRST_PAUSE_MS;
      this.listener.loaded(this.layers);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.timer = window.setTimeout(() => void this.load(), this.pause_ms);
      this.pause_ms = Math.min(this.pause_ms * 2, LONGEST_PAUSE_MS);
      if (this.layers.length === 0) this.listener.failed(error);
    }
  }

  /** Ask for one layer again; one that may not be seen any more is dropped. */
  async refresh(slug: string): Promise<Layer | null> {
    const layer = await getLayer(slug).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === 404) return null;
      throw error;
    });
    const others = this.layers.filter((known) => known.slug !== slug);
    this.layers = layer && layer.state === "published" ? [...others, layer] : others;
    this.listener.loaded(this.layers);
    return layer;
  }

  /** Drop a layer without asking; return it if it was here. */
  drop(slug: string): Layer | null {
    const dropped = this.bySlug(slug);
    this.layers = this.layers.filter((known) => known !== dropped);
    if (dropped) this.listener.loaded(this.layers);
    return dropped;
  }

  bySlug(slug: string): Layer | null {
    return this.layers.find((layer) => layer.slug === slug) ?? null;
  }
}
