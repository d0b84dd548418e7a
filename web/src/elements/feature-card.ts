/** The card that pops up for a place on the map: its features' attributes and its coordinates. */

import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { LayerWithFields, LonLat } from "../api/contract";
import { undoChanges } from "../api/edits";
import { pageLanguage, text } from "../i18n/text";
import { attributesOf, featureTitle, type Attribute } from "../map/feature-text";
import { pick } from "../i18n/text";
import type { FoundCluster, FoundFeature } from "../portal/feature-reader";
import type { FeatureRef } from "../map/view-state";
import { whoAmI } from "../office/account-api";
import { Sending } from "../office/sending";
import { clusterTitle } from "./cluster-members";
import "./copy-value";
import { tell, type FeatureEdited } from "./events";
import "./feature-form";
import type { FeatureForm } from "./feature-form";
import "./feature-history";
import { wholeTrouble } from "./form-parts";
import { cardStyles } from "./feature-card-styles";
import { icon } from "./icons";
import { vn2000Text, wgs84Text } from "../map/coordinates";
import { CENTRAL_MERIDIAN } from "../map/vn2000";
import { shared, textButton } from "./shared-styles";

/** What the card is for at the moment. */
export type Task = "look" | "change" | "history";

@customElement("feature-card")
export class FeatureCard extends LitElement {
  static override styles = [shared, textButton, cardStyles];

  /** Everything under the pressed place, topmost first; empty: the place alone. */
  @property({ attribute: false }) refs: readonly FeatureRef[] = [];
  @property({ type: Number }) index = 0;
  @property({ attribute: false }) found: FoundFeature | null = null;
  /** What is shown where the map draws several features as one. */
  @property({ attribute: false }) together: FoundCluster | null = null;
  @property({ attribute: false }) problem: string | null = null;
  @property({ attribute: false }) place: LonLat | null = null;

  /** The layer that a new feature is drawn for. */
  @property({ attribute: false }) adding: LayerWithFields | null = null;
  /** The layer of a feature that could not be read. */
  @property({ attribute: false }) layerOfProblem: LayerWithFields | null = null;
  /** What was just done here, to be undone with one press. */
  @property({ attribute: false }) done: FeatureEdited | null = null;
  @state() task: Task = "look";
  @query("feature-form") private form!: FeatureForm | null;
  private readonly undoing = new Sending(this);

  constructor() {
    super();
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.addEventListener("edit-ended", () => this.look());
  }

  /** Whether a form is open that would lose something; then it asks what to do. */
  keepsWork(): boolean {
    if (!this.form?.isDirty) return false;
    this.form.leave();
    return true;
  }

