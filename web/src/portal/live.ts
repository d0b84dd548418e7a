/** News from the server while the page is open. */

import type { LayerEvent } from "../api/contract";

/** Between two tries at a line the server refused. */
const PAUSE_MS = 10_000;

export interface LiveNews {
  layerChanged(event: LayerEvent): void;
  /** The line is open, at first or after a break: whatever happened before was missed. */
  connected(): void;
}

const ENDS: ReadonlySet<string> = new Set(["gone", "deleted", "retired"]);

/** Whether the layer is not there for the person any more. */
export function isEnd({ action }: LayerEvent): boolean {
  return action !== undefined && ENDS.has(action);
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
export function followNews(news: LiveNews): void {
  const stream = new EventSource("/api/v1/events");
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => followNews(news), PAUSE_MS);
  });
  stream.addEventListener("open", () => news.connected());
  stream.addEventListener("layer", (message: MessageEvent) => {
    const event = layerEvent(message.data);
    if (event) news.layerChanged(event);
  });
}
