import { describe, expect, test } from "vitest";
import type { Bounds } from "../src/api/contract";
import { EditBook, MOST_BOXES, type TileAddress } from "../src/map/edits";
import { StaleTiles, type Refreshed } from "../src/map/stale-tiles";

/** Ngọ Môn. */
const PLACE: Bounds = [107.5776, 16.4677, 107.5776, 16.4677];
const HERE: TileAddress = { z: 14, x: 13087, y: 7435 };
const FAR: TileAddress = { z: 14, x: 13090, y: 7435 };

function tileAt([lon, lat]: readonly [number, number, ...number[]], z: number): TileAddress {
  const side = 2 ** z;
  const phi = (lat * Math.PI) / 180;
  return {
    z,
    x: Math.floor(((lon + 180) / 360) * side),
    y: Math.floor(((1 - Math.log(Math.tan(phi) + 1 / Math.cos(phi)) / Math.PI) / 2) * side),
  };
}

function book(revision = 5): EditBook {
  const known = new EditBook();
  known.advance("a", revision);
  return known;
}

describe("the book of edits", () => {
  test("knows nothing of a source it never heard of", () => {
    expect(new EditBook().revisionFor("a", HERE)).toBeNull();
  });

  test.each([0, 6, 10, 14, 18])("moves the tile of an edit at zoom %i, and not one beside it", (z) => {
    const known = book();
    known.edit("a", 6, [PLACE]);
    const tile = tileAt(PLACE, z);
    expect(known.revisionFor("a", tile)).toBe(6);
    if (z > 1) expect(known.revisionFor("a", { ...tile, x: tile.x + 2 })).toBe(5);
    expect(known.revisionFor("b", tile)).toBeNull();
  });

  test("reaches over the edge of a tile as far as features are drawn, no further", () => {
    const side = 360 / 2 ** 14;
    const edge = -180 + (HERE.x + 1) * side;
    const lat = PLACE[1];
    const tile = tileAt([edge - side / 2, lat], 14);
    const reaching = (units: number): number | null => {
      const known = book();
      const lon = edge + (units / 4096) * side;
      known.edit("a", 6, [[lon, lat, lon, lat]]);
      return known.revisionFor("a", tile);
    };
    expect(reaching(63)).toBe(6);
    expect(reaching(70)).toBe(5);
  });

  test("gives the newest of several edits that touch a tile", () => {
    const known = book();
    known.edit("a", 6, [PLACE]);
    known.edit("a", 7, [PLACE]);
    known.edit("a", 8, [[108, 16, 108, 16]]);
    expect(known.revisionFor("a", tileAt(PLACE, 14))).toBe(7);
    expect(known.newest("a")).toBe(8);
  });

  test("moves everything where a revision was missed", () => {
    const known = book();
    known.edit("a", 8, [PLACE]);
    expect(known.revisionFor("a", FAR)).toBe(8);
  });

  test("takes no news twice and none that is old", () => {
    const known = book();
    expect(known.edit("a", 6, [PLACE])).toBe(true);
    expect(known.edit("a", 6, [PLACE])).toBe(false);
    expect(known.advance("a", 4)).toBe(false);
    expect(known.revisionFor("a", FAR)).toBe(5);
  });

  test("folds a list of boxes that grows too long", () => {
    const known = book(0);
    for (let revision = 1; revision <= MOST_BOXES; revision += 1) known.edit("a", revision, [PLACE]);
    expect(known.revisionFor("a", FAR)).toBe(0);
    known.edit("a", MOST_BOXES + 1, [PLACE]);
    expect(known.revisionFor("a", FAR)).toBe(MOST_BOXES + 1);
  });
});

/** A map that loads the tiles in its view, as MapLibre does: at once, through `stamp`. */
class Viewed implements Refreshed {
  readonly asked: string[] = [];
  view: TileAddress[] = [];

  constructor(private readonly stale: StaleTiles) {}

  getSource(): unknown {
    return {};
  }

