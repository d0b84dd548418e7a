/** The layers' own stylesheets, fetched once per revision. */

import type { StyleSpecification } from "maplibre-gl";
import { getStyle } from "../api/client";
import type { Layer } from "../api/contract";
import { keepingReach } from "../map/reach";
import { appearsAt, withoutRevision } from "../map/stylesheet";
import type { MapName } from "../map/view-state";

interface Sheet {
  readonly revision: number;
  readonly style: StyleSpecification;
}

export class Stylebook {
  private readonly sheets = new Map<string, Sheet>();
  private readonly asking = new Map<string, Promise<void>>();

  /** ``map``: the whole map that the layers are dressed for. */
  constructor(readonly map: MapName = "base") {}

  /** The newest stylesheet at hand; an older revision's until the new one has come. */
  styleOf(slug: string): StyleSpecification | null {
    return this.sheets.get(slug)?.style ?? null;
  }

  /** From which zoom ``slug`` draws anything; 0 while unknown. */
  startOf(slug: string): number {
    const style = this.styleOf(slug);
    return style ? appearsAt(style) : 0;
  }

  /** Fetch the stylesheet of this revision unless it is here or on its way. */
  load(layer: Layer): Promise<void> {
    if (this.sheets.get(layer.slug)?.revision === layer.revision) return Promise.resolve();
    const key = `${layer.slug}@${layer.revision}`;
    const asked = this.asking.get(key) ?? this.fetch(layer).finally(() => this.asking.delete(key));
    this.asking.set(key, asked);
    return asked;
  }

  private async fetch(layer: Layer): Promise<void> {
    const style = withoutRevision(await getStyle(layer, this.map));
    const before = this.sheets.get(layer.slug);
    if (before && before.revision > layer.revision) return;
    const reaching = before ? keepingReach(before.style, style) : style;
    this.sheets.set(layer.slug, { revision: layer.revision, style: reaching });
  }
}
