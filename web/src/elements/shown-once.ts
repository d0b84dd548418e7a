/** A secret that is shown this once: a link or a key, with a button that copies it. */

import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { text } from "../i18n/text";
import "./copy-button";
import { officeStyles } from "./office-styles";

@customElement("shown-once")
export class ShownOnce extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      section {
        margin-top: 14px;
        padding: 14px 18px;
        border-radius: 10px;
        background: var(--green-back);
      }
      h2 {
        margin: 0 0 4px;
        font-size: 15px;
        line-height: 21px;
      }
      p {
        margin: 0 0 10px;
      }
      .line {
        display: flex;
        align-items: center;
        gap: 6px;
        padding-left: 12px;
        border-radius: 8px;
        background: var(--surface);
      }
      pre {
        flex: 1;
        min-width: 0;
        margin: 0;
        padding: 10px 0;
        font: 13.5px/20px ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        user-select: all;
      }
    `,
  ];
  @property() heading = "";
  @property() hint = "";
  @property() value = "";

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>("section")?.focus();
  }

  protected override render(): TemplateResult {
    return html`<section tabindex="-1" role="status">
      <h2>${this.heading}</h2>
      <p>${this.hint}</p>
      <div class="line">
        <pre>${this.value}</pre>
        <copy-button></copy-button>
      </div>
      <div class="doing">
        <button class="button" @click=${() => this.dispatchEvent(new CustomEvent("kept"))}>${text("done")}</button>
      </div>
    </section>`;
  }
}
