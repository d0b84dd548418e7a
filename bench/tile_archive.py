"""What an archive of tiles costs: to seed it, to patch it after an edit, to read from it.

    python -m bench.tile_archive [--rows 1000000] [--rounds 5]

Zooms 6 to 14 of parcels with their derived tables, in an embedded cluster of this run's own.
Seeding runs as the command does, in a process of its own: its CPU and its largest memory are the
kernel's account of it, that of PostgreSQL is of the connections that it opened. Reading is CPU of
this process, in rounds that take our reader and the one of the package ``pmtiles`` in turns;
medians. The derived tables that far zooms are seeded from cost CPU too; it is counted in.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import tileid_to_zxy

from bench import block, cpu
from bench.database import Place, own_place
from gishue.core.settings import Settings
from layers import store, tier_store
from layers.services import open_services
from tests.support.archived import write
from tiles import archive_store
from tiles.archive import Archive
from tiles.grid import Tile
from tiles.source import source

RESULT: Final = Path(__file__).parent / "results" / "tile_archive.json"
SLUG: Final = "thua_dat"
ZOOMS: Final = (6, 14)
READS: Final = 400
BUDGET_CPU_S: Final = 45.0
"""For a million rows."""
BUDGET_MB: Final = 300.0
BUDGET_US: Final = 40.0


@dataclass
class Watch:
    """CPU seconds of the seeding connections and memory of the child, looked at until it ends."""

    url: str
    child: int
    peak_mb: float = 0.0
    spent: dict[int, float] = field(default_factory=dict[int, float])
    is_over: bool = False

    def watch(self) -> None:
        """Look again and again."""
        while not self.is_over:
            self.peak_mb = max(self.peak_mb, cpu.peak_mb(self.child))
            for pid in cpu.backends(self.url, "gishue seed"):
                self.spent[pid] = max(self.spent.get(pid, 0.0), cpu.spent_s([pid]))
            time.sleep(0.02)


def main() -> int:
    """Measure, print, write the result; return 1 beyond a budget."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    with own_place() as place:
        report = run(place, options.rows, options.rounds)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    _print(report)
    seeded, read = report["seeded"], report["read"]
    most_s = BUDGET_CPU_S * options.rows / 1_000_000
    is_kept = seeded["cpu_s"] + report["derived_cpu_s"] <= most_s and seeded["peak_mb"] <= BUDGET_MB
    return 0 if is_kept and read["ours_us"] <= BUDGET_US else 1


def run(place: Place, rows: int, rounds: int) -> dict[str, Any]:
    """Lay a block, seed it, patch it after an edit, read from it; return the figures."""
    asyncio.run(block.lay(place.url, SLUG, rows, tiered=True))
    derived_s = asyncio.run(_derive(place.url))
    seeded = _seed(place)
    asyncio.run(_touch(place))
    patched = _seed(place)
    read = asyncio.run(_read(place, rounds))
    asyncio.run(_forget(place.url))
    told = {"rows": rows, "derived_cpu_s": derived_s}
    return told | {"seeded": seeded, "patched": patched, "read": read}


async def _forget(url: str) -> None:
    """Let go of the archive: a database that is kept would look for it in a folder that is gone."""
    async with await psycopg.AsyncConnection.connect(url) as conn:
        await conn.execute("DELETE FROM gis.archive")


async def _derive(url: str) -> float:
    """Return the CPU seconds of PostgreSQL for the derived tables, made anew and let go again."""
    async with (
        await psycopg.AsyncConnection.connect(url) as conn,
        conn.transaction(force_rollback=True),
    ):
        pid = conn.info.backend_pid
        before = cpu.spent_s([pid])
        await tier_store.build(conn, await store.by_slug(conn, SLUG))
        return cpu.spent_s([pid]) - before


