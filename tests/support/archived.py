"""Layers whose tiles are archived, and edits of them as the journal tells of them."""

from collections.abc import Iterator, Sequence

from psycopg.sql import SQL, Composed

from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from layers import store, tables, touched
from layers.layer import Layer
from tiles.grid import Tile, column, row


def around(layer: Layer, z: int) -> Iterator[Tile]:
    """Yield the tiles of the layer's bounds, and a rim of one tile about them."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    for x in range(int(column(west, z)) - 1, int(column(east, z)) + 2):
        for y in range(int(row(north, z)) - 1, int(row(south, z)) + 2):
            if 0 <= x < 1 << z and 0 <= y < 1 << z:
                yield Tile(z, x, y)


async def shift(conn: Connection, layer: Layer, ids: Sequence[int], by_m: float) -> None:
    """Move features as an edit does: revision, journal and table in one transaction."""
    await _edit(conn, layer, ids, SQL("geom = ST_Translate(geom, {}, 0)").format(by_m))


async def write(conn: Connection, layer: Layer, ids: Sequence[int], number: int) -> None:
    """Give features a number in their first field, as an edit does."""
    await _edit(conn, layer, ids, SQL("c1 = {}").format(number))


async def _edit(conn: Connection, layer: Layer, ids: Sequence[int], what: Composed) -> None:
    async with conn.transaction():
        await store.lock(conn, layer.slug)
        now = await store.by_slug(conn, layer.slug)
        before = await boxes(conn, now, ids)
        said = SQL("UPDATE {} SET {} WHERE id = ANY(%s)")
        await conn.execute(said.format(tables.table(now.table_name or ""), what), (list(ids),))
        after = await boxes(conn, now, ids)
        revision = await store.measure(conn, now, now.feature_count, now.bounds, bulk=False)
        await touched.record(conn, layer.id, revision, [*before, *after])


async def boxes(conn: Connection, layer: Layer, ids: Sequence[int]) -> list[Bounds]:
    """Return the boxes of features, EPSG:3857."""
    said = SQL(
        "SELECT ST_XMin(g), ST_YMin(g), ST_XMax(g), ST_YMax(g)"
        " FROM (SELECT geom_3857 AS g FROM {} WHERE id = ANY(%s)) q"
    ).format(tables.table(layer.table_name or ""))
    return [Bounds(*found) for found in await (await conn.execute(said, (list(ids),))).fetchall()]
