"""Layers that are large enough for derived tables, seeded, and changes of them."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, Final

from psycopg.rows import dict_row
from psycopg.sql import SQL, Composed, Identifier

from gishue.core.actor import OPERATOR
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from layers import publish, store, tables, tier_store
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import StagedTable
from layers.tiers import LEAST_ROWS, Tier
from tests.support.city import PROVENANCE
from tiles.grid import Tile, column, row

COUNTED: Final = (GeometryType.POINT, GeometryType.POLYGON)
FIELDS: Final = build(
    ["loại", "giá", "số", "tên"],
    [FieldType.TEXT, FieldType.REAL, FieldType.INTEGER, FieldType.TEXT],
)
STYLE: Final = {
    "layers": [
        {
            "type": "fill",
            "paint": {"fill-color": ["match", ["get", "loại"], "ODT", "#f00", "#0f0"]},
        },
        {"type": "line", "paint": {"line-width": ["get", "giá"]}},
        {"type": "circle", "paint": {"circle-radius": ["get", "số"]}},
    ]
}
_SHAPE: Final = {
    GeometryType.POINT: SQL("ST_MakePoint(x, y)"),
    GeometryType.LINE: SQL(
        "ST_Multi(ST_MakeLine(ARRAY[ST_MakePoint(x, y), ST_MakePoint(x + r, y + r / 2),"
        " ST_MakePoint(x + 2 * r, y - r)]))"
    ),
    GeometryType.POLYGON: SQL("ST_Multi(ST_MakeEnvelope(x, y, x + r, y + r * 0.7))"),
}
_PLACES: Final = SQL("""
SELECT i, (ARRAY['ODT', 'LUC', 'CLN', NULL])[1 + (i::bigint * 7919 %% 11) %% 4] AS c1,
       CASE WHEN i %% 9 > 0 THEN (i %% 50) / 3.0 END AS c2, i %% 5 AS c3, 'Thửa ' || i AS c4,
       560000 + (i::bigint * 7919 %% 10007)::float8 * 0.4 AS x,
       1820000 + (i::bigint * 104729 %% 10009)::float8 * 0.4 AS y,
       CASE WHEN i %% 997 = 0 THEN 400 ELSE 6 + i %% 9 END AS r
  FROM generate_series(%(first)s::int, %(last)s::int) AS i
""")


def all_tiles(layer: Layer, z: int) -> list[Tile]:
    """Return every tile at zoom ``z`` that the layer meets."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    return [
        Tile(z, x, y)
        for x in range(int(column(west, z)), int(column(east, z)) + 1)
        for y in range(int(row(north, z)), int(row(south, z)) + 1)
    ]


async def add_features(
    conn: Connection,
    slug: str,
    kind: GeometryType,
    rows: int,
    *,
    style: Mapping[str, Any] | None = STYLE,
    unit: str | None = None,
    base_from: int | None = 14,
) -> Layer:
    """Publish ``rows`` features in a block of 4 km in EPSG:9214; a few areas are large.

    ``base_from``: from where they are read row by row; None: as is found right.
    """
    name = f"u_{slug}"
    await tables.create_staging(conn, name, FIELDS, kind, 9214)
    insert = SQL(
        "INSERT INTO {} (id, c1, c2, c3, c4, geom)"
        " SELECT i, c1, c2, c3, c4, ST_SetSRID({}, 9214) FROM ({}) p"
    ).format(tables.staging(name), _SHAPE[kind], _PLACES)
    await conn.execute(insert, {"first": 1, "last": rows})
    await tables.index(conn, tables.staging(name))
    staged = StagedTable(name, FIELDS, kind, 9214, PROVENANCE)
    said = Description(title="Nhiều", style=style, unit=unit)
    async with conn.transaction():
        await publish.publish_table(conn, slug, said, staged, actor=OPERATOR)
        layer = await store.by_slug(conn, slug)
        if base_from is not None and layer.feature_count > LEAST_ROWS:
            await tier_store.build(conn, layer, base_from)
    return await store.by_slug(conn, slug)


async def rows_of(conn: Connection, tier: Tier) -> list[dict[str, Any]]:
    """Return what a derived table holds, by cell and id; shapes as bytes."""
    statement = SQL("SELECT * FROM {} ORDER BY gx, gy, id").format(tables.table(tier.table_name))
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement)
        return await cursor.fetchall()


async def change(conn: Connection, layer: Layer, chance: random.Random) -> list[Bounds]:
    """Move, remove, add and revalue some features; return the boxes they had and have."""
    table = tables.table(layer.table_name or "")
    ids = [chance.randrange(1, 4_000) for _ in range(chance.randrange(1, 5))]
    boxes = await boxes_of(conn, table, ids)
    kind = layer.geometry_type or GeometryType.POINT
    match chance.choice(["move", "remove", "add", "revalue", "grow"]):
        case "move":
            there = SQL("ST_Translate(geom, {}, {})").format(
                chance.randrange(-90, 90), chance.randrange(-90, 90)
            )
            await _set(conn, table, ids, SQL("geom = {}").format(there))
        case "remove":
            statement = SQL("DELETE FROM {} WHERE id = ANY(%s)").format(table)
            await conn.execute(statement, [ids])
        case "add":
            first = chance.randrange(100_000, 2_000_000_000)
            ids = list(range(first, first + 3))
            insert = SQL(
                "INSERT INTO {} (id, c1, c2, c3, c4, geom)"
                " SELECT i, c1, c2, c3, c4, ST_SetSRID({}, 9214) FROM ({}) p"
            ).format(table, _SHAPE[kind], _PLACES)
            await conn.execute(insert, {"first": first, "last": first + 2})
        case "revalue":
            value = SQL("c1 = 'ODT', c2 = {}").format(chance.random() * 100)
            await _set(conn, table, ids, value)
        case _:
            shape = SQL("geom").format() if kind is GeometryType.POINT else _grown(chance)
            await _set(conn, table, ids, SQL("geom = {}").format(shape))
    return boxes + await boxes_of(conn, table, ids)


def _grown(chance: random.Random) -> Composed:
    """Return the shape, larger round its own middle."""
    return SQL("ST_Multi(ST_Scale(geom, ST_MakePoint({f}, {f}), ST_Centroid(geom)))").format(
        f=chance.choice([0.2, 3.0, 40.0])
    )


async def _set(conn: Connection, table: Identifier, ids: Sequence[int], what: Composed) -> None:
    statement = SQL("UPDATE {} SET {} WHERE id = ANY(%s)").format(table, what)
    await conn.execute(statement, [list(ids)])


async def boxes_of(conn: Connection, table: Identifier, ids: Sequence[int]) -> list[Bounds]:
    """Return the bounds of features, EPSG:3857 metres."""
    statement = SQL(
        "SELECT ST_XMin(geom_3857), ST_YMin(geom_3857), ST_XMax(geom_3857), ST_YMax(geom_3857)"
        " FROM {} WHERE id = ANY(%s)"
    ).format(table)
    return [Bounds(*row) for row in await (await conn.execute(statement, [list(ids)])).fetchall()]
