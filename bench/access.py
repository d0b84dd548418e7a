"""What the decision about access costs, by how many layers there are; and the lists of a thousand.

    python -m bench.access [--few 10] [--many 25000] [--listed 1000] [--rounds 9]

In one process, without a socket, on an embedded cluster of this run's own; medians of the rounds,
few and many in turns.

- ``may``: nanoseconds of one decision, over ten layers of the registry drawn by lot.
- ``predicate``: milliseconds of one statement that looks ten layers up by slug and asks
  ``gis.may_read`` of each.
- ``lists``: milliseconds to the whole answer of the application for each list and actor: the first
  after a change of the registry, and the ones after it.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from fastapi import FastAPI

from bench.database import own_place
from gishue.accounts import keys, units
from gishue.accounts.unit import Unit
from gishue.core.access import Act, may, readable
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, Role
from gishue.core.db import Connection, transaction
from gishue.core.settings import Settings
from gishue.server.app import make_app
from layers.layer import Layer
from layers.services import Services, utc_now
from tests.support.people import add_key, staff

RESULT = Path(__file__).parent / "results" / "access.json"
UNITS: Final = tuple(f"unit{number}" for number in range(60))
ACTORS: Final = {
    "nobody known": ANONYMOUS,
    "viewer": staff("viewer", 1, UNITS[0]),
    "editor": staff("editor", 2, UNITS[0], Role.EDITOR),
    "city admin": OPERATOR,
}
LISTS: Final = (
    "/ogc/collections?f=json",
    "/ogc/collections?f=html",
    "/ogc/records?f=json",
    "/api/v1/layers?limit=1000",
    "/styles/base.json",
    "/data",
    "/data/catalog.jsonld",
)
_MAKE: Final = """
INSERT INTO gis.layer (slug, title, kind, unit, visibility, state, revision, geometry_type, bounds)
SELECT 'l' || n, 'Lớp ' || n, 'vector', 'unit' || n %% 60,
       (ARRAY['open', 'open', 'internal', 'restricted'])[1 + n %% 4], 'published', 1, 'point',
       ARRAY[107.0, 16.0, 108.0, 17.0]
  FROM generate_series(1 + (SELECT count(*) FROM gis.layer), %(count)s) n
"""
_ASK: Final = """
SELECT l.slug FROM gis.layer l
 WHERE l.slug = ANY (%(slugs)s)
   AND gis.may_read(l, %(limit_to)s, %(reads)s, %(is_admin)s, %(is_staff)s, %(viewing)s,
                    %(editing)s)
"""
TIMES: Final = 5_000
SLUGS: Final = [f"l{number}" for number in range(1, 11)]


def main() -> None:
    """Run all, print the figures, write ``bench/results/access.json``."""
    parser = argparse.ArgumentParser(description="what the decision about access costs")
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--many", type=int, default=25_000)
    parser.add_argument("--listed", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    with own_place() as place:
        figures = asyncio.run(_all(place.url, place.folder, asked))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=1, ensure_ascii=False))


async def _all(url: str, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    app = make_app(Settings(data_dir=folder), url)
    async with app.router.lifespan_context(app):
        services: Services = app.state.services
        async with transaction(services.pool) as conn:
            for unit in UNITS:
                await units.put(conn, Unit(unit, unit))
        few = await _filled(services, asked.few)
        of_few = await _predicate(url, asked.rounds)
        await _filled(services, asked.listed)
        lists = await _lists(app, services, asked.rounds)
        many = await _filled(services, asked.many)
        of_many = await _predicate(url, asked.rounds)
    decided = _decided(few, many, asked.rounds)
    for name, pair in decided.items():
        print(
            f"may, {name}: {pair['few']} ns with {asked.few}, {pair['many']} ns with {asked.many}"
        )
    for name in ACTORS:
        print(f"predicate, {name}: {of_few[name]} ms and {of_many[name]} ms")
    predicate = {name: {"few": of_few[name], "many": of_many[name]} for name in ACTORS}
    said = {"few": asked.few, "many": asked.many, "listed": asked.listed}
    return said | {"may": decided, "predicate": predicate, "lists": lists}


async def _filled(services: Services, count: int) -> list[Layer]:
    """Return the layers of a registry that holds ``count`` of them."""
    async with transaction(services.pool) as conn:
        await conn.execute(_MAKE, {"count": count})
    await services.registry.reload(services.pool)
    return list(services.registry.current.layers.values())


def _decided(few: Sequence[Layer], many: Sequence[Layer], rounds: int) -> dict[str, Any]:
    """Return the nanoseconds of one decision, by actor."""
    figures: dict[str, Any] = {}
    for name, actor in ACTORS.items():
        spent: dict[str, list[float]] = {"few": [], "many": []}
        for _ in range(rounds):
            spent["few"].append(_one(actor, random.sample(few, 10)))
            spent["many"].append(_one(actor, random.sample(many, 10)))
        figures[name] = {kind: round(statistics.median(some)) for kind, some in spent.items()}
    return figures


def _one(actor: Actor, layers: Sequence[Layer]) -> float:
    began = time.process_time_ns()
    for _ in range(TIMES):
        for layer in layers:
            may(actor, Act.READ, layer)
    return (time.process_time_ns() - began) / (TIMES * len(layers))


async def _predicate(url: str, rounds: int) -> dict[str, float]:
    """Return the milliseconds of one statement, by actor."""
    figures: dict[str, float] = {}
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute("VACUUM ANALYZE gis.layer")
        for name, actor in ACTORS.items():
            spent = [await _asked(conn, actor) for _ in range(20 * rounds)]
            figures[name] = round(statistics.median(spent), 2)
    return figures


async def _asked(conn: Connection, actor: Actor) -> float:
    began = time.perf_counter()
    await (await conn.execute(_ASK, {**readable(actor), "slugs": SLUGS})).fetchall()
    return (time.perf_counter() - began) * 1000


async def _lists(app: FastAPI, services: Services, rounds: int) -> dict[str, Any]:
    """Return the milliseconds of each list, by address and actor: the first one, and the others."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = await _headers(services)
    figures: dict[str, Any] = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for path in LISTS:
            figures[path] = {}
            for name, sent in headers.items():
                await services.registry.reload(services.pool)
                times = [await _answered(client, path, sent) for _ in range(rounds + 1)]
                told = {"first": times[0], "then": statistics.median(times[1:])}
                figures[path][name] = {kind: round(ms, 1) for kind, ms in told.items()}
            print(path, figures[path])
    return figures


async def _headers(services: Services) -> Mapping[str, dict[str, str]]:
    roles = {"viewer": (Role.VIEWER, UNITS[0]), "city admin": (Role.CITY_ADMIN, None)}
    async with transaction(services.pool) as conn:
        texts = {name: await add_key(conn, *pair) for name, pair in roles.items()}
        for text in texts.values():
            await keys.bearer(conn, text, utc_now())
    return {"nobody known": {}} | {name: {"x-api-key": text} for name, text in texts.items()}


async def _answered(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    answer = await client.get(path, headers=headers)
    answer.raise_for_status()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
