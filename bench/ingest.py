"""Many polygons of a file into PostGIS: the front door beside ogr2ogr, on the same server.

    python -m bench.ingest [--format gpkg|shp] [--rows 1000000] [--rounds 3] [--database-url URL]

Without a URL an embedded cluster is started in a folder of its own. The runs alternate. Three ways:

- ``gishue``: the whole front door, from the file's bytes to a published layer: copied and hashed,
  inspected and converted in the sandbox, staged with the web-mercator column, two spatial
  indexes, ANALYZE, checked, swapped in, registered. A shapefile goes in as the zip that people
  send; ogr2ogr gets its parts.
- ``ogr2ogr``: PG_USE_COPY and its own spatial index; no second geometry, nothing checked.
- ``ogr2ogr+``: the same, then what a layer needs besides: the generated column, its index, ANALYZE.

Memory is the largest sum over the process tree of resident memory, pages shared by several
processes counted once (PSS), looked at four times a second; the database server is not counted.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from conversion.gather import gather
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from gishue.core import cluster as clusters
from gishue.core import db
from gishue.core.actor import OPERATOR
from gishue.core.cluster import Cluster
from gishue.core.settings import Settings
from layers.services import open_services

RESULTS = Path(__file__).parent / "results"
LAYER = "thua_dat"
TARGET = {"gpkg": 1.0, "shp": 0.9}
"""Least rows a second, as a share of ogr2ogr's."""
MORE = f"""
ALTER TABLE public.{LAYER} ADD COLUMN geom_3857 geometry(Geometry, 3857)
  GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED;
CREATE INDEX ON public.{LAYER} USING gist (geom_3857);
ANALYZE public.{LAYER};
"""


def main() -> None:
    """Run the ways in turn, print the table, write the results."""
    asked = _arguments()
    if asked.one:
        asyncio.run(_gishue(Path(asked.file), asked.database_url, Path(asked.data_dir)))
        return
    with tempfile.TemporaryDirectory(prefix="gishue-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with _database(asked.database_url, folder) as url:
            _run(asked, url, folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--format", choices=sorted(TARGET), default="gpkg")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--file", default="", help=argparse.SUPPRESS)
    parser.add_argument("--data-dir", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(asked: argparse.Namespace, url: str, folder: Path) -> None:
    rows, rounds = asked.rows, asked.rounds
    path = folder / f"{LAYER}.{asked.format}"
    # Not here: the writer's memory would count as the front door's.
    subprocess.run([sys.executable, "-m", "bench.parcels", str(path), str(rows)], check=True)
    sent = path if asked.format == "gpkg" else gather(path, folder)
    ours = [sys.executable, "-m", "bench.ingest", "--one", "--file", str(sent)]
    ours += ["--database-url", url, "--data-dir", str(folder / "data")]
    theirs = ["ogr2ogr", "-f", "PostgreSQL", f"PG:{_pg(url)}", str(path), "-nln", LAYER]
    theirs += ["-lco", "GEOMETRY_NAME=geom", "-lco", "FID=id", "-overwrite", "-nlt", "MULTIPOLYGON"]
    ways = {"gishue": [ours], "ogr2ogr": [theirs], "ogr2ogr+": [theirs, ["psql", "-q", url]]}
    if shutil.which("ogr2ogr") is None:
        print("ogr2ogr is not installed (apt install gdal-bin): only our own figures")
        ways = {"gishue": [ours]}
    seen: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, commands in ways.items():
            seen[way].append(_measured(commands))
    _report(asked.format, rows, sent.stat().st_size, seen)


def _measured(commands: list[list[str]]) -> tuple[float, float]:
    """Return wall seconds and the peak of resident memory in MB, over the commands in turn."""
    began, peak = time.perf_counter(), 0.0
    for command in commands:
        script = MORE.encode() if command[0] == "psql" else None
        env = {**os.environ, "PG_USE_COPY": "YES"}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=env)
        watch = Watch(process.pid)
        process.communicate(script)
        peak = max(peak, watch.stop())
        if process.returncode:
            raise SystemExit(f"{command[0]} failed with {process.returncode}")
    return time.perf_counter() - began, peak


class Watch:
    """Sums the resident memory of a process and its descendants while they run."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak_mb = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> float:
        """Return the peak in MB."""
        self._done.set()
        self._thread.join()
        return self._peak_mb

    def _look(self) -> None:
        while not self._done.wait(0.25):
            total = sum(_resident_mb(pid) for pid in _tree(self._pid))
            self._peak_mb = max(self._peak_mb, total)


def _tree(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            said = (entry / "stat").read_text()
        except OSError:
            continue
        parents[int(entry.name)] = int(said.rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _resident_mb(pid: int) -> float:
    """Return the proportional set size of a process; 0 where it has just gone."""
    try:
        said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1e3 for line in said.splitlines() if "Pss:" in line), 0.0)


async def _gishue(path: Path, url: str, data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir)
    async with open_services(settings, url) as services:
        # A layer of its own each time: a replace would be compared with the one before.
        options = IngestOptions(layer=f"{LAYER}_{os.getpid()}")
        await ingest_file(services, OPERATOR, path, options)


@contextmanager
def _database(url: str, folder: Path) -> Generator[str]:
    """Lend a migrated database: the one at ``url``, or an embedded cluster of this run's own."""
    if url:
        db.migrate(url)
        yield url
        return
    own = Cluster(folder / "data")
    (folder / "data").mkdir()
    clusters.start(own)
    try:
        made = clusters.url(own)
        db.migrate(made)
        yield made
    finally:
        clusters.stop(own)


def _pg(url: str) -> str:
    """Return the URL as ogr2ogr writes it."""
    said = conninfo_to_dict(url)
    return " ".join(f"{name}='{value}'" for name, value in said.items())


def _report(format_: str, rows: int, size: int, seen: dict[str, list[tuple[float, float]]]) -> None:
    result: dict[str, dict[str, Any]] = {
        way: {
            "seconds": round(statistics.median(seconds for seconds, _ in runs), 2),
            "rows_per_s": round(rows / statistics.median(seconds for seconds, _ in runs)),
            "peak_mb": round(max(peak for _, peak in runs)),
            "runs_s": [round(seconds, 2) for seconds, _ in runs],
        }
        for way, runs in seen.items()
    }
    print(f"{rows:,} polygons, {format_} of {size / 1e6:,.0f} MB, median of {len(seen['gishue'])}")
    print(f"{'':10}{'seconds':>10}{'rows/s':>12}{'peak MB':>10}")
    for way, said in result.items():
        print(f"{way:10}{said['seconds']:>10}{said['rows_per_s']:>12,}{said['peak_mb']:>10,}")
    body: dict[str, Any] = {"format": format_, "rows": rows, "bytes": size}
    body |= {"cores": os.cpu_count(), "load": os.getloadavg()[0], "ways": result}
    if "ogr2ogr" in result:
        share = result["gishue"]["rows_per_s"] / result["ogr2ogr"]["rows_per_s"]
        body |= {"share": round(share, 2), "wanted": TARGET[format_]}
        print(f"{share:.2f} of ogr2ogr's rows/s (wanted: {TARGET[format_]})")
    RESULTS.mkdir(exist_ok=True)
    name = "ingest.json" if format_ == "gpkg" else f"ingest_{format_}.json"
    (RESULTS / name).write_text(json.dumps(body, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
