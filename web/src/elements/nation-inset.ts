/** The nation in the corner: where this map is, and that Hoàng Sa and Trường Sa belong to it. */

import { LitElement, css, html, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { text } from "../i18n/text";
import { insetPoint, insetWindow } from "../map/inset";
import { NATION_BOUNDS, NATION_PATH, NATION_SIZE } from "../map/nation-outline";
import type { MapView } from "../map/view-state";
import { tell } from "./events";
import { shared } from "./shared-styles";

const NAMES = [
  { lines: ["Hoàng Sa", "(Việt Nam)"], at: insetPoint(112.3, 17.9) },
  { lines: ["Trường Sa", "(Việt Nam)"], at: insetPoint(114.4, 12.6) },
] as const;

@customElement("nation-inset")
export class NationInset extends LitElement {
  static override styles = [
    shared,
    css`
      button {
        display: block;
        padding: 2px;
        border-radius: 8px;
        border: 1px solid var(--line-strong);
        background: #e2edf2;
        box-shadow: var(--shadow);
      }
      svg {
        display: block;
        width: 108px;
        height: auto;
        border-radius: 5px;
      }
      .land {
        fill: #f3eedf;
        stroke: #96875f;
        stroke-width: 1;
      }
      .window {
        fill: rgb(163 33 47 / 16%);
        stroke: #a3212f;
        stroke-width: 2;
      }
      .wide {
        fill: none;
      }
      text {
        font: 600 15px "Noto Sans", sans-serif;
        fill: #3b2a5c;
        text-anchor: middle;
      }
      .of {
        font: 400 12px "Noto Sans", sans-serif;
      }
      @media (max-width: 720px) {
        svg {
          width: 78px;
        }
      }
    `,
  ];

  @property({ attribute: false }) view: MapView | null = null;

  protected override render(): TemplateResult {
    const { width, height } = NATION_SIZE;
    const words = text("nation_inset");
    return html`<button
      aria-label=${words}
      title=${words}
      @click=${() => tell(this, "go-to", { bounds: NATION_BOUNDS })}
    >
      <svg viewBox="0 0 ${width} ${height}" aria-hidden="true">
        <path class="land" d=${NATION_PATH}></path>
        ${NAMES.map(
          ({ lines: [name, of], at: [x, y] }) => svg`<text x=${x} y=${y - 14}>${name}</text>
            <text class="of" x=${x} y=${y}>${of}</text>`,
        )}
        ${this.window()}
      </svg>
    </button>`;
  }

  private window(): TemplateResult | null {
    if (!this.view) return null;
    const size = { width: innerWidth, height: innerHeight };
    const box = insetWindow(this.view, size);
    const isWide = box.width > NATION_SIZE.width / 2;
    return svg`<rect class=${isWide ? "window wide" : "window"} x=${box.x} y=${box.y} width=${box.width} height=${box.height}></rect>`;
  }
}
