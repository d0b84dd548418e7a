/** The sheet about one layer: who keeps it, how current and how exact it is, and its files. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { getLayer } from "../api/client";
import type { Layer } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { layerFacts } from "../map/layer-facts";
import { listen, tell } from "./events";
import { icon } from "./icons";
import "./legend-list";
import { shared, textButton } from "./shared-styles";

/** What most people take; every other format is in the layer's links, and in the docs. */
const MAIN_FORMATS: readonly (readonly [string, string])[] = [
  ["gpkg", "GeoPackage"],
  ["shp", "Shapefile"],
  ["geojson", "GeoJSON"],
  ["xlsx", "Excel"],
  ["kml", "KML"],
];

@customElement("layer-details")
export class LayerDetails extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      dialog {
        width: min(520px, calc(100vw - 24px));
        max-height: min(720px, calc(100dvh - 24px));
        padding: 0;
        border: 0;
        border-radius: 14px;
        background: var(--surface);
        color: inherit;
        box-shadow: var(--shadow-high);
      }
      dialog::backdrop {
        background: rgb(31 27 45 / 42%);
      }
      header {
        position: sticky;
        top: 0;
        display: flex;
        gap: 12px;
        align-items: flex-start;
        padding: 18px 14px 12px 24px;
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      h2 {
        flex: 1;
        margin: 3px 0 0;
        font-size: 19px;
        line-height: 25px;
        font-weight: 600;
      }
      .body {
        padding: 14px 24px 24px;
      }
      .warning {
        margin: 0 0 14px;
        padding: 10px 14px;
        border-radius: 8px;
        background: var(--amber-back);
        color: var(--amber);
      }
      .description {
        margin: 0 0 12px;
        line-height: 22px;
      }
      dl {
        margin: 0;
      }
      dl div {
        display: grid;
        grid-template-columns: 150px 1fr;
        gap: 14px;
        padding: 7px 0;
        border-bottom: 1px solid var(--line);
        line-height: 20px;
      }
      dt {
        color: var(--muted);
        font-size: 13px;
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .files {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-top: 18px;
      }
      @media (max-width: 480px) {
        dl div {
          grid-template-columns: 1fr;
          gap: 0;
        }
      }
    `,
  ];

  @state() private layer: Layer | null = null;
  /** Whether one may add features to the layer. */
  @state() private mayAdd = false;
  @query("dialog") private dialog!: HTMLDialogElement;

  constructor() {
    super();
    listen(document, "layer-details", ({ layer }) => void this.show(layer));
  }

  private async show(layer: Layer): Promise<void> {
    this.layer = layer;
    this.mayAdd = false;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
    const known = await getLayer(layer.slug).catch(() => null);
    const mayEdit = known?.acts.includes("edit") ?? false;
    if (layer === this.layer) this.mayAdd = layer.kind === "vector" && mayEdit;
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="title" @click=${this.backdrop}>
      ${this.layer ? this.sheet(this.layer) : nothing}
    </dialog>`;
  }

  private sheet(layer: Layer): TemplateResult {
    const language = pageLanguage();
    const about = pick(language, layer.description, layer.description_en);
    return html`<header>
        <h2 id="title">${pick(language, layer.title, layer.title_en)}</h2>
        <button class="icon-button" autofocus aria-label=${text("close")} @click=${() => this.dialog.close()}>
          ${icon("close", 18)}
        </button>
      </header>
      <div class="body">
        ${layer.simulated ? html`<p class="warning">${text("simulated_hint")}</p>` : nothing}
        ${about ? html`<p class="description">${about}</p>` : nothing}
        <dl>
          ${layerFacts(layer, language).map(
            ({ title, value }) => html`<div><dt>${title}</dt><dd>${value}</dd></div>`,
          )}
        </dl>
        <div class="files">
          ${this.mayAdd ? this.addButton(layer) : nothing} ${this.files(layer)} ${this.zoomButton(layer)}
          <a class="button" href=${`/data/${layer.slug}`}>${icon("info", 17)} ${text("data_page")}</a>
        </div>
      </div>`;
  }

  private files(layer: Layer): readonly TemplateResult[] {
    const files = layer.links.files ?? {};
    return MAIN_FORMATS.filter(([format]) => format in files).map(
      ([format, name]) => html`<a class="button" href=${files[format] ?? nothing} download>
        ${icon("download", 17)} ${name}
      </a>`,
    );
  }

  private zoomButton(layer: Layer): TemplateResult | typeof nothing {
    if (!layer.bounds) return nothing;
    return html`<button class="button" @click=${() => this.zoomTo(layer)}>
      ${icon("frame", 17)} ${text("zoom_to")}
    </button>`;
  }

  private addButton(layer: Layer): TemplateResult {
    return html`<button class="button" id="add" @click=${() => this.add(layer)}>
      ${icon("plus", 17)} ${text("edit_add")}
    </button>`;
  }

  private add(layer: Layer): void {
    this.dialog.close();
    tell(this, "feature-adding", { slug: layer.slug });
  }

  private zoomTo(layer: Layer): void {
    this.dialog.close();
    tell(this, "layer-toggled", { slug: layer.slug, on: true });
    tell(this, "go-to", { bounds: layer.bounds });
  }

  private backdrop(event: Event): void {
    if (event.target === this.dialog) this.dialog.close();
  }
}
