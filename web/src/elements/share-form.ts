/** Share a layer with another unit without being asked. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Layer } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { dayAhead, endOfDay } from "../office/days";
import { unitTitle, type Units } from "../office/offices";
import { Sending } from "../office/sending";
import { share } from "../office/sharing-api";
import { tell } from "./events";
import { actTicks, endField, field, said, tickedActs, unitOptions, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

/** How long a share lasts where nobody says, days. */
const USUAL_DAYS = 365;

@customElement("share-form")
export class ShareForm extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) layers: readonly Layer[] = [];
  @property({ attribute: false }) units: Units = new Map();
  @property({ attribute: false }) csrf: string | null = null;
  @state() private edits = false;
  @state() private unit = "";
  private readonly sending = new Sending(this, ["unit", "until"]);

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("select")?.focus();
  }

  protected override render(): TemplateResult {
    const { trouble } = this.sending;
    const now = new Date();
    return html`<form class="sheet" @submit=${this.submit}>
      ${field("layer", text("layer"), this.layerChoice(), { trouble })}
      ${field("unit", text("share_with"), this.unitChoice(), { trouble })}
      ${endField(text("share_until"), dayAhead(now, USUAL_DAYS), now, trouble)}
      <div @change=${this.acted}>${actTicks(["read"], text("sharing_acts"))}</div>
      ${this.edits && this.units.get(this.unit)?.has_area
        ? html`<div class="wide ticks">
            <label><input type="checkbox" name="within_area" checked />${text("share_within_area")}</label>
          </div>`
        : nothing}
      ${wholeTrouble(trouble)}
      <div class="doing">
        <button class="button primary" ?disabled=${this.sending.isBusy}>${text("share_give")}</button>
        <button type="button" class="button" @click=${this.drop}>${text("cancel")}</button>
      </div>
    </form>`;
  }

  private layerChoice(): TemplateResult {
    const language = pageLanguage();
    return html`<select id="layer" name="layer" required aria-describedby="layer-fault">
      <option value=""></option>
      ${this.layers.map(
        (layer) => html`<option value=${layer.slug}>${pick(language, layer.title, layer.title_en)} (${layer.slug})</option>`,
      )}
    </select>`;
  }

  private unitChoice(): TemplateResult {
    const language = pageLanguage();
    const open = [...this.units.values()].filter((unit) => unit.is_active);
    const title = (code: string): string => unitTitle(this.units, code, language);
    open.sort((one, other) => title(one.code).localeCompare(title(other.code), language));
    return html`<select
      id="unit"
      name="unit"
      required
      aria-describedby="unit-fault"
      @change=${(event: Event) => (this.unit = (event.target as HTMLSelectElement).value)}
    >
      <option value=""></option>
      ${unitOptions(open, null)}
    </select>`;
  }

  private acted(event: Event): void {
    const tick = event.target as HTMLInputElement;
    if (tick.value === "edit") this.edits = tick.checked;
  }

  private drop(): void {
    this.dispatchEvent(new CustomEvent("dropped"));
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const wish = {
      unit: said(fields, "unit"),
      acts: tickedActs(fields),
      until: endOfDay(said(fields, "until")),
      within_area: fields.has("within_area"),
    };
    if (!(await this.sending.run(() => share(said(fields, "layer"), wish, this.csrf)))) return;
    tell(this, "notice", { text: text("share_given") });
    tell(this, "office-changed", null);
    this.drop();
  }
}
