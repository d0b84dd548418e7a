/** One bundle of files on its way: which parts, how far, and a button to end it; tells `dropped`. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { pageLanguage, text, type TextKey } from "../i18n/text";
import { partsText, type Bundle } from "../studio/bundles";
import type { Way } from "../studio/outbox";
import { sizeText } from "../studio/upload";
import { shared, textButton } from "./shared-styles";
import { uploadRow } from "./upload-row-styles";

const STAGES: Readonly<Record<Way["stage"], TextKey>> = {
  waits: "studio_waits",
  packs: "studio_packs",
  sends: "studio_sends",
  cut: "studio_line_cut",
  failed: "studio_failed",
};

/** Which files were packed together, in one line; empty for a file that went as it is. */
export function packedText(bundle: Bundle): string {
  if (!bundle.isPacked) return "";
  if (bundle.folder === null) return text("studio_packed", { parts: partsText(bundle) });
  return text("studio_packed_folder", {
    folder: bundle.folder.normalize("NFC"),
    files: bundle.parts.length.toLocaleString(pageLanguage()),
  });
}

function isMoving(way: Way): boolean {
  return way.stage !== "waits" && way.stage !== "failed";
}

@customElement("sending-row")
export class SendingRow extends LitElement {
  static override styles = [
    shared,
    textButton,
    uploadRow,
    css`
      .head {
        display: flex;
        gap: 10px;
        align-items: start;
      }
      .what {
        display: grid;
        gap: 4px;
        flex: 1;
      }
      .button {
        min-height: 30px;
        padding: 2px 10px;
        font-size: 13px;
      }
      progress {
        width: 100%;
        height: 8px;
        accent-color: var(--accent);
      }
      .problem {
        margin: 4px 0 0;
        padding: 8px 10px;
        border-radius: 8px;
        background: var(--red-back);
        color: var(--red);
        overflow-wrap: anywhere;
      }
      @media (pointer: coarse) {
        .button {
          min-height: 40px;
        }
      }
    `,
  ];

  @property({ attribute: false }) way: Way | null = null;

  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector("button")?.focus(options);
  }

  protected override render(): TemplateResult | typeof nothing {
    const way = this.way;
    if (!way) return nothing;
    const { name } = way.bundle;
    const isFailed = way.stage === "failed";
    return html`<div class="row">
      <div class="head">
        <span class="what">
          <span class="name">${name}</span>
          ${way.bundle.isPacked ? html`<span class="parts">${packedText(way.bundle)}</span>` : nothing}
          ${this.facts(way)}
        </span>
        <button
          class="button"
          aria-label=${text(isFailed ? "studio_forget_one" : "studio_stop_one", { name })}
          @click=${() => this.dispatchEvent(new CustomEvent("dropped"))}
        >
          ${text(isFailed ? "studio_forget" : "studio_stop")}
        </button>
      </div>
      ${isMoving(way) ? this.progress(way) : nothing}
      ${way.problem ? html`<p class="problem" role="alert">${way.problem}</p>` : nothing}
    </div>`;
  }

  private progress(way: Way): TemplateResult {
    return html`<progress
      max=${way.total || 1}
      value=${way.done}
      aria-label=${text("studio_sending")}
    ></progress>`;
  }

  private facts(way: Way): TemplateResult {
    const language = pageLanguage();
    const total = sizeText(way.total, language);
    const tone = way.stage === "failed" ? "bad" : way.stage === "cut" ? "" : "plain";
    return html`<span class="facts">
      <span class="badge ${tone}">${text(STAGES[way.stage])}</span>
      <span>${isMoving(way) ? `${sizeText(way.done, language)} / ${total}` : total}</span>
    </span>`;
  }
}
