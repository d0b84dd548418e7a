/** People and keys of the units one administers. */

import { LitElement, html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { ApiKey, Me, User } from "../api/contract";
import { text } from "../i18n/text";
import { goSignIn, listUnits, whoAmI } from "../office/account-api";
import { byCode, isAdministrator, type Units } from "../office/offices";
import { listKeys, listUsers } from "../office/people-api";
import { Sending } from "../office/sending";
import { wholeTrouble } from "./form-parts";
import "./key-list";
import { officeStyles } from "./office-styles";
import { tabInAddress, type Tab } from "./page-tabs";
import "./page-tabs";
import "./people-list";

interface Shown {
  readonly users: readonly User[];
  readonly keys: readonly ApiKey[];
  readonly units: Units;
}

@customElement("people-page")
export class PeoplePage extends LitElement {
  static override styles = officeStyles;
  @state() private me: Me | null = null;
  @state() private shown: Shown | null = null;
  @state() private tab = "people";
  private readonly sending = new Sending(this);

  override connectedCallback(): void {
    super.connectedCallback();
    this.readAddress();
    addEventListener("popstate", this.readAddress);
    this.addEventListener("office-changed", this.refresh);
    void this.begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("popstate", this.readAddress);
    this.removeEventListener("office-changed", this.refresh);
  }

  private readonly readAddress = (): void => {
    this.tab = tabInAddress(tabs());
  };

  private readonly refresh = (): void => void this.sending.run(() => this.load());

  private async begin(): Promise<void> {
    await this.sending.run(async () => {
      this.me = await whoAmI();
      if (this.me.kind === "anonymous") goSignIn();
      else if (isAdministrator(this.me)) await this.load();
    });
  }

  private async load(): Promise<void> {
    const [users, keys, units] = await Promise.all([listUsers(), listKeys(), listUnits()]);
    this.shown = { users, keys, units: byCode(units) };
  }

  protected override render(): TemplateResult {
    if (this.me && this.me.kind !== "anonymous" && !isAdministrator(this.me)) {
      return html`<p class="empty">${text("for_administrators")}</p>`;
    }
    const { trouble } = this.sending;
    const waits = trouble.sentence ? nothing : html`<p class="empty" role="status">${text("loading")}</p>`;
    return html`${wholeTrouble(trouble)} ${this.shown ? this.parts(this.shown) : waits}`;
  }

  private parts({ users, keys, units }: Shown): TemplateResult {
    return html`<page-tabs
        .tabs=${tabs()}
        .current=${this.tab}
        .label=${text("people")}
        @tab-chosen=${(event: CustomEvent<string>) => (this.tab = event.detail)}
      ></page-tabs>
      ${this.tab === "keys"
        ? html`<key-list .keys=${keys} .me=${this.me} .units=${units}></key-list>`
        : html`<people-list .users=${users} .me=${this.me} .units=${units}></people-list>`}`;
  }
}

function tabs(): readonly Tab[] {
  return [
    { name: "people", title: text("tab_people") },
    { name: "keys", title: text("tab_keys") },
  ];
}
