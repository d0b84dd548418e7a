"""An edit on its way into the layer's table. The only module that runs ``layers/sql/edit.sql``.

What is to be written stands in ``pg_temp.staged`` and ``pg_temp.pairing``, as a publication has
them (see :mod:`layers.diff`), so that both keep the past and write in place by the same statements.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from psycopg.sql import SQL, Composed, Identifier, Literal
from psycopg.types.json import Jsonb

from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.sql import load
from layers import area, diff, tables, veil
from layers.changeset import Change, Clash
from layers.diff import Side
from layers.fields import SQL_TYPE, Field
from layers.layer import GeometryType, Layer

_SQL = load("layers", "edit")
STAGED: Final = Identifier("pg_temp", "staged")
SLACK_M2: Final = 0.01
"""Ground that two polygons may share through rounding, EPSG:3857, square metres."""
_NAMED: Final = 100


@dataclass(frozen=True, slots=True)
class Broken:
    """A geometry that cannot be: the place of its change, and why in the words of GEOS."""

    index: int
    is_empty: bool
    reason: str


class Boxes(NamedTuple):
    """The bounds of what an edit touched, EPSG:3857 in metres: all, and where far zooms change."""

    all: tuple[Bounds, ...]
    redrawn: tuple[Bounds, ...]


def side(layer: Layer) -> Side:
    """Return what is staged as the new side of a comparison with the layer."""
    kind = layer.geometry_type or GeometryType.MIXED
    return Side(STAGED, layer.fields, kind, layer.srid)


async def hold(conn: Connection, changes: Iterable[Change]) -> None:
    """Hold the changes in a temporary table, numbered from 0."""
    await conn.execute(_SQL["drop"])
    await conn.execute(_SQL["hold"])
    async with conn.cursor() as cursor, cursor.copy(_SQL["fill"]) as copy:
        for n, one in enumerate(changes):
            props = Jsonb(dict(one.values))
            row = (n, one.op, one.id, one.version, props, one.is_drawn, one.shape)
            await copy.write_row(row)
    await conn.execute(_SQL["look"])


async def clashes(conn: Connection, layer: Layer, seen: Layer) -> list[Clash]:
    """Return the features that are gone, at another version, or not to be seen by the editor."""
    rule = veil.rows(seen)
    statement = SQL(_SQL["clashes"]).format(
        table=_table(layer), rows=rule.where if rule else SQL("true")
    )
    cur = await conn.execute(statement, rule.values if rule else {})
    return [Clash(*row) for row in await cur.fetchall()]


async def stage(conn: Connection, layer: Layer, srid: int) -> None:
    """Stage the features as they will be; geometries come in ``srid``."""
    values = tables.listed([_value(one) for one in layer.fields])
    parts = tables.shape(layer.fields, layer.geometry_type, layer.srid)
    statement = SQL(_SQL["stage"]).format(
        table=_table(layer),
        values=values,
        shape=_shape(layer, srid),
        geometry=parts["geometry"],
        srid=parts["srid"],
    )
    await conn.execute(statement)
    await conn.execute(_SQL["key"])


async def broken(conn: Connection) -> list[Broken]:
    """Return the drawn geometries that are empty or not valid."""
    return [Broken(*row) for row in await (await conn.execute(_SQL["broken"])).fetchall()]


async def pair(conn: Connection, layer: Layer) -> diff.Counts:
    """Match what is staged with the layer's features."""
    statement = SQL(_SQL["pair"]).format(
        table=_table(layer), differs=diff.differs(diff.live(layer), side(layer))
    )
    await conn.execute(statement)
    return await diff.counted(conn)


async def stage_undone(conn: Connection, layer: Layer, revision: int) -> diff.Counts:
    """Stage and match what takes ``revision`` back."""
    await conn.execute(_SQL["drop"])
    parts = {"past": tables.past(layer.table_name or ""), "table": _table(layer)}
    columns = tables.columns(layer.fields, "t")
    values = {"revision": revision}
    await conn.execute(SQL(_SQL["stage_undone"]).format(**parts, columns=columns), values)
    await conn.execute(_SQL["key"])
    await conn.execute(SQL(_SQL["pair_undone"]).format(**parts), values)
    return await diff.counted(conn)


async def gone_on(conn: Connection, layer: Layer, revision: int) -> list[Clash]:
    """Return the features of ``revision`` that changed once more since; they have no index."""
    parts = {"past": tables.past(layer.table_name or ""), "table": _table(layer)}
    cur = await conn.execute(SQL(_SQL["gone_on"]).format(**parts), {"revision": revision})
    return [Clash(0, *row) for row in await cur.fetchall()]


async def stage_one(
    conn: Connection, layer: Layer, source: Composed, feature_id: int
) -> diff.Counts:
    """Stage and match one feature as it stands in ``source``."""
    await conn.execute(_SQL["drop"])
    parts = {"source": source, "columns": tables.columns(layer.fields, "t")}
    await conn.execute(SQL(_SQL["stage_one"]).format(**parts), {"id": feature_id})
    await conn.execute(_SQL["key"])
    differs = diff.differs(diff.live(layer), side(layer))
    await conn.execute(SQL(_SQL["pair_one"]).format(table=_table(layer), differs=differs))
    return await diff.counted(conn)


