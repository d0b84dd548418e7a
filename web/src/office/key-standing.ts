/** How a key stands: whether it works, and for how long still. */

import type { ApiKey } from "../api/contract";

export type KeyStanding = "live" | "ending" | "expired" | "revoked";

/** A key that ends within this time is shown as ending, ms. */
const SOON_MS = 30 * 24 * 3600 * 1000;

export function keyStanding(key: Pick<ApiKey, "revoked_at" | "expires_at">, now: Date): KeyStanding {
  if (key.revoked_at) return "revoked";
  const left_ms = new Date(key.expires_at).getTime() - now.getTime();
  if (left_ms <= 0) return "expired";
  return left_ms <= SOON_MS ? "ending" : "live";
}

/** Whether a key still works whose maker may make it no more; somebody has to answer for it. */
export function outlivesMaker(key: Pick<ApiKey, "revoked_at" | "expires_at" | "maker_left">, now: Date): boolean {
  const standing = keyStanding(key, now);
  return key.maker_left && (standing === "live" || standing === "ending");
}
