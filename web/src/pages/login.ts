/** The sign-in page. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/login.css";
import "../elements/sign-in-form";
import "../elements/toolbar";
