"""Vector tiles beside tipg on the same table: CPU per tile of server and PostgreSQL together.

    uv run --group bench python -m bench.tiles [--rows 1000000] [--rounds 5]

Both read ``geom_3857`` of one table of parcels in a private database, on one connection, over the
same seeded list of distinct tiles; in every round each candidate runs once, in shuffled order. A
first pass compares the contents: ids, attributes, outlines within one unit. Without parity there
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
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile
from isal import igzip
from shapely import hausdorff_distance
from shapely.geometry import shape

from bench import block, cpu, servers
from bench.servers import Server
from layers.layer import Layer
from layers.tiers import EXTENT
from tests.support.parcels import FIELDS
from tiles.grid import Tile, column, row

RESULT = Path(__file__).parent / "results" / "tiles.json"
SLUG = "thua_nho"
COUNTS = {16: 256, 14: 48}
ONE_UNIT = 1.5
"""Vertices that were rounded to different neighbours are no more apart, by the diagonal."""
COMPARED = {16: 16, 14: 3}
WARM_TILES, WARM_TIMES = 64, 40
PATIENCE_S = 300
_OURS_AT_14 = 4
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Pass:
    """One reading: CPU a tile, the time of each, and the bodies as they came."""

    cpu_ms: float
    times_ms: Sequence[float]
    bodies: Sequence[bytes]


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
    if not has_peer():
        sys.exit("tipg is not installed here: uv run --group bench python -m bench.tiles")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with servers.database() as url:
        report = run(url, options.rows, options.rounds)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n")
    _print(report)


def has_peer() -> bool:
    """Return whether tipg is installed here."""
    return importlib.util.find_spec("tipg") is not None


def run(url: str, rows: int, rounds: int) -> dict[str, Any]:
    """Lay a block without derived tables and return the figures of its dynamic tiles."""
    layer = asyncio.run(block.lay(url, SLUG, rows, tiered=False)).layer
    with (
        servers.ours(url, 256 << 20) as warm,
        servers.ours(url, 0) as cold,
        servers.tipg(url) as peer,
    ):
        report = _measure(url, layer, (warm, cold, peer), rounds)
    return report | {"rows": rows, "rounds": rounds}


def _measure(
    url: str, layer: Layer, servers: tuple[Server, Server, Server], rounds: int
) -> dict[str, Any]:
    warm, cold, peer = servers
    tiles = {z: pick(layer, z, count) for z, count in COUNTS.items()}
    parity = {str(z): _compare(layer, cold, peer, tiles[z]) for z in COUNTS}
    few = _own_names(layer, 14)
    cases = [
        Case("cached", warm, tiles[16][:WARM_TILES], our_path(layer), WARM_TIMES),
        Case("z16", cold, tiles[16], our_path(layer)),
        Case("z14", cold, tiles[14], our_path(layer)),
        Case("tipg z16", peer, tiles[16], tipg_path(layer, [f.column for f in FIELDS])),
        Case("tipg z14", peer, tiles[14], tipg_path(layer, [f.column for f in FIELDS])),
        Case("tipg z14, our fields", peer, tiles[14], tipg_path(layer, few)),
    ]
    for case in cases:
        print(f"warming {case.name}: {len(case.tiles)} tiles", file=sys.stderr)
        read(url, case)
    order = random.Random(14)
    spent: list[dict[str, float]] = []
    for _ in range(rounds):
        shuffled = order.sample(cases, len(cases))
        print(f"round {len(spent) + 1} of {rounds}", file=sys.stderr)
        spent.append({case.name: read(url, case).cpu_ms for case in shuffled})
    return {"parity": parity, "cpu_ms_per_tile": _summary(spent), "ratios": _ratios(spent)}


def read(url: str, case: Case) -> Pass:
    """Ask for every tile of the case, one after another over one connection."""
    owned = [case.server.pid, *cpu.backends(url, case.server.application)]
    connection = http.client.HTTPConnection("127.0.0.1", case.server.port, timeout=PATIENCE_S)
    times: list[float] = []
    bodies: list[bytes] = []
    before = cpu.spent_s(owned)
    for _ in range(case.times):
        for tile in case.tiles:
            began = time.perf_counter()
            bodies.append(_get(connection, case.path(tile)))
            times.append((time.perf_counter() - began) * 1000)
    after = cpu.spent_s(owned)
    connection.close()
    if set(owned[1:]) != set(cpu.backends(url, case.server.application)):
        raise SystemExit(f"{case.name}: the backends changed, their CPU is lost; run again")
    return Pass((after - before) * 1000 / len(times), times, bodies)


def _get(connection: http.client.HTTPConnection, path: str) -> bytes:
    """Return the body as it was sent; empty where there is nothing to draw."""
    connection.request("GET", path, headers={"accept-encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status not in (200, 204):
        raise SystemExit(f"{path} answered {answer.status}: {body[:200]!r}")
    return body


def plain(body: bytes) -> bytes:
    """Return a body unpacked if it is packed."""
    return igzip.decompress(body) if body.startswith(_GZIP) else body


def _compare(layer: Layer, ours: Server, peer: Server, tiles: Sequence[Tile]) -> dict[str, int]:
    """Return how many tiles and features are equal; stop where they are not."""
    names = _own_names(layer, tiles[0].z)
    said = {field.column: field.name for field in FIELDS}
    features = 0
    connections = [
        http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        for server in (ours, peer)
    ]
    compared = tiles[: COMPARED[tiles[0].z]]
    for tile in compared:
        left = features_of(_get(connections[0], our_path(layer)(tile)), layer.slug)
        right = features_of(_get(connections[1], tipg_path(layer, names)(tile)), "default")
        theirs = {int(f["properties"].pop("id")): f for f in right}
        mine = {int(f["id"]): f for f in left}
        if not theirs.keys() <= mine.keys():
            lost = sorted(theirs.keys() - mine.keys())
            raise SystemExit(f"{tile}: we lack {len(lost)} features, {lost[:3]} among them")
        for id_, feature in mine.items():
            if id_ not in theirs:
                if _is_inside(feature):
                    raise SystemExit(f"{tile}: feature {id_} is only ours")
                continue
            other = {said[k]: v for k, v in theirs[id_]["properties"].items()}
            if other != feature["properties"] or _apart(feature, theirs[id_]) > ONE_UNIT:
                raise SystemExit(f"{tile}: feature {id_} differs")
        features += len(theirs)
    return {"tiles": len(compared), "features": features}


def _is_inside(feature: dict[str, Any]) -> bool:
    """Return whether a feature reaches into the tile; the peer looks no further than its edge."""
    west, south, east, north = shape(feature["geometry"]).bounds
    return east > 0 and west < EXTENT and north > 0 and south < EXTENT


def features_of(body: bytes, name: str) -> list[dict[str, Any]]:
    """Return the features of one layer of a tile, decoded."""
    return mapbox_vector_tile.decode(plain(body)).get(name, {"features": []})["features"]


def _apart(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Return how far two features' outlines are apart at most, tile units, measured at vertices.

    Where a ring begins is free, and a vertex on the straight line between two others says nothing.
    """
    left, right = (shape(f["geometry"]).boundary for f in (one, other))
    return float(hausdorff_distance(left, right))


