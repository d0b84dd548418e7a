/** The card that pops up for a place on the map: its features' attributes and its coordinates. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { LonLat } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { attributesOf, featureTitle, type Attribute } from "../map/feature-text";
import { pick } from "../i18n/text";
import type { FoundFeature } from "../portal/feature-reader";
import type { FeatureRef } from "../map/view-state";
import "./copy-value";
import { tell } from "./events";
import { cardStyles } from "./feature-card-styles";
import { icon } from "./icons";
import { vn2000Text, wgs84Text } from "../map/coordinates";
import { CENTRAL_MERIDIAN } from "../map/vn2000";
import { shared } from "./shared-styles";

@customElement("feature-card")
export class FeatureCard extends LitElement {
  static override styles = [shared, cardStyles];

  /** Everything under the pressed place, topmost first; empty: the place alone. */
  @property({ attribute: false }) refs: readonly FeatureRef[] = [];
  @property({ type: Number }) index = 0;
  @property({ attribute: false }) found: FoundFeature | null = null;
  @property({ attribute: false }) problem: string | null = null;
  @property({ attribute: false }) place: LonLat | null = null;

  constructor() {
    super();
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const isOpen = this.refs.length > 0 || this.place !== null;
    this.toggleAttribute("open", isOpen);
    if (!isOpen) return nothing;
    return html`<article role="dialog" aria-label=${this.heading()} tabindex="-1">
      <header>
        <div class="titles">
          <h2>${this.heading()}</h2>
          ${this.subheading()}
        </div>
        <button class="icon-button" aria-label=${text("close")} title=${text("close")} @click=${this.close}>
          ${icon("close", 18)}
        </button>
      </header>
      <div class="body">${this.body()} ${this.position()}</div>
      ${this.refs.length > 1 ? this.pager() : nothing}
    </article>`;
  }

  /** Let the keyboard go on from here. */
  takeFocus(): void {
    this.renderRoot.querySelector<HTMLElement>("article")?.focus({ preventScroll: true });
  }

  private heading(): string {
    if (this.refs.length === 0) return text("this_place");
    if (!this.found) return this.problem ? text("feature") : text("loading");
    const { layer, feature } = this.found;
    return featureTitle(layer.fields, feature.properties ?? {}) ?? `${text("feature")} ${feature.id}`;
  }

  private subheading(): TemplateResult | typeof nothing {
    if (!this.found) return nothing;
    const { layer } = this.found;
    const language = pageLanguage();
    const badge = layer.simulated ? html` <span class="badge">${text("simulated")}</span>` : nothing;
    return html`<p class="layer-name">
      ${pick(language, layer.title, layer.title_en)}${badge}
    </p>`;
  }

  private body(): TemplateResult | typeof nothing {
    if (this.problem) return html`<p class="problem" role="alert">${this.problem}</p>`;
    if (this.refs.length === 0) return html`<p class="quiet">${text("no_feature_here")}</p>`;
    if (!this.found) return html`<div class="waiting"><i></i><i></i><i></i></div>`;
    const { layer, feature } = this.found;
    const attributes = attributesOf(layer.fields, feature.properties ?? {}, pageLanguage());
    return html`<dl>${attributes.map((attribute) => this.attribute(attribute))}</dl>`;
  }

  private attribute({ title, value, href }: Attribute): TemplateResult {
    const shown = href
      ? html`<a href=${href} target="_blank" rel="noopener noreferrer">${value}</a>`
      : value;
    return html`<div><dt>${title}</dt><dd>${shown}</dd></div>`;
  }

  private position(): TemplateResult | typeof nothing {
    if (!this.place) return nothing;
    return html`<section class="position" aria-label=${text("coordinates")}>
      <copy-value label="WGS 84" .value=${wgs84Text(this.place)}></copy-value>
      <copy-value label="VN-2000" .value=${vn2000Text(this.place)}></copy-value>
      <span class="zone">TM-3 ${CENTRAL_MERIDIAN}, EPSG:9214</span>
    </section>`;
  }

  private pager(): TemplateResult {
    const count = this.refs.length;
    return html`<footer>
      <button class="icon-button" aria-label=${text("previous_feature")} @click=${() => this.turn(-1)}>
        ${icon("left", 18)}
      </button>
      <span>${text("feature_of", { at: this.index + 1, count })}</span>
      <button class="icon-button" aria-label=${text("next_feature")} @click=${() => this.turn(1)}>
        ${icon("right", 18)}
      </button>
    </footer>`;
  }

  private turn(step: number): void {
    const count = this.refs.length;
    tell(this, "card-turned", { index: (this.index + step + count) % count });
  }

  private close(): void {
    tell(this, "selection-cleared", null);
  }
}
