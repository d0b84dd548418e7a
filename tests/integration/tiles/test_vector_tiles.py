"""Vector tiles hold what the table holds, at the place where it is, and say what they leave out."""

from dataclasses import replace
from typing import Any

import mapbox_vector_tile
from psycopg.sql import SQL
from pyproj import Transformer

from gishue.core.db import Connection
from layers import description, store, tables
from layers.layer import Layer
from tests.integration.tiles.conftest import Site, middle, path
from tests.support.city import NGO_MON, add_layer
from tests.support.parcels import FIELDS, add_parcels
from tiles.grid import Tile, tile_bounds
from tiles.tier import CELL_PX, FEW

ROWS = FEW + 400


def decoded(body: bytes, layer: Layer) -> dict[int, dict[str, Any]]:
    """Return the features of a tile by id; y grows downwards, as in the tile itself."""
    read = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    assert list(read) == [layer.slug]
    assert read[layer.slug]["extent"] == 4096
    return {feature["id"]: feature for feature in read[layer.slug]["features"]}


async def inside(conn: Connection, layer: Layer, tile: Tile) -> dict[int, tuple[Any, ...]]:
    """Return id → values of the features whose geometry meets the tile, by a query of our own."""
    assert layer.table_name is not None
    columns = SQL(", ").join([SQL(f.column) for f in FIELDS])  # pyright: ignore[reportArgumentType] - c1 … c8
    cur = await conn.execute(
        SQL(
            "SELECT id, {} FROM {} WHERE ST_Intersects(ST_Transform(geom, 3857),"
            " ST_MakeEnvelope(%s, %s, %s, %s, 3857))"
        ).format(columns, tables.table(layer.table_name)),
        tile_bounds(tile),
    )
    return {row[0]: row[1:] for row in await cur.fetchall()}


async def _untier(writer: Connection) -> None:
    """Let the derived tables be of an earlier content."""
    await writer.execute("UPDATE gis.layer SET tiered_epoch = epoch - 1")


async def test_a_near_tile_holds_every_feature_with_every_value(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", ROWS)
    await site.reload()
    tile = middle(layer, 17)

    answer = await site.get(path(layer, tile))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    features = decoded(answer.content, layer)
    rows = await inside(writer, layer, tile)
    assert len(rows) > 20
    assert rows.keys() <= features.keys()
    for id_, values in rows.items():
        said = features[id_]["properties"]
        wanted = dict(zip([f.name for f in FIELDS], values, strict=True))
        wanted["cấp ngày"] = wanted["cấp ngày"].isoformat()
        assert said == {name: value for name, value in wanted.items() if value is not None}


async def test_vertices_are_where_the_coordinates_are(site: Site, writer: Connection) -> None:
    layer = await add_layer(writer, "di_tich")
    await site.reload()
    to_mercator = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    to_degrees = Transformer.from_crs("EPSG:9214", "EPSG:4326", always_xy=True)
    easting, northing = to_mercator.transform(*to_degrees.transform(*NGO_MON))
    tile = next(t for t in _pyramid(layer, 18) if _holds(t, easting, northing))

    features = decoded((await site.get(path(layer, tile))).content, layer)

    x, y = features[1]["geometry"]["coordinates"]
    bounds = tile_bounds(tile)
    unit_m = (bounds.xmax - bounds.xmin) / 4096
    assert abs(bounds.xmin + x * unit_m - easting) <= unit_m
    assert abs(bounds.ymax - y * unit_m - northing) <= unit_m
    assert features[1]["properties"] == {"tên": "Ngọ Môn", "năm": 1833}


async def test_below_zoom_16_a_large_layer_carries_four_fields(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", ROWS)
    await site.reload()
    tile = middle(layer, 15)

    features = decoded((await site.get(path(layer, tile))).content, layer)

    assert (await inside(writer, layer, tile)).keys() <= features.keys()
    names = {name for feature in features.values() for name in feature["properties"]}
    assert names == {"tờ", "thửa", "diện tích", "loại đất"}


async def test_a_small_layer_is_whole_at_a_far_zoom(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 30)
    await site.reload()

    answer = await site.get(path(layer, middle(layer, 12)))

    features = decoded(answer.content, layer)
    assert features.keys() == set(range(1, 31))
    assert "chủ sử dụng" in features[1]["properties"]
    assert "x-gishue-note" not in answer.headers


async def test_areas_smaller_than_a_pixel_are_left_out_and_the_tile_says_so(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", ROWS)
    assert layer.table_name is not None
    large = SQL(
        "UPDATE {} SET geom = ST_Multi(ST_MakeEnvelope(560000, 1820000, 560300, 1820300, 9214))"
        " WHERE id = 7"
    ).format(tables.table(layer.table_name))
    await writer.execute(large)
    await _untier(writer)
    await site.reload()

    answer = await site.get(path(layer, middle(layer, 11)))

    assert decoded(answer.content, layer).keys() == {7}
    assert "left out" in answer.headers["x-gishue-note"]


async def test_nothing_is_said_where_nothing_was_left_out(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", ROWS)
    await site.reload()

    answer = await site.get(path(layer, middle(layer, 15)))

    assert answer.status_code == 200
    assert "x-gishue-note" not in answer.headers


async def test_dense_points_are_thinned_to_one_a_cell_and_the_tile_says_so(
    site: Site, writer: Connection
) -> None:
    x, y = NGO_MON
    points = [(f"Cây {i}", i, x + 0.9 * (i % 50), y + 0.9 * (i // 50)) for i in range(ROWS)]
    layer = await add_layer(writer, "cay_xanh", points=points)
    await _untier(writer)
    await site.reload()
    tile = middle(layer, 12)

    answer = await site.get(path(layer, tile))

    features = decoded(answer.content, layer)
    cells = {
        tuple(int(part * 512 / 4096 / CELL_PX) for part in feature["geometry"]["coordinates"])
        for feature in features.values()
    }
    assert 1 <= len(features) <= 4 * len(cells)
    assert len(features) < 20
    assert "left out" in answer.headers["x-gishue-note"]
    whole = decoded((await site.get(path(layer, middle(layer, 13)))).content, layer)
    assert len(whole) == ROWS


async def test_a_tile_of_too_many_features_is_whole_and_says_how_many(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 400)
    await site.reload()
    from tiles.vector import vector_tile

    ready = await vector_tile(site.tiles.pool, layer, middle(layer, 13), 100)

    assert ready.note == "400 features, more than 100"


async def test_a_named_area_has_its_label_in_one_tile_only(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_ten", 60)
    named = replace(description.of(layer), search_field="chủ sử dụng")
    await store.describe(writer, layer.id, named)
    await site.reload()
    labels: list[int] = []
    areas: list[int] = []
    for tile in _pyramid(layer, 18):
        answer = await site.get(path(layer, tile))
        read = mapbox_vector_tile.decode(answer.content) if answer.status_code == 200 else {}
        areas += [one["id"] for one in read.get("thua_ten", {"features": []})["features"]]
        labels += [one["id"] for one in read.get("thua_ten:label", {"features": []})["features"]]
    assert sorted(labels) == list(range(1, 61))
    assert len(areas) > len(labels)


def _pyramid(layer: Layer, z: int) -> list[Tile]:
    at = middle(layer, z)
    reach = range(-12, 13)
    return [Tile(z, at.x + dx, at.y + dy) for dx in reach for dy in reach]


def _holds(tile: Tile, x: float, y: float) -> bool:
    bounds = tile_bounds(tile)
    return bounds.xmin <= x < bounds.xmax and bounds.ymin <= y < bounds.ymax
