/** Ask for a closed layer: for which unit, what for, until when. */

import { LitElement, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ClosedLayer, Me } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { dayAhead, endOfDay } from "../office/days";
import { unitsWith, type Units } from "../office/offices";
import { Sending } from "../office/sending";
import { askForAccess } from "../office/sharing-api";
import { tell } from "./events";
import { actTicks, endField, field, said, tickedActs, unitOptions, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

/** What the field of the end proposes, days. */
const USUAL_DAYS = 180;

@customElement("ask-form")
export class AskForm extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) layer: ClosedLayer | null = null;
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  private readonly sending = new Sending(this, ["unit", "purpose", "until"]);

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("textarea")?.focus();
  }

  protected override render(): TemplateResult {
    const { trouble } = this.sending;
    const mine = this.me ? unitsWith(this.me, this.units, "viewer", pageLanguage()) : [];
    const now = new Date();
    return html`<form class="sheet" @submit=${this.submit}>
      ${field(
        "purpose",
        text("sharing_purpose"),
        html`<textarea id="purpose" name="purpose" required maxlength="2000" aria-describedby="purpose-fault"></textarea>`,
        { trouble, hint: text("sharing_purpose_hint"), isWide: true },
      )}
      ${field(
        "unit",
        text("sharing_for_unit"),
        html`<select id="unit" name="unit" required aria-describedby="unit-fault">
          ${unitOptions(mine, this.me?.unit)}
        </select>`,
        { trouble },
      )}
      ${endField(text("sharing_until"), dayAhead(now, USUAL_DAYS), now, trouble)}
      <div class="wide">${actTicks(["read"], text("sharing_acts"))}</div>
      ${wholeTrouble(trouble)}
      <div class="doing">
        <button class="button primary" ?disabled=${this.sending.isBusy}>${text("sharing_send")}</button>
        <button type="button" class="button" @click=${this.drop}>${text("cancel")}</button>
      </div>
    </form>`;
  }

  private drop(): void {
    this.dispatchEvent(new CustomEvent("dropped"));
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { layer, me } = this;
    if (!layer) return;
    const fields = new FormData(event.target as HTMLFormElement);
    const wish = {
      closed: layer.id,
      unit: said(fields, "unit"),
      purpose: said(fields, "purpose"),
      acts: tickedActs(fields),
      until: endOfDay(said(fields, "until")),
    };
    if (!(await this.sending.run(() => askForAccess(wish, me?.csrf ?? null)))) return;
    tell(this, "notice", { text: text("sharing_sent") });
    tell(this, "office-changed", null);
    this.drop();
  }
}
