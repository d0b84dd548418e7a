/** The printed page says its scale and its day. */

import { pageLanguage } from "../i18n/text";
import { metresPerPixel, scaleText } from "../map/scale";
import type { PageParts } from "./page-parts";

function write(id: string, words: string): void {
  const place = document.getElementById(id);
  if (place) place.textContent = words;
}

/** Fill the head of the printed page just before it is printed. */
export function preparePrint(parts: Pick<PageParts, "scale">): void {
  addEventListener("beforeprint", () => {
    const locale = pageLanguage() === "en" ? "en-GB" : "vi-VN";
    const view = parts.scale.view;
    write("print-date", new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date()));
    if (view) write("print-scale", scaleText(metresPerPixel(view.lat, view.zoom)));
  });
}
