/** Zoom, north, the whole city, and where the person stands. */

import { LitElement, css, html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { text, type TextKey } from "../i18n/text";
import { tell, type MapOrder } from "./events";
import { icon, type IconName } from "./icons";
import { shared } from "./shared-styles";

@customElement("map-controls")
export class MapControls extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 10px;
      }
      .set {
        display: grid;
        border-radius: 10px;
        background: var(--surface);
        box-shadow: var(--shadow);
        overflow: hidden;
      }
      button {
        display: grid;
        place-items: center;
        width: 38px;
        height: 38px;
      }
      button + button {
        border-top: 1px solid var(--line);
      }
      button:hover {
        background: var(--hover);
      }
      :focus-visible {
        outline-offset: -3px;
      }
      @media (pointer: coarse) {
        button {
          width: 44px;
          height: 44px;
        }
      }
    `,
  ];

  @property({ type: Number }) bearing = 0;

  protected override render(): TemplateResult {
    return html`<div class="set">
        ${this.button("zoom-in", "plus", "zoom_in")} ${this.button("zoom-out", "minus", "zoom_out")}
      </div>
      <div class="set">
        ${this.button("north", "north", "face_north")} ${this.button("home", "home", "whole_city")}
        <button aria-label=${text("locate")} title=${text("locate")} @click=${this.locate}>
          ${icon("locate")}
        </button>
      </div>`;
  }

  private button(order: MapOrder, sign: IconName, words: TextKey): TemplateResult {
    return html`<button
      aria-label=${text(words)}
      title=${text(words)}
      @click=${() => tell(this, "map-ordered", { order })}
    >
      ${icon(sign)}
    </button>`;
  }

  private locate(): void {
    const failed = (): void => tell(this, "notice", { text: text("locate_failed") });
    if (!("geolocation" in navigator)) failed();
    else
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => tell(this, "place-wanted", { place: [coords.longitude, coords.latitude] }),
        failed,
        { enableHighAccuracy: true, timeout: 10_000 },
      );
  }
}
