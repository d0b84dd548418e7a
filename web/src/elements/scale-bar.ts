/** The length of a round number of metres on the map, and the map's scale. */

import { LitElement, css, html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { text } from "../i18n/text";
import { lengthText, metresPerPixel, scaleBar, scaleText } from "../map/scale";
import type { MapView } from "../map/view-state";
import { shared } from "./shared-styles";

const ROOM_PX = 110;

@customElement("scale-bar")
export class ScaleBarElement extends LitElement {
  static override styles = [
    shared,
    css`
      div {
        display: flex;
        align-items: flex-end;
        gap: 10px;
        font-size: 12px;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .ratio {
        color: var(--muted);
      }
      svg {
        display: block;
      }
      @media (max-width: 720px) {
        .ratio {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) view: MapView | null = null;

  protected override render(): TemplateResult | typeof nothing {
    if (!this.view) return nothing;
    const mpp = metresPerPixel(this.view.lat, this.view.zoom);
    const bar = scaleBar(mpp, ROOM_PX);
    const length = lengthText(bar.metres);
    const end = bar.width_px + 1;
    return html`<div role="img" aria-label="${text("scale")}: ${scaleText(mpp)}">
      <svg width=${end + 46} height="18" viewBox="0 0 ${end + 46} 18">
        ${svg`<path d="M1 9v6h${bar.width_px}v-6" fill="none" stroke="currentColor" stroke-width="1.600"></path>
        <text x=${end + 5} y="15" fill="currentColor" font-size="12">${length}</text>`}
      </svg>
      <span class="ratio">${scaleText(mpp)}</span>
    </div>`;
  }
}
