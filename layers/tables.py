"""The table of a layer: one per revision of its content, named ``data.l<layer>_r<n>``.

``geom`` in the storage CRS is the truth. What tiles need is generated from it: ``geom_3857``, and
of areas ``geom_breadth``, by which their vertices are known to stay apart on a coarser grid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.mercator import HALF_M
from gishue.core.sql import load
from layers.fields import SQL_TYPE, Field
from layers.layer import GeometryType, LayerId

_SQL = load("layers", "table")

POSTGIS_TYPE: dict[GeometryType, LiteralString] = {
    GeometryType.POINT: "Point",
    GeometryType.LINE: "MultiLineString",
    GeometryType.POLYGON: "MultiPolygon",
    GeometryType.MIXED: "Geometry",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What a table holds: rows, rows with a geometry, bounds in EPSG:4326."""

    rows: int
    with_geometry: int
    bounds: Bounds | None


def staging(name: str) -> Identifier:
    """Return the identifier of a staging table."""
    return Identifier("staging", name)


def table(name: str) -> Identifier:
    """Return the identifier of a layer's table."""
    return Identifier("data", name)


def table_name(layer_id: LayerId, revision: int) -> str:
    """Return the name of a layer's table as of ``revision``.

    >>> table_name(LayerId(7), 3)
    'l7_r3'
    """
    return f"l{layer_id}_r{revision}"


def past_name(name: str) -> str:
    """Return the name of the table that keeps the past of the layer table ``name``."""
    return f"{name}_past"


def past(name: str) -> Identifier:
    """Return the identifier of the table that keeps the past of the layer table ``name``."""
    return table(past_name(name))


def columns(fields: Sequence[Field], owner: str | None = None) -> Composed:
    """Return ``c1, c2,`` with a trailing comma, or ``t.c1, t.c2,`` of the ``owner`` t."""
    names = [(owner, field.column) if owner else (field.column,) for field in fields]
    return listed([Identifier(*name) for name in names])


def shape(
    fields: Sequence[Field], geometry_type: GeometryType | None, srid: int
) -> dict[str, Composed | SQL | Literal]:
    """Return what a statement that creates a table says of its columns and its geometry."""
    named = [SQL("{} {}").format(Identifier(f.column), SQL(SQL_TYPE[f.type])) for f in fields]
    kind = POSTGIS_TYPE[geometry_type or GeometryType.MIXED]
    return {"columns": listed(named), "geometry": SQL(kind), "srid": Literal(srid)}


def web(geometry_type: GeometryType | None, geom: Composable) -> Composed:
    """Return a geometry in EPSG:3857 as ``geom_3857`` holds it."""
    is_area = geometry_type is GeometryType.POLYGON
    return SQL(_SQL["web_area" if is_area else "web"]).format(geom=geom)


def breadth(srid: int, geom: Composable) -> Composed:
    """Return the mean width of an area as ``geom_breadth`` holds it, in units of ``srid``."""
    return SQL(_SQL["breadth"]).format(geom=geom, metre=Literal(metre(srid)))


def metre(srid: int) -> float:
    """Return how many units of a storage CRS are a metre of EPSG:3857 at most.

    Those in metres are of Việt Nam: nowhere there does web mercator draw a metre shorter than it
    is. A degree of latitude is never drawn shorter than one of longitude.

    >>> round(1 / metre(4326)), metre(9214)
    (111319, 1.0)
    """
    return 180 / HALF_M if srid == 4326 else 1.0


async def create_staging(
    conn: Connection,
    name: str,
    fields: Sequence[Field],
    geometry_type: GeometryType,
    srid: int,
    *,
    has_key: bool = True,
) -> None:
    """Create an empty staging table, or replace the one of that name.

    Without its key it fills faster; ``index_id`` and ``identify`` make up for it.
    """
    await conn.execute(SQL(_SQL["drop"]).format(table=staging(name)))
    await create(conn, staging(name), fields, geometry_type, srid, has_key=has_key)
    # It is filled, indexed and analysed by us; a vacuum would only stand in the way.
    await conn.execute(SQL(_SQL["leave_alone"]).format(table=staging(name)))