def pick(layer: Layer, z: int, count: int) -> list[Tile]:
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


def our_path(layer: Layer) -> Callable[[Tile], str]:
    """Return how a tile is asked of us."""
    return lambda tile: f"/tiles/{layer.slug}/{tile.z}/{tile.x}/{tile.y}.mvt?rev={layer.revision}"


def tipg_path(layer: Layer, columns: Sequence[str]) -> Callable[[Tile], str]:
    """Return how a tile with these columns is asked of tipg."""
    fields = ",".join(["id", *columns])
    root = f"/collections/data.{layer.table_name}/tiles/WebMercatorQuad"
    query = f"geom-column=geom_3857&properties={fields}"
    return lambda tile: f"{root}/{tile.z}/{tile.x}/{tile.y}?{query}"


def _summary(spent: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    return {name: spread([one[name] for one in spent]) for name in spent[0]}


def _ratios(spent: Sequence[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Return tipg's cost over ours, per round: median, least, most."""
    pairs = {
        "cached": ("tipg z16", "cached"),
        "z16, all fields": ("tipg z16", "z16"),
        "z14, same four fields": ("tipg z14, our fields", "z14"),
        "z14, ours four fields, tipg all": ("tipg z14", "z14"),
    }
    return {
        name: spread([one[theirs] / one[ours] for one in spent])
        for name, (theirs, ours) in pairs.items()
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median, the least and the most of some figures."""
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
