"""Vector tiles beside tipg on the same table: CPU per tile of server and PostgreSQL together.

    uv run --group bench python -m bench.tiles [--rows 1000000] [--rounds 5]

Both read ``geom_3857`` of one table of parcels in a private database, on one connection, over the
same seeded list of distinct tiles; in every round each candidate runs once, in shuffled order. A
first pass compares the contents: ids, attributes, vertices within one unit. Without parity there
is no figure. Ours also holds the features that lie in the buffer alone, tipg does not look for
them; ours packs with igzip 1 and tipg with gzip 6: that belongs to each product.
"""

import argparse
import asyncio
import http.client
import importlib.util
import json
import random
import signal
import statistics
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import psycopg
from isal import igzip

from bench import cpu, servers
from bench.servers import Server
from gishue.core import db
from layers.layer import Layer
from tests.support.parcels import FIELDS, add_parcels
from tiles.grid import EXTENT, Tile, column, row

RESULT = Path(__file__).parent / "results" / "tiles.json"
SLUG = "thua_dat"
COUNTS = {16: 256, 14: 48}
COMPARED = {16: 16, 14: 3}
WARM_TILES, WARM_TIMES = 64, 40
_OURS_AT_14 = 4


@dataclass(frozen=True)
class Case:
    """One line of the table: who is asked, for which tiles, by which address."""

    name: str
    server: Server
    tiles: Sequence[Tile]
    path: Callable[[Tile], str]
    times: int = 1


def main() -> None:
    """Run the comparison and write ``bench/results/tiles.json``."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    if importlib.util.find_spec("tipg") is None:
        sys.exit("tipg is not installed here: uv run --group bench python -m bench.tiles")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with servers.database() as url:
        layer = asyncio.run(_fill(url, options.rows))
        with (
            servers.ours(url, 256 << 20) as warm,
            servers.ours(url, 0) as cold,
            servers.tipg(url) as peer,
        ):
            report = _measure(url, layer, (warm, cold, peer), options.rounds)
    report |= {"rows": options.rows, "rounds": options.rounds}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n")
    _print(report)


def _measure(
    url: str, layer: Layer, servers: tuple[Server, Server, Server], rounds: int
) -> dict[str, Any]:
    warm, cold, peer = servers
    tiles = {z: _pick(layer, z, count) for z, count in COUNTS.items()}
    parity = {str(z): _compare(layer, cold, peer, tiles[z]) for z in COUNTS}
    few = _own_names(layer, 14)
    cases = [
        Case("cached", warm, tiles[16][:WARM_TILES], _our_path(layer), WARM_TIMES),
        Case("z16", cold, tiles[16], _our_path(layer)),
        Case("z14", cold, tiles[14], _our_path(layer)),
        Case("tipg z16", peer, tiles[16], _tipg_path(layer, [f.column for f in FIELDS])),
        Case("tipg z14", peer, tiles[14], _tipg_path(layer, [f.column for f in FIELDS])),
        Case("tipg z14, our fields", peer, tiles[14], _tipg_path(layer, few)),
    ]
    for case in cases:
        print(f"warming {case.name}: {len(case.tiles)} tiles", file=sys.stderr)
        _pass(url, case)
    order = random.Random(14)
    spent: list[dict[str, float]] = []
    for _ in range(rounds):
        shuffled = order.sample(cases, len(cases))
        print(f"round {len(spent) + 1} of {rounds}", file=sys.stderr)
        spent.append({case.name: _pass(url, case) for case in shuffled})
    return {"parity": parity, "cpu_ms_per_tile": _summary(spent), "ratios": _ratios(spent)}


def _pass(url: str, case: Case) -> float:
    """Ask for every tile of the case and return the CPU milliseconds one cost."""
    owned = [case.server.pid, *cpu.backends(url, case.server.application)]
    connection = http.client.HTTPConnection("127.0.0.1", case.server.port, timeout=60)
    before = cpu.spent_s(owned)
    for _ in range(case.times):
        for tile in case.tiles:
            _get(connection, case.path(tile))
    after = cpu.spent_s(owned)
    connection.close()
    if set(owned[1:]) != set(cpu.backends(url, case.server.application)):
        raise SystemExit(f"{case.name}: the backends changed, their CPU is lost; run again")
    return (after - before) * 1000 / (len(case.tiles) * case.times)


def _get(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path, headers={"accept-encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {body[:200]!r}")
    return igzip.decompress(body) if answer.getheader("content-encoding") == "gzip" else body


def _compare(layer: Layer, ours: Server, peer: Server, tiles: Sequence[Tile]) -> dict[str, int]:
    """Return how many tiles and features are equal; stop where they are not."""
    names = _own_names(layer, tiles[0].z)
    said = {field.column: field.name for field in FIELDS}
    features = 0
    connections = [
        http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for server in (ours, peer)
    ]
    compared = tiles[: COMPARED[tiles[0].z]]
    for tile in compared:
        left = _read(_get(connections[0], _our_path(layer)(tile)), layer.slug)
        right = _read(_get(connections[1], _tipg_path(layer, names)(tile)), "default")
        theirs = {int(f["properties"].pop("id")): f for f in right}
        mine = {int(f["id"]): f for f in left}
        if not theirs.keys() <= mine.keys():
            raise SystemExit(f"{tile}: we lack {sorted(theirs.keys() - mine.keys())}")
        for id_, feature in mine.items():
            if id_ not in theirs:
                if _is_inside(feature):
                    raise SystemExit(f"{tile}: feature {id_} is only ours")
                continue
            other = {said[k]: v for k, v in theirs[id_]["properties"].items()}
            if other != feature["properties"] or _apart(feature, theirs[id_]) > 1:
                raise SystemExit(f"{tile}: feature {id_} differs")
        features += len(theirs)
    return {"tiles": len(compared), "features": features}


def _is_inside(feature: dict[str, Any]) -> bool:
    """Return whether a feature reaches into the tile; the peer looks no further than its edge."""
    xs, ys = zip(*_vertices(feature["geometry"]["coordinates"]), strict=True)
    return max(xs) > 0 and min(xs) < EXTENT and max(ys) > 0 and min(ys) < EXTENT


def _read(body: bytes, name: str) -> list[dict[str, Any]]:
    return mapbox_vector_tile.decode(body)[name]["features"]


def _apart(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return how far two features' vertices are apart, tile units; a different count is endless."""
    left, right = (sorted(_vertices(f["geometry"]["coordinates"])) for f in (one, other))
    if len(left) != len(right):
        return float("inf")
    pairs = zip(left, right, strict=True)
    return max(max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in pairs)


