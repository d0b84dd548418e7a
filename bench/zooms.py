"""Every zoom of a large layer of parcels: bytes, CPU and time of a tile, at far zooms beside tipg.

    uv run --group bench python -m bench.zooms [--rows 1000000] [--rounds 3]

Ours has no memory here: every tile is made anew. tipg reads the same table, row by row, with the
ids alone; from zoom 13 on it is not asked. CPU is that of the server and its PostgreSQL together,
in rounds that ask both in turns; bytes are those of the body as it is sent. The contents cannot be
equal, for tipg draws what a far zoom leaves of each row: instead all rows of the table must be
accounted for by what our tiles draw and count, at every far zoom, or there is no figure. A mended
place is timed too: one feature changed, all zooms brought in line.
"""

import argparse
import asyncio
import json
import math
import random
import statistics
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Literal

from bench import block, servers, tiles
from bench.servers import Server
from bench.tiles import Case, Pass
from gishue.core.bounds import Bounds
from layers import tables, tier_store
from layers.layer import Layer
from layers.tiers import COUNT
from tiles.tier import base_from

RESULT: Final = Path(__file__).parent / "results" / "zooms.json"
SLUG: Final = "thua_dat"
ZOOMS: Final = range(6, 21)
FAR: Final = range(6, 13)
MOST_TILES, EDITS = 24, 60
READINGS: Final = 72
"""In a round, of a zoom of ours: enough for a 99th percentile; the peer reads each tile once."""
MOST_BYTES, MOST_P99_MS, LEAST_RATIO = 500_000, 50.0, 20.0
_LAYER, _FEATURE = 3, 2


