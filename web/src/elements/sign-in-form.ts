/** Name and password, sent to the session door; on success the person goes back to their map. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { signIn } from "../api/client";
import { ApiProblem } from "../api/problem";
import { pageLanguage, text } from "../i18n/text";
import { nextPage } from "../portal/next-page";
import { shared, textButton } from "./shared-styles";

@customElement("sign-in-form")
export class SignInForm extends LitElement {
  static override styles = [
    shared,
    textButton,
    css`
      form {
        display: grid;
        gap: 16px;
      }
      label {
        display: grid;
        gap: 5px;
        font-weight: 600;
      }
      input {
        height: 42px;
        padding: 0 12px;
        border: 1px solid var(--line-strong);
        border-radius: 9px;
        font: inherit;
        font-weight: 400;
        color: inherit;
        background: var(--surface);
      }
      .problem {
        margin: 0;
        padding: 9px 12px;
        border-radius: 8px;
        background: var(--red-back);
        color: var(--red);
      }
      .button {
        min-height: 44px;
      }
    `,
  ];

  @state() private problem: string | null = null;
  @state() private busy = false;

  protected override render(): TemplateResult {
    return html`<form @submit=${this.submit}>
      <label>
        ${text("account_name")}
        <input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required />
      </label>
      <label>
        ${text("password")}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <button class="button primary" ?disabled=${this.busy}>${text("sign_in")}</button>
    </form>`;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    this.busy = true;
    this.problem = null;
    try {
      await signIn(String(fields.get("name")), String(fields.get("password")));
      location.assign(nextPage(location.href));
    } catch (error) {
      const said = error instanceof ApiProblem ? error.sentence(pageLanguage()) : null;
      this.problem = said ?? text("server_away");
      this.busy = false;
    }
  }
}
