/** News from the server while the page is open. */

import type { LayerEvent } from "../api/contract";

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

/** Listen to the event stream; the browser itself reconnects. */
export function followNews(news: LiveNews): void {
  const stream = new EventSource("/api/v1/events");
  let wasBroken = false;
  stream.addEventListener("error", () => (wasBroken = true));
  stream.addEventListener("open", () => {
    if (wasBroken) news.reconnected();
    wasBroken = false;
  });
  stream.addEventListener("layer", (message: MessageEvent) => {
    const event = layerEvent(message.data);
    if (event) news.layerChanged(event);
  });
}
