"""Every zoom of a large layer of parcels: bytes, CPU and time of a tile, beside the base table.

    uv run python -m bench.zooms [--rows 1000000] [--rounds 3]

Both sides are read by the same code over one connection, tiles distinct, in shuffled order: ours as
it is served, the other without derived tables, every row of the tile with the same fields. CPU is
that of PostgreSQL and of this process together; bytes are those of the gzip body. A mended place is
timed too: one feature changed, all zooms brought in line.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Literal

from bench import cpu
from bench.database import own_place
from gishue.core.bounds import Bounds
from gishue.core.db import Pool
from gishue.core.settings import Settings
from layers import store, tables, tier_store
from layers.layer import Layer
from tests.support.parcels import add_parcels
from tiles.grid import Tile, column, row
from tiles.ready import ReadyTile, unzipped
from tiles.tier import base_from
from tiles.vector import tile_pool, vector_tile

RESULT: Final = Path(__file__).parent / "results" / "zooms.json"
SLUG: Final = "thua_dat"
ZOOMS: Final = range(6, 21)
MOST_TILES, MOST_BASE_TILES, EDITS = 24, 2, 60
MOST_BYTES, MOST_P99_MS, LEAST_RATIO = 500_000, 50.0, 20.0


@dataclass(frozen=True)
class Pass:
    """One reading of some tiles."""

    cpu_ms: float
    times_ms: Sequence[float]
    tiles: Sequence[ReadyTile]


def main() -> int:
    """Measure, write ``bench/results/zooms.json``; return 1 where a budget is not kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    options = asked.parse_args()
    with own_place() as place:
        report = asyncio.run(_run(place.url, place.folder, options.rows, options.rounds))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    _print(report)
    return 0 if report["kept"] else 1


