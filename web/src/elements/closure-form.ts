/** Say why a layer stays closed, or open it: the two ways out of a reason that has run out. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { DueLayer } from "../api/contract";
import { pageLanguage, pick, text } from "../i18n/text";
import { dayAhead, endOfDay } from "../office/days";
import { Sending } from "../office/sending";
import { openLayer, renewClosure } from "../office/sharing-api";
import type { CalmDialog } from "./calm-dialog";
import "./calm-dialog";
import { tell } from "./events";
import { endField, field, said, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";

export type Verdict = "renew" | "open";

/** For how long a layer stays closed where nobody says, days. */
const USUAL_DAYS = 365;
const FIELDS = ["reason", "reason_en", "legal_basis", "approver", "expires_at"] as const;

@customElement("closure-form")
export class ClosureForm extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      form.sheet {
        margin-top: 10px;
        padding: 0;
        background: none;
      }
      p {
        margin: 8px 0 0;
      }
    `,
  ];
  @property({ attribute: false }) layer: DueLayer | null = null;
  @property({ attribute: false }) csrf: string | null = null;
  @property() verdict: Verdict = "renew";
  @query("calm-dialog") private dialog!: CalmDialog;
  private readonly sending = new Sending(this, FIELDS, { "closure-end": "expires_at" });

  protected override async firstUpdated(): Promise<void> {
    await this.dialog.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(this.layer?.closure ? "#approver" : "#reason")?.focus();
  }

  protected override render(): TemplateResult {
    const title = this.layer ? pick(pageLanguage(), this.layer.title, this.layer.title_en) : "";
    return html`<calm-dialog heading="${this.act}: ${title}" @dropped=${this.drop}>
      ${this.verdict === "renew" ? this.renewal() : this.opening()}
    </calm-dialog>`;
  }

  private get act(): string {
    if (this.verdict === "open") return text("closure_open");
    return text(this.layer?.closure ? "closure_renew" : "closure_name");
  }

  private renewal(): TemplateResult {
    const { trouble } = this.sending;
    const closure = this.layer?.closure;
    const now = new Date();
    return html`<p class="quiet">${text("closure_renew_lead")}</p>
      <form class="sheet" @submit=${this.renew}>
        ${this.words("reason", text("closure_reason"), closure?.reason)}
        ${this.words("reason_en", text("closure_reason_en"), closure?.reason_en)}
        ${this.words("legal_basis", text("closure_legal_basis"), closure?.legal_basis)}
        ${this.approver()}
        ${endField(text("closure_expires_at"), dayAhead(now, USUAL_DAYS), now, trouble, "expires_at")}
        ${wholeTrouble(trouble)}
        ${this.buttons()}
      </form>`;
  }

  private opening(): TemplateResult {
    return html`<p>${text("closure_open_question")}</p>
      <form class="sheet" @submit=${this.open}>
        ${wholeTrouble(this.sending.trouble)} ${this.buttons()}
      </form>`;
  }

  private words(name: string, label: string, value = ""): TemplateResult {
    const { trouble } = this.sending;
    const control = html`<textarea
      id=${name}
      name=${name}
      maxlength="2000"
      ?required=${name !== "reason_en"}
      aria-describedby="${name}-fault"
      aria-invalid=${trouble.fields.has(name) ? "true" : nothing}
      .value=${value}
    ></textarea>`;
    return field(name, label, control, { trouble, isWide: true });
  }

  private approver(): TemplateResult {
    const { trouble } = this.sending;
    const control = html`<input
      id="approver"
      name="approver"
      required
      maxlength="300"
      autocomplete="off"
      aria-describedby="approver-fault"
      aria-invalid=${trouble.fields.has("approver") ? "true" : nothing}
    />`;
    return field("approver", text("closure_approver"), control, { trouble });
  }

  private buttons(): TemplateResult {
    return html`<div class="doing">
      <button class="button primary" ?disabled=${this.sending.isBusy}>${this.act}</button>
      <button type="button" class="button" @click=${() => this.dialog.close()}>${text("cancel")}</button>
    </div>`;
  }

  private drop(): void {
    this.dispatchEvent(new CustomEvent("dropped"));
  }

  private async renew(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const day = said(fields, "expires_at");
    const words = Object.fromEntries(FIELDS.map((name) => [name, said(fields, name)]));
    const closure = { ...words, expires_at: day ? endOfDay(day) : "" };
    await this.decide((slug) => renewClosure(slug, closure, this.csrf), text("closure_renewed"));
  }

  private async open(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    await this.decide((slug) => openLayer(slug, this.csrf), text("closure_opened"));
  }

  private async decide(send: (slug: string) => Promise<unknown>, notice: string): Promise<void> {
    const { layer } = this;
    if (!layer || !(await this.sending.run(() => send(layer.slug)))) return;
    this.dialog.close();
    tell(this, "notice", { text: notice });
    tell(this, "office-changed", null);
  }
}
