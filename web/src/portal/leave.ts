/** What is left of the page of one layer once the person may no longer read it. */

import { getLayer } from "../api/client";
import { ApiProblem } from "../api/problem";
import { text } from "../i18n/text";
import { followNews, isEnd } from "./live";

/** Follow a closed layer: it goes from the page when a share ends, is revoked, or it is deleted. */
export function watchLeave(page: Document, slug: string): void {
  const look = async (): Promise<void> => {
    try {
      await getLayer(slug);
    } catch (error) {
      leaveOn(error, page);
    }
  };
  followNews({
    connected: () => void look(),
    layerChanged: (event) => {
      if (event.slug === slug && isEnd(event)) takeLeave(page);
    },
  });
  page.addEventListener("visibilitychange", () => {
    if (page.visibilityState === "visible") void look();
  });
}

/** Take leave if ``error`` says that the layer is not there; other refusals pass. */
export function leaveOn(error: unknown, page: Document): void {
  if (!(error instanceof ApiProblem)) throw error;
  if (error.status === 404) takeLeave(page);
}

/** Put the reason where the layer was: only its name stays. */
function takeLeave(page: Document): void {
  const content = page.querySelector("#content");
  const heading = content?.querySelector("h1");
  if (!content || !heading || content.hasAttribute("data-left")) return;
  content.toggleAttribute("data-left", true);
  const ways = element(page, "p", "links");
  const way = element(page, "a", "", text("layer_lost_ask"));
  way.setAttribute("href", "/sharing");
  ways.append(way);
  const said = element(page, "p", "lead");
  said.setAttribute("role", "status");
  content.replaceChildren(heading, said, ways);
  // A status is read out when words come into it.
  said.textContent = text("layer_lost");
}

function element(page: Document, name: string, kind: string, words = ""): HTMLElement {
  const made = page.createElement(name);
  made.className = kind;
  made.textContent = words;
  return made;
}
