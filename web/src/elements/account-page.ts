/** Who one is here: name, units and roles, the unit one acts for, and the way out. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { signOut } from "../api/client";
import type { Me } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { goSignIn, listUnits, whoAmI } from "../office/account-api";
import { byCode, heldRoles, roleText, unitTitle, type HeldRole, type Units } from "../office/offices";
import { Sending } from "../office/sending";
import { wholeTrouble } from "./form-parts";
import { officeStyles } from "./office-styles";
import "./unit-switch";

@customElement("account-page")
export class AccountPage extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      .cards {
        display: grid;
        gap: 12px;
        max-width: 760px;
      }
      h2 {
        margin: 0 0 10px;
        font-size: 16px;
        line-height: 22px;
        font-weight: 600;
      }
      .name {
        margin: 0;
        font-size: 20px;
        line-height: 28px;
        font-weight: 600;
      }
      ul.roles {
        margin: 0;
        padding: 0;
        list-style: none;
        display: grid;
        gap: 8px;
      }
      .roles li {
        display: grid;
        grid-template-columns: 190px minmax(0, 1fr);
        gap: 2px 14px;
        padding-top: 8px;
        border-top: 1px solid var(--line);
      }
      .roles strong {
        font-weight: 600;
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 10px;
      }
      .hint {
        display: block;
        margin-top: 8px;
      }
      @media (max-width: 720px) {
        .roles li {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
  @state() private me: Me | null = null;
  @state() private units: Units = new Map();
  private readonly sending = new Sending(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.sending.run(async () => {
      const me = await whoAmI();
      if (me.kind === "anonymous") {
        goSignIn();
        return;
      }
      this.units = byCode(await listUnits());
      this.me = me;
    });
  }

  protected override render(): TemplateResult {
    const { me } = this;
    if (!me) {
      const { trouble } = this.sending;
      return html`${wholeTrouble(trouble)}
      ${trouble.sentence ? nothing : html`<p class="empty" role="status">${text("loading")}</p>`}`;
    }
    return html`<div class="cards">
      <section class="card who">
        <p class="name">${me.name}</p>
        <button class="button" ?disabled=${this.sending.isBusy} @click=${() => void this.leave(me)}>
          ${text("sign_out")}
        </button>
        ${wholeTrouble(this.sending.trouble)}
      </section>
      ${me.is_staff
        ? html`<section class="card">
            <h2>${text("account_unit")}</h2>
            <unit-switch></unit-switch>
            <span class="hint">${text("account_unit_hint")}</span>
          </section>`
        : nothing}
      <section class="card">
        <h2>${text("account_roles")}</h2>
        ${me.is_staff ? this.roles(me) : html`<p>${text("account_no_role")}</p>`}
      </section>
    </div>`;
  }

  private roles(me: Me): TemplateResult {
    return html`<ul class="roles">
      ${heldRoles(me, this.units).map((held) => this.held(held))}
    </ul>`;
  }

  private held({ role, unit, below }: HeldRole): TemplateResult {
    const where = unit ? unitTitle(this.units, unit, pageLanguage()) : text("whole_city_government");
    return html`<li>
      <strong>${roleText(role)}</strong>
      <span
        >${where}${below > 0 ? html` <span class="quiet">${text(below === 1 ? "and_unit_below" : "and_units_below", { count: below })}</span>` : nothing}</span
      >
      <span></span><span class="hint">${text(`role_${role}_hint`)}</span>
    </li>`;
  }

  private async leave(me: Me): Promise<void> {
    await this.sending.run(async () => location.assign((await signOut(me)) ?? "/"));
  }
}
