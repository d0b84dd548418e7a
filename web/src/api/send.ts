/** How the pages ask the public API. Every refusal is an `ApiProblem`. */

import type { Page } from "./contract";
import { ApiProblem, problemOf } from "./problem";

export const API = "/api/v1";

export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { accept: "application/json", ...init.headers };
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0);
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function getJson<Body>(path: string, signal?: AbortSignal): Promise<Body> {
  const response = await ask(path, signal ? { signal } : {});
  return (await response.json()) as Body;
}

/** Return every item of a list, following the cursor to the end. */
export async function listAll<Item>(path: string, limit: number): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor ? { cursor } : {}) });
    const page: Page<Item> = await getJson(`${path}?${query}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

export type Method = "POST" | "PUT" | "PATCH" | "DELETE";

/** Change something; ``csrf`` is what `/me` gave. An answer without a body gives undefined. */
export async function change<Body = void>(
  method: Method,
  path: string,
  csrf: string | null,
  body?: unknown,
): Promise<Body> {
  const response = await ask(path, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(csrf ? { "x-csrf-token": csrf } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (response.status === 204 ? undefined : await response.json()) as Body;
}
