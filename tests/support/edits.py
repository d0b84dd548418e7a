"""Edits of small layers for tests, and what a layer of parcels is made of."""

from collections.abc import Sequence
from typing import Any

from psycopg.sql import SQL

from gishue.core.actor import OPERATOR, Actor
from gishue.core.db import Connection
from layers import changeset, edit, schema_store, store, tables, veil
from layers.changeset import Edited
from layers.layer import Layer

NGO_MON = {"type": "Point", "coordinates": [107.5776, 16.4677]}
Said = dict[str, Any]


def add(geometry: Said | None = NGO_MON, **properties: Any) -> Said:
    """Return a change that adds a feature."""
    return {"op": "add", "properties": properties, "geometry": geometry}


def change(id_: int, version: int, geometry: Said | None = None, **properties: Any) -> Said:
    """Return a change of a feature; without a geometry it stays where it is."""
    said: Said = {"op": "change", "id": id_, "version": version, "properties": properties}
    return said if geometry is None else said | {"geometry": geometry}


def remove(id_: int, version: int) -> Said:
    """Return a change that removes a feature."""
    return {"op": "remove", "id": id_, "version": version}


async def apply(
    conn: Connection,
    slug: str,
    said: Sequence[Said],
    actor: Actor = OPERATOR,
    message: str = "",
    srid: int = 4326,
) -> Edited:
    """Bring the changes in, as the API does; undone as a whole if they are refused."""
    async with conn.transaction():
        layer = await edit.locked(conn, slug, actor)
        schema = await schema_store.schema_of(conn, layer.id)
        changes = changeset.read(veil.of(actor, layer), schema, said, srid)
        return await edit.edit(conn, layer, changes, actor=actor, message=message, srid=srid)


async def versions(conn: Connection, layer: Layer) -> dict[int, int]:
    """Return the version of every feature, by id."""
    statement = SQL("SELECT id, version FROM {}").format(tables.table(layer.table_name or ""))
    return dict(await (await conn.execute(statement)).fetchall())


def square(x: float, y: float, side: float = 10.0) -> Said:
    """Return a square of so many metres, EPSG:9214, ``x`` and ``y`` from a corner of Huế."""
    x0, y0, x1, y1 = 560000 + x, 1820000 + y, 560000 + x + side, 1820000 + y + side
    ring = [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]
    return {"type": "Polygon", "coordinates": [ring]}


async def forbid_overlap(conn: Connection, slug: str) -> Layer:
    """Let the layer forbid that its polygons overlap."""
    await conn.execute("UPDATE gis.layer SET forbids_overlap = true WHERE slug = %s", (slug,))
    return await store.by_slug(conn, slug)
