/** Requests for access: those of one's units, or those that wait for one's decision. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { AccessRequest, Me } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { actsText } from "../office/acts";
import { dayText, momentText } from "../office/days";
import { unitTitle, type Units } from "../office/offices";
import { Sending } from "../office/sending";
import { withdraw } from "../office/sharing-api";
import { askFirst } from "./ask-first";
import "./decision-form";
import type { Decision } from "./decision-form";
import { tell } from "./events";
import { wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

const TONES = { pending: "", granted: "good", refused: "bad", withdrawn: "plain" } as const;

@customElement("request-list")
export class RequestList extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) requests: readonly AccessRequest[] = [];
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  /** What to say when there is none. */
  @property() empty = "";
  @state() private opened: { readonly id: number; readonly decision: Decision } | null = null;
  private readonly sending = new Sending(this);

  protected override render(): TemplateResult {
    if (this.requests.length === 0) return html`<p class="empty">${this.empty}</p>`;
    return html`${wholeTrouble(this.sending.trouble)}
      <ul class="cards">
        ${repeat(
          this.requests,
          (one) => one.id,
          (one) => this.card(one),
        )}
      </ul>`;
  }

  private card(one: AccessRequest): TemplateResult {
    const language = pageLanguage();
    const rows: [string, string][] = [
      [text("request_unit"), `${unitTitle(this.units, one.unit, language)} (${one.asked_by})`],
      [text("closed_owner"), unitTitle(this.units, one.owner, language)],
      [text("sharing_purpose"), one.purpose],
      [text("sharing_acts"), actsText(one.acts)],
      [text("sharing_until"), one.wanted_until ? dayText(one.wanted_until, language) : ""],
      [text("request_asked_at"), momentText(one.asked_at, language)],
      [text("request_answered"), one.answered_at ? `${one.answered_by}, ${momentText(one.answered_at, language)}` : ""],
      [text("request_answer"), one.answer],
    ];
    return html`<li class="card">
      <div class="top">
        <h2>${pick(language, one.title, one.title_en)}</h2>
        <span class="badge ${TONES[one.state]}">${text(`request_${one.state}`)}</span>
      </div>
      <dl class="facts">
        ${rows.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing))}
      </dl>
      ${this.way(one)}
    </li>`;
  }

  private way(one: AccessRequest): TemplateResult | typeof nothing {
    if (this.opened?.id === one.id) {
      return html`<decision-form
        .request=${one}
        .units=${this.units}
        .csrf=${this.me?.csrf ?? null}
        .decision=${this.opened.decision}
        @dropped=${() => this.drop(one.id)}
      ></decision-form>`;
    }
    const buttons = [
      one.can_decide ? this.opener(one, "grant") : nothing,
      one.can_decide ? this.opener(one, "refuse") : nothing,
      one.is_mine && one.state === "pending"
        ? html`<button class="button" ?disabled=${this.sending.isBusy} @click=${() => void this.takeBack(one)}>
            ${text("request_withdraw")}
          </button>`
        : nothing,
      one.state === "granted" && one.layer
        ? html`<a class="button" href="/data/${one.layer}">${text("open_layer")}</a>`
        : nothing,
    ].filter((button) => button !== nothing);
    return buttons.length > 0 ? html`<div class="doing">${buttons}</div>` : nothing;
  }

  private opener(one: AccessRequest, decision: Decision): TemplateResult {
    return html`<button
      class="button ${decision === "grant" ? "primary" : ""}"
      data-opens="${decision}-${one.id}"
      @click=${() => (this.opened = { id: one.id, decision })}
    >
      ${text(`request_${decision}`)}
    </button>`;
  }

  private async drop(id: number): Promise<void> {
    const decision = this.opened?.decision ?? "grant";
    this.opened = null;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-opens="${decision}-${id}"]`)?.focus();
  }

  private async takeBack(one: AccessRequest): Promise<void> {
    if (!(await askFirst(text("request_withdraw_question"), text("request_withdraw")))) return;
    if (!(await this.sending.run(() => withdraw(one.id, this.me?.csrf ?? null)))) return;
    tell(this, "notice", { text: text("request_taken_back") });
    tell(this, "office-changed", null);
  }
}
