/** Which tiles at hand are older than the edits heard of, and how they are asked for anew.
 *
 * MapLibre keeps tiles that left the view and shows them again without asking: they stay noted
 * here until they are back in view.
 */

import type { EditBook, TileAddress } from "./edits";

/** The part of MapLibre that loads some tiles of a source again, those in view alone. */
export interface Refreshed {
  getSource(id: string): unknown;
  refreshTiles(id: string, tiles: TileAddress[]): void;
}

interface Asked extends TileAddress {
  readonly revision: number;
}

const TILE = /^\/tiles\/([^/]+)\/(\d+)\/(\d+)\/(\d+)(?:@2x)?\.\w+$/;

/** More tiles of one source than MapLibre ever keeps. */
const MOST_TILES = 4_000;

/** After this a tile that was asked for anew may be asked for once more, answered or not. */
const PATIENCE_MS = 1_000;

export class StaleTiles {
  private readonly asked = new Map<string, Map<string, Asked>>();
  private readonly behind = new Map<string, Map<string, TileAddress>>();
  private readonly onTheirWay = new Map<string, number>();
  private isRefreshing = false;

  constructor(
    private readonly book: EditBook,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Return the address of a tile with the revision it needs; other addresses stay as they are. */
  stamp(url: string): string {
    const address = new URL(url);
    const [, source = "", z, x, y] = TILE.exec(address.pathname) ?? [];
    const tile = { z: Number(z), x: Number(x), y: Number(y) };
    const slug = decodeURIComponent(source);
    const revision = source ? this.book.revisionFor(slug, tile) : null;
    if (revision === null) return url;
    this.note(slug, tile, revision);
    address.searchParams.set("rev", String(revision));
    return address.href;
  }

  /** News of ``source`` came: find its tiles that are behind, and ask for those in view. */
  refresh(map: Refreshed, source: string): void {
    const found = new Map<string, TileAddress>();
    for (const [key, tile] of this.asked.get(source) ?? []) {
      const wanted = this.book.revisionFor(source, tile) ?? tile.revision;
      if (wanted > tile.revision) found.set(key, tile);
    }
    this.behind.set(source, found);
    this.refreshRest(map);
  }

  /** Ask for what is still behind and in view by now. Cheap where nothing is. */
  refreshRest(map: Refreshed): void {
    for (const [source, tiles] of this.behind) {
      const free = [...tiles].filter(([key]) => !this.isOnItsWay(`${source}/${key}`));
      if (free.length > 0 && map.getSource(source)) {
        this.isRefreshing = true;
        map.refreshTiles(source, free.map(([, tile]) => tile));
        this.isRefreshing = false;
      }
      if (tiles.size === 0) this.behind.delete(source);
    }
  }

  /** A tile arrived: two answers for one tile must not overtake each other, so it waited. */
  arrived(source: string, { z, x, y }: TileAddress): void {
    this.onTheirWay.delete(`${source}/${z}/${x}/${y}`);
  }

  /** The map dropped ``source`` with all its tiles. */
  forget(source: string): void {
    this.asked.delete(source);
    this.behind.delete(source);
  }

  /** Whether some tiles are older than what was heard. */
  get isBehind(): boolean {
    return this.behind.size > 0;
  }

  /** A tile known already is only surely fetched where we asked for it: else it may be re-read. */
  private note(source: string, tile: TileAddress, revision: number): void {
    const tiles = this.asked.get(source) ?? new Map<string, Asked>();
    this.asked.set(source, tiles);
    const key = `${tile.z}/${tile.x}/${tile.y}`;
    const before = tiles.get(key);
    tiles.delete(key);
    if (!this.isRefreshing && before) {
      tiles.set(key, before);
      return;
    }
    tiles.set(key, { ...tile, revision });
    this.behind.get(source)?.delete(key);
    if (this.isRefreshing) this.onTheirWay.set(`${source}/${key}`, this.now());
    const [oldest] = tiles.keys();
    if (tiles.size > MOST_TILES && oldest !== undefined) tiles.delete(oldest);
  }

  private isOnItsWay(key: string): boolean {
    const since = this.onTheirWay.get(key);
    if (since === undefined) return false;
    if (this.now() - since < PATIENCE_MS) return true;
    this.onTheirWay.delete(key);
    return false;
  }
}
