/** News from the server while the page is open. */

import type { LayerEvent } from "../api/contract";

/** Between two tries at a line the server refused. */
const PAUSE_MS = 10_000;

export interface LiveNews {
  layerChanged(event: LayerEvent): void;
  /** The line came back after a break: whatever happened meanwhile was missed. */
  reconnected(): void;
}

function layerEvent(data: unknown): LayerEvent | null {
  const body: unknown = JSON.parse(String(data));
  const isOne = typeof body === "object" && body !== null && "slug" in body;
  return isOne && typeof body.slug === "string" ? (body as LayerEvent) : null;
}

/** Listen to the event stream, and again after every break.
 *
 * The browser itself reconnects a line that dropped, but not one the server refused.
 */
export function followNews(news: LiveNews, wasBroken = false): void {
  const stream = new EventSource("/api/v1/events");
  let broken = wasBroken;
  stream.addEventListener("error", () => {
    broken = true;
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => followNews(news, true), PAUSE_MS);
  });
  stream.addEventListener("open", () => {
    if (broken) news.reconnected();
    broken = false;
  });
  stream.addEventListener("layer", (message: MessageEvent) => {
    const event = layerEvent(message.data);
    if (event) news.layerChanged(event);
  });
}
