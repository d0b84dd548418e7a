/** Closed layers of one's units whose reason runs out, has run out, or was never named. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { DueLayer, Me } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { dayText } from "../office/days";
import { decides, unitTitle, type Units } from "../office/offices";
import type { Verdict } from "./closure-form";
import "./closure-form";
import { officeStyles } from "./office-styles";

@customElement("due-list")
export class DueList extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) due: readonly DueLayer[] = [];
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  @state() private opened: { readonly layer: DueLayer; readonly verdict: Verdict } | null = null;

  protected override render(): TemplateResult {
    if (this.due.length === 0) return html`<p class="empty">${text("due_none")}</p>`;
    return html`<p class="lead">${text("due_lead")}</p>
      <ul class="cards">${this.due.map((one) => this.card(one))}</ul>
      ${this.deciding()}`;
  }

  private deciding(): TemplateResult | typeof nothing {
    if (!this.opened) return nothing;
    return html`<closure-form
      .layer=${this.opened.layer}
      .verdict=${this.opened.verdict}
      .csrf=${this.me?.csrf ?? null}
      @dropped=${() => (this.opened = null)}
    ></closure-form>`;
  }

  /** The ways out, for those who publish what the unit has. */
  private ways(one: DueLayer): TemplateResult | typeof nothing {
    if (!this.me || !decides(this.me, one.unit)) return nothing;
    const title = pick(pageLanguage(), one.title, one.title_en);
    const way = (verdict: Verdict, words: string, look: string): TemplateResult =>
      html`<button class="button ${look}" @click=${() => (this.opened = { layer: one, verdict })}>
        ${words}<span class="spoken">: ${title}</span>
      </button>`;
    return html`<div class="doing">
      ${way("renew", text(one.closure ? "closure_renew" : "closure_name"), "primary")}
      ${way("open", text("closure_open"), "")}
    </div>`;
  }

  private card(one: DueLayer): TemplateResult {
    const language = pageLanguage();
    const { closure } = one;
    const rows: [string, string][] = [
      [text("closed_owner"), unitTitle(this.units, one.unit, language)],
      [text("closure_reason"), closure ? pick(language, closure.reason, closure.reason_en) : ""],
      [text("closure_legal_basis"), closure?.legal_basis ?? ""],
      [text("closure_approver"), closure?.approver ?? ""],
      [text("closed_until"), closure ? dayText(closure.expires_at, language) : ""],
    ];
    return html`<li class="card">
      <div class="top">
        <h2><a href="/data/${one.slug}">${pick(language, one.title, one.title_en)}</a></h2>
        <span class="badge ${one.standing === "expired" ? "bad" : ""}">${text(`due_${one.standing}`)}</span>
      </div>
      <p class="sentence">${pick(language, one.note_vi, one.note)}</p>
      <dl class="facts">
        ${rows.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing))}
      </dl>
      ${this.ways(one)}
    </li>`;
  }
}
