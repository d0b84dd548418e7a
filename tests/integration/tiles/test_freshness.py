"""Random edits, undoings and reads in two processes: no tile is ever older than what was read."""

import asyncio
import random
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from psycopg.sql import SQL

from gishue.core.access import Audience
from gishue.core.actor import ANONYMOUS, OPERATOR
from gishue.core.db import transaction
from gishue.core.errors import Conflict
from layers import changeset, edit, protection_store, snapshot, store, tables, undo
from layers.changeset import Edited
from layers.layer import Layer
from layers.protection import Protection
from layers.services import Services, open_services
from tests.integration.tiles.conftest import Site
from tests.support.city import NGO_MON, Point, add_layer
from tests.support.edits import Said, add, change, remove
from tests.support.settings import settings_in
from tiles.grid import NoTile, Tile, column, row
from tiles.ready import ReadyTile
from tiles.service import TileService, find_layer, get_tile, open_tiles
from tiles.vector import vector_tile

SEEDS = range(4)
RULE = "NOT (\"tên\" LIKE '%7%')"
STEPS = 25
RIM = 3272 / 4096 * 360 - 180
"""A meridian on which tiles of zooms 9 and nearer part, 50 m east of Ngọ Môn."""
PLACES = [
    *((107.5776 + 0.004 * i, 16.4677 + 0.003 * j) for i in range(4) for j in range(3)),
    *(
        (RIM + px * 360 / 512 / (1 << z), 16.4677)
        for z in (10, 11, 12)
        for px in (-28, -20, -12, -5, 5, 12, 20, 28)
    ),
]
TILES = sorted(
    {
        Tile(z, int(column(lon, z)), int(row(lat, z)))
        for z in (8, 10, 11, 12, 13, 15, 16)
        for lon, lat in PLACES
    }
)
FAR = [tile for tile in TILES if tile.z <= 12]
"""Those in which many points are gathered."""


@pytest.fixture
async def nodes(site: Site, tmp_path: Path) -> AsyncGenerator[list[TileService]]:
    """Two processes over one database; what they know of each other they hear from it."""
    settings = settings_in(tmp_path)
    async with open_services(settings, site.url) as other, open_tiles(other) as tiles:
        yield [site.tiles, tiles]


async def publish(services: Services, more: int, rule: str = "") -> Layer:
    """Publish three points at one place, and as many more about it: two thousand make tiers.

    ``rule``: of the features that the public sees.
    """
    chance = random.Random(more)
    x, y = NGO_MON
    points: list[Point] = [(f"p{i}", i, x, y) for i in range(3)]
    points += [
        (f"q{i}", i, x + chance.uniform(-2e3, 4e3), y + chance.uniform(-2e3, 4e3))
        for i in range(more)
    ]
    async with transaction(services.pool) as conn:
        await add_layer(conn, "noi", points=points)
        if rule:
            layer = await store.by_slug(conn, "noi")
            wanted = Protection({}, {Audience.PUBLIC: rule})
            await protection_store.put(conn, layer, wanted, OPERATOR)
        return await store.by_slug(conn, "noi")


async def put(tiles: TileService, said: list[Said]) -> Edited:
    services = tiles.services
    async with transaction(services.pool) as conn:
        layer = await edit.locked(conn, "noi", OPERATOR)
        changes = changeset.read(layer, None, said)
        edited = await edit.edit(conn, layer, changes, actor=OPERATOR)
    await snapshot.learn(services.registry, services.pool, edited)
    return edited


async def take_back(tiles: TileService, revision: int) -> Edited:
    services = tiles.services
    async with transaction(services.pool) as conn:
        layer = await edit.locked(conn, "noi", OPERATOR)
        edited = await undo.changeset(conn, layer, revision, actor=OPERATOR)
    await snapshot.learn(services.registry, services.pool, edited)
    return edited


async def truth(tiles: TileService) -> dict[int, tuple[int, Any]]:
    """Return version and name of every feature, straight from the table."""
    async with transaction(tiles.services.pool) as conn:
        layer = await edit.locked(conn, "noi", OPERATOR)
        statement = SQL("SELECT id, version, c1 FROM {}").format(
            tables.table(layer.table_name or "")
        )
        cur = await conn.execute(statement)
        return {row[0]: (row[1], row[2]) for row in await cur.fetchall()}


async def said_edit(tiles: TileService, chance: random.Random) -> list[Said]:
    held = await truth(tiles)
    lon, lat = chance.choice(PLACES)
    place = {"type": "Point", "coordinates": [lon, lat]}
    name = f"n{chance.randrange(10**9)}"
    if not held or chance.random() < 0.4:
        return [add(place, tên=name)]
    id_, (version, _) = chance.choice(sorted(held.items()))
    if chance.random() < 0.25:
        return [remove(id_, version)]
    return [change(id_, version, place if chance.random() < 0.5 else None, tên=name)]


async def read(tiles: TileService, tile: Tile, revision: int) -> ReadyTile:
    """Read as the web does: a page asks for a revision that it heard of."""
    layer = await find_layer(tiles, ANONYMOUS, "noi", revision)
    assert layer.revision >= revision
    return await get_tile(tiles, layer, tile, "mvt")


async def expected(tiles: TileService, tile: Tile) -> bytes:
    """Return the body that a process without any memory makes."""
    layer = tiles.services.registry.current.readable(ANONYMOUS, "noi")
    return (await vector_tile(tiles.pool, layer, tile, 10**6)).body


@pytest.mark.parametrize(
    ("seed", "more", "rule"),
    [*((s, 0, "") for s in SEEDS), (7, 2_500, ""), (8, 2_500, ""), (9, 0, RULE), (10, 2_500, RULE)],
)
async def test_no_reader_of_either_process_sees_what_was_before(
    nodes: list[TileService], seed: int, more: int, rule: str
) -> None:
    chance = random.Random(seed)
    layer = await publish(nodes[0].services, more, rule)
    assert bool(layer.tiers) == bool(more)
    assert bool(layer.ruled_tiers) == bool(more and rule)
    for node in nodes:
        await node.services.registry.reload(node.services.pool)
    revision, last = 1, [1]
    for _ in range(STEPS):
        writer, reader = chance.choice(nodes), chance.choice(nodes)
        racing = [
            asyncio.create_task(read(chance.choice(nodes), chance.choice(TILES), 0))
            for _ in range(4)
        ]
        try:
            if len(last) > 2 and chance.random() < 0.25:
                edited = await take_back(writer, last[-1])
            else:
                edited = await put(writer, await said_edit(writer, chance))
        except Conflict:
            await asyncio.gather(*racing, return_exceptions=True)
            continue
        revision = edited.layer.revision
        last.append(revision)
        for tile in {*chance.sample(TILES, 6), *(FAR if more else [])}:
            try:
                seen = await read(reader, tile, revision)
            except NoTile:  # nothing lies there now
                continue
            assert seen.body == await expected(reader, tile)
        await asyncio.gather(*racing, return_exceptions=True)
    assert revision > 5
