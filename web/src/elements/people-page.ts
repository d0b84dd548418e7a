/** People and keys of the units one administers. */

import { LitElement, html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { ApiKey, Me, User } from "../api/contract";
import { text } from "../i18n/text";
import { listUnits } from "../office/account-api";
import { byCode, isAdministrator, type Units } from "../office/offices";
import { listKeys, listUsers } from "../office/people-api";
import "./key-list";
import { OfficePage, type OfficeParts } from "./office-page";
import { officeStyles } from "./office-styles";
import "./people-list";

interface Shown {
  readonly users: readonly User[];
  readonly keys: readonly ApiKey[];
  readonly units: Units;
}

const PARTS: OfficeParts<Shown> = {
  title: () => text("people"),
  refusal: (me) => (isAdministrator(me) ? null : text("for_administrators")),
  load: async () => {
    const [users, keys, units] = await Promise.all([listUsers(), listKeys(), listUnits()]);
    return { users, keys, units: byCode(units) };
  },
  tabs: () => [
    { name: "people", title: text("tab_people") },
    { name: "keys", title: text("tab_keys") },
  ],
  part,
};

@customElement("people-page")
export class PeoplePage extends LitElement {
  static override styles = officeStyles;
  private readonly page = new OfficePage(this, PARTS);

  protected override render(): TemplateResult {
    return this.page.render();
  }
}

function part(tab: string, me: Me, { users, keys, units }: Shown): TemplateResult {
  return tab === "keys"
    ? html`<key-list .keys=${keys} .me=${me} .units=${units}></key-list>`
    : html`<people-list .users=${users} .me=${me} .units=${units}></people-list>`;
}
