/** The public API, one function per question. Every refusal is an `ApiProblem`. */

import type { Feature, Geometry } from "geojson";
import type { StyleSpecification } from "maplibre-gl";
import type { Layer, LayerWithFields, Legend, Me, Page, SearchHit, SignedOut } from "./contract";
import { ApiProblem, problemOf } from "./problem";

const API = "/api/v1";

function layerPath(slug: string): string {
  return `${API}/layers/${encodeURIComponent(slug)}`;
}

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
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

async function getJson<Body>(path: string, signal?: AbortSignal): Promise<Body> {
  const response = await ask(path, signal ? { signal } : {});
  return (await response.json()) as Body;
}

/** Return every layer the person may see, following the cursor to the end. */
export async function listLayers(): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: "200", ...(cursor ? { cursor } : {}) });
    const page: Page<Layer> = await getJson(`${API}/layers?${query}`);
    layers.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return layers;
}

export function getLayer(slug: string): Promise<LayerWithFields> {
  return getJson(layerPath(slug));
}

export function getFeature(slug: string, id: string): Promise<Feature<Geometry | null>> {
  return getJson(`${layerPath(slug)}/features/${encodeURIComponent(id)}`);
}

/** Return the layer's own stylesheet. The revision in the query keeps an old copy out. */
export function getStyle(layer: Layer): Promise<StyleSpecification> {
  return getJson(`/tiles/${encodeURIComponent(layer.slug)}/style.json?rev=${layer.revision}`);
}

export function getLegend(layer: Layer): Promise<Legend> {
  return getJson(`/tiles/${encodeURIComponent(layer.slug)}/legend.json?rev=${layer.revision}`);
}

export function getBaseStyle(): Promise<StyleSpecification> {
  return getJson("/styles/base.json?layers=0");
}

/** Return the base map with the layers that are on at first. */
export function getWholeStyle(): Promise<StyleSpecification> {
  return getJson("/styles/base.json");
}

export async function search(query: string, signal: AbortSignal): Promise<readonly SearchHit[]> {
  const page: Page<SearchHit> = await getJson(
    `${API}/search?${new URLSearchParams({ q: query })}`,
    signal,
  );
  return page.items;
}

export function getMe(): Promise<Me> {
  return getJson(`${API}/me`);
}

export async function signIn(name: string, password: string): Promise<void> {
  await ask(`${API}/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password }),
  });
}

/** End the session; return where the one at the city's sign-on ends too, if there is one. */
export async function signOut(me: Me): Promise<string | null> {
  const headers = me.csrf ? { "x-csrf-token": me.csrf } : {};
  const response = await ask(`${API}/session`, { method: "DELETE", headers });
  if (response.status === 204) return null;
  return ((await response.json()) as SignedOut).sign_out_at;
}
