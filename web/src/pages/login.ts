/** The sign-in page. */

import "../styles/fonts.css";
import "../styles/page.css";
import "../styles/login.css";
import "../elements/sign-in-form";
import "../elements/toolbar";

// A sign-in that came to nothing is shown where the issuer sent the browser: its answer is spent.
if (location.pathname.startsWith("/auth/")) history.replaceState(null, "", "/login");
