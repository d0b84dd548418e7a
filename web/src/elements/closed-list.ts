/** The layers of the city that are not open, why, and the way to ask for one. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { AccessRequest, ClosedLayer, Me } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { dayText } from "../office/days";
import { type Units } from "../office/offices";
import { plain } from "../office/plain";
import "./ask-form";
import { officeStyles } from "./office-styles";

/** From how many layers on a field to find one is worth its place. */
const MANY = 6;

@customElement("closed-list")
export class ClosedList extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      .find {
        max-width: 420px;
        margin-bottom: 12px;
      }
    `,
  ];
  @property({ attribute: false }) closed: readonly ClosedLayer[] = [];
  @property({ attribute: false }) requests: readonly AccessRequest[] = [];
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  @state() private asked: string | null = null;
  @state() private wanted = "";

  protected override render(): TemplateResult {
    if (this.closed.length === 0) return html`<p class="empty">${text("closed_none")}</p>`;
    const shown = this.shown();
    return html`<p class="lead">${text("closed_lead")}</p>
      ${this.closed.length < MANY
        ? nothing
        : html`<div class="field find">
            <label for="find">${text("closed_find")}</label>
            <input
              id="find"
              type="search"
              @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)}
            />
          </div>`}
      ${shown.length === 0 ? html`<p class="empty">${text("closed_none_such")}</p>` : nothing}
      <ul class="cards">
        ${repeat(
          shown,
          (layer) => layer.id,
          (layer) => this.card(layer),
        )}
      </ul>`;
  }

  private shown(): readonly ClosedLayer[] {
    const wanted = plain(this.wanted);
    return this.closed.filter((one) => plain(`${one.title} ${one.title_en} ${one.unit_title} ${one.reason}`).includes(wanted));
  }

  private card(layer: ClosedLayer): TemplateResult {
    const language = pageLanguage();
    const owner = pick(language, layer.unit_title, layer.unit_title_en) || text("closed_no_unit");
    const rows: [string, string][] = [
      [text("closed_owner"), owner],
      [text("closure_reason"), pick(language, layer.reason, layer.reason_en)],
      [text("closure_legal_basis"), layer.legal_basis],
      [text("closed_until"), dayText(layer.expires_at, language)],
    ];
    return html`<li class="card">
      <div class="top"><h2>${pick(language, layer.title, layer.title_en)}</h2>${this.standing(layer)}</div>
      <dl class="facts">
        ${rows.map(([name, value]) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing))}
      </dl>
      ${this.way(layer)}
    </li>`;
  }

  /** The newest request for it that one sees as one of those who asked. */
  private requestFor(layer: ClosedLayer): AccessRequest | undefined {
    const roles = this.me?.roles ?? {};
    const waits = (one: AccessRequest): boolean => one.state === "pending" || one.state === "granted";
    return this.requests.find((one) => one.closed === layer.id && waits(one) && (one.is_mine || one.unit in roles));
  }

  private isOwn(layer: ClosedLayer): boolean {
    return layer.unit !== null && layer.unit in (this.me?.roles ?? {});
  }

  private standing(layer: ClosedLayer): TemplateResult | typeof nothing {
    if (this.isOwn(layer)) return html`<span class="badge plain">${text("closed_own")}</span>`;
    const request = this.requestFor(layer);
    if (request?.state === "pending") return html`<span class="badge">${text("request_pending")}</span>`;
    if (request?.layer) return html`<span class="badge good">${text("closed_readable")}</span>`;
    return nothing;
  }

  private way(layer: ClosedLayer): TemplateResult | typeof nothing {
    const request = this.requestFor(layer);
    if (request?.state === "granted" && request.layer) {
      return html`<div class="doing"><a class="button" href="/data/${request.layer}">${text("open_layer")}</a></div>`;
    }
    if (this.isOwn(layer) || request?.state === "pending") return nothing;
    if (this.asked === layer.id) {
      return html`<ask-form
        .layer=${layer}
        .me=${this.me}
        .units=${this.units}
        @dropped=${() => this.drop(layer.id)}
      ></ask-form>`;
    }
    return html`<div class="doing">
      <button class="button" data-layer=${layer.id} @click=${() => (this.asked = layer.id)}>
        ${text("closed_ask")}<span class="spoken">: ${pick(pageLanguage(), layer.title, layer.title_en)}</span>
      </button>
    </div>`;
  }

  /** The form goes; the button that opened it takes the focus again, if it is still there. */
  private async drop(id: string): Promise<void> {
    this.asked = null;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-layer="${id}"]`)?.focus();
  }
}