def _seed(place: Place) -> dict[str, float]:
    """Run the command and return what it cost."""
    env = {**os.environ, "GISHUE_DATABASE_URL": place.url, "GISHUE_DATA_DIR": str(place.folder)}
    words = ["tiles", "seed", SLUG, "--max-zoom", str(ZOOMS[1]), "--json"]
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "gishue.cli", *words], env=env, stdout=subprocess.PIPE
    )
    watch = Watch(place.url, child.pid)
    watching = threading.Thread(target=watch.watch)
    watching.start()
    told = json.loads(child.stdout.read() if child.stdout else b"")
    _, status, used = os.wait4(child.pid, 0)
    took_s = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    watch.is_over = True
    watching.join()
    python_s, postgres_s = used.ru_utime + used.ru_stime, sum(watch.spent.values())
    return {
        "tiles": told["tiles"],
        "asked": told["asked"],
        "megabytes": told["bytes"] / 1e6,
        "python_s": python_s,
        "postgres_s": postgres_s,
        "cpu_s": python_s + postgres_s,
        "wall_s": took_s,
        "peak_mb": watch.peak_mb,
    }


async def _touch(place: Place) -> None:
    """Edit one feature."""
    settings = Settings(data_dir=place.folder)
    async with (
        open_services(settings, place.url) as services,
        await psycopg.AsyncConnection.connect(place.url, autocommit=True) as conn,
    ):
        await write(conn, services.registry.current.layers[SLUG], [7], 1)


async def _read(place: Place, rounds: int) -> dict[str, float]:
    settings = Settings(data_dir=place.folder)
    async with open_services(settings, place.url) as services, services.pool.connection() as conn:
        kept = (await archive_store.kept(conn))[0]
    began = time.process_time()
    archive = Archive(source(services.blobs, kept.sha256))
    opened_ms = (time.process_time() - began) * 1000
    tiles = [Tile(*tileid_to_zxy(entry.first)) for entry in archive.entries()]
    chosen = random.Random(5).choices(tiles, k=READS)
    with services.blobs.file(kept.sha256) as path, path.open("rb") as file:
        peer = Reader(MmapSource(file))
        runs: dict[str, Callable[[Tile], Any]] = {
            "ours": archive.get,
            "pmtiles": lambda tile: peer.get(*tile),
        }
        spent: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds + 1):
            for name, run in runs.items():
                spent[name].append(_timed(run, chosen if name == "ours" else chosen[:40]))
    sizes = [len(archive.get(tile).body) for tile in chosen]
    return {
        "entries": len(archive),
        "open_ms": opened_ms,
        "body_bytes": statistics.median(sizes),
        "ours_us": statistics.median(spent["ours"][1:]),
        "pmtiles_us": statistics.median(spent["pmtiles"][1:]),
    }


def _timed(run: Callable[[Tile], Any], tiles: Sequence[Tile]) -> float:
    """Return the CPU microseconds that one read costs."""
    before = time.process_time()
    for tile in tiles:
        run(tile)
    return (time.process_time() - before) * 1e6 / len(tiles)


def _print(report: dict[str, Any]) -> None:
    print(f"derived tables: CPU {report['derived_cpu_s']:.1f} s")
    for name in ("seeded", "patched"):
        one = report[name]
        print(
            f"{name}: {one['tiles']:,} tiles, {one['asked']:,} asked, {one['megabytes']:.1f} MB; "
            f"CPU {one['cpu_s']:.1f} s (PostgreSQL {one['postgres_s']:.1f}, "
            f"Python {one['python_s']:.1f}), peak {one['peak_mb']:.0f} MB, {one['wall_s']:.1f} s"
        )
    read = report["read"]
    print(
        f"read: {read['ours_us']:.1f} µs a tile of {read['body_bytes']:,.0f} bytes, package "
        f"{read['pmtiles_us']:.0f} µs; opened in {read['open_ms']:.0f} ms, "
        f"{read['entries']:,} entries"
    )


if __name__ == "__main__":
    sys.exit(main())
