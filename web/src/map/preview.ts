/** A style that is not kept yet, drawn from the tiles that are there. */

import type { LayerSpecification, StyleSpecification } from "maplibre-gl";

/** Return the layer's own stylesheet with ``drawn`` in the place of its layers. */
export function previewStyle(
  own: StyleSpecification,
  slug: string,
  { layers }: { readonly layers: readonly LayerSpecification[] },
): StyleSpecification {
  const labels = own.layers.find((layer) => layer.type === "symbol");
  const ofLabels = labels && "source-layer" in labels ? labels["source-layer"] : undefined;
  const drawn = layers.map((layer, at) => ({
    ...layer,
    id: at === 0 ? slug : `${slug}:${at}`,
    source: slug,
    "source-layer": (layer.type === "symbol" && ofLabels) || slug,
  }));
  return { ...own, layers: drawn as StyleSpecification["layers"] };
}
