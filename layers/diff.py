"""What would change: staged rows beside the live ones, matched by key, by content or by id.

The matching is one temporary table, ``pg_temp.pairing``, dropped at the end of the transaction: a
row for every live and every staged row, matched ones together, with what becomes of it.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from psycopg.sql import SQL, Composable, Composed, Identifier

from gishue.core.db import Connection
from gishue.core.sql import load
from layers import tables
from layers.fields import Field
from layers.layer import GeometryType, Layer

_SQL = load("layers", "diff")
_RANK = ("changed", "added", "removed")


class What(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two tables that are compared."""

    table: Identifier
    fields: tuple[Field, ...]
    geometry_type: GeometryType
    srid: int

    def column(self, name: str) -> str | None:
        """Return the column of the field of that name."""
        return next((field.column for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """How the fields, the geometry and the CRS differ; pairs are (before, after)."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[str, ...]
    geometry: tuple[str, str] | None
    crs: tuple[str, str] | None

    @property
    def is_none(self) -> bool:
        """Whether the rows of one side fit the table of the other."""
        return not (self.added or self.removed or self.retyped or self.geometry or self.crs)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows are added, changed, removed, and left as they are."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0


class Difference(NamedTuple):
    """A field whose value is another one."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """What becomes of one row: ``id`` of the live feature, ``row`` of the staged one.

    ``geometry``: its GeoJSON text in EPSG:4326 where it was asked for, as it will be, or as it was.
    """

    what: What
    id: int | None
    row: int | None
    key: Any
    fields: tuple[Difference, ...]
    geometry_changed: bool
    geometry: str | None = None


def live(layer: Layer) -> Side:
    """Return the side of a layer's table."""
    kind = layer.geometry_type or GeometryType.MIXED
    return Side(tables.table(layer.table_name or ""), layer.fields, kind, layer.srid)


def schema_change(before: Side, after: Side) -> SchemaChange:
    """Return how ``after`` is made otherwise than ``before``; the order of fields is nothing."""
    were = {field.name: field.type for field in before.fields}
    are = {field.name: field.type for field in after.fields}
    kinds = (str(before.geometry_type), str(after.geometry_type))
    srids = (f"EPSG:{before.srid}", f"EPSG:{after.srid}")
    return SchemaChange(
        added=tuple(name for name in are if name not in were),
        removed=tuple(name for name in were if name not in are),
        retyped=tuple(name for name in are if name in were and were[name] != are[name]),
        geometry=kinds if kinds[0] != kinds[1] else None,
        crs=srids if srids[0] != srids[1] else None,
    )


async def pair(conn: Connection, before: Side, after: Side, key: str) -> Counts:
    """Match the rows of both sides by ``key``, or by content where it is empty or not in both."""
    theirs, ours = before.column(key), after.column(key)
    if theirs is None or ours is None:
        return await _pair_by_content(conn, before, after)
    is_same = _type(before, key) == _type(after, key)
    cast = SQL("{}") if is_same else SQL("{}::text")
    return await _pair_on(
        conn,
        before,
        after,
        cast.format(Identifier("l", theirs)),
        cast.format(Identifier("s", ours)),
    )


async def pair_by_id(conn: Connection, before: Side, after: Side) -> Counts:
    """Match the rows of both sides by their ids."""
    return await _pair_on(
        conn, before, after, SQL("{}").format(SQL("l.id")), SQL("{}").format(SQL("s.id"))
    )


async def pair_none(conn: Connection, after: Side) -> Counts:
    """Match no row: every staged one is added."""
    await conn.execute(_SQL["drop"])
    await conn.execute(SQL(_SQL["all_added"]).format(staged=after.table))
    return await counted(conn)


async def forget_removed(conn: Connection) -> None:
    """Take the rows that only the live side has out of the pairing."""
    await conn.execute(_SQL["forget_removed"])


async def _pair_on(
    conn: Connection, before: Side, after: Side, theirs: Composed, ours: Composed
) -> Counts:
    await conn.execute(_SQL["drop"])
    await conn.execute(_SQL["roomy"])
    statement = SQL(_SQL["by_key"]).format(
        live=before.table,
        staged=after.table,
        differs=differs(before, after),
        moved=SQL("l.geom IS DISTINCT FROM s.geom"),
        theirs=theirs,
        ours=ours,
    )
    await conn.execute(statement)
    await conn.execute(_SQL["first_of_key"])
    return await counted(conn)


async def _pair_by_content(conn: Connection, before: Side, after: Side) -> Counts:
    await conn.execute(_SQL["drop"])
    await conn.execute(_SQL["roomy"])
    common = _common(before, after)
    for name, side, place in (("live_print", before, 0), ("staged_print", after, 1)):
        statement = SQL(_SQL["print"]).format(
            name=Identifier(name),
            table=side.table,
            values=tables.columns([pair[place] for pair in common], "t"),
        )
        await conn.execute(statement)
    statement = SQL(_SQL["by_content"]).format(
        live=before.table, staged=after.table, differs=differs(before, after)
    )
    await conn.execute(statement)
    return await counted(conn)


async def counted(conn: Connection) -> Counts:
    """Have the planner look at the pairing, and return what is in it."""
    await conn.execute(_SQL["analyze"])
    rows = await (await conn.execute(_SQL["counts"])).fetchall()
    return Counts(**{str(what): int(count) for what, count in rows})


async def rows(
    conn: Connection,
    before: Side,
    after: Side,
    *,
    key: str = "",
    limit: int,
    past: tuple[int, int] = (0, 0),
) -> tuple[list[RowChange], tuple[int, int] | None]:
    """Return rows of the pairing that are not unchanged, and where to go on: changed ones first.

    ``past``: where the page before ended; rows after it are returned.
    """
    statement = SQL(_SQL["rows"]).format(**_read(before, after))
    values = {"rank": past[0], "id": past[1], "limit": limit + 1}
    found = await (await conn.execute(statement, values)).fetchall()
    shown = [row_change(row, key) for row in found[:limit]]
    return shown, _place(found[limit - 1]) if len(found) > limit else None


async def features(
    conn: Connection, before: Side, after: Side, *, key: str = ""
) -> AsyncIterator[RowChange]:
    """Yield every row of the pairing that is not unchanged, with its geometry."""
    statement = SQL(_SQL["features"]).format(**_read(before, after))
    async with conn.cursor(name="features") as cursor:
        await cursor.execute(statement, {})
        async for row in cursor:
            yield row_change(row, key)


def row_change(row: Sequence[Any], key: str) -> RowChange:
    """Return one row of a comparison; its columns are those of ``rows`` and ``features``."""
    what, live_id, staged_id, moved, before, after = row[:6]
    was: Mapping[str, Any] = before or {}
    will: Mapping[str, Any] = after or {}
    names = list(dict.fromkeys([*will, *was]))
    return RowChange(
        What(what),
        live_id,
        staged_id,
        will.get(key, was.get(key)),
        tuple(
            Difference(name, was.get(name), will.get(name))
            for name in names
            if was.get(name) != will.get(name)
        ),
        bool(moved) and what == What.CHANGED,
        row[6] if len(row) > 6 else None,
    )


def _place(row: Sequence[Any]) -> tuple[int, int]:
    what, live_id, staged_id = row[:3]
    return _RANK.index(what) + 1, live_id if live_id is not None else staged_id


def _read(before: Side, after: Side) -> dict[str, Composable]:
    return {
        "live": before.table,
        "staged": after.table,
        "before": named(before, "l"),
        "after": named(after, "s"),
    }


def named(side: Side, owner: str) -> Composed:
    """Return ``l.c1 AS "name", …``, with ``%`` doubled as psycopg wants it."""
    return SQL(", ").join(
        SQL("{} AS {}").format(
            Identifier(owner, field.column), Identifier(field.name.replace("%", "%%"))
        )
        for field in side.fields
    )


def _common(before: Side, after: Side) -> list[tuple[Field, Field]]:
    """Return the pairs of fields that have the same name and type on both sides."""
    theirs = {field.name: field for field in after.fields}
    pairs = [(field, theirs[field.name]) for field in before.fields if field.name in theirs]
    return [(was, now) for was, now in pairs if was.type == now.type]


def differs(before: Side, after: Side) -> Composed:
    """Return the claim that a value of ``l`` is another one in ``s``.

    A field that only one side has differs where it holds a value.
    """
    common = _common(before, after)
    same = {was.name for was, _ in common}
    claims: list[Composed] = []
    if common:
        were = SQL(", ").join(Identifier("l", was.column) for was, _ in common)
        are = SQL(", ").join(Identifier("s", now.column) for _, now in common)
        claims.append(SQL("ROW({}) IS DISTINCT FROM ROW({})").format(were, are))
    for field in after.fields:
        column = before.column(field.name)
        if column is not None and field.name not in same:
            parts = (Identifier("l", column), Identifier("s", field.column))
            claims.append(SQL("{}::text IS DISTINCT FROM {}::text").format(*parts))
        if column is None:
            claims.append(SQL("{} IS NOT NULL").format(Identifier("s", field.column)))
    for field in before.fields:
        if after.column(field.name) is None:
            claims.append(SQL("{} IS NOT NULL").format(Identifier("l", field.column)))
    return SQL("({})").format(SQL(" OR ").join(claims) if claims else SQL("false"))


def _type(side: Side, name: str) -> str:
    return next(str(field.type) for field in side.fields if field.name == name)
