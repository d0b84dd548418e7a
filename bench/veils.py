"""What it costs that each audience sees its own: tiles kept and built, lists and search of many.

    python -m bench.veils [--rows 100000] [--rounds 15] [--requests 100000] [--layers 25000]

In one process, without a socket, on an embedded cluster of this run's own. What is compared is
asked in turns, tile by tile. Figures are CPU time of this process and of PostgreSQL for it, for the
machine may have other work, and medians of the rounds.

- ``kept``: ready tiles of an open layer, asked by nobody known, beside those of a restricted one
  asked by its unit, and of an open one with masks and rules. The content is the same.
- ``built``: the same tiles built anew, whole and under a rule, each with the derived tables that
  the layer gets of it. Most rules hide nothing, so that the predicate is all there is between
  them; one hides a half.
- ``crossed``: two units in turns; how many bodies held what their reader does not see.
- ``many``: lists and a search among many layers, for actors who may read a third and all of them;
  wall time, the best of nine.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import psycopg
from starlette.types import ASGIApp

from bench import cpu
from bench.database import own_place
from gishue.accounts import units
from gishue.accounts.unit import Unit
from gishue.core.access import Audience, View, Visibility
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor
from gishue.core.db import Connection, transaction
from gishue.core.settings import Settings
from layers import protection_store, search, store, tier_store, veil
from layers.layer import Layer
from layers.protection import Protection
from layers.services import Services
from layers.snapshot import Snapshot
from tests.support.interleaved import PEOPLE, UNITS, add_layers, ask, interleave
from tests.support.parcels import add_parcels
from tests.support.veiled import protect
from tiles.app import make_app
from tiles.grid import Tile, column, row
from tiles.service import TileService
from tiles.vector import vector_tile

RESULT = Path(__file__).parent / "results" / "veils.json"
UNIT = UNITS[0]
KEPT_TILES, KEPT_TIMES = 64, 4
_TIMES: Final = 9
SMALL_CACHE: Final = 400_000
"""Bytes: less than the tiles of the two units take."""
BUILT_TILES: Final = {14: 12, 16: 48}
type Work = Callable[[Tile], Awaitable[None]]

RULES: Final = {
    "number": '"tờ" >= 0',
    "text": "\"chủ sử dụng\" LIKE 'Nguyễn%'",
    "list": "\"loại đất\" IN ('ODT', 'ONT', 'LUC', 'CLN') OR \"loại đất\" IS NULL",
    "place": "S_INTERSECTS(geom, BBOX(107, 15, 109, 18))",
    "half": '"tranh chấp" = true OR "thửa" < 430',
}


def main() -> None:
    """Run all, print the figures, write ``bench/results/veils.json``."""
    parser = argparse.ArgumentParser(description="what it costs that each audience sees its own")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--layers", type=int, default=25_000)
    asked = parser.parse_args()
    with own_place() as place:
        figures = asyncio.run(_all(place.url, place.folder, asked))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=1, ensure_ascii=False))


async def _all(url: str, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        for unit in UNITS:
            await units.put(conn, Unit(unit, unit))
        await _parcels(conn, asked.rows)
        slugs = await add_layers(conn)
    app = make_app(Settings(data_dir=folder), url)
    async with app.router.lifespan_context(app):
        tiles: TileService = app.state.tiles
        known = tiles.services.registry.current.layers
        kept = await _kept(app, known, asked.rounds)
        built = await _built(tiles, url, known["mo"], asked.rounds)
        many = await _many(tiles.services, asked.layers)
    crossed = await _crossed(url, folder, slugs, asked.requests)
    said = {"rows": asked.rows, "rounds": asked.rounds}
    return said | {"kept": kept, "built": built, "crossed": crossed, "many": many}


async def _parcels(conn: Connection, rows: int) -> None:
    """Publish the same parcels open, restricted, and open with a mask and a rule."""
    restricted = {"kin_dat"}
    for slug in ("mo", "kin_dat", "che"):
        visibility = Visibility.RESTRICTED if slug in restricted else Visibility.OPEN
        layer = await add_parcels(conn, slug, rows, unit=UNIT, visibility=visibility)
    await protect(conn, layer, {"giá %": Audience.UNIT}, {Audience.PUBLIC: RULES["number"]})
    await conn.execute("VACUUM ANALYZE")


async def _kept(app: ASGIApp, layers: Mapping[str, Layer], rounds: int) -> dict[str, Any]:
    """Return the µs of one ready tile through the application, by whose it is."""
    member = PEOPLE[UNIT]
    cases = {
        "open, nobody": ("mo", ANONYMOUS),
        "open, unit": ("mo", member),
        "restricted, unit": ("kin_dat", member),
        "masks and rules, nobody": ("che", ANONYMOUS),
        "masks and rules, unit": ("che", member),
    }
    tiles = _tiles(layers["mo"], 16, KEPT_TILES)

    def asking(slug: str, who: Actor) -> Work:
        async def run(tile: Tile) -> None:
            path = f"/tiles/{slug}/{tile.z}/{tile.x}/{tile.y}.mvt"
            for _ in range(KEPT_TIMES):
                await ask(app, who, path, accept_encoding="gzip")

        return run

    runs = {name: asking(*case) for name, case in cases.items()}
    taken = await _in_turns(runs, tiles, rounds, time.process_time)
    figures = _compared(taken, "open, nobody", "us", 1e6 / KEPT_TIMES)
    _print("kept: a ready tile", figures)
    return figures


async def _built(tiles: TileService, url: str, layer: Layer, rounds: int) -> dict[str, Any]:
    """Return the ms of one tile built anew, by zoom and rule."""
    figures: dict[str, Any] = {}
    pids = cpu.backends(url, "gishue tiles")

    def building(one: Layer) -> Work:
        async def run(tile: Tile) -> None:
            await vector_tile(tiles.pool, one, tile, 1_000_000)

        return run

    def clock() -> float:
        return time.process_time() + cpu.spent_s(pids)

    for name, rule in RULES.items():
        whole = await _ruled(tiles.services, layer.slug, rule)
        ruled = veil.seen(whole, View(filter=rule))
        runs = {"whole": building(whole), name: building(ruled)}
        for z, count in BUILT_TILES.items():
            taken = await _in_turns(runs, _tiles(layer, z, count), rounds, clock)
            found = _compared(taken, "whole", "ms", 1e3)
            figures.setdefault(f"z{z}", {})[name] = found
            _print(f"built: a tile at zoom {z}", found)
    return figures


async def _ruled(services: Services, slug: str, rule: str) -> Layer:
    """Rule the rows of the layer, make what a worker would, and return it."""
    async with transaction(services.pool) as conn:
        await store.lock(conn, slug)
        wanted = Protection({}, {Audience.PUBLIC: rule})
        await protection_store.put(conn, await store.by_slug(conn, slug), wanted, OPERATOR)
    await tier_store.make(services.pool, slug)
    await services.registry.reload(services.pool)
    layer = services.registry.current.layers[slug]
    if not layer.is_tiered:
        raise SystemExit(f"layer {slug} has not got its derived tables")
    return layer


async def _crossed(url: str, folder: Path, slugs: Sequence[str], requests: int) -> dict[str, Any]:
    """Return what two units were answered in turns, over a cache too small for the tiles."""
    app = make_app(Settings(data_dir=folder, tiles_cache_bytes=SMALL_CACHE), url)
    async with app.router.lifespan_context(app):
        known = app.state.services.registry.current.layers
        began = time.perf_counter()
        tally = await interleave(app, [known[slug] for slug in slugs], requests)
    figures = {
        "requests": sum(tally.statuses.values()),
        "crossed": len(tally.crossed),
        "built": tally.built,
        "cached": tally.cached,
        "statuses": {str(status): count for status, count in tally.statuses.items()},
        "s": round(time.perf_counter() - began, 1),
    }
    print("crossed", figures)
    return figures


async def _many(services: Services, count: int) -> dict[str, Any]:
    """Return the ms of lists and of a search among ``count`` layers, veiled ones among them."""
    async with transaction(services.pool) as conn:
        await conn.execute(_MANY, {"count": count, "unit": UNIT})
        await conn.execute("ANALYZE gis.layer; ANALYZE gis.search_entry")
    await services.registry.reload(services.pool)
    snapshot = services.registry.current
    figures: dict[str, Any] = {"layers": len(snapshot.layers)}
    for name, who in (("nobody", ANONYMOUS), ("unit", PEOPLE[UNIT]), ("operator", OPERATOR)):
        taken: dict[str, list[float]] = {"list": [], "list again": [], "search": []}
        for _ in range(_TIMES):
            fresh = Snapshot(0, snapshot.layers)
            for case in ("list", "list again"):
                began = time.perf_counter()
                fresh.visible(who)
                taken[case].append(time.perf_counter() - began)
            async with transaction(services.pool) as conn:
                began = time.perf_counter()
                await search.find(conn, "1c3f 77", snapshot, who)
                taken["search"].append(time.perf_counter() - began)
        figures[name] = {case: round(min(found) * 1e3, 3) for case, found in taken.items()}
        print("many:", name, figures[name])
    return figures


_MANY: Final = """
WITH made AS (
    INSERT INTO gis.layer (slug, title, kind, state, visibility, unit, search_field)
    SELECT 'lop_' || i, 'Lớp số ' || i, 'vector', 'published',
           CASE i % 3 WHEN 0 THEN 'open' WHEN 1 THEN 'internal' ELSE 'restricted' END,
           %(unit)s, 'tên'
      FROM generate_series(1, %(count)s) i
    RETURNING id)