async def off_ground(conn: Connection, layer: Layer, units: Sequence[str]) -> int | None:
    """Return the change of the first feature that was or will be off the ground of ``units``."""
    was = area.inside(units, SQL("l.geom"), layer.srid)
    will = area.inside(units, SQL("s.geom"), layer.srid)
    statement = SQL(_SQL["off_ground"]).format(
        table=_table(layer), was_inside=was.where, is_inside=will.where
    )
    row = await (await conn.execute(statement, {**was.values, **will.values})).fetchone()
    return None if row is None else int(row[1] or 0)


async def keep_shapes(conn: Connection, layer: Layer) -> None:
    """Keep the geometries that are about to change or go."""
    statement = SQL(_SQL["was"]).format(table=_table(layer), redrawn=_redrawn(layer))
    await conn.execute(statement)


def _redrawn(layer: Layer) -> Composed:
    """Return the claim that derived tables read what a change of values makes otherwise.

    What a filter or a rule of theirs reads is not looked into.
    """
    made = layer.every_tier
    if any(tier.filter or tier.rule for tier in made):
        return SQL("true").format()
    names = {name for tier in made for name in tier.fields}
    read = tuple(one for one in layer.fields if one.name in names)
    return diff.differs(replace(diff.live(layer), fields=read), replace(side(layer), fields=read))


async def boxes(conn: Connection, layer: Layer, most: int) -> Boxes | None:
    """Return the bounds of the features before and after; None: they are too many."""
    statement = SQL(_SQL["boxes"]).format(table=_table(layer))
    rows = await (await conn.execute(statement, {"limit": most + 1})).fetchall()
    if len(rows) > most:
        return None
    redrawn = tuple(Bounds(*box) for *box, is_redrawn in rows if is_redrawn)
    return Boxes(tuple(Bounds(*box) for *box, _ in rows), redrawn)


async def extent_before(conn: Connection, layer: Layer) -> Bounds | None:
    """Return the bounds of all that changes or goes, EPSG:3857, metres."""
    return await _extent(conn, layer, "old_extent")


async def extent_after(conn: Connection, layer: Layer) -> Bounds | None:
    """Return the bounds of all that was changed or added, EPSG:3857, metres."""
    return await _extent(conn, layer, "extent")


async def _extent(conn: Connection, layer: Layer, name: str) -> Bounds | None:
    row = await (await conn.execute(SQL(_SQL[name]).format(table=_table(layer)))).fetchone()
    return Bounds(*row) if row is not None and row[0] is not None else None


async def ids(conn: Connection) -> list[tuple[int, str]]:
    """Return the features that the pairing touches and what becomes of each, by its change."""
    return [
        (int(row[0]), str(row[1])) for row in await (await conn.execute(_SQL["ids"])).fetchall()
    ]


async def taken(
    conn: Connection, layer: Layer, owner: Field, *, is_needed: bool
) -> list[tuple[int, bool]]:
    """Return the changes whose value of ``owner`` another feature has, or (True) that have none."""
    column, name = Identifier(owner.column), f"{layer.table_name}_{owner.column}"
    parts = {"table": _table(layer), "column": column}
    await conn.execute(SQL(_SQL["index_values"]).format(**parts, index=Identifier(name)))
    statement = SQL(_SQL["taken"]).format(**parts, needed=Literal(is_needed))
    return [(int(row[0] or 0), bool(row[1])) for row in await _all(conn, statement)]


async def overlaps(conn: Connection, layer: Layer) -> list[tuple[int, int, int]]:
    """Return change, feature and other feature where two polygons share more than before."""
    statement = SQL(_SQL["overlaps"]).format(table=_table(layer))
    values = {"slack_m2": SLACK_M2, "limit": _NAMED}
    rows = await (await conn.execute(statement, values)).fetchall()
    return [(int(row[0] or 0), int(row[1]), int(row[2])) for row in rows]


async def _all(conn: Connection, statement: Composed) -> list[tuple[Any, ...]]:
    return await (await conn.execute(statement)).fetchall()


def _value(owner: Field) -> Composed:
    return SQL(_SQL["value"]).format(
        name=Literal(owner.column),
        type=SQL(SQL_TYPE[owner.type]),
        column=Identifier(owner.column),
    )


def _shape(layer: Layer, srid: int) -> Composed:
    drawn = SQL("ST_SetSRID(ST_GeomFromGeoJSON(c.shape), {})").format(Literal(srid))
    if srid != layer.srid:
        parts = {"asked": Literal(srid), "srid": Literal(layer.srid)}
        drawn = SQL(_SQL["brought"]).format(drawn=drawn, **parts)
    is_multi = layer.geometry_type in (GeometryType.LINE, GeometryType.POLYGON)
    return SQL("ST_Multi({})").format(drawn) if is_multi else drawn


def _table(layer: Layer) -> Identifier:
    return tables.table(layer.table_name or "")
