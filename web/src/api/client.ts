/** The public API, one function per question. Every refusal is an `ApiProblem`. */

import type { Feature, Geometry } from "geojson";
import type { StyleSpecification } from "maplibre-gl";
import type { Bounds, Layer, LayerWithFields, Legend, Me, Page, SearchHit, SignedOut } from "./contract";
import type { MapName } from "../map/view-state";
import { API, ask, getJson, listAll } from "./send";

function layerPath(slug: string): string {
  return `${API}/layers/${encodeURIComponent(slug)}`;
}

/** Return every layer the person may see, following the cursor to the end. */
export function listLayers(): Promise<readonly Layer[]> {
  return listAll(`${API}/layers`, 200);
}

export function getLayer(slug: string): Promise<LayerWithFields> {
  return getJson(layerPath(slug));
}

/** Return a feature with its exact coordinates: rounded to 1 cm, edited areas would overlap. */
export function getFeature(slug: string, id: string): Promise<Feature<Geometry | null>> {
  return getJson(`${layerPath(slug)}/features/${encodeURIComponent(id)}?digits=12`);
}

function dressed(layer: Layer, document: string, map: MapName): string {
  const query = `rev=${layer.revision}${map === "base" ? "" : `&map=${map}`}`;
  return `/tiles/${encodeURIComponent(layer.slug)}/${document}.json?${query}`;
}

/** What far zooms draw as one: how many, where, and the first of them. */
export interface Cluster {
  readonly count: number;
  readonly bounds: Bounds;
  readonly features: readonly Feature<Geometry | null>[];
}

export function getCluster(slug: string, id: string, limit: number): Promise<Cluster> {
  return getJson(`${layerPath(slug)}/clusters/${encodeURIComponent(id)}?limit=${limit}`);
}

/** One of a layer's features, or null where there is none to be seen. */
export async function getFirstFeature(slug: string): Promise<Feature<Geometry | null> | null> {
  const page = await getJson<{ features: Feature<Geometry | null>[] }>(`${layerPath(slug)}/features?limit=1`);
  return page.features[0] ?? null;
}

/** Return the layer's own stylesheet. The revision in the query keeps an old copy out. */
export function getStyle(layer: Layer, map: MapName = "base"): Promise<StyleSpecification> {
  return getJson(dressed(layer, "style", map));
}

export function getLegend(layer: Layer, map: MapName = "base"): Promise<Legend> {
  return getJson(dressed(layer, "legend", map));
}

/** Return the ground of a whole map, without the layers on it. */
export function getBaseStyle(map: MapName = "base"): Promise<StyleSpecification> {
  return getJson(`/styles/${map}.json?layers=0`);
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
