/** The unit one acts for: what one brings in belongs to it. Changing it renews the session. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Me } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { actFor, listUnits, whoAmI } from "../office/account-api";
import { byCode, unitTitle, unitsWith, type Units } from "../office/offices";
import { Sending } from "../office/sending";
import { tell } from "./events";
import { unitOptions, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

@customElement("unit-switch")
export class UnitSwitch extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      .switch {
        display: grid;
        gap: 4px;
      }
      :host([compact]) .switch {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      :host([compact]) label,
      .label {
        font-size: 13px;
        color: var(--muted);
        white-space: nowrap;
      }
      :host([compact]) select {
        width: 210px;
        min-width: 0;
        text-overflow: ellipsis;
      }
      :host(:not([compact])) label {
        font-weight: 600;
      }
      :host(:not([compact])) select {
        max-width: 460px;
      }
      .only {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .problem {
        margin-top: 6px;
      }
      @media (max-width: 720px) {
        :host([compact]) {
          min-width: 0;
        }
        :host([compact]) select {
          flex: 1 1 0;
          width: 0;
        }
      }
    `,
  ];
  /** In a header: one line. */
  @property({ type: Boolean, reflect: true }) compact = false;
  @state() private me: Me | null = null;
  @state() private units: Units = new Map();
  private readonly sending = new Sending(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  /** A server that is away is the page's to tell. */
  private async begin(): Promise<void> {
    try {
      const me = await whoAmI();
      if (!me.is_staff) return;
      this.units = byCode(await listUnits());
      this.me = me;
    } catch {
      this.me = null;
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.me) return nothing;
    const language = pageLanguage();
    const mine = unitsWith(this.me, this.units, "viewer", language);
    const unit = this.me.unit ?? null;
    if (mine.length === 0) return nothing;
    if (mine.length === 1 && mine[0]?.code === unit) {
      return html`<div class="switch">
        ${this.compact ? html`<span class="label">${text("acting_for")}</span>` : nothing}
        <span class="only">${unitTitle(this.units, unit, language)}</span>
      </div>`;
    }
    return html`<div class="switch">
        <label for="unit">${text("acting_for")}</label>
        <select id="unit" ?disabled=${this.sending.isBusy} @change=${this.change}>
          ${unit ? nothing : html`<option value="" selected>${text("no_unit_chosen")}</option>`}
          ${unitOptions(mine, unit)}
        </select>
      </div>
      ${wholeTrouble(this.sending.trouble)}`;
  }

  private async change(event: Event): Promise<void> {
    const select = event.target as HTMLSelectElement;
    const code = select.value;
    if (!this.me || !code) return;
    const csrf = this.me.csrf ?? null;
    const asks = new CustomEvent("unit-switching", { bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(asks)) {
      select.value = this.me.unit ?? "";
      tell(this, "notice", { text: text("unit_switch_later") });
      return;
    }
    if (await this.sending.run(() => actFor(code, csrf))) location.reload();
    else select.value = this.me.unit ?? "";
  }
}
