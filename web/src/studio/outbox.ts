/** What is on its way to the server: a few go at once, the others wait their turn. */

import { bytesOf, type Bundle } from "./bundles";

/** How many go at once: a browser has six connections to a server, and the page needs some. */
export const AT_ONCE = 2;

export interface Way {
  readonly key: number;
  readonly bundle: Bundle;
  readonly stage: "waits" | "packs" | "sends" | "cut" | "failed";
  readonly done: number;
  readonly total: number;
  readonly problem: string | null;
}

export type News = Partial<Pick<Way, "stage" | "done" | "total">>;

export interface Carrier {
  /** Bring it to the server; return the id of the upload it became. */
  readonly deliver: (bundle: Bundle, signal: AbortSignal, tell: (news: News) => void) => Promise<string>;
  readonly arrived: (id: string, bundle: Bundle) => void;
  readonly changed: (ways: readonly Way[]) => void;
  /** The sentence for what went wrong. */
  readonly sentence: (error: unknown) => string;
}

export class Outbox {
  private ways: readonly Way[] = [];
  private readonly stops = new Map<number, AbortController>();
  private last = 0;

  constructor(private readonly carrier: Carrier) {}

  /** Whether something would be lost if the page closed now. */
  get isBusy(): boolean {
    return this.ways.some((way) => way.stage !== "failed");
  }

  add(bundles: readonly Bundle[]): void {
    const more = bundles.map((bundle): Way => {
      this.last += 1;
      return { key: this.last, bundle, stage: "waits", done: 0, total: bytesOf(bundle), problem: null };
    });
    this.become([...this.ways, ...more]);
    this.begin();
  }

  /** Stop it where it is under way; take it off the list in any case. */
  drop(key: number): void {
    this.stops.get(key)?.abort();
    this.become(this.ways.filter((way) => way.key !== key));
    this.begin();
  }

  /** Stop everything, and put away what failed. */
  dropAll(): void {
    for (const stop of this.stops.values()) stop.abort();
    this.become([]);
  }

  private begin(): void {
    const waiting = this.ways.filter((way) => way.stage === "waits");
    for (const way of waiting.slice(0, Math.max(0, AT_ONCE - this.stops.size))) void this.go(way);
  }

  private async go(way: Way): Promise<void> {
    const stop = new AbortController();
    this.stops.set(way.key, stop);
    this.change(way.key, { stage: way.bundle.isPacked ? "packs" : "sends" });
    try {
      const tell = (news: News): void => this.change(way.key, news);
      const id = await this.carrier.deliver(way.bundle, stop.signal, tell);
      this.become(this.ways.filter((one) => one.key !== way.key));
      this.carrier.arrived(id, way.bundle);
    } catch (error) {
      const problem = this.carrier.sentence(error);
      if (!stop.signal.aborted) this.change(way.key, { stage: "failed", problem });
    } finally {
      this.stops.delete(way.key);
      this.begin();
    }
  }

  private change(key: number, to: Partial<Way>): void {
    this.become(this.ways.map((way) => (way.key === key ? { ...way, ...to } : way)));
  }

  private become(ways: readonly Way[]): void {
    this.ways = ways;
    this.carrier.changed(ways);
  }
}
