"""What the audit costs: an entry in a change, its place in the chain, verification, a tile read.

    python -m bench.audit [--entries 20000] [--rounds 15] [--tiles 4000]

In one process, without a socket, on an embedded cluster of this run's own, durable as in service.
What is compared is asked in turns; figures are medians of the rounds.

- ``change``: a transaction that changes one row, with an entry and without.
- ``sealed``, ``verified``: one entry of many; ``bytes`` with its indexes.
- ``restricted``, ``open``: a kept tile through the rim, as ``serve-tiles`` answers it to a key and
  to a visitor, beside the same without origin and witness. CPU time of this process: the machine
  may have other work.
"""

import argparse
import asyncio
import dataclasses
import json
import statistics
import time
from pathlib import Path
from typing import Any, Final

import psycopg
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import Message

from bench.database import own_place
from gishue.core import audit, audit_chain
from gishue.core.access import Visibility
from gishue.core.actor import Actor, Role
from gishue.core.audit import Layer, Object
from gishue.core.audit_witness import Witness
from gishue.core.db import Pool, transaction
from gishue.core.settings import Settings
from gishue.server import middleware, noting
from gishue.server.edges import Edges
from gishue.server.middleware import Rim
from layers.services import Services, open_services
from tests.support.city import add_layer
from tests.support.people import add_key, add_unit, staff
from tiles.app import make_app

RESULT = Path(__file__).parent / "results" / "audit.json"
WHO: Final = staff("lan", 7, "so_xd", Role.PUBLISHER)
LAYER: Final = Object("layer", "kin", "so_xd")
BUDGET: Final = 1.05
"""A tile that is noted may cost so many times one that is not."""


class _Silent(Witness):
    """Notes nothing: what a tile would cost without the audit."""

    def read(self, actor: Actor, layer: Layer) -> None:
        """Forget it."""


def _nowhere(actor: Actor, request: HTTPConnection) -> Actor:
    """Stand for ``located`` where nobody asks from where."""
    return actor


def main() -> None:
    """Measure and write ``bench/results/audit.json``."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--tiles", type=int, default=4_000)
    options = asked.parse_args()
    with own_place() as place:
        settings = Settings(data_dir=place.folder)
        report = asyncio.run(_measure(settings, place.url, options))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))
    for name in ("restricted", "open"):
        if report[name]["ratio"] > BUDGET:
            raise SystemExit(f"a noted {name} tile costs {report[name]['ratio']} times another")


async def _measure(settings: Settings, url: str, options: argparse.Namespace) -> dict[str, Any]:
    async with await psycopg.AsyncConnection.connect(url) as conn:
        await add_unit(conn, "so_xd")
        await add_layer(conn, "kin", visibility=Visibility.RESTRICTED, unit="so_xd")
        await add_layer(conn, "mo", unit="so_xd")
        key = await add_key(conn, Role.VIEWER, "so_xd")
    tiles = {
        name: await _tiles(settings, url, head, slug, options)
        for name, slug, head in (("restricted", "kin", key), ("open", "mo", ""))
    }
    async with open_services(settings, url) as services:
        change = await _changes(services.pool, options.rounds)
        chain = await _chain(services, options.entries)
    return {"change_us": change, **chain, **tiles}


async def _changes(pool: Pool, rounds: int, each: int = 100) -> dict[str, float]:
    """Return microseconds of a committed change, with an entry and without."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(2 * rounds):
        is_told = (turn % 4) in (1, 2)
        began = time.perf_counter()
        for _ in range(each):
            async with transaction(pool) as conn:
                await conn.execute("UPDATE gis.unit SET title = title WHERE code = 'so_xd'")
                if is_told:
                    await audit.record(conn, WHO, "unit.put", LAYER, {"revision": 1})
        spent[is_told].append((time.perf_counter() - began) / each * 1e6)
    with_, without = (round(statistics.median(spent[is_told])) for is_told in (True, False))
    return {"with": with_, "without": without, "entry": with_ - without}


async def _chain(services: Services, entries: int) -> dict[str, float]:
    pool = services.pool
    await audit_chain.seal(pool, wait=True)
    async with transaction(pool) as conn:
        one = audit.entry(WHO, "layer.read", LAYER, {"revision": 1})
        await audit.write(conn, [one] * entries)
        began = time.perf_counter()
    sealed = await audit_chain.seal(pool, wait=True)
    seal_s = time.perf_counter() - began
    began = time.perf_counter()
    async with transaction(pool) as conn:
        verdict = await audit_chain.verify(conn)
        verify_s = time.perf_counter() - began
        size = "SELECT pg_total_relation_size('gis.audit') / count(*) FROM gis.audit"
        row = await (await conn.execute(size)).fetchone()
    if verdict.broken is not None or row is None:
        raise SystemExit(f"the chain is broken: {verdict}")
    return {
        "sealed_us": round(seal_s / max(sealed, 1) * 1e6, 1),
        "verified_us": round(verify_s / verdict.entries * 1e6, 1),
        "bytes": int(row[0]),
        "entries": verdict.entries,
    }


async def _tiles(
    settings: Settings, url: str, key: str, slug: str, options: argparse.Namespace
) -> dict[str, float]:
    """Return median CPU microseconds of a kept tile, noted and not, asked in turns one by one."""
    app = make_app(settings, url, [Middleware(Rim, Edges.of(settings))])
    spent: dict[bool, list[float]] = {True: [], False: []}
    async with app.router.lifespan_context(app):
        services: Services = app.state.services
        held = services.registry.held
        snapshots = {True: held, False: dataclasses.replace(held, witness=_Silent())}
        for turn in range(2 * options.tiles):
            is_noted = turn % 4 in (0, 3)
            services.registry.held = snapshots[is_noted]
            middleware.located = noting.located if is_noted else _nowhere
            began = time.process_time()
            await _ask(app, slug, key)
            spent[is_noted].append((time.process_time() - began) * 1e6)
    noted, plain = (statistics.median(spent[is_noted][100:]) for is_noted in (True, False))
    return {
        "noted_us": round(noted, 1),
        "plain_us": round(plain, 1),
        "ratio": round(noted / plain, 3),
    }


async def _ask(app: Starlette, slug: str, key: str) -> None:
    path = f"/tiles/{slug}/14/13087/7431.mvt"
    headers = [(b"accept-encoding", b"gzip"), (b"host", b"localhost")]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [*headers, *([(b"x-api-key", key.encode())] if key else [])],
        "client": ("192.0.2.5", 40_000),
        "server": ("localhost", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "state": {},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] != 200:
            raise SystemExit(f"{path} answered {message['status']}")

    await app(scope, receive, send)


if __name__ == "__main__":
    main()
