/** The page of the one who is signed in. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/studio.css";
import "../elements/account-page";
import "../elements/office-nav";
import "../elements/toolbar";
import "../elements/unit-switch";
