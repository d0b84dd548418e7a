"""How fast an edit is seen: from the answer to a changeset to a tile that shows it, elsewhere too.

    python -m bench.edits [--rows 100000] [--writers 8] [--edits 40] [--bulk 100000]

The web application runs as two processes over an embedded cluster of this run's own; writers post
changesets to one over sockets, and ask the *other* for the tile with the new revision. The layer
has its derived tables, so an edit mends them too. When all is over every tile is decoded: one that
shows an older value than its writer knew of counts as stale.

- ``edit``: milliseconds of one changeset of one feature, waiting for the other writers included.
- ``fresh``: milliseconds from its answer to the fresh z16 tile from the other process.
- ``bulk``: seconds of one changeset of so many features, and the peak memory of its process.
"""

import argparse
import asyncio
import json
import random
import secrets
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from mapbox_vector_tile import decode

from bench import cpu
from bench.database import Place, own_place
from bench.servers import free_port
from gishue.core import db
from gishue.core.actor import Role
from gishue.core.db import transaction
from gishue.core.settings import Settings
from layers import store, tier_store
from layers.layer import Layer
from tests.support.parcels import add_parcels
from tests.support.people import add_key, add_unit
from tiles.grid import column, row

RESULT = Path(__file__).parent / "results" / "edits.json"
ZOOM: Final = 16
FIELD: Final = "chủ sử dụng"
_READY_S: Final = 60.0


def main() -> None:
    """Run it, print the figures, write ``bench/results/edits.json``."""
    parser = argparse.ArgumentParser(description="how fast an edit is seen")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--edits", type=int, default=40, help="of each writer")
    parser.add_argument("--bulk", type=int, default=100_000)
    asked = parser.parse_args()
    report = run(Asked(asked.rows, asked.writers, asked.edits, asked.bulk))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(json.dumps(report, indent=2))


@dataclass(frozen=True)
class Asked:
    """How large the layer is, who edits it how often, and how much at once; 0: no bulk."""

    rows: int = 100_000
    writers: int = 8
    edits: int = 40
    bulk: int = 100_000


@dataclass(frozen=True)
class Edit:
    """One edit: milliseconds until it was answered, and from there to the tile that was sent."""

    edit_ms: float
    fresh_ms: float
    id: int
    name: str
    tile: bytes


def run(asked: Asked) -> dict[str, Any]:
    """Measure in a database of its own and return the figures."""
    with own_place() as place:
        return asyncio.run(_measure(place, asked))


async def _measure(place: Place, asked: Asked) -> dict[str, Any]:
    key = await _prepare(place, asked.rows)
    async with _process(place) as first, _process(place) as second:
        browser = httpx.AsyncClient(headers={"x-api-key": key}, timeout=300)
        async with browser:
            features = await _features(browser, first.url, asked.writers * 50)
            writers = [
                _write(browser, first.url, second.url, features[i :: asked.writers], asked.edits, i)
                for i in range(asked.writers)
            ]
            done = [one for each in await asyncio.gather(*writers) for one in each]
            bulk = await _bulk(browser, first, min(asked.bulk, asked.rows)) if asked.bulk else None
    return {
        "rows": asked.rows,
        "writers": asked.writers,
        "edits": len(done),
        "edit_ms": _quantiles([one.edit_ms for one in done]),
        "fresh_ms": _quantiles([one.fresh_ms for one in done]),
        "stale": sum(not _shows(one) for one in done),
        "bulk": bulk,
    }


async def _prepare(place: Place, rows: int) -> str:
    settings = Settings(data_dir=place.folder)
    pool = db.pool(place.url, settings)
    async with pool, transaction(pool) as conn:
        await add_unit(conn, "so_a")
        key = await add_key(conn, Role.PUBLISHER, "so_a", "bench")
        layer: Layer = await add_parcels(conn, "thua", rows, unit="so_a")
        if not layer.is_live:
            raise RuntimeError("the layer is not published")
        await tier_store.build(conn, await store.by_slug(conn, layer.slug))
    return key


class _Process:
    """A running web process."""

    def __init__(self, port: int, process: asyncio.subprocess.Process) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.process = process

    @property
    def peak_mib(self) -> int:
        """The largest resident memory that it had."""
        return int(cpu.peak_mb(self.process.pid))