async def create(
    conn: Connection,
    name: Identifier,
    fields: Sequence[Field],
    geometry_type: GeometryType,
    srid: int,
    *,
    has_key: bool = True,
) -> None:
    """Create a table with what every row has but its version."""
    key, geom = SQL("PRIMARY KEY" if has_key else ""), Identifier("geom")
    parts = shape(fields, geometry_type, srid)
    which = "generated_area" if geometry_type is GeometryType.POLYGON else "generated"
    generated = SQL(_SQL[which]).format(
        geometry=parts["geometry"], web=web(geometry_type, geom), breadth=breadth(srid, geom)
    )
    statement = SQL(_SQL["create"]).format(table=name, key=key, generated=generated, **parts)
    await conn.execute(statement)


async def add_version(conn: Connection, name: Identifier, revision: int) -> None:
    """Say that every row of a table came with ``revision``.

    No row is written: PostgreSQL keeps the constant of a new column once for the table.
    """
    statement = SQL(_SQL["version"]).format(table=name, revision=Literal(revision))
    await conn.execute(statement)


async def index(conn: Connection, name: Identifier) -> None:
    """Index and analyse a filled table."""
    await index_web(conn, name)
    await index_geom(conn, name)
    await analyze(conn, name)


async def index_web(conn: Connection, name: Identifier) -> None:
    """Index the geometry that serves the tiles."""
    await conn.execute(SQL(_SQL["index"]).format(table=name))


async def index_geom(conn: Connection, name: Identifier) -> None:
    """Index the geometry in the storage CRS."""
    await conn.execute(SQL(_SQL["index_geom"]).format(table=name))


async def index_id(conn: Connection, name: str) -> None:
    """Index the ids of the staging table ``name``, made without its key."""
    parts = {"table": staging(name), "index": Identifier(f"{name}_pkey")}
    await conn.execute(SQL(_SQL["index_id"]).format(**parts))


async def identify(conn: Connection, name: str) -> None:
    """Make the index of ``index_id`` the key of its table."""
    parts = {"table": staging(name), "index": Identifier(f"{name}_pkey")}
    await conn.execute(SQL(_SQL["identify"]).format(**parts))


async def analyze(conn: Connection, name: Identifier) -> None:
    """Have the planner look at a filled table."""
    await conn.execute(SQL(_SQL["analyze"]).format(table=name))


async def adopt(conn: Connection, staging_name: str, name: str, revision: int) -> None:
    """Turn a staging table into the layer table ``name``, all rows of ``revision``.

    No row is copied. Its indexes are renamed too, so that another staging table may carry the old
    name. The table is locked before its indexes: the other way round a vacuum that holds the one
    and wants the other would be a deadlock.
    """
    for statement in ("lock", "look_after"):
        await conn.execute(SQL(_SQL[statement]).format(table=staging(staging_name)))
    rows = await (await conn.execute(_SQL["indexes"], {"table": staging_name})).fetchall()
    for position, (index_name,) in enumerate(rows, start=1):
        statement = SQL(_SQL["rename_index"]).format(
            index=Identifier("staging", index_name), name=Identifier(f"{name}_{position}")
        )
        await conn.execute(statement)
    await add_version(conn, staging(staging_name), revision)
    await conn.execute(SQL(_SQL["adopt"]).format(staging=staging(staging_name)))
    await conn.execute(SQL(_SQL["rename"]).format(table=table(staging_name), name=Identifier(name)))


async def drop(conn: Connection, name: Identifier) -> None:
    """Drop a table if it is there."""
    await conn.execute(SQL(_SQL["drop"]).format(table=name))


async def count(
    conn: Connection, source: Identifier | Composed, values: Mapping[str, Any] | None = None
) -> Counted:
    """Return what a table holds, or a query in brackets with its values."""
    statement = SQL(_SQL["count"]).format(table=source)
    row = await (await conn.execute(statement, values)).fetchone()
    rows, with_geometry, xmin, *rest = row or (0, 0, None)
    bounds = Bounds(float(xmin), *map(float, rest)) if xmin is not None else None
    return Counted(int(rows), int(with_geometry), bounds)


def listed(parts: Sequence[Identifier | Composed]) -> Composed:
    """Return ``a, b,`` with a trailing comma, or nothing."""
    return SQL("").join(
        [
            part + SQL(", ") if isinstance(part, Composed) else SQL("{}, ").format(part)
            for part in parts
        ]
    )
