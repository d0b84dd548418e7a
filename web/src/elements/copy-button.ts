/** A button that copies the text of the `<pre>` beside it. */

import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { text } from "../i18n/text";
import { tell } from "./events";
import { icon } from "./icons";
import { shared } from "./shared-styles";

@customElement("copy-button")
export class CopyButton extends LitElement {
  static override styles = [
    shared,
    css`
      button {
        width: 36px;
        height: 36px;
        display: grid;
        place-items: center;
        border-radius: 8px;
        color: var(--accent);
      }
      button:hover {
        background: var(--accent-tint);
      }
      @media (max-width: 720px) {
        button {
          width: 44px;
          height: 44px;
        }
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<button type="button" title=${text("copy")} aria-label=${text("copy")} @click=${this.copy}>
      ${icon("copy", 18)}
    </button>`;
  }

  private async copy(): Promise<void> {
    const source = this.parentElement?.querySelector("pre");
    if (!source) return;
    const value = source.textContent ?? "";
    if (!(await wasWritten(value))) select(source);
    const short = value.length > 80 ? `${value.slice(0, 80)}…` : value;
    tell(this, "notice", { text: text("copied", { value: short }) });
  }
}

/** Write to the clipboard, if the browser lets this page: over plain http it does not. */
async function wasWritten(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}

/** Select the text and copy it the old way, which works over plain http as well. */
function select(source: Element): void {
  getSelection()?.selectAllChildren(source);
  document.execCommand("copy");
}
