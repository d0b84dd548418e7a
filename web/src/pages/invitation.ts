/** The page that an invitation opens. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/login.css";
import "../elements/invitation-form";
import "../elements/toolbar";
