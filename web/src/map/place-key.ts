/** Comparing Vietnamese names whether or not their diacritics were typed. */

/** Fold to plain lower-case words. The same key as `public.vn_key` in the database. */
export function vnKey(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐðÐ]/g, "d")
    .toLowerCase()
    .replace(/[^0-9a-z]+/g, " ")
    .trim();
}

/** Return the [start, end) of the first place in ``name`` that ``query`` matches, or null.
 *
 * Positions count UTF-16 units of ``name`` in NFC, so the caller can slice it.
 */
export function matchSpan(name: string, query: string): readonly [number, number] | null {
  const wanted = vnKey(query);
  if (wanted === "") return null;
  const origin: number[] = [];
  let folded = "";
  const composed = name.normalize("NFC");
  for (let at = 0; at < composed.length; at += 1) {
    const letter = vnKey(composed.charAt(at)) || (folded.endsWith(" ") ? "" : " ");
    for (const unit of letter) {
      folded += unit;
      origin.push(at);
    }
  }
  const start = wordStart(folded, wanted);
  if (start < 0) return null;
  const last = origin[start + wanted.length - 1];
  return [origin[start] as number, (last as number) + 1];
}

function wordStart(folded: string, wanted: string): number {
  if (folded.startsWith(wanted)) return 0;
  const afterSpace = folded.indexOf(` ${wanted}`);
  return afterSpace >= 0 ? afterSpace + 1 : folded.indexOf(wanted);
}
