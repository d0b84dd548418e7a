/** The shapes of the features around, as exactly as the API gives them: each is asked for once. */

import type { Geometry } from "geojson";
import { outlineOf, type Outline } from "./snap";

const NOTHING: Outline = { vertices: [], edges: [] };

export class Neighbours {
  private readonly asked = new Map<string, Promise<void>>();
  private readonly known = new Map<string, Outline>();

  constructor(private readonly read: (id: string) => Promise<Geometry | null>) {}

  /** Return the outlines that are here already; the others are asked for. */
  at(ids: readonly string[]): readonly Outline[] {
    for (const id of ids) if (!this.asked.has(id)) this.ask(id);
    return ids.flatMap((id) => this.known.get(id) ?? []);
  }

  /** Wait until nothing of ``ids`` is on its way; null: all of it was here. */
  arrival(ids: readonly string[]): Promise<unknown> | null {
    const coming = ids.filter((id) => !this.known.has(id));
    return coming.length === 0 ? null : Promise.all(coming.map((id) => this.asked.get(id)));
  }

  /** The features may have changed: ask anew. */
  forget(): void {
    this.asked.clear();
    this.known.clear();
  }

  /** One that cannot be read has no outline: it is not asked for at every move of the pointer. */
  private ask(id: string): void {
    const coming = this.read(id)
      .then((geometry) => (geometry ? outlineOf(geometry) : NOTHING), () => NOTHING)
      .then((outline) => {
        if (this.asked.get(id) === coming) this.known.set(id, outline);
      });
    this.asked.set(id, coming);
  }
}
