/** Sharing between units. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/studio.css";
import "../elements/sharing-page";
import "../elements/office-nav";
import "../elements/toolbar";
import "../elements/unit-switch";
