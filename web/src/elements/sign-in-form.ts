/** Name and password, sent to the session door; on success the person goes back to their map. */

import { LitElement, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { signIn } from "../api/client";
import { text } from "../i18n/text";
import { Sending } from "../office/sending";
import { nextPage } from "../portal/next-page";
import { field, wholeTrouble } from "./form-parts";
import { cardFormStyles } from "./office-styles";

@customElement("sign-in-form")
export class SignInForm extends LitElement {
  static override styles = cardFormStyles;
  private readonly sending = new Sending(this);

  protected override render(): TemplateResult {
    const { trouble, isBusy } = this.sending;
    const name = html`<input
      id="name"
      name="name"
      autocomplete="username"
      autocapitalize="none"
      spellcheck="false"
      required
    />`;
    const password = html`<input
      id="password"
      name="password"
      type="password"
      autocomplete="current-password"
      required
    />`;
    return html`<form @submit=${this.submit}>
      ${field("name", text("account_name"), name, { trouble })}
      ${field("password", text("password"), password, { trouble })} ${wholeTrouble(trouble)}
      <button class="button primary" ?disabled=${isBusy}>${text("sign_in")}</button>
    </form>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const enter = (): Promise<unknown> => signIn(String(fields.get("name")), String(fields.get("password")));
    if (await this.sending.run(enter)) location.assign(nextPage(location.href));
  }
}
