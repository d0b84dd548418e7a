/** The two fields that say a role in a unit, for those who may give it. */

import { html, nothing, type TemplateResult } from "lit";
import type { Me } from "../api/contract";
import { pageLanguage, text } from "../i18n/text";
import { ROLES, roleText, unitsWith, type Units } from "../office/offices";
import type { Trouble } from "../office/trouble";
import { field, unitOptions } from "./form-parts";

interface Choice {
  readonly me: Me;
  readonly units: Units;
  readonly trouble: Trouble;
}

/** A unit and a role. Only administrators of the city give one in no unit, and their own. */
export function roleFields({ me, units, trouble }: Choice): TemplateResult {
  const mine = unitsWith(me, units, "unit_admin", pageLanguage());
  const chosen = mine.some((unit) => unit.code === me.unit) ? me.unit : mine[0]?.code;
  const roles = ROLES.filter((role) => role !== "city_admin" || me.is_admin === true);
  return html`${field(
    "unit",
    text("in_unit"),
    html`<select id="unit" name="unit" aria-describedby="unit-fault">
      ${unitOptions(mine, chosen)}
      ${me.is_admin ? html`<option value="">${text("whole_city_government")}</option>` : nothing}
    </select>`,
    { trouble },
  )}
  ${field(
    "role",
    text("role"),
    html`<select id="role" name="role" aria-describedby="role-fault">
      ${roles.map((role) => html`<option value=${role}>${roleText(role)}</option>`)}
    </select>`,
    { trouble, hint: text("roles_hint") },
  )}`;
}
