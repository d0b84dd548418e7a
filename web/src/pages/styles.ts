/** How layers are drawn: classes, palettes, style files. */

import "../styles/fonts.css";
import "maplibre-gl/dist/maplibre-gl.css";
import "../styles/page.css";
import "../styles/studio.css";
import "../elements/office-nav";
import "../elements/style-page";
import "../elements/toolbar";
import "../elements/unit-switch";
