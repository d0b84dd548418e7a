/** The legend of one layer: its symbols with their words. */

import { LitElement, css, html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { getLegend } from "../api/client";
import type { Layer, Legend, LegendItem, LegendSymbol } from "../api/contract";
import { pageLanguage, pick } from "../i18n/text";
import { figureOf, type Figure } from "../map/legend";
import { withoutSimulated } from "../map/tree";
import type { MapName } from "../map/view-state";
import { shared } from "./shared-styles";

const KEPT = new Map<string, Promise<Legend>>();

function legendOf(layer: Layer, map: MapName): Promise<Legend> {
  const key = `${layer.slug}@${layer.revision} ${map}`;
  const kept = KEPT.get(key) ?? getLegend(layer, map);
  KEPT.set(key, kept);
  kept.catch(() => KEPT.delete(key));
  return kept;
}

function drawing(figure: Figure): TemplateResult {
  switch (figure.shape) {
    case "area":
      return svg`<rect x="2.500" y="2" width="19" height="12" rx="2" fill=${figure.fill}
        stroke=${figure.stroke} stroke-width=${figure.width}></rect>`;
    case "line":
      return svg`<path d="M2 11c5-8 8 2 20-6" fill="none" stroke=${figure.stroke}
        stroke-width=${figure.width} stroke-linecap="round"></path>`;
    case "dot":
      return svg`<circle cx="12" cy="8" r=${figure.radius} fill=${figure.fill}
        stroke=${figure.stroke} stroke-width="1.500"></circle>`;
    case "text":
      return svg`<text x="12" y="13" text-anchor="middle" font-size="13" font-weight="600"
        fill=${figure.fill}>Aa</text>`;
    case "picture":
      return svg`<rect x="2.500" y="2" width="19" height="12" rx="2" fill="#c9d3bd"></rect>
        <path d="M2.500 12 9 6l5 5 3-3 4.500 4.500" fill="none" stroke="#5d7350" stroke-width="1.500"></path>`;
  }
}

/** Return the small picture of a legend symbol. */
export function swatch(symbol: LegendSymbol): TemplateResult {
  return html`<svg class="swatch" width="24" height="16" viewBox="0 0 24 16" aria-hidden="true">
    ${drawing(figureOf(symbol))}
  </svg>`;
}

@customElement("legend-list")
export class LegendList extends LitElement {
  static override styles = [
    shared,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: 3px;
      }
      li {
        display: flex;
        gap: 8px;
        align-items: center;
        font-size: 13px;
        line-height: 18px;
      }
      .swatch {
        flex: none;
      }
    `,
  ];

  @property({ attribute: false }) layer: Layer | null = null;
  @property() map: MapName = "base";
  @state() private items: readonly LegendItem[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if ((changed.has("layer") || changed.has("map")) && this.layer) void this.load(this.layer);
  }

  private async load(layer: Layer): Promise<void> {
    try {
      const { map } = this;
      const legend = await legendOf(layer, map);
      if (layer === this.layer && map === this.map) this.items = legend.items;
    } catch {
      // A layer without a legend is still a layer; its row says what else is wrong.
      this.items = [];
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.items.length === 0) return nothing;
    const language = pageLanguage();
    return html`<ul>
      ${this.items.map(
        (item) =>
          html`<li>
            ${swatch(item.symbol)}
            <span>${withoutSimulated(pick(language, item.label, item.label_en))}</span>
          </li>`,
      )}
    </ul>`;
  }
}