def main() -> int:
    """Measure, write ``bench/results/zooms.json``; return 1 where a budget is not kept."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=3)
    options = asked.parse_args()
    with servers.database() as url:
        report = run(url, options.rows, options.rounds)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    _print(report)
    return 0 if report["kept"] else 1


def run(url: str, rows: int, rounds: int, *, alone: bool = False) -> dict[str, Any]:
    """Lay a block with derived tables and return the figures of every zoom.

    ``alone``: tipg is not asked even if it is here.
    """
    laid = asyncio.run(block.lay(url, SLUG, rows, tiered=True))
    layer = laid.layer
    with ExitStack() as stack:
        ours = stack.enter_context(servers.ours(url, 0))
        peer = stack.enter_context(servers.tipg(url)) if tiles.has_peer() and not alone else None
        zooms = [_zoom(url, layer, z, (ours, peer if z in FAR else None), rounds) for z in ZOOMS]
    report: dict[str, Any] = {"rows": rows, "rounds": rounds, "base_from": base_from(layer)}
    report |= {"built_s": round(laid.built_s, 1) if laid.built_s else None}
    report |= {"mended_ms": asyncio.run(_mend(url, layer)), "zooms": zooms}
    return report | {"kept": all(_is_kept(one) for one in zooms)}


def _zoom(
    url: str, layer: Layer, z: int, asked: tuple[Server, Server | None], rounds: int
) -> dict[str, Any]:
    print(f"zoom {z}", file=sys.stderr)
    ours, peer = asked
    chosen = tiles.pick(layer, z, MOST_TILES)
    often = math.ceil(READINGS / len(chosen))
    cases = [Case("ours", ours, chosen, tiles.our_path(layer), often)]
    if peer is not None:
        cases.append(Case("tipg", peer, chosen, tiles.tipg_path(layer, [])))
    first = {case.name: tiles.read(url, case) for case in cases}
    if z in FAR:
        _account(layer, z, first["ours"])
    passes: dict[str, list[Pass]] = {case.name: [] for case in cases}
    for number in range(rounds):
        for case in cases if number % 2 else reversed(cases):
            passes[case.name].append(tiles.read(url, case))
    return {"z": z, "tiles": len(chosen)} | _figures(first, passes)


def _figures(first: dict[str, Pass], passes: dict[str, list[Pass]]) -> dict[str, Any]:
    times = sorted(one for each in passes["ours"] for one in each.times_ms)
    spent = {name: [one.cpu_ms for one in each] for name, each in passes.items()}
    told: dict[str, Any] = {
        "most_bytes": max(len(body) for body in first["ours"].bodies),
        "most_unzipped": max(len(tiles.plain(body)) for body in first["ours"].bodies),
        "cpu_ms": round(statistics.median(spent["ours"]), 2),
        "times": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p99_ms": round(times[int(0.99 * (len(times) - 1))], 1),
    }
    if "tipg" not in spent:
        return told
    ratios = [theirs / ours for ours, theirs in zip(spent["ours"], spent["tipg"], strict=True)]
    return told | {
        "peer_cpu_ms": round(statistics.median(spent["tipg"]), 2),
        "peer_bytes": max(len(body) for body in first["tipg"].bodies),
        "peer_drawn": sum(drawn(tiles.plain(body)) for body in first["tipg"].bodies),
        "ratio": tiles.spread(ratios),
    }


def _account(layer: Layer, z: int, read: Pass) -> None:
    """Stop unless the tiles of a zoom stand for every row: each is drawn or counted once."""
    counts: dict[int, int] = {}
    for body in read.bodies:
        for feature in tiles.features_of(body, layer.slug) if body else []:
            counts[int(feature["id"])] = int(feature["properties"].get(COUNT, 1))
    if sum(counts.values()) != layer.feature_count:
        said = f"{sum(counts.values()):,} of {layer.feature_count:,} rows are in our tiles"
        raise SystemExit(f"zoom {z}: {said}")


def drawn(body: bytes) -> int:
    """Return how many features a tile holds, without decoding them.

    Source: Mapbox Vector Tile 2.1, vector_tile.proto.
    """
    return sum(
        sum(1 for part, _ in _messages(inner) if part == _FEATURE)
        for number, inner in _messages(memoryview(body))
        if number == _LAYER
    )


def _messages(data: memoryview) -> Generator[tuple[int, memoryview]]:
    """Yield the number and the bytes of every field that has a length; skip the numbers."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        length, at = _varint(data, at)
        if key & 7 == 2:
            yield key >> 3, data[at : at + length]
            at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return value, at


async def _mend(url: str, layer: Layer) -> dict[str, float]:
    """Return how long it takes to bring all zooms in line with one feature that moved."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        return await _mended(conn, layer)


async def _mended(conn: psycopg.AsyncConnection[Any], layer: Layer) -> dict[str, float]:
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
        async with conn.transaction(force_rollback=True):
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
    """Whether a zoom keeps the budget: bytes, time, and far less CPU than tipg."""
    is_light = zoom["most_bytes"] < MOST_BYTES and zoom["p99_ms"] < MOST_P99_MS
    return is_light and ("ratio" not in zoom or zoom["ratio"]["median"] >= LEAST_RATIO)


def _print(report: dict[str, Any]) -> None:
    print(
        f"{report['rows']:,} parcels, row by row from zoom {report['base_from']};"
        f" derived tables made in {report['built_s']} s, mended in {report['mended_ms']} ms\n"
    )
    heads = ("z", "tiles", "most_bytes", "most_unzipped", "cpu_ms", "p50_ms", "p99_ms")
    print("".join(f"{head:>15}" for head in (*heads, "peer_cpu_ms", "ratio")))
    for one in report["zooms"]:
        ratio = one["ratio"]["median"] if "ratio" in one else ""
        cells = [*(one[head] for head in heads), one.get("peer_cpu_ms", ""), ratio]
        print("".join(f"{cell:>15}" for cell in cells))
    print("\nthe budget is kept" if report["kept"] else "\nTHE BUDGET IS NOT KEPT")


if __name__ == "__main__":
    sys.exit(main())
