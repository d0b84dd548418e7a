/** The keys of programs: last use, end, and the way to revoke one or make another. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { ApiKey, Me, NewApiKey } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { actsText } from "../office/acts";
import { dayText, momentText } from "../office/days";
import { keyStanding, outlivesMaker } from "../office/key-standing";
import { roleText, unitTitle, type Units } from "../office/offices";
import { revokeKey } from "../office/people-api";
import { Sending } from "../office/sending";
import { askFirst } from "./ask-first";
import { tell } from "./events";
import { wholeTrouble } from "./form-parts";
import "./key-form";
import { officeStyles } from "./office-styles";
import "./shown-once";

const TONES = { live: "good", ending: "", expired: "bad", revoked: "plain" } as const;

@customElement("key-list")
export class KeyList extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      ul.cards,
      .empty {
        margin-top: 14px;
      }
    `,
  ];
  @property({ attribute: false }) keys: readonly ApiKey[] = [];
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  @state() private isMaking = false;
  @state() private made: NewApiKey | null = null;
  private readonly sending = new Sending(this);

  protected override render(): TemplateResult {
    const isOver = (key: ApiKey): number => (this.standing(key) === "revoked" || this.standing(key) === "expired" ? 1 : 0);
    const sorted = [...this.keys].sort((one, other) => isOver(one) - isOver(other));
    return html`<p class="lead">${text("keys_lead")}</p>
      ${this.top()} ${wholeTrouble(this.sending.trouble)}
      ${this.keys.length === 0 ? html`<p class="empty">${text("keys_none")}</p>` : nothing}
      <ul class="cards">
        ${repeat(
          sorted,
          (key) => key.id,
          (key) => this.card(key),
        )}
      </ul>`;
  }

  private top(): TemplateResult {
    if (this.made) {
      return html`<shown-once
        .heading=${text("key_made")}
        .hint=${text("key_made_hint", { day: dayText(this.made.expires_at, pageLanguage()) })}
        .value=${this.made.key}
        @kept=${() => (this.made = null)}
      ></shown-once>`;
    }
    if (this.isMaking) {
      return html`<key-form .me=${this.me} .units=${this.units} @made=${this.keep} @dropped=${this.drop}></key-form>`;
    }
    return html`<button class="button primary" id="add" @click=${() => (this.isMaking = true)}>${text("key_new")}</button>`;
  }

  private standing(key: ApiKey): keyof typeof TONES {
    return keyStanding(key, new Date());
  }

  private card(key: ApiKey): TemplateResult {
    const language = pageLanguage();
    const standing = this.standing(key);
    const isAlone = outlivesMaker(key, new Date());
    const where = key.unit ? unitTitle(this.units, key.unit, language) : text("whole_city_government");
    const rate = key.rate_per_minute?.toLocaleString(language);
    const rows: [string, string][] = [
      [text("role"), `${roleText(key.role)} · ${where}`],
      [text("key_last_use"), key.last_used_at ? momentText(key.last_used_at, language) : text("key_never_used")],
      [text("key_ends"), dayText(key.expires_at, language)],
      [text("key_layers_only"), key.layers ? key.layers.join(", ") : text("key_layers_all")],
      [text("key_acts"), key.acts ? actsText(key.acts) : text("key_acts_role")],
      [text("key_rate"), rate ? text("key_rate_value", { rate }) : ""],
      [text("key_by"), `${key.made_by}, ${dayText(key.created_at, language)}`],
    ];
    return html`<li class="card">
      <div class="top">
        <h2>${key.name}</h2>
        <span class="quiet">${key.id}…</span>
        <span class="badge ${TONES[standing]}">${text(`key_${standing}`)}</span>
        ${isAlone ? html`<span class="badge bad">${text("key_alone")}</span>` : nothing}
      </div>
      ${isAlone ? html`<p class="hint">${text("key_maker_left", { maker: key.made_by })}</p>` : nothing}
      <dl class="facts">
        ${rows.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing))}
      </dl>
      ${standing === "revoked"
        ? nothing
        : html`<div class="doing">
            <button class="button danger" ?disabled=${this.sending.isBusy} @click=${() => void this.revoke(key)}>
              ${text("key_revoke")}<span class="spoken">: ${key.name}</span>
            </button>
          </div>`}
    </li>`;
  }

  private keep(event: CustomEvent<NewApiKey>): void {
    this.isMaking = false;
    this.made = event.detail;
    tell(this, "office-changed", null);
  }

  private async drop(): Promise<void> {
    this.isMaking = false;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#add")?.focus();
  }

  private async revoke(key: ApiKey): Promise<void> {
    if (!(await askFirst(text("key_revoke_question", { name: key.name }), text("key_revoke")))) return;
    if (!(await this.sending.run(() => revokeKey(key.id, this.me?.csrf ?? null)))) return;
    tell(this, "notice", { text: text("key_was_revoked") });
    tell(this, "office-changed", null);
  }
}
