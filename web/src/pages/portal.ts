/** The base-map portal: loads the layers, and lets the elements of the page hear each other. */

import "../styles/fonts.css";
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/page.css";
import "../styles/portal.css";
import "../elements/coordinate-bar";
import "../elements/feature-card";
import "../elements/gishue-map";
import "../elements/layer-details";
import "../elements/base-choice";
import "../elements/layer-tree";
import "../elements/map-controls";
import "../elements/nation-inset";
import "../elements/place-search";
import "../elements/scale-bar";
import "../elements/toolbar";
import { prepareWorker } from "../map/worker";
import { PortalPage } from "../portal/portal-page";

prepareWorker();
void new PortalPage(document).start();
