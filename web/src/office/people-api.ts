/** The doors of people and keys. */

import type { ApiKey, Invited, KeyWish, NamedRole, NewApiKey, NewUser, Page, Role, User } from "../api/contract";
import { API, change, getJson } from "../api/send";

export async function listUsers(): Promise<readonly User[]> {
  return (await getJson<Page<User>>(`${API}/users`)).items;
}

function userPath(name: string): string {
  return `${API}/users/${encodeURIComponent(name)}`;
}

export function invite(who: NewUser, csrf: string | null): Promise<Invited> {
  return change("POST", `${API}/users`, csrf, who);
}

export function inviteAgain(name: string, csrf: string | null): Promise<Invited> {
  return change("POST", `${userPath(name)}/invitation`, csrf);
}

export function setActive(name: string, isActive: boolean, csrf: string | null): Promise<User> {
  return change("PATCH", userPath(name), csrf, { is_active: isActive });
}

export function giveRole(name: string, role: Role, unit: string | null, csrf: string | null): Promise<NamedRole> {
  return change("PUT", `${userPath(name)}/roles`, csrf, { role, unit });
}

export function takeRole(name: string, unit: string | null, csrf: string | null): Promise<NamedRole> {
  const query = unit ? `?${new URLSearchParams({ unit })}` : "";
  return change("DELETE", `${userPath(name)}/roles${query}`, csrf);
}

/** The account without the role that was taken from it. */
export function withoutRole(user: User, taken: NamedRole): User {
  return { ...user, roles: user.roles.filter((held) => held.unit !== taken.unit || held.source !== taken.source) };
}

/** The account with the role that it was given, in place of the one it was given there before. */
export function withRole(user: User, given: NamedRole): User {
  const { unit, role, source } = given;
  return { ...user, roles: [...withoutRole(user, given).roles, { unit, role, source }] };
}

export async function listKeys(): Promise<readonly ApiKey[]> {
  return (await getJson<Page<ApiKey>>(`${API}/keys`)).items;
}

export function makeKey(wish: KeyWish, csrf: string | null): Promise<NewApiKey> {
  return change("POST", `${API}/keys`, csrf, wish);
}

export function revokeKey(id: string, csrf: string | null): Promise<void> {
  return change("DELETE", `${API}/keys/${encodeURIComponent(id)}`, csrf);
}

/** Return the page an invitation opens; the token stays in the browser, behind the `#`. */
export function invitationLink(origin: string, token: string): string {
  return `${origin}/invitation#${token}`;
}
