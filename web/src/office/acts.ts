/** What somebody may do, as the pages say it: in one order, in words. */

import type { Act } from "../api/contract";
import { text } from "../i18n/text";

const ACTS = ["read", "download", "edit", "publish", "administer"] as const satisfies readonly Act[];

/** Return the acts, the weakest first; what is unknown stays as it is, at the end. */
export function actsText(acts: readonly string[]): string {
  const known = ACTS.filter((act) => acts.includes(act));
  const others = acts.filter((act) => !ACTS.some((one) => one === act));
  return [...known.map((act) => text(`act_${act}`)), ...others].join(", ");
}
