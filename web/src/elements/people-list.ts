/** The people of the units one administers, and the way to invite another. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Invited, Me, User } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { unitTitle, type Units } from "../office/offices";
import { invitationLink } from "../office/people-api";
import { plain } from "../office/plain";
import { tell } from "./events";
import "./invite-form";
import { officeStyles } from "./office-styles";
import "./person-card";
import "./shown-once";

/** From how many people on a field to find one is worth its place. */
const MANY = 6;

@customElement("people-list")
export class PeopleList extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      .find {
        max-width: 420px;
        margin: 14px 0 12px;
      }
      ul.cards {
        margin-top: 14px;
      }
    `,
  ];
  @property({ attribute: false }) users: readonly User[] = [];
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  @state() private invites = false;
  @state() private invited: Invited | null = null;
  @state() private wanted = "";

  protected override render(): TemplateResult {
    const shown = this.shown();
    return html`${this.top()}
      ${this.users.length < MANY
        ? nothing
        : html`<div class="field find">
            <label for="find">${text("people_find")}</label>
            <input
              id="find"
              type="search"
              @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)}
            />
          </div>`}
      ${shown.length === 0
        ? html`<p class="empty">${text(this.users.length === 0 ? "people_none" : "people_none_such")}</p>`
        : nothing}
      <ul class="cards">
        ${repeat(
          shown,
          (user) => user.name,
          (user) => html`<li class="card">
            <person-card
              .user=${user}
              .me=${this.me}
              .units=${this.units}
              @invited=${this.keep}
            ></person-card>
          </li>`,
        )}
      </ul>`;
  }

  private top(): TemplateResult {
    if (this.invited) {
      const { user, invitation } = this.invited;
      return html`<shown-once
        .heading=${text("invited_title", { name: user.display || user.name })}
        .hint=${text("invited_hint")}
        .value=${invitationLink(location.origin, invitation)}
        @kept=${() => (this.invited = null)}
      ></shown-once>`;
    }
    if (this.invites) {
      return html`<invite-form
        .me=${this.me}
        .units=${this.units}
        @invited=${this.keep}
        @dropped=${this.drop}
      ></invite-form>`;
    }
    return html`<button class="button primary" id="add" @click=${() => (this.invites = true)}>${text("invite")}</button>`;
  }

  private shown(): readonly User[] {
    const wanted = plain(this.wanted);
    const language = pageLanguage();
    return this.users.filter((user) => {
      const units = user.roles.map((held) => unitTitle(this.units, held.unit, language)).join(" ");
      return plain(`${user.name} ${user.display} ${user.email} ${units}`).includes(wanted);
    });
  }

  private async keep(event: CustomEvent<Invited>): Promise<void> {
    this.invites = false;
    this.invited = event.detail;
    tell(this, "office-changed", null);
    await this.updateComplete;
    this.renderRoot.querySelector("shown-once")?.scrollIntoView({ block: "center" });
  }

  private async drop(): Promise<void> {
    this.invites = false;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#add")?.focus();
  }
}
