"""Ready tiles beside nginx: CPU per request from memory, from an archive, through a cache in front.

    python -m bench.hits [--rows 20000] [--rounds 5] [--seconds 2] [--clients 10000]

Two tiles, gzip from birth: a common one of about 9 kB and a heavy one of about 48 kB. nginx serves
the same bytes from a file with sendfile; one worker, no log. ``wrk`` asks over 16 connections that
stay open, each candidate once in a round, in turns; CPU of the server and its children, the
client's is not counted. ``efficiency`` is nginx's CPU per request over the candidate's: 1 is as
cheap as nginx.

- ``memory``: our tile server, the tile in its memory.
- ``archive``: the same without memory: every request reads the archive.
- ``behind nginx``: nginx with the cache of ``deploy/nginx.conf`` before ours, both counted.
- ``nginx, files kept open``: the static file once more, with the ``open_file_cache`` of that cache.
- ``crowd``: so many clients at once, for ten seconds: failures, the 99th percentile, and how long
  after them a single request is quick again.

nginx and wrk are Debian's: ``apt-get install nginx wrk``.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from bench import cpu, servers
from bench.servers import Server
from gishue.core import db
from layers.layer import Layer
from tests.support.parcels import add_parcels
from tiles.grid import Tile, column, row

RESULT = Path(__file__).parent / "results" / "hits.json"
DEPLOYED = Path(__file__).parent.parent / "deploy" / "nginx.conf"
SLUG: Final = "thua_dat"
COMMON: Final = 9_000
HEAVY: Final = 48_000
ZOOMS: Final = (14, 15, 16)
LOOKED_AT: Final = 40
"""Tiles of a zoom among which one of the wanted size is looked for."""
CONNECTIONS: Final = 16
QUICK_S: Final = 0.1
_PACKED: Final = {"accept-encoding": "gzip"}


@dataclass(frozen=True)
class Case:
    """Who is asked, at which address, and whose CPU counts."""

    name: str
    url: str
    pids: tuple[int, ...]


def main() -> None:
    """Run it, print the figures, write ``bench/results/hits.json``."""
    report = run(options())
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(json.dumps(report, indent=2))


def options(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what is asked by these words, or by the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--clients", type=int, default=10_000)
    return parser.parse_args(words)


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Measure in a database of its own and return the figures."""
    missing = [name for name in ("nginx", "wrk") if shutil.which(name) is None]
    if missing:
        sys.exit(f"not installed here: {', '.join(missing)} (apt-get install nginx wrk)")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard < asked.clients + 500:
        sys.exit(f"only {hard} open files are allowed here: fewer --clients, or a higher limit")
    with servers.database() as url, tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o755)
        return _measure(url, Path(name), asked)


def _measure(url: str, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    layer = asyncio.run(_fill(url, asked.rows))
    data = folder / "data"
    data.mkdir()
    _seed(url, data)
    with servers.ours(url, 256 << 20) as memory, servers.ours(url, 0, data) as archive:
        common, heavy = _paths(memory, layer)
        return {
            **_compared(folder / "common", common, (memory, archive), asked),
            "heavy": _compared(folder / "heavy", heavy, (memory, archive), asked),
            "crowd": _crowd(f"http://127.0.0.1:{memory.port}{common}", asked.clients),
        }


def _compared(
    folder: Path, path: str, ours: tuple[Server, Server], asked: argparse.Namespace
) -> dict[str, Any]:
    """Return what one tile costs each candidate."""
    memory, archive = ours
    body = _get(f"http://127.0.0.1:{memory.port}{path}")
    if body != _get(f"http://127.0.0.1:{archive.port}{path}"):
        raise SystemExit("the archive holds another tile")
    folder.mkdir(mode=0o755)
    (folder / "tile.mvt").write_bytes(body)
    static, kept, cached = servers.free_port(), servers.free_port(), servers.free_port()
    blocks = _static(folder, static) + _static(folder, kept, _kept_open()) + _front(memory, cached)
    with servers.nginx(folder, blocks, static) as front:
        cases = [
            Case("nginx", f"http://127.0.0.1:{static}/tile.mvt", (front.pid,)),
            Case("memory", f"http://127.0.0.1:{memory.port}{path}", (memory.pid,)),
            Case("archive", f"http://127.0.0.1:{archive.port}{path}", (archive.pid,)),
            Case("behind nginx", f"http://127.0.0.1:{cached}{path}", (front.pid, memory.pid)),
            Case("nginx, files kept open", f"http://127.0.0.1:{kept}/tile.mvt", (front.pid,)),
        ]
        spent = _rounds(cases, asked.rounds, asked.seconds)
    return {
        "body_bytes": len(body),
        "rounds": asked.rounds,
        "cpu_us_per_request": {n: round(statistics.median(s), 1) for n, s in spent.items()},
        "efficiency": {n: _ratio(spent["nginx"], s) for n, s in spent.items() if n != "nginx"},
    }


def _rounds(cases: Sequence[Case], rounds: int, seconds: int) -> dict[str, list[float]]:
    """Return CPU microseconds per request of every case, a figure a round."""
    for case in cases:
        _ask(case, 1)
    spent: dict[str, list[float]] = {case.name: [] for case in cases}
    for number in range(rounds):
        for case in [*cases[number % len(cases) :], *cases[: number % len(cases)]]:
            spent[case.name].append(_ask(case, seconds))
    return spent


def _ask(case: Case, seconds: int) -> float:
    before = cpu.spent_s(case.pids)
    said = _wrk(case.url, CONNECTIONS, 1, seconds)
    count = int(_found(r"(\d+) requests in", said))
    if "Non-2xx" in said or not count:
        raise SystemExit(f"{case.name}: {said}")
    return (cpu.spent_s(case.pids) - before) / count * 1e6


def _crowd(url: str, clients: int) -> dict[str, Any]:
    said = _wrk(url, clients, 2, 10)
    ended = time.monotonic()
    while True:
        began = time.monotonic()
        _get(url)
        now = time.monotonic()
        if now - began < QUICK_S:
            break
    errors = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said
    )
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return {
        "clients": clients,
        "requests": int(_found(r"(\d+) requests in", said)),
        "p50": _found(r"50%\s+(\S+)", said),
        "p99": _found(r"99%\s+(\S+)", said),
        "socket_errors": [int(one) for one in errors.groups()] if errors else [0, 0, 0, 0],
        "refused": int(refused[1]) if refused else 0,
        "quick_again_after_s": round(now - ended, 2),
    }


