/** Which map lies under the layers: light, dark, pictures, or that of operations. */

import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { text } from "../i18n/text";
import { MAPS, type MapName } from "../map/view-state";
import { tell } from "./events";
import { shared } from "./shared-styles";

@customElement("base-choice")
export class BaseChoice extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        padding: 0 12px 10px 16px;
      }
      div {
        display: flex;
        gap: 8px;
        align-items: center;
        font-size: 13px;
      }
      label {
        color: var(--muted);
      }
      select {
        flex: 1;
        min-width: 0;
        min-height: 34px;
        padding: 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: 8px;
        background: var(--surface);
        color: var(--ink);
        font: inherit;
      }
      @media (pointer: coarse) {
        select {
          min-height: 44px;
        }
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];
  @property() map: MapName = "base";

  protected override render(): TemplateResult {
    return html`<div>
      <label for="map">${text("base_map")}</label>
      <select id="map" @change=${this.choose}>
        ${MAPS.map(
          (name) => html`<option value=${name} ?selected=${name === this.map}>${text(`map_${name}`)}</option>`,
        )}
      </select>
    </div>`;
  }

  private choose(event: Event): void {
    const map = (event.target as HTMLSelectElement).value as MapName;
    tell(this, "base-chosen", { map });
  }
}