  refreshTiles(id: string, tiles: TileAddress[]): void {
    const wanted = new Set(tiles.map((tile) => JSON.stringify(address(tile))));
    for (const tile of this.view) if (wanted.has(JSON.stringify(address(tile)))) this.load(id, tile);
  }

  load(id: string, { z, x, y }: TileAddress): void {
    const url = new URL(this.stale.stamp(`https://hue.vn/tiles/${id}/${z}/${x}/${y}.mvt`));
    this.asked.push(`${x}?${url.searchParams.get("rev")}`);
  }
}

function address({ z, x, y }: TileAddress): TileAddress {
  return { z, x, y };
}

describe("tiles that are behind", () => {
  const near = tileAt(PLACE, 14);
  const far = { ...near, x: near.x + 3 };

  function opened(): { known: EditBook; stale: StaleTiles; map: Viewed; clock: { ms: number } } {
    const clock = { ms: 0 };
    const known = book();
    const stale = new StaleTiles(known, () => clock.ms);
    const map = new Viewed(stale);
    map.view = [near, far];
    for (const tile of map.view) map.load("a", tile);
    map.asked.length = 0;
    return { known, stale, map, clock };
  }

  test("are asked for with the revision of the edit, the others are not", () => {
    const { known, stale, map } = opened();
    known.edit("a", 6, [PLACE]);
    stale.refresh(map, "a");
    expect(map.asked).toEqual([`${near.x}?6`]);
    expect(stale.isBehind).toBe(false);
  });

  test("out of view are asked for once they are back in it", () => {
    const { known, stale, map } = opened();
    map.view = [far];
    known.edit("a", 6, [PLACE]);
    stale.refresh(map, "a");
    expect(map.asked).toEqual([]);
    map.view = [near, far];
    stale.refreshRest(map);
    expect(map.asked).toEqual([`${near.x}?6`]);
    stale.refreshRest(map);
    expect(map.asked).toHaveLength(1);
  });

  test("that are only drawn differently stay behind", () => {
    const { known, stale, map } = opened();
    map.view = [far];
    known.edit("a", 6, [PLACE]);
    stale.refresh(map, "a");
    map.load("a", near);
    expect(stale.isBehind).toBe(true);
  });

  test("wait for the answer on its way before they are asked for again", () => {
    const { known, stale, map } = opened();
    known.edit("a", 6, [PLACE]);
    stale.refresh(map, "a");
    known.edit("a", 7, [PLACE]);
    stale.refresh(map, "a");
    expect(map.asked).toEqual([`${near.x}?6`]);
    stale.arrived("a", near);
    stale.refreshRest(map);
    expect(map.asked).toEqual([`${near.x}?6`, `${near.x}?7`]);
  });

  test("do not wait for ever", () => {
    const { known, stale, map, clock } = opened();
    known.edit("a", 6, [PLACE]);
    stale.refresh(map, "a");
    known.edit("a", 7, [PLACE]);
    stale.refresh(map, "a");
    clock.ms = 2_000;
    stale.refreshRest(map);
    expect(map.asked.at(-1)).toBe(`${near.x}?7`);
  });

  test("are all of a source that was replaced", () => {
    const { known, stale, map } = opened();
    known.advance("a", 9);
    stale.refresh(map, "a");
    expect(map.asked).toEqual([`${near.x}?9`, `${far.x}?9`]);
  });

  test("are none of a source the map dropped", () => {
    const { known, stale, map } = opened();
    stale.forget("a");
    known.advance("a", 9);
    stale.refresh(map, "a");
    expect(map.asked).toEqual([]);
  });

  test("other addresses stay as they are", () => {
    const { stale } = opened();
    expect(stale.stamp("https://hue.vn/fonts/x/0-255.pbf")).toBe("https://hue.vn/fonts/x/0-255.pbf");
    expect(stale.stamp("https://hue.vn/tiles/b/1/0/0.mvt?rev=3")).toContain("rev=3");
  });
});
