"""Small layers for tests: staged rows in VN-2000, published through the hub."""

from collections.abc import Sequence

from psycopg.sql import SQL, Identifier

from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import Mode, Provenance, StagedTable

PROVENANCE = Provenance("EPSG:9214", "VN-2000 to WGS 84 (2)", 1.0, "utf-8")
NGO_MON = (561476.4762, 1821417.4543)
"""EPSG:9214; WGS 84 107.5776, 16.4677 (control point of the project's knowledge base)."""
TRUONG_TIEN = (562757.3963, 1821553.9430)

Point = tuple[str, int, float, float]
PLACES: Sequence[Point] = (
    ("Ngọ Môn", 1833, *NGO_MON),
    ("Cầu Trường Tiền", 1899, *TRUONG_TIEN),
)


async def stage_points(
    conn: Connection, name: str, points: Sequence[Point] = PLACES
) -> StagedTable:
    """Fill a staging table with named points in EPSG:9214."""
    fields = build(["tên", "năm"], [FieldType.TEXT, FieldType.INTEGER])
    await tables.create_staging(conn, name, fields, GeometryType.POINT, 9214)
    insert = SQL(
        "INSERT INTO {} (id, c1, c2, geom)"
        " VALUES (%s, %s, %s, ST_SetSRID(ST_MakePoint(%s, %s), 9214))"
    ).format(Identifier("staging", name))
    rows = [(i, *point) for i, point in enumerate(points, start=1)]
    await conn.cursor().executemany(insert, rows)
    await tables.index(conn, tables.staging(name))
    return StagedTable(name, fields, GeometryType.POINT, 9214, PROVENANCE)


async def add_layer(
    conn: Connection,
    slug: str,
    *,
    visibility: Visibility = Visibility.OPEN,
    mode: Mode = Mode.CREATE,
    points: Sequence[Point] = PLACES,
    unit: str | None = None,
) -> Layer:
    """Publish a layer of named points, searchable by name."""
    staged = await stage_points(conn, f"u_{slug}", points)
    said = Description(title=f"Lớp {slug}", visibility=visibility, search_field="tên", unit=unit)
    async with conn.transaction():
        return await publish.publish_table(conn, slug, said, staged, actor=OPERATOR, mode=mode)
