/** People and keys, for administrators of units and the city. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/studio.css";
import "../elements/people-page";
import "../elements/office-nav";
import "../elements/toolbar";
import "../elements/unit-switch";
