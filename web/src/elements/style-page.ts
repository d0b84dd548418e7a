/** Style a layer: classes of a field in palettes everybody can read, or a file of QGIS or GeoServer. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { StyleSpecification } from "maplibre-gl";
import { getBaseStyle, getLayer, getStyle, listLayers } from "../api/client";
import type { Layer, LayerWithFields, Lost, Me, Palette } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { BARE_BASE } from "../map/bare-base";
import { previewStyle } from "../map/preview";
import { prepareWorker } from "../map/worker";
import { goSignIn, whoAmI } from "../office/account-api";
import { holds } from "../office/offices";
import { Sending } from "../office/sending";
import { dropDrawn, getDrawn, keepDrawn, listPalettes, readFile, styleFile, type Drawn } from "../studio/styles-api";
import "./class-form";
import { tell } from "./events";
import { field, wholeTrouble } from "./form-parts";
import "./gishue-map";
import type { GishueMap } from "./gishue-map";
import { swatch } from "./legend-list";
import { officeStyles } from "./office-styles";
import { previewStyles } from "./style-preview-styles";

@customElement("style-page")
export class StylePage extends LitElement {
  static override styles = [officeStyles, previewStyles];
  @state() private me: Me | null = null;
  @state() private layers: readonly Layer[] = [];
  @state() private palettes: readonly Palette[] = [];
  @state() private layer: LayerWithFields | null = null;
  @state() private drawn: Drawn | null = null;
  @state() private findings: readonly Lost[] = [];
  /** Whether what is shown is not kept yet. */
  @state() private isNew = false;
  private readonly sending = new Sending(this);
  private own: StyleSpecification | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    prepareWorker();
    void this.sending.run(() => this.begin());
  }

  private async begin(): Promise<void> {
    const me = await whoAmI();
    if (me.kind === "anonymous") return goSignIn();
    const [layers, palettes] = await Promise.all([listLayers(), listPalettes()]);
    this.layers = layers.filter((layer) => layer.kind === "vector" && mayEdit(me, layer));
    this.palettes = palettes;
    this.me = me;
    const wanted = new URLSearchParams(location.search).get("layer");
    if (wanted && this.layers.some(({ slug }) => slug === wanted)) await this.open(wanted);
  }

  private async open(slug: string): Promise<void> {
    const [layer, drawn] = await Promise.all([getLayer(slug), getDrawn(slug)]);
    this.own = await getStyle(layer);
    const isOther = layer.slug !== this.layer?.slug;
    this.layer = layer;
    this.show(drawn, false);
    await this.updateComplete;
    const map = this.querySelector<GishueMap>("gishue-map");
    if (!map) return;
    map.embedded = true;
    if (layer.bounds) map.home = layer.bounds;
    map.base ??= await getBaseStyle().catch(() => BARE_BASE);
    if (isOther) map.goTo(layer.bounds, null);
  }

  private show(drawn: Drawn, isNew: boolean, findings: readonly Lost[] = []): void {
    this.drawn = drawn;
    this.isNew = isNew;
    this.findings = findings;
    const map = this.querySelector<GishueMap>("gishue-map");
    if (!map || !this.own || !this.layer) return;
    const { slug } = this.layer;
    map.parts = [{ slug, style: previewStyle(this.own, slug, drawn), opacity: 1 }];
  }

  protected override render(): TemplateResult {
    const { trouble } = this.sending;
    if (!this.me) {
      return trouble.sentence ? html`${wholeTrouble(trouble)}` : html`<p class="empty" role="status">${text("loading")}</p>`;
    }
    if (this.layers.length === 0) return html`<p class="empty">${text("style_no_layers")}</p>`;
    return html`<p class="lead">${text("style_lead")}</p>
      <div class="choice">${field("layer", text("layer"), this.layerChoice(), { trouble })}</div>
      ${wholeTrouble(trouble)} ${this.layer && this.drawn ? this.editor(this.layer, this.drawn) : nothing}`;
  }

  private layerChoice(): TemplateResult {
    const language = pageLanguage();
    return html`<select id="layer" name="layer" aria-describedby="layer-fault" @change=${this.choose}>
      <option value="">${text("style_choose")}</option>
      ${this.layers.map(
        (layer) =>
          html`<option value=${layer.slug} ?selected=${layer.slug === this.layer?.slug}>
            ${pick(language, layer.title, layer.title_en)}
          </option>`,
      )}
    </select>`;
  }

  private editor(layer: LayerWithFields, drawn: Drawn): TemplateResult {
    return html`<div class="columns">
      <div class="side">
        <class-form
          .layer=${layer}
          .palettes=${this.palettes}
          .csrf=${this.me?.csrf ?? null}
          @classes-made=${(event: CustomEvent<Drawn>) => this.show(event.detail, true)}
        ></class-form>
        ${this.files(layer)}
      </div>
      <section class="card preview" aria-label=${text("style_preview")}>
        <slot name="map"></slot>
        <ul class="legend">
          ${drawn.legend.map(
            (item) => html`<li>${swatch(item.symbol)} <span>${pick(pageLanguage(), item.label, item.label_en)}</span></li>`,
          )}
        </ul>
        ${this.lost()}
        <div class="doing">
          <button class="button primary" ?disabled=${!this.isNew || this.sending.isBusy} @click=${this.keep}>
            ${text("style_keep")}
          </button>
          <button class="button" ?disabled=${this.sending.isBusy} @click=${this.drop}>${text("style_drop")}</button>
        </div>
        <p class="quiet" role="status">${this.isNew ? text("style_not_kept") : ""}</p>
      </section>
    </div>`;
  }

  private files(layer: Layer): TemplateResult {
    return html`<section class="card">
      <h2>${text("style_files")}</h2>
      <p>${text("style_files_lead")}</p>
      <div class="doing">
        <a class="button" href=${styleFile(layer.slug, "qml")} download>QML (QGIS)</a>
        <a class="button" href=${styleFile(layer.slug, "sld")} download>SLD 1.1</a>
      </div>
      <div class="field upload">
        <label for="file">${text("style_read_file")}</label>
        <input id="file" type="file" accept=".qml,.sld,.xml" @change=${this.read} />
      </div>
    </section>`;
  }

  private lost(): TemplateResult | typeof nothing {
    if (this.findings.length === 0) return nothing;
    return html`<h2>${text("style_lost")}</h2>
      <ul class="lost">
        ${this.findings.map(
          (one) => html`<li>${one.where}: ${pick(pageLanguage(), one.message_vi, one.message)}</li>`,
        )}
      </ul>`;
  }

  private choose(event: Event): void {
    const slug = (event.target as HTMLSelectElement).value;
    const query = slug ? `?layer=${encodeURIComponent(slug)}` : "";
    history.replaceState(null, "", location.pathname + query);
    this.layer = null;
    if (slug) void this.sending.run(() => this.open(slug));
  }

  private async read(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    const slug = this.layer?.slug;
    if (!file || !slug) return;
    await this.sending.run(async () => {
      const found = await readFile(slug, file, this.me?.csrf ?? null);
      this.show(found, true, found.findings);
    });
    input.value = "";
  }

  private async keep(): Promise<void> {
    const { layer, drawn } = this;
    if (!layer || !drawn) return;
    const kept = await this.sending.run(async () => {
      await keepDrawn(layer.slug, drawn, this.me?.csrf ?? null);
      await this.open(layer.slug);
    });
    if (kept) tell(this, "notice", { text: text("style_kept") });
  }

  private async drop(): Promise<void> {
    const slug = this.layer?.slug;
    if (!slug) return;
    await this.sending.run(async () => {
      await dropDrawn(slug, this.me?.csrf ?? null);
      await this.open(slug);
    });
  }
}

function mayEdit(me: Me, layer: Layer): boolean {
  return me.is_admin === true || (!!layer.unit && holds(me.roles?.[layer.unit], "editor"));
}
