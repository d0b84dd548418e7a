/** The layers by theme or by unit, and which of them are shown. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Layer } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { groupLayers, type Grouping, type LayerGroup } from "../map/tree";
import type { MapName, ShownLayer } from "../map/view-state";
import { tell } from "./events";
import { icon } from "./icons";
import "./layer-row";
import { shared, textButton } from "./shared-styles";
import { treeStyles } from "./layer-tree-styles";

export type CatalogueState = "loading" | "ready" | "failed";

const GROUPINGS: readonly Grouping[] = ["theme", "unit"];

@customElement("layer-tree")
export class LayerTree extends LitElement {
  static override styles = [shared, textButton, treeStyles];

  @property({ attribute: false }) layers: readonly Layer[] = [];
  @property({ attribute: false }) shown: readonly ShownLayer[] = [];
  @property({ attribute: false }) status: CatalogueState = "loading";
  /** The server's own words when `status` is "failed". */
  @property({ attribute: false }) problem: string | null = null;
  /** What went wrong with single layers, by slug. */
  @property({ attribute: false }) troubles: Readonly<Record<string, string>> = {};
  /** From which zoom a shown layer draws anything, by slug. */
  @property({ attribute: false }) appearsAt: Readonly<Record<string, number>> = {};
  @property({ type: Number }) zoom = 0;
  /** The map under the layers, whose colours the legends have. */
  @property() map: MapName = "base";
  @state() private grouping: Grouping = "theme";
  @state() private closed: ReadonlySet<string> = new Set();

  protected override render(): TemplateResult {
    return html`<div class="head">
        <h2>${text("layers")}</h2>
        ${this.status === "ready" && this.layers.length > 0 ? this.groupingSwitch() : nothing}
      </div>
      ${this.body()}`;
  }

  private body(): TemplateResult {
    if (this.status === "loading") return this.waiting();
    if (this.status === "failed") return this.failure();
    if (this.layers.length === 0) return this.emptiness();
    const groups = groupLayers(this.layers, this.grouping, pageLanguage());
    return html`${repeat(
      groups,
      (group) => `${this.grouping}:${group.key}`,
      (group) => this.group(group),
    )}`;
  }

  private groupingSwitch(): TemplateResult {
    return html`<div class="switch" role="group" aria-label=${text("group_by")}>
      ${GROUPINGS.map(
        (by) => html`<button
          aria-pressed=${this.grouping === by ? "true" : "false"}
          @click=${() => (this.grouping = by)}
        >
          ${text(`by_${by}`)}
        </button>`,
      )}
    </div>`;
  }

  private group(group: LayerGroup): TemplateResult {
    const key = `${this.grouping}:${group.key}`;
    const isOpen = !this.closed.has(key);
    const on = group.layers.filter((layer) => this.opacityOf(layer.slug) !== null).length;
    return html`<section class=${on === 0 ? "group unused" : "group"}>
      <h3>
        <button
          class="group-head"
          aria-expanded=${isOpen ? "true" : "false"}
          @click=${() => this.fold(key)}
        >
          <span class="fold ${isOpen ? "" : "folded"}">${icon("chevron", 16)}</span>
          <span>${group.title || text("other")}</span>
          <span class="count" title=${text("shown_of", { on, all: group.layers.length })}
            >${on}/${group.layers.length}</span
          >
        </button>
      </h3>
      ${isOpen ? repeat(group.layers, (layer) => layer.slug, (layer) => this.row(layer)) : nothing}
    </section>`;
  }

  private row(layer: Layer): TemplateResult {
    const opacity = this.opacityOf(layer.slug);
    return html`<layer-row
      data-slug=${layer.slug}
      class=${opacity === null ? "off" : "on"}
      .layer=${layer}
      .map=${this.map}
      .opacity=${opacity}
      .problem=${this.troubles[layer.slug] ?? null}
      .toofar=${opacity !== null && this.zoom < (this.appearsAt[layer.slug] ?? 0)}
      .under=${this.grouping === "theme" ? "unit" : "theme"}
    ></layer-row>`;
  }

  private waiting(): TemplateResult {
    return html`<div class="waiting" role="status">
      <span class="spoken">${text("loading_layers")}</span>
      ${[1, 2, 3, 4, 5].map(
        () => html`<div class="bone"><i></i><b></b></div>`,
      )}
    </div>`;
  }

  private failure(): TemplateResult {
    return html`<div class="state" role="alert">
      <span class="state-icon">${icon("warning", 28)}</span>
      <p class="state-title">${text("server_away")}</p>
      <p>${this.problem ?? text("server_away_hint")}</p>
      <button class="button" @click=${() => tell(this, "catalogue-wanted", null)}>
        ${text("try_again")}
      </button>
    </div>`;
  }

  private emptiness(): TemplateResult {
    return html`<div class="state">
      <span class="state-icon">${icon("layers", 28)}</span>
      <p class="state-title">${text("no_layers")}</p>
      <p>${text("no_layers_hint")}</p>
    </div>`;
  }

  private opacityOf(slug: string): number | null {
    return this.shown.find((layer) => layer.slug === slug)?.opacity ?? null;
  }

  private fold(key: string): void {
    const closed = new Set(this.closed);
    if (!closed.delete(key)) closed.add(key);
    this.closed = closed;
  }
}
