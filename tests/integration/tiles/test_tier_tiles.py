"""Far zooms are drawn from derived tables: light, counted, and of what the layer holds now."""

from dataclasses import replace
from typing import Any

import mapbox_vector_tile
import pytest
from psycopg.sql import SQL

from gishue.core.access import Audience
from gishue.core.db import Connection
from layers import description, store, tables, tier_store
from layers.layer import GeometryType, Layer
from layers.tiers import COUNT, FIRST_CELL_ID, tier_at
from layers.zoom import ZoomOverride
from tests.integration.tiles.conftest import Site, path
from tests.support import edits
from tests.support.tiered import COUNTED, add_features, all_tiles, rows_of
from tests.support.veiled import protect

ROWS = 4_000
KINDS = (*COUNTED, GeometryType.LINE)


async def read(site: Site, layer: Layer, z: int) -> dict[int, dict[str, Any]]:
    """Return what all tiles of a zoom draw inside them, by id; each is decoded."""
    features: dict[int, dict[str, Any]] = {}
    for tile in all_tiles(layer, z):
        answer = await site.get(path(layer, tile))
        assert answer.status_code in (200, 204)
        if answer.status_code == 200:
            decoded = mapbox_vector_tile.decode(answer.content)
            assert list(decoded) == [layer.slug]
            features |= {one["id"]: one for one in decoded[layer.slug]["features"]}
    return features


@pytest.mark.parametrize("kind", COUNTED)
async def test_every_feature_is_drawn_or_counted_at_every_zoom(
    site: Site, writer: Connection, kind: GeometryType
) -> None:
    layer = await add_features(writer, "lop", kind, ROWS)
    await site.reload()

    for z in range(5, 15):
        features = await read(site, layer, z)
        counts = [one["properties"].get(COUNT, 1) for one in features.values()]
        assert sum(counts) == ROWS, z
        assert (max(counts) > 1) == (z < 14), z
        assert all(
            (id_ >= FIRST_CELL_ID) == (COUNT in one["properties"]) for id_, one in features.items()
        )


