/** One layer of the tree: on or off, how strong, what its signs mean, where it lies. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Layer } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { plainTitle } from "../map/tree";
import type { MapName } from "../map/view-state";
import { tell } from "./events";
import { icon, type IconName } from "./icons";
import "./legend-list";
import { shared } from "./shared-styles";

@customElement("layer-row")
export class LayerRow extends LitElement {
  static override styles = [
    shared,
    css`
      .row {
        display: grid;
        grid-template-columns: 20px 1fr auto;
        gap: 4px 10px;
        align-items: start;
        padding: 6px 8px 6px 12px;
        border-radius: 8px;
      }
      .row:hover {
        background: var(--hover);
      }
      input[type="checkbox"] {
        width: 17px;
        height: 17px;
        margin: 2px 0 0;
        accent-color: var(--accent);
        cursor: pointer;
      }
      label {
        cursor: pointer;
        line-height: 20px;
      }
      .under {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 8px;
        align-items: center;
        font-size: 12px;
        line-height: 17px;
        color: var(--muted);
      }
      .keeper {
        display: flex;
        gap: 6px;
      }
      .kind {
        flex: none;
        display: inline-flex;
        margin-top: 1px;
      }
      .actions {
        display: flex;
        margin: -5px -4px -5px 0;
      }
      .more {
        grid-column: 2 / -1;
        display: grid;
        gap: 6px;
        padding: 2px 0 4px;
      }
      .fade {
        display: grid;
        grid-template-columns: auto 1fr 38px;
        gap: 8px;
        align-items: center;
        font-size: 12px;
        color: var(--muted);
      }
      input[type="range"] {
        width: 100%;
        margin: 0;
        accent-color: var(--accent);
      }
      output {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      .hint {
        font-size: 12px;
        color: var(--amber);
      }
      .open .chevron svg {
        transform: rotate(180deg);
      }
      .chevron {
        display: grid;
      }
      .chevron svg {
        transition: transform 0.15s;
      }
      @media print {
        .actions,
        .fade,
        .hint,
        input[type="checkbox"] {
          display: none;
        }
        .row {
          grid-template-columns: 1fr;
          padding: 3px 0;
          break-inside: avoid;
        }
        .more {
          grid-column: 1;
        }
      }
    `,
  ];

  @property({ attribute: false }) layer: Layer | null = null;
  /** 0 to 1, or null when the layer is off. */
  @property({ attribute: false }) opacity: number | null = null;
  @property({ attribute: false }) problem: string | null = null;
  /** True while the map is too far out for this layer. */
  @property({ type: Boolean }) toofar = false;
  @property() map: MapName = "base";
  @property({ attribute: false }) under: "unit" | "theme" = "unit";
  @state() private open = false;

  protected override render(): TemplateResult | typeof nothing {
    const layer = this.layer;
    if (!layer) return nothing;
    const title = plainTitle(layer, pageLanguage());
    return html`<div class="row">
      <input
        id="on"
        type="checkbox"
        .checked=${this.opacity !== null}
        aria-describedby="under"
        @change=${this.toggle}
      />
      <div>
        <label for="on">${title}</label>
        <div id="under" class="under">
          <span class="keeper">
            <span class="kind" title=${text(`kind_${this.kindOf(layer)}`)}>
              ${icon(this.kindOf(layer), 14)}<span class="spoken">${text(`kind_${this.kindOf(layer)}`)}</span>
            </span>
            <span>${this.underTitle(layer)}</span>
          </span>
          ${layer.simulated ? html`<span class="badge">${text("simulated")}</span>` : nothing}
          ${layer.visibility === "open"
            ? nothing
            : html`<span class="badge">${text(`visibility_${layer.visibility}`)}</span>`}
        </div>
      </div>
      ${this.actions(layer, title)} ${this.opacity === null ? nothing : this.details(layer, title)}
    </div>`;
  }

  private kindOf(layer: Layer): "point" | "line" | "polygon" | "raster" {
    if (layer.kind === "raster") return "raster";
    const type = layer.geometry_type;
    return (type === null || type === "mixed" ? "polygon" : type) satisfies IconName;
  }

  private underTitle(layer: Layer): string {
    const language = pageLanguage();
    return this.under === "unit"
      ? pick(language, layer.unit_title, layer.unit_title_en)
      : pick(language, layer.theme_title, layer.theme_title_en);
  }

  private actions(layer: Layer, title: string): TemplateResult {
    const zoom = text("zoom_to_layer", { title });
    const about = text("about_layer", { title });
    return html`<div class="actions">
      ${this.opacity === null || !layer.bounds
        ? nothing
        : html`<button
            class="icon-button"
            title=${zoom}
            aria-label=${zoom}
            @click=${() => tell(this, "go-to", { bounds: layer.bounds })}
          >
            ${icon("frame", 17)}
          </button>`}
      <button
        class="icon-button"
        title=${about}
        aria-label=${about}
        @click=${() => tell(this, "layer-details", { layer })}
      >
        ${icon("info", 17)}
      </button>
      ${this.opacity === null ? nothing : this.expander(title)}
    </div>`;
  }

  private expander(title: string): TemplateResult {
    const words = text("opacity_of", { title });
    return html`<button
      class="icon-button ${this.open ? "open" : ""}"
      title=${words}
      aria-label=${words}
      aria-expanded=${this.open ? "true" : "false"}
      @click=${() => (this.open = !this.open)}
    >
      <span class="chevron">${icon("chevron", 17)}</span>
    </button>`;
  }

  private details(layer: Layer, title: string): TemplateResult {
    return html`<div class="more">
      ${this.problem ? html`<div class="hint" role="status">${this.problem}</div>` : nothing}
      ${this.toofar ? html`<div class="hint">${text("zoom_in_to_see")}</div>` : nothing}
      <legend-list .layer=${layer} .map=${this.map}></legend-list>
      ${this.open ? this.fader(title) : nothing}
    </div>`;
  }

  private fader(title: string): TemplateResult {
    const percent = Math.round((this.opacity ?? 1) * 100);
    return html`<div class="fade">
      <span>${text("opacity")}</span>
      <input
        type="range"
        min="0"
        max="100"
        step="5"
        aria-label=${text("opacity_of", { title })}
        .value=${String(percent)}
        @input=${this.fade}
      />
      <output>${percent}%</output>
    </div>`;
  }

  private toggle(event: Event): void {
    const on = (event.target as HTMLInputElement).checked;
    if (this.layer) tell(this, "layer-toggled", { slug: this.layer.slug, on });
  }

  private fade(event: Event): void {
    const opacity = Number((event.target as HTMLInputElement).value) / 100;
    if (this.layer) tell(this, "layer-faded", { slug: this.layer.slug, opacity });
  }
}
