/** The open-data catalogue. The pages are whole without this: it draws the map and copies. */

import "../styles/fonts.css";
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/page.css";
import "../styles/data.css";
import type { StyleSpecification } from "maplibre-gl";
import { getFirstFeature, getLayer, getStyle, getWholeStyle } from "../api/client";
import type { Bounds, Layer } from "../api/contract";
import "../elements/copy-button";
import "../elements/gishue-map";
import type { GishueMap } from "../elements/gishue-map";
import type { MapCredits } from "../elements/toolbar";
import "../elements/toolbar";
import { BARE_BASE } from "../map/bare-base";
import { drawnFrom, fittingZoom, partAt, placeIn } from "../map/first-look";
import { withoutSource } from "../map/stylesheet";
import { prepareWorker } from "../map/worker";
import { leaveOn, watchLeave } from "../portal/leave";

/** What is left free round what a map frames costs so much of the zoom. */
const RIM_ZOOMS = 0.5;

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
    const style = await getStyle(layer);
    map.home = (await firstLook(map, layer, style)) ?? layer.bounds ?? map.home;
    map.parts = [{ slug, style, opacity: 1 }];
  } catch (error) {
    leaveOn(error, document);
  }
  const ground = withoutSource(await base, slug);
  if (!map.isConnected) return;
  map.base = ground;
  const credits = document.querySelector<MapCredits>("map-credits");
  if (credits) credits.credits = creditsOf([ground, ...map.parts.map((part) => part.style)]);
}

/** Where to begin with a layer of which nothing is drawn when all of it is in view. */
async function firstLook(map: GishueMap, layer: Layer, style: StyleSpecification): Promise<Bounds | null> {
  const from = drawnFrom(style, layer.minzoom);
  if (!layer.bounds) return null;
  const fits = fittingZoom(layer.bounds, map.clientWidth, map.clientHeight) - RIM_ZOOMS;
  if (fits >= from) return null;
  const feature = layer.kind === "vector" ? await getFirstFeature(layer.slug) : null;
  const place = placeIn(feature?.geometry ?? null);
  return place && partAt(place[0], place[1], from + 1);
}

/** Whose data the styles draw, each named once. */
function creditsOf(styles: readonly StyleSpecification[]): readonly string[] {
  const sources = styles.flatMap((style) => Object.values(style.sources));
  const said = sources.map((source) => ("attribution" in source ? source.attribution : undefined));
  return [...new Set(said.filter((words): words is string => !!words))];
}
