"""An archive holds what the tiles of the layer are, bit for bit, and edits patch it."""

import psycopg
import pytest

from gishue.core.db import Connection
from gishue.core.errors import NotFound
from layers import store, tier_store, touched
from layers.layer import Layer
from layers.services import Services
from tests.integration.tiles.conftest import Site
from tests.support.archived import around, boxes, shift
from tests.support.city import add_layer
from tests.support.parcels import add_parcels
from tiles import archive_store
from tiles.archive import REVISION, Archive
from tiles.grid import Tile
from tiles.seed import seed
from tiles.source import source
from tiles.tier import FEW
from tiles.vector import vector_tile

ROWS = FEW + 400


def opened(services: Services, sha256: str) -> Archive:
    return Archive(source(services.blobs, sha256))


async def compare(site: Site, layer: Layer, archive: Archive) -> int:
    """Hold every tile of the archive's zooms to the one that is made now; return how many."""
    most, compared = site.tiles.services.settings.tiles_max_features, 0
    for z in range(archive.header["min_zoom"], archive.header["max_zoom"] + 1):
        for tile in around(layer, z):
            assert archive.get(tile) == await vector_tile(site.tiles.pool, layer, tile, most), tile
            compared += 1
    return compared


@pytest.mark.parametrize("kind", ["parcels", "few parcels", "points"])
async def test_an_archived_tile_is_a_dynamic_one_bit_for_bit(
    kind: str, site: Site, writer: Connection
) -> None:
    if kind == "points":
        layer = await add_layer(writer, "di_tich")
    else:
        layer = await add_parcels(writer, "thua_dat", ROWS if kind == "parcels" else 300)
    services = site.tiles.services

    made = await seed(services, layer.slug, 17)

    layer = await store.by_slug(writer, layer.slug)
    archive = opened(services, made.kept.sha256)
    assert (archive.header["min_zoom"], archive.header["max_zoom"]) == (0, 17)
    assert archive.metadata[REVISION] == layer.revision
    assert await compare(site, layer, archive) > 40
    assert made.kept.tiles == archive.header["addressed_tiles_count"] > 10
    assert list(services.blobs.scratch.glob("*seeding-*")) == []


async def test_far_zooms_from_derived_tables_are_archived_as_they_are_served(
    site: Site, writer: Connection
) -> None:
    await add_parcels(writer, "thua_dat", 7_000)
    services = site.tiles.services
    await tier_store.make(services.pool, "thua_dat")
    layer = await store.by_slug(writer, "thua_dat")
    assert layer.tiers

    made = await seed(services, layer.slug, 13)

    archive = opened(services, made.kept.sha256)
    await compare(site, layer, archive)
    assert any(archive.get(tile).body for tile in around(layer, 8))
    assert any(archive.notes().values())


async def test_an_edit_has_only_its_own_tiles_read_anew(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", ROWS)
    services = site.tiles.services
    first = await seed(services, layer.slug, 16)
    await shift(writer, layer, [5, 6], 40.0)

    second = await seed(services, layer.slug)

    assert 17 <= second.asked < 120
    assert first.asked > second.asked
    assert second.kept.maxzoom == 16
    now = await store.by_slug(writer, layer.slug)
    archive = opened(services, second.kept.sha256)
    assert archive.metadata[REVISION] == second.kept.revision == now.revision > layer.revision
    await compare(site, now, archive)
    third = await seed(services, layer.slug)
    assert (third.asked, third.kept.sha256) == (0, second.kept.sha256)


async def test_an_edit_under_way_while_it_is_made_stays_dirty(
    site: Site, writer: Connection, own_database_url: str
) -> None:
    layer = await add_parcels(writer, "thua_dat", 300)
    services = site.tiles.services
    async with await psycopg.AsyncConnection.connect(own_database_url) as late:
        late_edit = late.transaction()
        async with late_edit:
            await touched.record(late, layer.id, layer.revision + 1, await boxes(late, layer, [9]))
            await seed(services, layer.slug)
            (unheard,) = await archive_store.kept(writer, layer.id)
        (heard,) = await archive_store.kept(writer, layer.id)
    assert unheard.touched == ()
    assert heard.touched == tuple(await boxes(writer, layer, [9]))


async def test_another_epoch_other_zooms_or_other_statements_begin_anew(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 300)
    services = site.tiles.services
    whole = (await seed(services, layer.slug)).asked
    assert (await seed(services, layer.slug)).asked == 0
    assert (await seed(services, layer.slug, 15)).asked > whole
    await writer.execute("UPDATE gis.archive SET signature = 'of an older program'")
    assert (await seed(services, layer.slug)).asked > whole
    await writer.execute("UPDATE gis.layer SET epoch = epoch + 1")
    assert (await seed(services, layer.slug)).asked > whole


async def test_an_archive_that_the_journal_may_not_reach_back_to_is_made_anew(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 300)
    services = site.tiles.services
    await seed(services, layer.slug)
    await shift(writer, layer, [5], 40.0)
    await writer.execute("UPDATE gis.archive SET made_at = now() - interval '5 days'")
    await writer.execute("DELETE FROM gis.touched")

    made = await seed(services, layer.slug)

    await compare(site, await store.by_slug(writer, layer.slug), opened(services, made.kept.sha256))


async def test_a_layer_of_no_features_has_an_empty_archive(site: Site, writer: Connection) -> None:
    layer = await add_layer(writer, "trong", points=[])
    made = await seed(site.tiles.services, layer.slug)
    archive = opened(site.tiles.services, made.kept.sha256)
    assert (len(archive), archive.get(Tile(3, 1, 1)).body) == (0, b"")


async def test_what_has_no_features_has_no_archive(site: Site) -> None:
    with pytest.raises(NotFound):
        await seed(site.tiles.services, "khong_co")