  /** Whether somebody is at work on the feature: it is not read again under their hands. */
  get isAtWork(): boolean {
    return this.task === "change" || this.adding !== null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("refs") || changed.has("index")) this.task = "look";
  }

  protected override render(): TemplateResult | typeof nothing {
    const isOpen = this.refs.length > 0 || this.place !== null || this.adding !== null || this.done !== null;
    this.toggleAttribute("open", isOpen);
    if (!isOpen) return nothing;
    return html`<section class="card" role="dialog" aria-label=${this.heading()} tabindex="-1">
      <header>
        <div class="titles">
          <h2>${this.heading()}</h2>
          ${this.subheading()}
        </div>
        <button class="icon-button" aria-label=${text("close")} title=${text("close")} @click=${this.close}>
          ${icon("close", 18)}
        </button>
      </header>
      <div class="body">${this.afterwards()} ${this.body()} ${this.isAtWork ? nothing : this.position()}</div>
      ${this.refs.length > 1 && this.task === "look" ? this.pager() : nothing}
    </section>`;
  }

  /** Let the keyboard go on from here. */
  takeFocus(): void {
    this.renderRoot.querySelector<HTMLElement>("[role=dialog]")?.focus({ preventScroll: true });
  }

  private heading(): string {
    if (this.adding) return text("edit_new");
    if (this.refs.length === 0 && this.done) return text("feature");
    if (this.refs.length === 0) return text("this_place");
    if (this.together) return clusterTitle(this.together.cluster.count);
    if (!this.found) return this.problem ? text("feature") : text("loading");
    const { layer, feature } = this.found;
    return featureTitle(layer.fields, feature.properties ?? {}) ?? `${text("feature")} ${feature.id}`;
  }

  private subheading(): TemplateResult | typeof nothing {
    const layer = this.adding ?? this.together?.layer ?? this.found?.layer;
    if (!layer) return nothing;
    const language = pageLanguage();
    const badge = layer.simulated ? html` <span class="badge">${text("simulated")}</span>` : nothing;
    return html`<p class="layer-name">
      ${pick(language, layer.title, layer.title_en)}${badge}
    </p>`;
  }

  private body(): TemplateResult | typeof nothing {
    if (this.adding) return html`<feature-form .layer=${this.adding}></feature-form>`;
    if (this.task === "history") return this.history();
    if (this.problem) return html`<p class="problem" role="alert">${this.problem}</p>
      ${this.layerOfProblem ? this.doing(this.layerOfProblem, false) : nothing}`;
    if (this.refs.length === 0 && this.done) return nothing;
    if (this.refs.length === 0) return html`<p class="quiet">${text("no_feature_here")}</p>`;
    if (this.together) return html`<cluster-members .together=${this.together}></cluster-members>`;
    if (!this.found) return html`<div class="waiting"><i></i><i></i><i></i></div>`;
    const { layer, feature } = this.found;
    const attributes = attributesOf(layer.fields, feature.properties ?? {}, pageLanguage());
    if (this.task === "change") {
      return html`<feature-form .layer=${layer} .feature=${feature}></feature-form>`;
    }
    return html`<dl>${attributes.map((attribute) => this.attribute(attribute))}</dl>
      ${this.doing(layer, mayEdit(layer))}`;
  }

  private doing(layer: LayerWithFields, isEditable: boolean): TemplateResult | typeof nothing {
    if (layer.kind !== "vector") return nothing;
    return html`<div class="doing">
      ${isEditable
        ? html`<button class="button" id="change" @click=${() => (this.task = "change")}>
            ${icon("pencil", 16)} ${text("edit")}
          </button>`
        : nothing}
      <button class="button" id="history" @click=${() => (this.task = "history")}>
        ${icon("clock", 16)} ${text("history")}
      </button>
    </div>`;
  }

  private history(): TemplateResult {
    const layer = this.found?.layer ?? this.layerOfProblem;
    return html`<button class="button back" @click=${this.look}>${icon("left", 16)} ${text("history_back")}</button>
      <feature-history
        .layer=${layer}
        .feature=${this.refs[this.index]?.id ?? ""}
        ?editable=${layer ? mayEdit(layer) : false}
      ></feature-history>`;
  }

  /** Say what was done, and offer to undo it. */
  private afterwards(): TemplateResult | typeof nothing {
    if (!this.done) return nothing;
    const { what } = this.done;
    return html`<div class="done" role="status">
        <span>${text(`edit_${what}`)}</span>
        ${what === "undone"
          ? nothing
          : html`<button class="button" ?disabled=${this.undoing.isBusy} @click=${this.undo}>
              ${icon("undo", 16)} ${text("edit_undo")}
            </button>`}
      </div>
      ${wholeTrouble(this.undoing.trouble)}`;
  }

  private async undo(): Promise<void> {
    const { done } = this;
    if (!done) return;
    await this.undoing.run(async () => {
      const { csrf = null } = await whoAmI();
      const { slug, id, revision, what } = done;
      const edited = await undoChanges(slug, revision, { message: text("edit_undo"), csrf });
      tell(this, "feature-edited", { slug, id: what === "added" ? null : id, revision: edited.revision, what: "undone" });
    });
  }

  private look(): void {
    if (this.adding) tell(this, "selection-cleared", null);
    this.task = "look";
    void this.updateComplete.then(() => this.takeFocus());
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
    if (this.task === "history") return this.look();
    if (this.isAtWork) this.form?.leave();
    else tell(this, "selection-cleared", null);
  }
}

function mayEdit(layer: LayerWithFields): boolean {
  return layer.acts.includes("edit");
}