@asynccontextmanager
async def _process(place: Place) -> AsyncGenerator[_Process]:
    """Run a web process of its own on a free port of this machine."""
    port = free_port()
    code = (
        "import sys, uvicorn; from pathlib import Path; from gishue.core.settings import Settings;"
        " from gishue.server.app import make_app;"
        " s = Settings(data_dir=Path(sys.argv[1]), rate_reads=0, rate_writes=0);"
        " uvicorn.run(make_app(s, sys.argv[2]), host='127.0.0.1', port=int(sys.argv[3]),"
        " log_level='warning')"
    )
    arguments = [sys.executable, "-c", code, str(place.folder), place.url, str(port)]
    process = await asyncio.create_subprocess_exec(*arguments)
    try:
        made = _Process(port, process)
        await _ready(made.url)
        yield made
    finally:
        process.terminate()
        await process.wait()


async def _ready(url: str) -> None:
    until = time.monotonic() + _READY_S
    async with httpx.AsyncClient() as browser:
        while time.monotonic() < until:
            try:
                if (await browser.get(f"{url}/healthz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError("the web process did not become ready")


async def _features(browser: httpx.AsyncClient, url: str, count: int) -> list[dict[str, Any]]:
    answer = await browser.get(f"{url}/api/v1/layers/thua/features?limit={min(count, 10_000)}")
    return answer.raise_for_status().json()["features"]


async def _write(
    browser: httpx.AsyncClient,
    here: str,
    there: str,
    features: Sequence[dict[str, Any]],
    edits: int,
    seed: int,
) -> list[Edit]:
    """Edit features and fetch each edit's tile from the other process.

    The tiles are decoded later: it would hold the other writers' clocks.
    """
    chance = random.Random(seed)
    versions = {one["id"]: one["version"] for one in features}
    done: list[Edit] = []
    for _ in range(edits):
        one = chance.choice(features)
        name = secrets.token_hex(8)
        change = {"op": "change", "id": one["id"], "version": versions[one["id"]]}
        said = {"changes": [change | {"properties": {FIELD: name}}]}
        began = time.perf_counter()
        answer = await browser.post(f"{here}/api/v1/layers/thua/changesets", json=said)
        edited = time.perf_counter()
        revision = answer.raise_for_status().json()["revision"]
        versions[one["id"]] = revision
        tile = await browser.get(f"{there}{_tile(one)}?rev={revision}")
        fresh = time.perf_counter()
        body = tile.raise_for_status().content
        times = (edited - began) * 1e3, (fresh - edited) * 1e3
        done.append(Edit(*times, one["id"], name, body))
    return done


def _shows(edit: Edit) -> bool:
    shown = decode(edit.tile)["thua"]["features"]
    return any(f["id"] == edit.id and f["properties"][FIELD] == edit.name for f in shown)


def _tile(feature: dict[str, Any]) -> str:
    (lon, lat), *_ = feature["geometry"]["coordinates"][0][0]
    return f"/tiles/thua/{ZOOM}/{int(column(lon, ZOOM))}/{int(row(lat, ZOOM))}.mvt"


async def _bulk(browser: httpx.AsyncClient, first: _Process, count: int) -> dict[str, Any]:
    """Change so many features at once."""
    changes: list[dict[str, Any]] = []
    cursor = ""
    while len(changes) < count:
        path = f"{first.url}/api/v1/layers/thua/features?limit=10000{cursor}"
        page = (await browser.get(path)).raise_for_status().json()
        changes += [
            {"op": "change", "id": f["id"], "version": f["version"], "properties": {FIELD: "mới"}}
            for f in page["features"]
        ]
        cursor = f"&cursor={page['next']}"
    before = first.peak_mib
    began = time.perf_counter()
    said = {"changes": changes[:count]}
    answer = await browser.post(f"{first.url}/api/v1/layers/thua/changesets", json=said)
    took_s = time.perf_counter() - began
    changed = answer.raise_for_status().json()["changed"]
    return {
        "changed": changed,
        "took_s": round(took_s, 1),
        "more_memory_mib": first.peak_mib - before,
    }


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1),
        "max": round(ordered[-1], 1),
    }


if __name__ == "__main__":
    main()
