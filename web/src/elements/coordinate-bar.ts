/** Where the pointer is, or the middle of the map when there is none, in both systems. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { LonLat } from "../api/contract";
import { text } from "../i18n/text";
import { vn2000Text, wgs84Text } from "../map/coordinates";
import { CENTRAL_MERIDIAN } from "../map/vn2000";
import { copyText } from "./copy-value";
import { shared } from "./shared-styles";

@customElement("coordinate-bar")
export class CoordinateBar extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        --copy-label-width: auto;
      }
      div {
        display: flex;
        white-space: nowrap;
        align-items: center;
        gap: 0 10px;
        font-size: 12.5px;
      }
      .at {
        color: var(--muted);
        font-size: 12px;
      }
      copy-value.degrees {
        --copy-value-width: 140px;
      }
      copy-value.metric {
        --copy-value-width: 166px;
      }
      @media (max-width: 720px) {
        .at,
        copy-value.degrees {
          display: none;
        }
        copy-value.metric {
          --copy-note: none;
          --copy-value-width: 172px;
        }
      }
    `,
  ];

  @property({ attribute: false }) pointer: LonLat | null = null;
  @property({ attribute: false }) centre: LonLat | null = null;

  /** Copy the place shown, in one of the two systems. */
  copy(system: "WGS 84" | "VN-2000"): void {
    const place = this.pointer ?? this.centre;
    if (place) void copyText(this, system === "WGS 84" ? wgs84Text(place) : vn2000Text(place));
  }

  protected override render(): TemplateResult | typeof nothing {
    const place = this.pointer ?? this.centre;
    if (!place) return nothing;
    return html`<div role="group" aria-label=${text("coordinates")}>
      <span class="at">${this.pointer ? text("pointer") : text("map_centre")}</span>
      <copy-value class="degrees" label="WGS 84" .value=${wgs84Text(place)}></copy-value>
      <copy-value
        class="metric"
        label="VN-2000"
        note="TM-3 ${CENTRAL_MERIDIAN}"
        .value=${vn2000Text(place)}
      ></copy-value>
    </div>`;
  }
}
