"""A block of synthetic parcels of any size, published through the hub."""

from psycopg.sql import SQL

from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import Mode, Provenance, StagedTable

FIELDS = build(
    ["tờ", "thửa", "diện tích", "loại đất", "chủ sử dụng", "giá %", "cấp ngày", "tranh chấp"],
    [
        FieldType.INTEGER,
        FieldType.INTEGER,
        FieldType.REAL,
        FieldType.TEXT,
        FieldType.TEXT,
        FieldType.REAL,
        FieldType.DATE,
        FieldType.BOOLEAN,
    ],
)

_INSERT = SQL("""
INSERT INTO {table} (id, c1, c2, c3, c4, c5, c6, c7, c8, geom)
SELECT i, i / 1000, i %% 1000, 200 + i %% 40, (ARRAY['ODT', 'ONT', 'LUC', 'CLN', NULL])[1 + i %% 5],
       'Nguyễn Văn ' || i, 1e6 * (i %% 50), date '2001-01-01' + i %% 900, i %% 7 = 0,
       ST_Multi(ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[
         ST_MakePoint(x, y), ST_MakePoint(x + 11, y + sin(i)),
         ST_MakePoint(x + 11 + cos(i), y + 18),
         ST_MakePoint(x + 5, y + 19), ST_MakePoint(x, y + 18), ST_MakePoint(x, y)])), 9214))
  FROM (SELECT i, 560000 + 12 * (i %% %(side)s) AS x, 1820000 + 20 * (i / %(side)s) AS y
          FROM generate_series(1, %(rows)s) AS i) g
""")


async def add_parcels(
    conn: Connection,
    slug: str,
    rows: int,
    *,
    visibility: Visibility = Visibility.OPEN,
    unit: str | None = None,
    mode: Mode = Mode.CREATE,
    minzoom: int = 0,
    maxzoom: int = 22,
) -> Layer:
    """Publish ``rows`` parcels of about 200 m² in a square block of Huế, in EPSG:9214."""
    name = f"u_{slug}"
    await tables.create_staging(conn, name, FIELDS, GeometryType.POLYGON, 9214)
    values = {"rows": rows, "side": max(int(rows**0.5), 1)}
    await conn.execute(_INSERT.format(table=tables.staging(name)), values)
    await tables.index(conn, tables.staging(name))
    provenance = Provenance("EPSG:9214", "VN-2000 to WGS 84 (2)", 1.0, "utf-8")
    staged = StagedTable(name, FIELDS, GeometryType.POLYGON, 9214, provenance)
    said = Description(
        title="Thửa đất",
        title_en="Parcels",
        visibility=visibility,
        unit=unit,
        minzoom=minzoom,
        maxzoom=maxzoom,
    )
    async with conn.transaction():
        return await publish.publish_table(conn, slug, said, staged, actor=OPERATOR, mode=mode)
