"""Bring a layer's table to what is staged, as ``pg_temp.pairing`` says: in place, or in a new one.

A matched row keeps its id; a new one gets an id that no feature of the layer ever had. In place,
what is unchanged is not touched; PostgreSQL shows readers the table before or after, never between.
"""

from collections.abc import Sequence

from psycopg.sql import SQL, Composed, Identifier

from gishue.core.db import Connection
from gishue.core.sql import load
from layers import store, tables
from layers.diff import Counts, Side
from layers.fields import Field
from layers.layer import Layer

_SQL = load("layers", "amend")

IN_PLACE_ROWS = 10_000
"""So many rows are always written in place: small layers that change often leave no tables."""
IN_PLACE_SHARE = 0.4
"""A row written in place costs 34 µs and its past 3, in a new table 18 µs whether it changed or
not (200,000 parcels of 8 fields): beyond this share of the layer a new table is cheaper."""


def is_in_place(counts: Counts) -> bool:
    """Whether so many changes are written into the table that is there."""
    written = counts.added + counts.changed
    whole = written + counts.unchanged
    return written <= max(IN_PLACE_ROWS, IN_PLACE_SHARE * whole)


async def number(conn: Connection, layer: Layer) -> None:
    """Give the added rows of the pairing ids that no feature of ``layer`` ever had."""
    last = await store.last_feature_id(conn, layer.id)
    if layer.table_name:
        last = max(last, await last_id(conn, tables.table(layer.table_name)))
    await conn.execute(_SQL["number"], {"last": last})


async def number_as_staged(conn: Connection) -> None:
    """Give the added rows of the pairing the ids they are staged under: features that come back."""
    await conn.execute(_SQL["number_as_staged"])


async def last_id(conn: Connection, table: Identifier) -> int:
    """Return the highest id in ``table``, 0 where it is empty."""
    row = await (await conn.execute(SQL(_SQL["last_id"]).format(table=table))).fetchone()
    return int(row[0]) if row else 0


async def in_place(
    conn: Connection, live: Side, staged: Side, counts: Counts, revision: int
) -> None:
    """Write the pairing into the live table; both sides have the same fields and geometry."""
    pairs = [(field, staged.column(field.name) or "") for field in live.fields]
    assigned = tables.listed(
        [
            SQL("{} = {}").format(Identifier(ours.column), Identifier("s", theirs))
            for ours, theirs in pairs
        ]
    )
    values = {"revision": revision}
    given = {"table": live.table, "staged": staged.table}
    if counts.removed:
        await conn.execute(SQL(_SQL["remove"]).format(**given))
    for statement in ("change", "move") if counts.changed else ():
        await conn.execute(SQL(_SQL[statement]).format(**given, values=assigned), values)
    if counts.added:
        await add(conn, live, staged, revision)


async def add(conn: Connection, live: Side, staged: Side, revision: int) -> None:
    """Write the added rows of the pairing into the live table."""
    statement = SQL(_SQL["add"]).format(
        table=live.table,
        staged=staged.table,
        columns=tables.columns(live.fields),
        values=_from(staged, live.fields),
    )
    await conn.execute(statement, {"revision": revision})


async def rebuild(conn: Connection, staged: Side, name: str, revision: int) -> None:
    """Make the layer table ``name`` of the staged rows, under the ids of the pairing."""
    table = tables.table(name)
    await tables.create(conn, table, staged.fields, staged.geometry_type, staged.srid)
    await tables.add_version(conn, table, revision)
    statement = SQL(_SQL["rebuild"]).format(
        table=table,
        staged=staged.table,
        columns=tables.columns(staged.fields),
        values=_from(staged, staged.fields),
    )
    await conn.execute(statement, {"revision": revision})
    await tables.index(conn, table)


def _from(staged: Side, fields: Sequence[Field]) -> Composed:
    columns = [staged.column(field.name) or "" for field in fields]
    return tables.listed([Identifier("s", column) for column in columns])