async def _run(url: str, folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    settings = Settings(data_dir=folder, tiles_timeout_ms=120_000, tiles_building=1)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        layer = await add_parcels(conn, SLUG, rows)
        began = time.perf_counter()
        async with conn.transaction():
            await tier_store.build(conn, await store.by_slug(conn, SLUG))
        built_s = time.perf_counter() - began
        layer = await store.by_slug(conn, SLUG)
        async with tile_pool(url, settings) as pool:
            zooms = [await _zoom(url, pool, layer, z, rounds) for z in ZOOMS]
        mended = await _mend(conn, layer)
    report: dict[str, Any] = {"rows": rows, "rounds": rounds, "base_from": base_from(layer)}
    report |= {"built_s": round(built_s, 1), "mended_ms": mended, "zooms": zooms}
    return report | {"kept": all(_is_kept(one) for one in zooms)}


async def _zoom(url: str, pool: Pool, layer: Layer, z: int, rounds: int) -> dict[str, Any]:
    """Return the figures of one zoom; the base table is asked only where it is not what is read."""
    print(f"zoom {z}", file=sys.stderr)
    tiles = _pick(layer, z)
    bare = replace(layer, tiers=())
    is_derived = z < base_from(layer)
    few = tiles[:MOST_BASE_TILES]
    await _read(url, pool, layer, tiles)
    ours: list[Pass] = []
    ratios: list[float] = []
    for _ in range(rounds):
        ours.append(await _read(url, pool, layer, tiles))
        if is_derived:
            pair = [layer, bare] if len(ours) % 2 else [bare, layer]
            spent = {id(one): (await _read(url, pool, one, few)).cpu_ms for one in pair}
            ratios.append(spent[id(bare)] / max(spent[id(layer)], 0.01))
    times = sorted(one for each in ours for one in each.times_ms)
    return {
        "z": z,
        "tiles": len(tiles),
        "most_bytes": max(one.size for one in ours[0].tiles),
        "most_unzipped": max(len(unzipped(one)) for one in ours[0].tiles),
        "cpu_ms": round(statistics.median(one.cpu_ms for one in ours), 2),
        "p50_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(0.99 * (len(times) - 1))], 1),
        "base_over_ours": round(statistics.median(ratios), 1) if ratios else None,
    }


async def _read(url: str, pool: Pool, layer: Layer, tiles: Sequence[Tile]) -> Pass:
    owned = [os.getpid(), *cpu.backends(url, "gishue tiles")]
    times: list[float] = []
    made: list[ReadyTile] = []
    before = cpu.spent_s(owned)
    for tile in tiles:
        began = time.perf_counter()
        made.append(await vector_tile(pool, layer, tile, 10_000_000))
        times.append((time.perf_counter() - began) * 1000)
    spent_ms = (cpu.spent_s(owned) - before) * 1000 / len(tiles)
    return Pass(spent_ms, times, made)


def _pick(layer: Layer, z: int) -> list[Tile]:
    """Return tiles that the layer meets, the one in its middle first; not all where many."""
    if layer.bounds is None:
        raise SystemExit("the layer is empty")
    west, south, east, north = layer.bounds
    columns = range(int(column(west, z)), int(column(east, z)) + 1)
    rows = range(int(row(north, z)), int(row(south, z)) + 1)
    middle = Tile(z, columns[len(columns) // 2], rows[len(rows) // 2])
    chance = random.Random(z)
    picked = {middle}
    while len(picked) < min(MOST_TILES, len(columns) * len(rows)):
        picked.add(Tile(z, chance.choice(columns), chance.choice(rows)))
    return [middle, *sorted(picked - {middle})]


async def _mend(conn: psycopg.AsyncConnection[Any], layer: Layer) -> dict[str, float]:
    """Return how long it takes to bring all zooms in line with one feature that moved."""
    table = tables.table(layer.table_name or "")
    chance = random.Random(7)
    times: list[float] = []
    for _ in range(EDITS):
        id_ = chance.randrange(1, layer.feature_count)
        move = SQL("UPDATE {} SET geom = ST_Translate(geom, 3, 3) WHERE id = {}")
        where = SQL(
            "SELECT ST_XMin(geom_3857), ST_YMin(geom_3857), ST_XMax(geom_3857),"
            " ST_YMax(geom_3857) FROM {} WHERE id = {}"
        ).format(table, Literal(id_))
        async with conn.transaction():
            old = await (await conn.execute(where)).fetchone()
            await conn.execute(move.format(table, Literal(id_)))
            new = await (await conn.execute(where)).fetchone()
            boxes = [Bounds(*box) for box in (old, new) if box is not None]
            began = time.perf_counter()
            await tier_store.refresh(conn, layer, boxes)
            times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"p50": round(statistics.median(times), 1), "p99": round(times[-1], 1)}


def _is_kept(zoom: dict[str, Any]) -> bool:
    """Whether a zoom keeps the budget: bytes, time, and far less CPU than the base table."""
    is_light = zoom["most_bytes"] < MOST_BYTES and zoom["p99_ms"] < MOST_P99_MS
    return is_light and (zoom["z"] > 12 or zoom["base_over_ours"] >= LEAST_RATIO)


def _print(report: dict[str, Any]) -> None:
    print(
        f"{report['rows']:,} parcels, row by row from zoom {report['base_from']};"
        f" derived tables made in {report['built_s']} s, mended in {report['mended_ms']} ms\n"
    )
    heads = ("z", "tiles", "most_bytes", "most_unzipped", "cpu_ms", "p50_ms", "p99_ms")
    print("".join(f"{head:>15}" for head in (*heads, "base_over_ours")))
    for one in report["zooms"]:
        print(
            "".join(f"{one[head] if one[head] is not None else '':>15}" for head in heads), end=""
        )
        print(f"{one['base_over_ours'] or '':>15}")
    print("\nthe budget is kept" if report["kept"] else "\nTHE BUDGET IS NOT KEPT")


if __name__ == "__main__":
    sys.exit(main())
