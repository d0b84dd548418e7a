/** The shares of the layers one decides about: with whom, what, until when; end one, or add one. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { GivenShare, Layer, Me } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { actsText } from "../office/acts";
import { dayText } from "../office/days";
import { type Units } from "../office/offices";
import { Sending } from "../office/sending";
import { unshare } from "../office/sharing-api";
import { askFirst } from "./ask-first";
import { tell } from "./events";
import { wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";
import "./share-form";

@customElement("share-list")
export class ShareList extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) shares: readonly GivenShare[] = [];
  /** The layers one may share. */
  @property({ attribute: false }) layers: readonly Layer[] = [];
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  @state() private isAdding = false;
  private readonly sending = new Sending(this);

  protected override render(): TemplateResult {
    return html`<p class="lead">${text("shares_lead")}</p>
      ${this.adding()} ${wholeTrouble(this.sending.trouble)}
      ${this.shares.length === 0 ? html`<p class="empty">${text("shares_none")}</p>` : nothing}
      <ul class="cards">
        ${repeat(
          this.shares,
          (one) => one.share.id,
          (one) => this.card(one),
        )}
      </ul>`;
  }

  private adding(): TemplateResult | typeof nothing {
    if (this.layers.length === 0) return nothing;
    return html`<div class="adding">
      ${this.isAdding
        ? html`<share-form
            .layers=${this.layers}
            .units=${this.units}
            .csrf=${this.me?.csrf ?? null}
            @dropped=${this.drop}
          ></share-form>`
        : html`<button class="button primary" id="add" @click=${() => (this.isAdding = true)}>
            ${text("shares_add")}
          </button>`}
    </div>`;
  }

  private card({ layer, title, title_en, share }: GivenShare): TemplateResult {
    const language = pageLanguage();
    const unit = pick(language, share.unit_title, share.unit_title_en) || share.unit;
    const acts = actsText(share.acts);
    const rows: [string, string][] = [
      [text("share_with"), unit],
      [text("sharing_acts"), share.within_area ? `${acts} (${text("share_within_area_short")})` : acts],
      [text("share_until"), share.ends_at ? dayText(share.ends_at, language) : text("share_no_end")],
      [text("share_by"), `${share.granted_by}, ${dayText(share.granted_at, language)}`],
    ];
    return html`<li class="card">
      <h2><a href="/data/${layer}">${pick(language, title, title_en)}</a></h2>
      <dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      <div class="doing">
        <button class="button danger" ?disabled=${this.sending.isBusy} @click=${() => void this.end(layer, share.id, unit)}>
          ${text("share_revoke")}<span class="spoken">: ${pick(language, title, title_en)}, ${unit}</span>
        </button>
      </div>
    </li>`;
  }

  private async drop(): Promise<void> {
    this.isAdding = false;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#add")?.focus();
  }

  private async end(layer: string, id: number, unit: string): Promise<void> {
    if (!(await askFirst(text("share_revoke_question", { unit }), text("share_revoke")))) return;
    if (!(await this.sending.run(() => unshare(layer, id, this.me?.csrf ?? null)))) return;
    tell(this, "notice", { text: text("share_revoked") });
    tell(this, "office-changed", null);
  }
}
