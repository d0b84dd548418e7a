/** Units and roles, as the pages name them. */

import type { Me, Role, Unit } from "../api/contract";
import { pick, text, type Language } from "../i18n/text";

export const ROLES = ["viewer", "editor", "publisher", "unit_admin", "city_admin"] as const satisfies readonly Role[];

export type Units = ReadonlyMap<string, Unit>;

export function byCode(units: readonly Unit[]): Units {
  return new Map(units.map((unit) => [unit.code, unit]));
}

/** Return the unit's title; its code where it is not known, "" for no unit. */
export function unitTitle(units: Units, code: string | null | undefined, language: Language): string {
  if (!code) return "";
  const unit = units.get(code);
  return unit ? pick(language, unit.title, unit.title_en) || code : code;
}

export function holds(held: Role | undefined | null, role: Role): boolean {
  return held !== undefined && held !== null && ROLES.indexOf(held) >= ROLES.indexOf(role);
}

/** Return the open units where the person has at least ``role``, by title. */
export function unitsWith(me: Me, units: Units, role: Role, language: Language): readonly Unit[] {
  const held = me.roles ?? {};
  return [...units.values()]
    .filter((unit) => unit.is_active && (me.is_admin === true || holds(held[unit.code], role)))
    .sort((one, other) => unitTitle(units, one.code, language).localeCompare(unitTitle(units, other.code, language), language));
}

/** Whether the person decides who may use the layers of ``unit``. */
export function decides(me: Me, unit: string | null | undefined): boolean {
  return me.is_admin === true || (!!unit && holds(me.roles?.[unit], "publisher"));
}

export function decidesSomewhere(me: Me): boolean {
  return me.is_admin === true || Object.values(me.roles ?? {}).some((role) => holds(role, "publisher"));
}

/** Whether the person administers people somewhere. */
export function isAdministrator(me: Me): boolean {
  return me.is_admin === true || Object.values(me.roles ?? {}).some((role) => holds(role, "unit_admin"));
}

export interface HeldRole {
  readonly role: Role;
  /** null: in no unit in particular. */
  readonly unit: string | null;
  /** How many units below have it from there. */
  readonly below: number;
}

/** Return the roles of a person, each once at the highest unit it is held in. */
export function heldRoles(me: Me, units: Units): readonly HeldRole[] {
  const roles = me.roles ?? {};
  const isInherited = (code: string): boolean => {
    const above = units.get(code)?.parent;
    return above !== null && above !== undefined && roles[above] === roles[code];
  };
  const tops = Object.keys(roles).filter((code) => !isInherited(code));
  const held = tops.map((code) => ({ role: roles[code] as Role, unit: code, below: countBelow(code, roles, units) }));
  return me.city_role ? [{ role: me.city_role, unit: null, below: 0 }, ...held] : held;
}

function countBelow(top: string, roles: Readonly<Record<string, Role>>, units: Units): number {
  const children = Object.keys(roles).filter((code) => units.get(code)?.parent === top && roles[code] === roles[top]);
  return children.reduce((sum, code) => sum + 1 + countBelow(code, roles, units), 0);
}

export function roleText(role: Role): string {
  return text(`role_${role}`);
}