def _vertices(part: Any) -> Generator[tuple[float, float]]:
    if isinstance(part[0], int | float):
        yield part[0], part[1]
        return
    for inner in part:
        yield from _vertices(inner)


def _pick(layer: Layer, z: int, count: int) -> list[Tile]:
    """Return distinct tiles that the layer meets, seeded; fewer if there are no more."""
    if layer.bounds is None:
        raise SystemExit("the table is empty")
    west, south, east, north = layer.bounds
    xs = range(int(column(west, z)), int(column(east, z)) + 1)
    ys = range(int(row(north, z)), int(row(south, z)) + 1)
    every = [Tile(z, x, y) for x in xs for y in ys]
    return random.Random(z).sample(every, min(count, len(every)))


def _own_names(layer: Layer, z: int) -> list[str]:
    columns = [field.column for field in layer.fields]
    return columns if z >= 16 else columns[:_OURS_AT_14]


def _our_path(layer: Layer) -> Callable[[Tile], str]:
    return lambda tile: f"/tiles/{layer.slug}/{tile.z}/{tile.x}/{tile.y}.mvt?rev={layer.revision}"


def _tipg_path(layer: Layer, columns: Sequence[str]) -> Callable[[Tile], str]:
    fields = ",".join(["id", *columns])
    root = f"/collections/data.{layer.table_name}/tiles/WebMercatorQuad"
    query = f"geom-column=geom_3857&properties={fields}"
    return lambda tile: f"{root}/{tile.z}/{tile.x}/{tile.y}?{query}"


async def _fill(url: str, rows: int) -> Layer:
    db.migrate(url)
    async with await psycopg.AsyncConnection.connect(url) as conn:
        layer = await add_parcels(conn, SLUG, rows)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute("VACUUM (ANALYZE)")
    return layer


def _summary(spent: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {name: _spread([one[name] for one in spent]) for name in spent[0]}


def _ratios(spent: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return tipg's cost over ours, per round: median, least, most."""
    pairs = {
        "cached": ("tipg z16", "cached"),
        "z16, all fields": ("tipg z16", "z16"),
        "z14, same four fields": ("tipg z14, our fields", "z14"),
        "z14, ours four fields, tipg all": ("tipg z14", "z14"),
    }
    return {
        name: _spread([one[theirs] / one[ours] for one in spent])
        for name, (theirs, ours) in pairs.items()
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 3),
        "least": round(min(values), 3),
        "most": round(max(values), 3),
    }


def _print(report: dict[str, Any]) -> None:
    print(f"{report['rows']:,} parcels, {report['rounds']} rounds; parity {report['parity']}")
    for title, key in (("CPU ms a tile", "cpu_ms_per_tile"), ("tipg / ours", "ratios")):
        print(f"\n{title:34}{'median':>10}{'least':>10}{'most':>10}")
        for name, said in report[key].items():
            print(f"{name:34}{said['median']:10.2f}{said['least']:10.2f}{said['most']:10.2f}")


if __name__ == "__main__":
    main()
