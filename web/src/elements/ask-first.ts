/** Asks before something that is not easily taken back; the way out has the focus. */

import { LitElement, html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { text } from "../i18n/text";
import "./calm-dialog";
import type { CalmDialog } from "./calm-dialog";
import { officeStyles } from "./office-styles";

@customElement("ask-first")
export class AskFirst extends LitElement {
  static override styles = officeStyles;
  @property() question = "";
  /** What is done, as its button says it. */
  @property() act = "";
  isMeant = false;
  @query("calm-dialog") private dialog!: CalmDialog;

  protected override async firstUpdated(): Promise<void> {
    await this.dialog.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#cancel")?.focus();
  }

  protected override render(): TemplateResult {
    return html`<calm-dialog heading=${this.question} @dropped=${this.drop}>
      <div class="doing">
        <button type="button" class="button danger" @click=${this.mean}>${this.act}</button>
        <button type="button" class="button" id="cancel" @click=${() => this.dialog.close()}>${text("cancel")}</button>
      </div>
    </calm-dialog>`;
  }

  private mean(): void {
    this.isMeant = true;
    this.dialog.close();
  }

  private drop(): void {
    this.dispatchEvent(new CustomEvent("dropped"));
  }
}

/** Ask; return whether the person means it. ``act`` is what the button says that does it. */
export function askFirst(question: string, act: string): Promise<boolean> {
  const asked = document.createElement("ask-first");
  Object.assign(asked, { question, act });
  document.body.append(asked);
  return new Promise((resolve) => {
    asked.addEventListener("dropped", () => {
      asked.remove();
      resolve(asked.isMeant);
    });
  });
}

declare global {
  interface HTMLElementTagNameMap {
    "ask-first": AskFirst;
  }
}
