/** A dialog over the page: it keeps the focus, Escape closes it, the focus goes back where it was.
 *
 * It is open from its first moment; `dropped` says that it was closed.
 */

import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { text } from "../i18n/text";
import { icon } from "./icons";
import { shared } from "./shared-styles";

@customElement("calm-dialog")
export class CalmDialog extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(600px, calc(100vw - 24px));
        max-height: calc(100dvh - 24px);
        padding: 0;
        border: 0;
        border-radius: 14px;
        background: var(--surface);
        color: inherit;
        box-shadow: var(--shadow-high);
      }
      dialog::backdrop {
        background: rgb(31 27 45 / 42%);
      }
      .head {
        display: flex;
        gap: 12px;
        align-items: flex-start;
        padding: 18px 14px 0 24px;
      }
      h2 {
        flex: 1;
        margin: 4px 0 0;
        font-size: 18px;
        line-height: 25px;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .body {
        padding: 4px 24px 22px;
      }
      @media (max-width: 720px) {
        .head {
          padding: 14px 8px 0 16px;
        }
        .body {
          padding: 4px 16px 16px;
        }
      }
    `,
  ];
  @property() heading = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  protected override firstUpdated(): void {
    this.dialog.showModal();
  }

  /** Close it: the focus returns to what opened it. */
  close(): void {
    this.dialog.close();
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="heading" @close=${() => this.dispatchEvent(new CustomEvent("dropped"))}>
      <div class="head">
        <h2 id="heading">${this.heading}</h2>
        <button type="button" class="icon-button" aria-label=${text("close")} @click=${this.close}>${icon("close", 18)}</button>
      </div>
      <div class="body"><slot></slot></div>
    </dialog>`;
  }
}
