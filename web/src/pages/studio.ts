/** The studio: files become layers here. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/studio.css";
import "../elements/office-nav";
import "../elements/studio-page";
import "../elements/toolbar";
import "../elements/unit-switch";
