"""Rows of a small table of points, written as dictionaries, and what a layer holds of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.sql import SQL, Composable, Identifier

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import publish, tables
from layers.description import Description
from layers.fields import Field, FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import Mode, StagedTable
from tests.support.city import PROVENANCE

Row = Mapping[str, Any]
"""Values by field name; ``at``: easting in EPSG:9214, None for no place."""

TYPES = {"mã": FieldType.TEXT, "tên": FieldType.TEXT, "số": FieldType.INTEGER}
PLACE = "ST_SetSRID(ST_MakePoint(560000 + %s, 1820000), 9214)"


async def stage_rows(
    conn: Connection, name: str, rows: Sequence[Row], types: Mapping[str, FieldType] = TYPES
) -> StagedTable:
    """Fill and index ``staging.<name>`` with the rows, numbered from 1."""
    fields = build(list(types), list(types.values()))
    await tables.create_staging(conn, name, fields, GeometryType.POINT, 9214)
    columns = SQL(", ").join(Identifier(field.column) for field in fields)
    holders = SQL(", ").join([SQL("%s")] * len(fields))
    insert = SQL("INSERT INTO {} (id, {}, geom) VALUES (%s, {}, {})").format(
        tables.staging(name), columns, holders, SQL(PLACE)
    )
    values = [
        (i, *(row.get(field.name) for field in fields), row.get("at"))
        for i, row in enumerate(rows, start=1)
    ]
    await conn.cursor().executemany(insert, values)
    await tables.index(conn, tables.staging(name))
    return StagedTable(name, fields, GeometryType.POINT, 9214, PROVENANCE)


async def put_rows(
    conn: Connection,
    slug: str,
    rows: Sequence[Row],
    *,
    mode: Mode = Mode.REPLACE,
    types: Mapping[str, FieldType] = TYPES,
    staging: str = "",
    **said: Any,
) -> Layer:
    """Publish the rows as layer ``slug``, searchable by ``tên``; replace it if it is there."""
    staged = await stage_rows(conn, staging or f"u_{slug}", rows, types)
    about = Description(title=slug, search_field="tên")
    async with conn.transaction():
        return await publish.publish_table(
            conn, slug, about, staged, actor=OPERATOR, mode=mode, **said
        )


async def held(
    conn: Connection, source: Composable, fields: Sequence[Field]
) -> dict[int, dict[str, Any]]:
    """Return what a table or a sub-select holds: rows like those of ``put_rows``, by id."""
    named = SQL("").join(
        SQL("{}, {}, ").format(field.name, Identifier("t", field.column)) for field in fields
    )
    statement = SQL("SELECT t.id, {} ST_X(t.geom) - 560000 FROM {} t ORDER BY t.id").format(
        named, source
    )
    found = await (await conn.execute(statement)).fetchall()
    names = [field.name for field in fields]
    return {row[0]: dict(zip(names, row[2:-1:2], strict=True)) | {"at": row[-1]} for row in found}


async def now(conn: Connection, layer: Layer) -> dict[int, dict[str, Any]]:
    """Return what the layer holds now."""
    return await held(conn, tables.table(layer.table_name or ""), layer.fields)
