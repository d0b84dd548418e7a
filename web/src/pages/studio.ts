/** The studio: files become layers here. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/studio.css";
import "../elements/studio-page";
import "../elements/toolbar";
