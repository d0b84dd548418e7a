/** One account: its roles, given and taken here, and whether it may sign in. */

import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Invited, Me, Role, User } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { holds, roleText, unitTitle, type Units } from "../office/offices";
import { giveRole, inviteAgain, setActive, takeRole, withRole, withoutRole } from "../office/people-api";
import { Sending } from "../office/sending";
import { askFirst } from "./ask-first";
import { tell } from "./events";
import { said, wholeTrouble } from "./form-parts";
import { icon } from "./icons";
import { officeStyles } from "./office-styles";
import { roleFields } from "./role-choice";

type HeldRole = User["roles"][number];

@customElement("person-card")
export class PersonCard extends LitElement {
  static override styles = [
    ...officeStyles,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin: 10px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        min-height: 32px;
        padding: 3px 12px;
        border-radius: 16px;
        background: var(--sunken);
      }
      li.taken {
        padding-right: 3px;
      }
      li .icon-button {
        width: 28px;
        height: 28px;
        border-radius: 14px;
      }
      li .icon-button:hover {
        background: var(--line-strong);
      }
      .line {
        margin: 2px 0 0;
      }
      .problem {
        margin-top: 10px;
      }
      @media (pointer: coarse) {
        li .icon-button {
          width: 40px;
          height: 40px;
        }
      }
    `,
  ];
  @property({ attribute: false }) user: User | null = null;
  @property({ attribute: false }) me: Me | null = null;
  @property({ attribute: false }) units: Units = new Map();
  @state() private gives = false;
  private readonly sending = new Sending(this, ["unit", "role"]);

  protected override render(): TemplateResult | typeof nothing {
    const { user, me } = this;
    if (!user || !me) return nothing;
    const isNamed = user.display !== "" && user.display !== user.name;
    const facts = [isNamed ? user.name : "", user.email, unitTitle(this.units, user.unit, pageLanguage())];
    return html`<div class="top"><h2>${user.display || user.name}</h2>${this.badges(user)}</div>
      <p class="quiet line">${facts.filter((one) => one !== "").join(" · ")}</p>
      ${user.roles.length === 0
        ? html`<p class="quiet">${text("person_no_role")}</p>`
        : html`<ul aria-label=${text("account_roles")}>
            ${user.roles.map((held) => this.chip(user, held))}
          </ul>`}
      ${wholeTrouble(this.sending.trouble)} ${this.gives ? this.form(user, me) : this.ways(user, me)}`;
  }

  private badges(user: User): TemplateResult {
    return html`${user.is_active ? nothing : html`<span class="badge bad">${text("person_blocked")}</span>`}
    ${user.is_invited ? html`<span class="badge">${text("person_invited")}</span>` : nothing}
    ${user.issuer ? html`<span class="badge plain">${text("person_sign_on")}</span>` : nothing}`;
  }

  private mayGive(held: HeldRole): boolean {
    if (this.me?.is_admin) return true;
    return held.unit !== null && held.role !== "city_admin" && holds(this.me?.roles?.[held.unit], "unit_admin");
  }

  private chip(user: User, held: HeldRole): TemplateResult {
    const where = held.unit ? unitTitle(this.units, held.unit, pageLanguage()) : text("whole_city_government");
    const words = `${roleText(held.role)} · ${where}`;
    // Nobody takes a role from themselves by one slip of the hand.
    const isOurs = held.source === "given" && user.name !== this.me?.name && this.mayGive(held);
    const take = text("role_take", { role: words });
    return html`<li class=${isOurs ? "taken" : ""}>
      ${words}${held.source === "given" ? nothing : html` <span class="quiet">${text("role_from_claims")}</span>`}
      ${isOurs
        ? html`<button
            class="icon-button"
            title=${take}
            aria-label=${take}
            ?disabled=${this.sending.isBusy}
            @click=${() => void this.take(user, held, words)}
          >
            ${icon("close", 14)}
          </button>`
        : nothing}
    </li>`;
  }

  private ways(user: User, me: Me): TemplateResult {
    const isMe = user.name === me.name;
    // What the server asks of whoever blocks an account: that every role in it were theirs to give.
    const isWholly = user.roles.every((held) => this.mayGive(held));
    const { isBusy } = this.sending;
    return html`<div class="doing">
      <button class="button" id="give" @click=${this.open}>${text("role_give")}</button>
      ${isWholly && !user.issuer && user.is_active
        ? html`<button class="button" ?disabled=${isBusy} @click=${() => void this.again(user)}>
            ${text(user.is_invited ? "invite_again" : "password_again_link")}
          </button>`
        : nothing}
      ${isWholly && !isMe
        ? html`<button
            class="button ${user.is_active ? "danger" : ""}"
            ?disabled=${isBusy}
            @click=${() => void this.block(user)}
          >
            ${text(user.is_active ? "person_block" : "person_unblock")}
          </button>`
        : nothing}
    </div>`;
  }

  private form(user: User, me: Me): TemplateResult {
    return html`<form class="sheet" @submit=${(event: SubmitEvent) => void this.give(event, user)}>
      ${roleFields({ me, units: this.units, trouble: this.sending.trouble })}
      <div class="doing">
        <button class="button primary" ?disabled=${this.sending.isBusy}>${text("role_give")}</button>
        <button type="button" class="button" @click=${this.close}>${text("cancel")}</button>
      </div>
    </form>`;
  }

  private async open(): Promise<void> {
    this.gives = true;
    await this.updateComplete;
    this.renderRoot.querySelector("select")?.focus();
  }

  private readonly close = async (): Promise<void> => {
    this.gives = false;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#give")?.focus();
  };

  private async give(event: SubmitEvent, user: User): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const unit = said(fields, "unit") || null;
    const isDone = await this.change("role_given", async () =>
      withRole(user, await giveRole(user.name, said(fields, "role") as Role, unit, this.me?.csrf ?? null)),
    );
    if (isDone) await this.close();
  }

  private async take(user: User, held: HeldRole, words: string): Promise<void> {
    const question = text("role_take_question", { role: words, name: user.display || user.name });
    if (!(await askFirst(question, text("role_take", { role: words })))) return;
    await this.change("role_taken", async () =>
      withoutRole(user, await takeRole(user.name, held.unit, this.me?.csrf ?? null)),
    );
    this.renderRoot.querySelector<HTMLElement>("#give")?.focus();
  }

  private async block(user: User): Promise<void> {
    const question = text("person_block_question", { name: user.display || user.name });
    if (user.is_active && !(await askFirst(question, text("person_block")))) return;
    await this.change(user.is_active ? "person_was_blocked" : "person_was_unblocked", () =>
      setActive(user.name, !user.is_active, this.me?.csrf ?? null),
    );
  }

  private async again(user: User): Promise<void> {
    await this.sending.run(async () => {
      const detail: Invited = await inviteAgain(user.name, this.me?.csrf ?? null);
      this.dispatchEvent(new CustomEvent("invited", { detail }));
    });
  }

  private async change(
    words: "role_given" | "role_taken" | "person_was_blocked" | "person_was_unblocked",
    work: () => Promise<User>,
  ): Promise<boolean> {
    const isDone = await this.sending.run(async () => (this.user = await work()));
    if (isDone) {
      tell(this, "notice", { text: text(words) });
      tell(this, "office-changed", null);
    }
    return isDone;
  }
}
