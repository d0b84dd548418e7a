/** Closed layers of one's units whose reason runs out, has run out, or was never named. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { DueLayer } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { dayText } from "../office/days";
import { unitTitle, type Units } from "../office/offices";
import { officeStyles } from "./office-styles";

@customElement("due-list")
export class DueList extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) due: readonly DueLayer[] = [];
  @property({ attribute: false }) units: Units = new Map();

  protected override render(): TemplateResult {
    if (this.due.length === 0) return html`<p class="empty">${text("due_none")}</p>`;
    return html`<p class="lead">${text("due_lead")}</p>
      <ul class="cards">${this.due.map((one) => this.card(one))}</ul>`;
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
        <h3><a href="/data/${one.slug}">${pick(language, one.title, one.title_en)}</a></h3>
        <span class="badge ${one.standing === "expired" ? "bad" : ""}">${text(`due_${one.standing}`)}</span>
      </div>
      <p>${pick(language, one.note_vi, one.note)}</p>
      <dl class="facts">
        ${rows.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing))}
      </dl>
    </li>`;
  }
}
