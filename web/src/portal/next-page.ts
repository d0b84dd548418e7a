/** Where to go after signing in: a page of ours, never an address somebody slipped in. */

/** Return the `next` of ``href`` if it stays on the same origin, else the front page. */
export function nextPage(href: string): string {
  const here = new URL(href);
  const wanted = here.searchParams.get("next");
  if (!wanted?.startsWith("/")) return "/";
  const there = new URL(wanted, here.origin);
  return there.origin === here.origin ? there.pathname + there.search + there.hash : "/";
}