async def test_shapes_that_are_only_moved_are_those_that_clipping_would_draw(
    site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", GeometryType.POLYGON, ROWS)
    await site.reload()
    compared = 0

    for z in range(5, 14):
        tier = tier_at(layer.tiers, z)
        assert tier is not None
        for tile in all_tiles(layer, z):
            answer = await site.get(path(layer, tile))
            found = await writer.execute(_CLIPPED.format(tables.table(tier.table_name)), tile)
            (clipped,) = await found.fetchone() or (b"",)
            served = mapbox_vector_tile.decode(answer.content)
            assert shapes(served, "lop") == shapes(mapbox_vector_tile.decode(clipped), "lop"), tile
            compared += len(shapes(served, "lop"))

    assert compared > 3_000


_CLIPPED = SQL("""
SELECT ST_AsMVT(q, 'lop', 4096, 'geom', 'id')
  FROM (SELECT ST_AsMVTGeom(t.geom_3857, e.b, 4096, 64, true) AS geom, t.id
          FROM (SELECT ST_TileEnvelope(z, x, y) AS b,
                       ST_TileEnvelope(z, x, y, margin => 0.015625) AS m
                  FROM (VALUES (%s::int, %s::int, %s::int)) v (z, x, y)) e
          JOIN {} t ON t.geom_3857 && e.m) q
""")


def shapes(decoded: dict[str, Any], slug: str) -> dict[int, Any]:
    """Return the geometries of a decoded tile by the ids of their features."""
    return {one["id"]: one["geometry"] for one in decoded.get(slug, {"features": []})["features"]}


async def test_values_are_of_most_or_the_mean_and_never_of_one_among_many(
    site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", GeometryType.POLYGON, ROWS)
    await site.reload()

    features = await read(site, layer, 8)

    cells = [one["properties"] for one in features.values() if COUNT in one["properties"]]
    assert cells
    for cell in cells:
        assert set(cell) <= {COUNT, "loại", "giá", "số"}
        assert 0 <= cell["giá"] <= 49 / 3
    assert {"ODT", "LUC", "CLN"} >= {cell["loại"] for cell in cells}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_tile_says_what_it_left_out_or_counted(
    site: Site, writer: Connection, kind: GeometryType
) -> None:
    layer = await add_features(writer, "lop", kind, ROWS)
    await site.reload()
    tile = all_tiles(layer, 12)[0]

    answer = await site.get(path(layer, tile))
    near = await site.get(path(layer, all_tiles(layer, 14)[0]))

    words = "left out" if kind is GeometryType.LINE else "count them"
    assert words in answer.headers["x-gishue-note"]
    assert "x-gishue-note" not in near.headers


async def test_while_tiers_are_waited_for_nothing_is_kept_for_ever(
    site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", GeometryType.POLYGON, ROWS)
    await writer.execute("UPDATE gis.layer SET tiered_epoch = -1")
    await site.reload()
    address = f"{path(layer, all_tiles(layer, 10)[0])}?rev={layer.revision}"

    before = await site.get(address)
    await tier_store.make(site.tiles.services.pool, "lop")
    await site.reload()
    after = await site.get(address)

    assert before.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert "immutable" in after.headers["cache-control"]
    assert before.content != after.content


async def test_a_rule_without_tiers_of_its_own_is_read_row_by_row(
    site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", GeometryType.POINT, ROWS, unit=None)
    await protect(writer, layer, {}, {Audience.PUBLIC: "\"loại\" = 'ODT'"})
    await site.reload()
    cur = await writer.execute(f"SELECT id FROM data.{layer.table_name} WHERE c1 = 'ODT'".encode())
    seen = {row[0] for row in await cur.fetchall()}

    for z in (6, 10, 13):
        features = await read(site, layer, z)
        assert features.keys() <= seen, z
        assert all(COUNT not in one["properties"] for one in features.values())


async def test_a_masked_field_is_in_no_cell(site: Site, writer: Connection) -> None:
    layer = await add_features(writer, "lop", GeometryType.POINT, ROWS)
    await protect(writer, layer, {"loại": Audience.UNIT, "giá": Audience.UNIT}, {})
    await site.reload()

    for z in (6, 10, 13, 14):
        features = await read(site, layer, z)
        names = {name for one in features.values() for name in one["properties"]}
        assert not names & {"loại", "giá"}, z
        assert "số" in names


async def say(writer: Connection, layer: Layer, *said: ZoomOverride) -> Layer:
    """Let the layer say that of its zooms, as the API writes it."""
    async with writer.transaction():
        await store.lock(writer, layer.slug)
        before = await store.by_slug(writer, layer.slug)
        await tier_store.describe(
            writer, before, replace(description.of(before), zoom_overrides=said)
        )
    return await store.by_slug(writer, layer.slug)


async def test_a_layer_chooses_fields_rows_and_shapes_of_a_zoom(
    site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", GeometryType.POLYGON, ROWS)
    far = ZoomOverride(0, 9, ("tên",), "\"loại\" = 'ODT'", 4.0)
    near = ZoomOverride(14, 14, ("số",), '"số" = 3', 8.0)

    layer = await say(writer, layer, far, near)

    assert layer.is_tiered
    await site.reload()
    cur = await writer.execute(
        f"SELECT count(*) FILTER (WHERE c1 = 'ODT'), count(*) FILTER (WHERE c3 = 3)"
        f" FROM data.{layer.table_name}".encode()
    )
    row = await cur.fetchone()
    assert row is not None
    for z in (4, 7, 9):
        features = await read(site, layer, z)
        assert sum(one["properties"].get(COUNT, 1) for one in features.values()) == row[0], z
        assert {n for one in features.values() for n in one["properties"]} <= {COUNT, "tên"}
    features = await read(site, layer, 12)
    assert sum(one["properties"].get(COUNT, 1) for one in features.values()) == ROWS
    features = await read(site, layer, 14)
    assert len(features) == row[1]
    assert {n for one in features.values() for n in one["properties"]} == {"số"}


async def test_a_zoom_filter_on_a_field_masked_later_shows_nothing(
    site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", GeometryType.POINT, ROWS)
    layer = await say(writer, layer, ZoomOverride(0, 9, None, "\"loại\" = 'ODT'"))
    await protect(writer, layer, {"loại": Audience.UNIT}, {})
    await site.reload()

    assert await read(site, layer, 8) == {}
    assert len(await read(site, layer, 12)) > 0


async def test_another_style_keeps_the_tiers_that_carry_its_fields(
    site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", GeometryType.POINT, ROWS)
    kept = {tier.table_name for tier in layer.tiers}

    async def styled(field: str) -> Layer:
        paint = {"circle-color": ["get", field], "circle-radius": ["get", "giá"]}
        style = {"layers": [{"type": "circle", "paint": paint}, {"filter": ["get", "số"]}]}
        async with writer.transaction():
            before = await store.by_slug(writer, "lop")
            said = replace(description.of(before), style=style)
            await tier_store.describe(writer, before, said)
        return await store.by_slug(writer, "lop")

    assert {tier.table_name for tier in (await styled("loại")).tiers} == kept
    other = await styled("tên")
    assert other.is_tiered
    assert not {tier.table_name for tier in other.tiers} & kept
    assert "tên" in other.tiers[0].fields


@pytest.mark.parametrize("kind", KINDS)
async def test_after_an_edit_every_zoom_shows_what_is_there_and_ready_tiles_too(
    site: Site, writer: Connection, kind: GeometryType
) -> None:
    layer = await add_features(writer, "lop", kind, ROWS)
    await site.reload()
    zooms = (6, 9, 12, 13, 14)
    ready = {z: await read(site, layer, z) for z in zooms}

    for number in (3, 997, 1001):
        moved = [edits.remove(number, 1), edits.change(number + 1, 1, None, loại="MỚI", số=9)]
        await edits.apply(writer, "lop", moved)
    await site.reload()
    shown = {z: await read(site, layer, z) for z in zooms}

    after = await store.by_slug(writer, "lop")
    assert after.is_tiered
    assert (after.epoch, after.revision) == (layer.epoch, layer.revision + 3)
    assert shown != ready
    async with writer.transaction():
        await tier_store.build(writer, after, after.tiers[-1].z + 1)
        await store.measure(writer, after, after.feature_count, after.bounds, bulk=True)
        await tier_store.carry(writer, after, await store.by_slug(writer, "lop"))
    await site.reload()
    assert shown == {z: await read(site, layer, z) for z in zooms}


async def test_a_bulk_edit_makes_the_tiers_anew(writer: Connection) -> None:
    layer = await add_features(writer, "lop", GeometryType.POINT, ROWS)

    await edits.apply(writer, "lop", [edits.remove(number, 1) for number in range(1, 700)])

    after = await store.by_slug(writer, "lop")
    assert after.epoch > layer.epoch
    assert after.is_tiered
    for tier in after.tiers:
        assert sum(row["n"] for row in await rows_of(writer, tier)) == ROWS - 699
