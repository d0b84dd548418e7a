/** The page's address says what the map shows. */

import type { Layer } from "../api/contract";
import { pageLanguage } from "../i18n/text";
import { formatViewState, type ShownLayer, type ViewState } from "../map/view-state";

/** Whether ``shown`` is just what a first visit shows. */
export function isDefault(shown: readonly ShownLayer[], defaults: readonly Layer[]): boolean {
  const slugs = new Set(defaults.map((layer) => layer.slug));
  return (
    shown.length === slugs.size &&
    shown.every((layer) => slugs.has(layer.slug) && layer.opacity === 1)
  );
}

/** Write the state behind the `#` of the page's own address, without a step in the history. */
export function writeAddress(state: ViewState): void {
  history.replaceState(null, "", `${location.pathname}${location.search}#${formatViewState(state)}`);
}

/** Return an address that shows the same map to anybody: layers and language are spelled out. */
export function shareAddress(state: ViewState): string {
  const address = new URL(location.pathname, location.origin);
  address.searchParams.set("lang", pageLanguage());
  return `${address}#${formatViewState(state)}`;
}
