/** A feature with the layer that explains its fields. */

import type { Feature, Geometry } from "geojson";
import { getCluster, getFeature, getLayer, type Cluster } from "../api/client";
import type { LayerWithFields } from "../api/contract";
import type { FeatureRef } from "../map/view-state";

export interface FoundFeature {
  readonly layer: LayerWithFields;
  readonly feature: Feature<Geometry | null>;
}

const KEPT = new Map<string, Promise<LayerWithFields>>();

/** Return the layer with its fields, asked once until it changes. */
export function layerOf(slug: string): Promise<LayerWithFields> {
  const asked = KEPT.get(slug) ?? getLayer(slug);
  KEPT.set(slug, asked);
  asked.catch(() => KEPT.delete(slug));
  return asked;
}

/** Read a feature in full: tiles carry only its number, the API every attribute. */
export async function readFeature({ slug, id }: FeatureRef): Promise<FoundFeature> {
  const [layer, feature] = await Promise.all([layerOf(slug), getFeature(slug, id)]);
  return { layer, feature };
}

export interface FoundCluster {
  readonly layer: LayerWithFields;
  readonly cluster: Cluster;
}

/** So many features of a cluster are listed. */
export const LISTED = 20;
/** Ids of cells begin here; no feature's gets there. */
const FIRST_CELL_ID = 2 ** 52;

/** Whether the map draws several features under that id. */
export function isCluster({ id }: FeatureRef): boolean {
  return Number(id) >= FIRST_CELL_ID;
}

/** Read what the map draws as one. */
export async function readCluster({ slug, id }: FeatureRef): Promise<FoundCluster> {
  const [layer, cluster] = await Promise.all([layerOf(slug), getCluster(slug, id, LISTED)]);
  return { layer, cluster };
}

/** Ask anew for the fields of ``slug`` next time: the layer has changed. */
export function forgetFields(slug: string): void {
  KEPT.delete(slug);
}