INSERT INTO gis.search_entry (layer_id, feature_id, name, key, lon, lat, bounds)
SELECT m.id, f, n.name, public.vn_key(n.name), 107, 16, ARRAY[107, 16, 107, 16]
  FROM made m, generate_series(1, 8) f,
       LATERAL (SELECT left(md5((m.id * 8 + f)::text), 10) || ' ' || m.id AS name) n
""".replace(" % 3", " %% 3")


async def _in_turns(
    runs: Mapping[str, Work], tiles: Sequence[Tile], rounds: int, clock: Callable[[], float]
) -> dict[str, float]:
    """Return the seconds of each run for one tile: the mean over the tiles of the rounds' medians.

    Each tile is asked of all before the next, in another order every time.
    """
    taken: dict[tuple[str, Tile], list[float]] = {}
    chance = random.Random(1)
    for number in range(rounds + 1):
        for tile in tiles:
            for name in chance.sample(list(runs), len(runs)):
                began = clock()
                await runs[name](tile)
                if number > 0:  # the first is for the caches
                    taken.setdefault((name, tile), []).append(clock() - began)
    return {
        name: statistics.mean(statistics.median(taken[name, tile]) for tile in tiles)
        for name in runs
    }


def _compared(taken: Mapping[str, float], base: str, unit: str, per_s: float) -> dict[str, Any]:
    """Return the figures, and how many times ``base`` each is."""
    return {
        name: {unit: round(seconds * per_s, 3), "ratio": round(seconds / taken[base], 3)}
        for name, seconds in taken.items()
    }


def _tiles(layer: Layer, z: int, count: int) -> list[Tile]:
    """Return tiles at ``z`` that the layer fills, drawn by a seed."""
    west, south, east, north = layer.bounds or (0.0, 0.0, 0.0, 0.0)
    columns = range(int(column(west, z)), int(column(east, z)) + 1)
    rows = range(int(row(north, z)), int(row(south, z)) + 1)
    found = [Tile(z, x, y) for x in columns for y in rows]
    return random.Random(1).sample(found, min(count, len(found)))


def _print(title: str, figures: Mapping[str, Mapping[str, float]]) -> None:
    print(title)
    for name, said in figures.items():
        number, ratio = said.values()
        print(f"  {name:<26} {number:9.2f} {next(iter(said))}   × {ratio:.3f}")


if __name__ == "__main__":
    main()
