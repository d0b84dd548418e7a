/** Who one is, which units there are, and which of them one acts for. */

import { getMe } from "../api/client";
import type { Me, Page, Unit } from "../api/contract";
import { API, change, getJson } from "../api/send";

let asked: Promise<Me> | null = null;

/** Who uses this page: asked once, since the header and the page both want to know. */
export function whoAmI(): Promise<Me> {
  asked ??= getMe();
  return asked;
}

let units: Promise<readonly Unit[]> | null = null;

/** The units of the city, asked once a page. */
export function listUnits(): Promise<readonly Unit[]> {
  units ??= getJson<Page<Unit>>(`${API}/units`).then((page) => page.items);
  return units;
}

/** Send whoever is not signed in to the sign-in page, and back here afterwards. */
export function goSignIn(): void {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Act for another unit; the session's token is another one afterwards. */
export function actFor(unit: string, csrf: string | null): Promise<{ readonly csrf: string }> {
  return change("PUT", `${API}/session/unit`, csrf, { unit });
}

export function acceptInvitation(token: string, password: string): Promise<{ readonly name: string }> {
  return change("POST", `${API}/invitations/accept`, null, { token, password });
}
