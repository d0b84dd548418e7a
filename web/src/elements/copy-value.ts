/** A value with its name and a button that copies it. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { text } from "../i18n/text";
import { tell } from "./events";
import { icon } from "./icons";
import { shared } from "./shared-styles";

/** Copy ``value`` and say so. Without the clipboard (plain http), select-and-copy still works. */
export async function copyText(from: EventTarget, value: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(value);
    tell(from, "notice", { text: text("copied", { value }) });
  } catch {
    tell(from, "notice", { text: value });
  }
}

@customElement("copy-value")
export class CopyValue extends LitElement {
  static override styles = [
    shared,
    css`
      div {
        display: flex;
        align-items: center;
        gap: 6px;
      }
      .label {
        flex: none;
        min-width: var(--copy-label-width, 62px);
        font-size: 12px;
        font-weight: 600;
        color: var(--muted);
      }
      .value {
        flex: 1;
        min-width: var(--copy-value-width, 0);
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
        user-select: all;
      }
      .note {
        display: var(--copy-note, inline);
        color: var(--muted);
        font-size: 12px;
        white-space: nowrap;
        user-select: none;
      }
      .icon-button {
        width: 28px;
        height: 28px;
      }
    `,
  ];

  @property() label = "";
  @property() value = "";
  @property() note = "";

  protected override render(): TemplateResult {
    const words = text("copy_what", { what: this.label });
    return html`<div>
      <span class="label">${this.label}</span>
      <span class="value">${this.value}</span>
      ${this.note ? html`<span class="note">${this.note}</span>` : nothing}
      <button
        class="icon-button"
        aria-label=${words}
        title=${words}
        @click=${() => void copyText(this, this.value)}
      >
        ${icon("copy", 15)}
      </button>
    </div>`;
  }
}
