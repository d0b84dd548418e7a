/** The way between the pages of offices, as far as they are for whoever is here. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Me } from "../api/contract";
import { text, type TextKey } from "../i18n/text";
import { whoAmI } from "../office/account-api";
import { isAdministrator } from "../office/offices";
import { shared } from "./shared-styles";

@customElement("office-nav")
export class OfficeNav extends LitElement {
  static override styles = [
    shared,
    css`
      nav {
        display: flex;
        flex-wrap: wrap;
        gap: 2px;
      }
      a {
        display: inline-flex;
        align-items: center;
        min-height: 38px;
        padding: 0 12px;
        border-radius: 8px;
        color: var(--ink);
        font-weight: 500;
        text-decoration: none;
        white-space: nowrap;
      }
      a:hover {
        background: var(--hover);
      }
      a[aria-current="page"] {
        background: var(--accent-tint);
        color: var(--accent-strong);
        font-weight: 600;
      }
      @media (max-width: 720px) {
        nav {
          margin-inline: -8px;
        }
        a {
          min-height: 44px;
          padding: 0 8px;
        }
      }
    `,
  ];
  @property() label = "";
  @state() private me: Me | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    whoAmI().then(
      (me) => (this.me = me),
      () => (this.me = null),
    );
  }

  protected override render(): TemplateResult | typeof nothing {
    const { me } = this;
    if (!me || me.kind === "anonymous") return nothing;
    const links: [string, TextKey][] = [
      ["/studio", "studio"],
      ["/studio/styles", "styles"],
    ];
    if (me.is_staff) links.push(["/sharing", "sharing"]);
    if (isAdministrator(me)) links.push(["/people", "people"]);
    return html`<nav aria-label=${this.label}>
      ${links.map(
        ([path, key]) =>
          html`<a href=${path} aria-current=${location.pathname === path ? "page" : nothing}>${text(key)}</a>`,
      )}
    </nav>`;
  }
}