def _wrk(url: str, connections: int, threads: int, seconds: int) -> str:
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--latency"]
    command += ["--timeout", "10s", "-H", "Accept-Encoding: gzip", url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"wrk did not say {pattern}: {text}")
    return found[1]


def _static(folder: Path, port: int, more: str = "") -> str:
    return f"""server {{
        listen 127.0.0.1:{port};
        location / {{
            root {folder}; types {{}} default_type application/vnd.mapbox-vector-tile; {more}
            add_header content-encoding gzip; add_header cache-control "public, immutable";
        }}
    }}
    """


def _front(ours: Server, port: int) -> str:
    """Return the cache as it is deployed, before our server."""
    passed = "\n".join(re.findall(r"^    (proxy_.+;)$", _deployed(), re.MULTILINE))
    return f"""upstream gishue {{ server 127.0.0.1:{ours.port}; keepalive 64; }}
    server {{
        listen 127.0.0.1:{port};
        {passed}
        {_location()}
    }}
    """


def _location() -> str:
    return _found(r"(?s)(    location /tiles/ \{.*?\n    \}\n)", _deployed())


def _kept_open() -> str:
    return " ".join(re.findall(r"open_file_cache\w* [^;]+;", _location()))


def _deployed() -> str:
    return DEPLOYED.read_text("utf-8")


def _paths(server: Server, layer: Layer) -> tuple[str, str]:
    """Return the addresses of the tiles whose bodies are nearest to the sizes that are wanted."""
    if layer.bounds is None:
        raise SystemExit("the layer is empty")
    west, south, east, north = layer.bounds
    tiles = [
        tile
        for z in ZOOMS
        for tile in [
            Tile(z, x, y)
            for x in range(int(column(west, z)), int(column(east, z)) + 1)
            for y in range(int(row(north, z)), int(row(south, z)) + 1)
        ][:LOOKED_AT]
    ]
    paths = [f"/tiles/{SLUG}/{t.z}/{t.x}/{t.y}.mvt?rev={layer.revision}" for t in tiles]
    sizes: Mapping[str, int] = {
        path: len(_get(f"http://127.0.0.1:{server.port}{path}")) for path in paths
    }
    common, heavy = (
        min(sizes, key=lambda path: abs(sizes[path] - wanted)) for wanted in (COMMON, HEAVY)
    )
    return common, heavy


def _get(url: str) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, headers=_PACKED), timeout=60) as answer:
        return answer.read()


def _ratio(nginx: Sequence[float], ours: Sequence[float]) -> float:
    return round(statistics.median(n / o for n, o in zip(nginx, ours, strict=True)), 3)


async def _fill(url: str, rows: int) -> Layer:
    db.migrate(url)
    async with await psycopg.AsyncConnection.connect(url) as conn:
        return await add_parcels(conn, SLUG, rows)


def _seed(url: str, data: Path) -> None:
    env = os.environ | {"GISHUE_DATABASE_URL": url, "GISHUE_DATA_DIR": str(data)}
    command = [
        sys.executable,
        "-m",
        "gishue.cli",
        "tiles",
        "seed",
        SLUG,
        "--max-zoom",
        str(max(ZOOMS)),
    ]
    subprocess.run(command, env=env, check=True)


if __name__ == "__main__":
    main()
