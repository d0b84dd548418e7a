/** The doors of sharing: closed layers, requests, shares, reasons that run out. */

import type { AccessRequest, ClosedLayer, DueLayer, GivenShare, GrantWish, Page, RequestWish, ShareWish } from "../api/contract";
import { API, change, getJson, listAll } from "../api/send";

const REQUESTS = `${API}/access-requests`;

export function listClosed(): Promise<readonly ClosedLayer[]> {
  return listAll(`${API}/closed-layers`, 1000);
}

export function listRequests(): Promise<readonly AccessRequest[]> {
  return listAll(REQUESTS, 200);
}

export async function listDue(): Promise<readonly DueLayer[]> {
  return (await getJson<Page<DueLayer>>(`${API}/sharing/due`)).items;
}

export async function listGiven(): Promise<readonly GivenShare[]> {
  return (await getJson<Page<GivenShare>>(`${API}/sharing/given`)).items;
}

export function askForAccess(wish: RequestWish, csrf: string | null): Promise<AccessRequest> {
  return change("POST", REQUESTS, csrf, wish);
}

export function grant(id: number, wish: GrantWish, csrf: string | null): Promise<unknown> {
  return change("POST", `${REQUESTS}/${id}/grant`, csrf, wish);
}

export function refuse(id: number, answer: string, csrf: string | null): Promise<unknown> {
  return change("POST", `${REQUESTS}/${id}/refuse`, csrf, { answer });
}

export function withdraw(id: number, csrf: string | null): Promise<unknown> {
  return change("POST", `${REQUESTS}/${id}/withdraw`, csrf);
}

function layerPath(slug: string): string {
  return `${API}/layers/${encodeURIComponent(slug)}`;
}

/** Say anew why a layer is closed; who sees it stays as it is. */
export function renewClosure(slug: string, closure: Readonly<Record<string, string>>, csrf: string | null): Promise<unknown> {
  return change("PATCH", layerPath(slug), csrf, { closure });
}

export function openLayer(slug: string, csrf: string | null): Promise<unknown> {
  return change("PATCH", layerPath(slug), csrf, { visibility: "open" });
}

function sharesPath(slug: string): string {
  return `${layerPath(slug)}/shares`;
}

export function share(slug: string, wish: ShareWish, csrf: string | null): Promise<unknown> {
  return change("POST", sharesPath(slug), csrf, wish);
}

export function unshare(slug: string, id: number, csrf: string | null): Promise<void> {
  return change("DELETE", `${sharesPath(slug)}/${id}`, csrf);
}
