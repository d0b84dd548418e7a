"""Tiles from an archive: without the database, never stale, and only to whom all of it is shown."""

import asyncio
import random

import pytest

from gishue.core.access import Audience
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import store
from layers.layer import Layer
from layers.protection import Protection
from layers.protection_store import put
from tests.integration.tiles.conftest import Site, middle, path
from tests.support import mvt
from tests.support.archived import around, shift, write
from tests.support.parcels import add_parcels
from tiles.grid import Tile
from tiles.ready import unzipped, zipped
from tiles.seed import seed
from tiles.service import get_tile
from tiles.vector import vector_tile

DEEP = 17


async def archived(site: Site, writer: Connection, rows: int = 300) -> Layer:
    """Publish parcels, seed their archive and have the process open it."""
    layer = await add_parcels(writer, "thua_dat", rows)
    await seed(site.tiles.services, layer.slug, DEEP)
    await site.tiles.archives.load()
    await site.reload()
    return layer


def current(site: Site) -> Layer:
    return site.tiles.services.registry.current.layers["thua_dat"]


async def anew(site: Site, layer: Layer, tile: Tile) -> bytes:
    """Return what the database makes of a tile now, unpacked."""
    most = site.tiles.services.settings.tiles_max_features
    return unzipped(await vector_tile(site.tiles.pool, layer, tile, most))


async def test_archived_tiles_need_no_database(site: Site, writer: Connection) -> None:
    layer = await archived(site, writer)
    wanted = {tile: await anew(site, layer, tile) for tile in around(layer, 16)}
    await site.tiles.pool.close()
    for tile, body in wanted.items():
        answer = await site.get(path(layer, tile))
        if answer.status_code != 404:  # beyond the bounds
            assert (answer.status_code, answer.content) == (200 if body else 204, body)
    assert (await site.get(path(layer, middle(layer, DEEP + 1)))).status_code == 503


async def test_an_archived_tile_has_the_etag_of_a_dynamic_one(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 300)
    await site.reload()
    tile = middle(layer, 15)
    dynamic = await site.get(path(layer, tile))
    await seed(site.tiles.services, layer.slug, DEEP)
    await site.tiles.archives.load()
    answer = await site.get(path(layer, tile), if_none_match=dynamic.headers["etag"])
    assert answer.status_code == 304


async def test_an_edit_is_seen_at_once_and_other_tiles_stay(site: Site, writer: Connection) -> None:
    layer = await archived(site, writer)
    await write(writer, layer, [7], 4_711)
    await site.reload()

    dirty = 0
    for tile in around(layer, DEEP):
        ready = site.tiles.archives.ready(current(site), tile)
        dirty += ready is None
        if ready is not None:
            assert unzipped(ready) == await anew(site, current(site), tile)
    assert 1 <= dirty <= 9
    for z in range(15, DEEP + 1):
        assert await numbers(site, 7, z) == {4_711}


async def numbers(site: Site, id_: int, z: int) -> set[int]:
    """Return what the tiles of a zoom say of the first field of a feature."""
    found: set[int] = set()
    layer = current(site)
    for tile in around(layer, z):
        answer = await site.get(path(layer, tile))
        if answer.status_code == 200:
            said = mvt.read(answer.content)[layer.slug]
            found |= {one.tags["tờ"] for one in said if one.id == id_}
    return found


async def test_an_archive_of_another_epoch_is_not_read(site: Site, writer: Connection) -> None:
    layer = await archived(site, writer)
    await writer.execute("UPDATE gis.layer SET epoch = epoch + 1, revision = revision + 1")
    await site.reload()
    assert site.tiles.archives.ready(current(site), middle(layer, 14)) is None
    await site.tiles.archives.load()
    assert len(site.tiles.archives) == 0


async def test_who_sees_less_is_not_served_from_it(site: Site, writer: Connection) -> None:
    layer = await archived(site, writer)
    async with writer.transaction():
        await store.lock(writer, layer.slug)
        now = await store.by_slug(writer, layer.slug)
        hides = Protection({"chủ sử dụng": Audience.STAFF}, {})
        await put(writer, now, hides, OPERATOR)
    await site.reload()
    await seed(site.tiles.services, layer.slug)
    await site.tiles.archives.load()

    answer = await site.get(path(layer, middle(layer, 16)))
    features = mvt.read(answer.content)[layer.slug]
    assert features
    assert not any("chủ sử dụng" in one.tags for one in features)


async def test_edits_seeds_and_reads_in_any_order_show_what_is_now(
    site: Site, writer: Connection
) -> None:
    layer = await archived(site, writer)
    chance = random.Random(1803)
    places = [tile for z in (0, 9, 13, 15, 16, DEEP) for tile in around(layer, z)]
    for _ in range(60):
        match chance.choice(["move", "write", "seed", "load", "read", "read"]):
            case "move":
                ids = chance.sample(range(1, 300), 3)
                await shift(writer, layer, ids, chance.uniform(-30.0, 30.0))
                await site.reload()
            case "write":
                await write(writer, layer, [chance.randrange(1, 300)], chance.randrange(9_999))
                await site.reload()
            case "seed":
                await seed(site.tiles.services, layer.slug)
            case "load":
                await site.tiles.archives.load()
            case _:
                for tile in chance.sample(places, 8):
                    ready = site.tiles.archives.ready(current(site), tile)
                    wanted = zipped(await anew(site, current(site), tile))
                    assert ready is None or ready == wanted, tile


async def test_beside_writers_and_seeds_no_reader_sees_what_was_before(
    site: Site, writer: Connection
) -> None:
    layer = await archived(site, writer, 64)
    known = done = 0

    async def edit() -> None:
        nonlocal known, done
        for number in range(10_001, 10_021):
            await write(writer, layer, [7, 60], number)
            await site.reload()
            known = number
            await asyncio.sleep(0.005)
        done = 1

    async def make() -> None:
        while not done:
            await seed(site.tiles.services, layer.slug)

    async def read() -> None:
        while not done:
            await asyncio.sleep(0)
            least = known
            tile = middle(layer, random.choice([15, 16]))
            ready = await get_tile(site.tiles, current(site), tile, "mvt")
            said = mvt.read(unzipped(ready))[layer.slug]
            seen = {one.tags["tờ"] for one in said if one.id in (7, 60)}
            assert len(seen) == 1
            assert min(seen) >= least or least == 0

    async with asyncio.timeout(60):
        await asyncio.gather(edit(), make(), read(), read())
    assert site.tiles.archives.ready(current(site), middle(layer, 0)) is not None or known


@pytest.mark.parametrize("rev", ["", "?rev=1"])
async def test_an_empty_tile_of_the_archive_is_empty(
    rev: str, site: Site, writer: Connection
) -> None:
    layer = await archived(site, writer)
    await site.tiles.pool.close()
    lacking = [
        tile
        for tile in around(layer, DEEP)
        if (found := site.tiles.archives.ready(current(site), tile)) and not found.body
    ]
    statuses = {(await site.get(path(layer, tile) + rev)).status_code for tile in lacking}
    assert statuses <= {204, 404}
