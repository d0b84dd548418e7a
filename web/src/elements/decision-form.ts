/** Answer a request: grant it until a day, or refuse it and say why. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { AccessRequest } from "../api/contract";
import { text } from "../i18n/text";
import { dayAhead, dayOf, endOfDay } from "../office/days";
import type { Units } from "../office/offices";
import { Sending } from "../office/sending";
import { grant, refuse } from "../office/sharing-api";
import { tell } from "./events";
import { actTicks, endField, field, said, tickedActs, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

export type Decision = "grant" | "refuse";

/** How long a share lasts where nobody asked for an end, days. */
const USUAL_DAYS = 365;

@customElement("decision-form")
export class DecisionForm extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) request: AccessRequest | null = null;
  @property({ attribute: false }) units: Units = new Map();
  @property({ attribute: false }) csrf: string | null = null;
  @property() decision: Decision = "grant";
  @state() private edits = false;
  private readonly sending = new Sending(this, ["until", "answer"]);

  protected override firstUpdated(): void {
    this.edits = this.request?.acts.includes("edit") ?? false;
    const first = this.decision === "grant" ? "#until" : "#answer";
    this.renderRoot.querySelector<HTMLElement>(first)?.focus();
  }

  protected override render(): TemplateResult {
    const { trouble } = this.sending;
    const isGrant = this.decision === "grant";
    return html`<form class="sheet" @submit=${this.submit}>
      ${isGrant ? this.terms() : nothing}
      ${field(
        "answer",
        text(isGrant ? "request_word" : "request_why"),
        html`<textarea
          id="answer"
          name="answer"
          maxlength="2000"
          ?required=${!isGrant}
          aria-describedby="answer-fault"
        ></textarea>`,
        { trouble, hint: text("request_answer_hint"), isWide: true },
      )}
      ${wholeTrouble(trouble)}
      <div class="doing">
        <button class="button primary" ?disabled=${this.sending.isBusy}>${text(`request_${this.decision}`)}</button>
        <button type="button" class="button" @click=${this.drop}>${text("cancel")}</button>
      </div>
    </form>`;
  }

  private terms(): TemplateResult {
    const now = new Date();
    const wanted = this.request?.wanted_until;
    const hasArea = this.units.get(this.request?.unit ?? "")?.has_area ?? false;
    const proposed = wanted ? dayOf(wanted) : dayAhead(now, USUAL_DAYS);
    return html`${endField(text("share_until"), proposed, now, this.sending.trouble)}
      <div @change=${this.acted}>${actTicks(this.request?.acts ?? [], text("sharing_acts"))}</div>
      ${this.edits && hasArea
        ? html`<div class="wide ticks">
            <label><input type="checkbox" name="within_area" checked />${text("share_within_area")}</label>
          </div>`
        : nothing}`;
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
    const { request, csrf, decision } = this;
    if (!request) return;
    const fields = new FormData(event.target as HTMLFormElement);
    const answer = said(fields, "answer");
    const isDone = await this.sending.run(() =>
      decision === "refuse"
        ? refuse(request.id, answer, csrf)
        : grant(
            request.id,
            {
              acts: tickedActs(fields),
              until: endOfDay(said(fields, "until")),
              within_area: fields.has("within_area"),
              answer,
            },
            csrf,
          ),
    );
    if (!isDone) return;
    tell(this, "notice", { text: text(decision === "grant" ? "request_was_granted" : "request_was_refused") });
    tell(this, "office-changed", null);
    this.drop();
  }
}
