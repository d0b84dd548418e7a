/** Take an invitation: the token behind the `#` of the address, a password said twice. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { text } from "../i18n/text";
import { acceptInvitation } from "../office/account-api";
import { Sending } from "../office/sending";
import { field, wholeTrouble } from "./form-parts";
import { cardFormStyles } from "./office-styles";

/** As the server asks; it has the last word. */
const MIN_PASSWORD = 10;

@customElement("invitation-form")
export class InvitationForm extends LitElement {
  static override styles = cardFormStyles;
  private readonly sending = new Sending(this, ["password"], { "weak-password": "password" });
  private readonly token = decodeURIComponent(location.hash.slice(1));

  protected override render(): TemplateResult {
    if (!this.token) return html`<p class="problem" role="alert">${text("invitation_missing")}</p>`;
    const { trouble } = this.sending;
    const input = (name: string): TemplateResult =>
      html`<input
        id=${name}
        name=${name}
        type="password"
        autocomplete="new-password"
        minlength=${MIN_PASSWORD}
        required
        aria-describedby="${name}-fault"
        aria-invalid=${trouble.fields.has(name) ? "true" : nothing}
        @input=${this.compare}
      />`;
    return html`<form @submit=${this.submit}>
      ${field("password", text("new_password"), input("password"), {
        trouble,
        hint: text("password_hint", { least: MIN_PASSWORD }),
      })}
      ${field("again", text("password_again"), input("again"), { trouble })} ${wholeTrouble(trouble)}
      <button class="button primary" ?disabled=${this.sending.isBusy}>${text("invitation_take")}</button>
    </form>`;
  }

  /** The browser says what is wrong where the two differ, and sends nothing. */
  private compare(): void {
    const [first, second] = this.renderRoot.querySelectorAll("input");
    second?.setCustomValidity(first && second.value !== first.value ? text("passwords_differ") : "");
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const password = String(new FormData(event.target as HTMLFormElement).get("password"));
    // The spent address does not stay in the history.
    if (await this.sending.run(() => acceptInvitation(this.token, password))) location.replace("/account");
  }
}
