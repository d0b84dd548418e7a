/** Invite somebody: a new account with a first role. Its link is shown once, by the list. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Invited, Me, Role } from "../api/contract";
import { text } from "../i18n/text";
import type { Units } from "../office/offices";
import { invite } from "../office/people-api";
import { Sending } from "../office/sending";
import { field, said, wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";
import { roleFields } from "./role-choice";

@customElement("invite-form")
export class InviteForm extends LitElement {
  static override styles = officeStyles;
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  private readonly sending = new Sending(this, ["name", "display", "email", "unit", "role"]);

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.me) return nothing;
    const { trouble } = this.sending;
    return html`<form class="sheet" @submit=${this.submit}>
      ${field(
        "name",
        text("account_name"),
        html`<input
          id="name"
          name="name"
          required
          maxlength="63"
          pattern="[a-z0-9][a-z0-9._@\\-]*"
          title=${text("account_name_hint")}
          autocapitalize="none"
          autocomplete="off"
          spellcheck="false"
          aria-describedby="name-fault"
        />`,
        { trouble, hint: text("account_name_hint") },
      )}
      ${field(
        "display",
        text("person_name"),
        html`<input id="display" name="display" maxlength="200" autocomplete="off" aria-describedby="display-fault" />`,
        { trouble },
      )}
      ${roleFields({ me: this.me, units: this.units, trouble })}
      ${field(
        "email",
        text("email"),
        html`<input
          id="email"
          name="email"
          type="email"
          maxlength="200"
          autocomplete="off"
          aria-describedby="email-fault"
        />`,
        { trouble, hint: text("email_hint") },
      )}
      ${wholeTrouble(trouble)}
      <div class="doing">
        <button class="button primary" ?disabled=${this.sending.isBusy}>${text("invite_make")}</button>
        <button type="button" class="button" @click=${() => this.dispatchEvent(new CustomEvent("dropped"))}>
          ${text("cancel")}
        </button>
      </div>
    </form>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const who = {
      name: said(fields, "name"),
      display: said(fields, "display"),
      email: said(fields, "email"),
      unit: said(fields, "unit") || null,
      role: said(fields, "role") as Role,
    };
    await this.sending.run(async () => {
      const detail: Invited = await invite(who, this.me?.csrf ?? null);
      this.dispatchEvent(new CustomEvent("invited", { detail }));
    });
  }
}
