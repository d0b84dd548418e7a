/** Where MapLibre's worker script is, under a policy that lets nothing else become a script. */

import { setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";

interface ScriptPolicy {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}

function ownScript(url: string): string {
  const address = new URL(url, location.href);
  if (address.origin === location.origin && address.pathname === workerUrl) return url;
  throw new TypeError(`no script may come from ${address.origin}${address.pathname}`);
}

/** Tell MapLibre its worker. Call once, before the first map. */
export function prepareWorker(): void {
  const policies = (globalThis as { trustedTypes?: ScriptPolicy }).trustedTypes;
  // MapLibre hands `new Worker` a plain string, which only the default policy can bless.
  policies?.createPolicy("default", { createScriptURL: ownScript });
  setWorkerUrl(new URL(workerUrl, location.href).href);
}
