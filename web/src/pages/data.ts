/** The open-data catalogue. The pages are whole without this: it draws the map and copies. */

import "../styles/fonts.css";
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/page.css";
import "../styles/data.css";
import type { StyleSpecification } from "maplibre-gl";
import { getLayer, getStyle, getWholeStyle } from "../api/client";
import "../elements/copy-button";
import "../elements/gishue-map";
import type { GishueMap } from "../elements/gishue-map";
import type { MapCredits } from "../elements/toolbar";
import "../elements/toolbar";
import { BARE_BASE } from "../map/bare-base";
import { withoutSource } from "../map/stylesheet";
import { prepareWorker } from "../map/worker";
import { leaveOn, watchLeave } from "../portal/leave";

const mapOfLayer = document.querySelector<GishueMap>("gishue-map[data-slug]");
if (mapOfLayer) {
  prepareWorker();
  void draw(mapOfLayer);
  const { slug, closed } = mapOfLayer.dataset;
  if (slug && closed !== undefined) watchLeave(document, slug);
}
for (const chosen of document.querySelectorAll<HTMLSelectElement>(".data-form select")) {
  chosen.addEventListener("change", () => chosen.form?.requestSubmit());
}

/** Draw the layer named by the element on the city's base map, framed by its bounds. */
async function draw(map: GishueMap): Promise<void> {
  const slug = map.dataset["slug"] ?? "";
  map.embedded = true;
  const base = getWholeStyle().catch(() => BARE_BASE);
  try {
    const layer = await getLayer(slug);
    if (layer.bounds) map.home = layer.bounds;
    map.parts = [{ slug, style: await getStyle(layer), opacity: 1 }];
  } catch (error) {
    leaveOn(error, document);
  }
  const ground = withoutSource(await base, slug);
  if (!map.isConnected) return;
  map.base = ground;
  const credits = document.querySelector<MapCredits>("map-credits");
  if (credits) credits.credits = creditsOf([ground, ...map.parts.map((part) => part.style)]);
}

/** Whose data the styles draw, each named once. */
function creditsOf(styles: readonly StyleSpecification[]): readonly string[] {
  const sources = styles.flatMap((style) => Object.values(style.sources));
  const said = sources.map((source) => ("attribution" in source ? source.attribution : undefined));
  return [...new Set(said.filter((words): words is string => !!words))];
}
