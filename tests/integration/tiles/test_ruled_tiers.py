"""Derived tables under row rules: they count what their audience sees, and tell of nothing else."""

from collections.abc import Mapping

import mapbox_vector_tile
import pytest

from gishue.core.access import Audience, view
from gishue.core.actor import ANONYMOUS, OPERATOR
from gishue.core.db import Connection
from layers import clusters, protection_store, store, tier_store, veil
from layers.layer import GeometryType, Layer
from layers.protection import Protection
from layers.tiers import COUNT
from tests.integration.tiles.conftest import Site, path
from tests.support import edits
from tests.support.tiered import COUNTED, add_features
from tiles.grid import Tile, column, row

ROWS = 4_000
KINDS = (*COUNTED, GeometryType.LINE)
ODT, NO_CLN = "\"loại\" = 'ODT'", "\"loại\" <> 'CLN'"
RULES = {Audience.PUBLIC: ODT, Audience.STAFF: NO_CLN}
MIDDLES = {Audience.PUBLIC: "c1 = 'ODT'", Audience.STAFF: "c1 <> 'CLN'"}


async def rule(writer: Connection, layer: Layer, rules: Mapping[Audience, str]) -> Layer:
    async with writer.transaction():
        await store.lock(writer, layer.slug)
        held = await store.by_slug(writer, layer.slug)
        return await protection_store.put(writer, held, Protection({}, rules), OPERATOR)


async def ruled(writer: Connection, kind: GeometryType) -> Layer:
    """Publish a layer of which the public sees less than the staff, and the staff not all."""
    layer = await add_features(writer, "lop", kind, ROWS)
    await rule(writer, layer, RULES)
    async with writer.transaction():
        await tier_store.build(writer, await store.by_slug(writer, "lop"), 14)
    return await store.by_slug(writer, "lop")


async def bodies(site: Site, layer: Layer, z: int, who: Audience = Audience.PUBLIC) -> list[bytes]:
    """Return what every tile of a zoom holds for somebody."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    said = {"x_test": "staff"} if who is Audience.STAFF else {}
    answers = [
        await site.get(path(layer, Tile(z, x, y)), **said)
        for x in range(int(column(west, z)), int(column(east, z)) + 1)
        for y in range(int(row(north, z)), int(row(south, z)) + 1)
    ]
    assert {answer.status_code for answer in answers} <= {200, 204}
    return [answer.content for answer in answers]


def counted(tiles: list[bytes]) -> int:
    """Return how many features the tiles speak of."""
    found = {
        one["id"]: one["properties"].get(COUNT, 1)
        for body in tiles
        if body
        for one in mapbox_vector_tile.decode(body)["lop"]["features"]
    }
    return sum(found.values())


@pytest.mark.parametrize("who", [Audience.PUBLIC, Audience.STAFF])
@pytest.mark.parametrize("kind", COUNTED)
async def test_every_zoom_counts_what_is_seen(
    site: Site, writer: Connection, kind: GeometryType, who: Audience
) -> None:
    layer = await ruled(writer, kind)
    await site.reload()
    cur = await writer.execute(
        f"SELECT count(*) FROM data.{layer.table_name} WHERE {MIDDLES[who]}".encode()
    )
    seen = [row[0] for row in await cur.fetchall()]

    for z in (5, 8, 10, 12, 13, 14):
        tiles = await bodies(site, layer, z, who)
        assert [counted(tiles)] == seen, z
    assert any(COUNT.encode() in body for body in await bodies(site, layer, 10, who))


@pytest.mark.parametrize("kind", KINDS)
async def test_tiles_are_those_of_a_layer_that_holds_nothing_else(
    site: Site, writer: Connection, kind: GeometryType
) -> None:
    layer = await ruled(writer, kind)
    await site.reload()
    zooms = range(5, 14)
    before = {z: await bodies(site, layer, z) for z in zooms}

    await writer.execute(
        f"DELETE FROM data.{layer.table_name} WHERE c1 IS DISTINCT FROM 'ODT'".encode()
    )
    await rule(writer, layer, {})
    async with writer.transaction():
        await tier_store.build(writer, await store.by_slug(writer, "lop"), 14)
    await site.reload()

    after = {z: await bodies(site, layer, z) for z in zooms}
    assert any(before[10])
    assert before == after


async def test_an_edit_of_a_hidden_feature_changes_no_tile_and_one_that_shows_it_does(
    site: Site, writer: Connection
) -> None:
    layer = await ruled(writer, GeometryType.POINT)
    await site.reload()
    versions = await edits.versions(writer, layer)
    cur = await writer.execute(
        f"SELECT id FROM data.{layer.table_name} WHERE c1 = 'LUC' ORDER BY id LIMIT 1".encode()
    )
    hidden = next(row[0] for row in await cur.fetchall())
    before = await bodies(site, layer, 10)

    said = edits.change(hidden, versions[hidden], edits.NGO_MON, giá=1e9, tên="Bí mật")
    await edits.apply(writer, "lop", [said])
    await site.reload()
    unmoved = await bodies(site, layer, 10)
    changed = await edits.versions(writer, layer)
    await edits.apply(writer, "lop", [edits.change(hidden, changed[hidden], loại="ODT")])
    await site.reload()

    assert unmoved == before
    assert counted(await bodies(site, layer, 10)) == counted(before) + 1


async def test_other_rules_make_other_tiers_and_leave_the_old_ones_to_the_sweeper(
    writer: Connection,
) -> None:
    before = await ruled(writer, GeometryType.POINT)
    assert {tier.rule for tier in before.ruled_tiers} == {ODT, NO_CLN}
    assert {tier.rule for tier in before.tiers} == {""}

    same = await rule(writer, before, RULES)
    other = await rule(writer, before, {Audience.PUBLIC: NO_CLN})

    assert same.ruled_tiers == before.ruled_tiers
    assert {tier.rule for tier in other.ruled_tiers} == {NO_CLN}
    assert other.is_tiered
    swept = set(await store.tables_to_sweep(writer, -1.0))
    assert swept >= {tier.table_name for tier in before.ruled_tiers}
    assert not swept & {tier.table_name for tier in (*other.tiers, *other.ruled_tiers)}


async def test_a_cluster_of_who_sees_less_lists_what_they_see(
    site: Site, writer: Connection
) -> None:
    layer = await ruled(writer, GeometryType.POINT)
    await site.reload()

    body = next(body for body in await bodies(site, layer, 10) if COUNT.encode() in body)
    features = mapbox_vector_tile.decode(body)["lop"]["features"]
    largest = max(features, key=lambda one: one["properties"].get(COUNT, 1))

    public = veil.seen(layer, view(ANONYMOUS, layer))
    found = await clusters.find(writer, public, largest["id"])

    assert largest["properties"]["loại"] == "ODT"
    assert found.count == largest["properties"][COUNT] > 1
