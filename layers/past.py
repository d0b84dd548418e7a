"""The past of a layer: what a change takes away is kept, and read as of a revision or a time.

Beside the layer's table ``data.l7_r3`` stands ``data.l7_r3_past``: the rows that changed or went,
each with the revision it held from (``version``) and the one that ended it (``until``). A table
that a whole new one replaces is kept as it is. So a value of the past has the type, and a geometry
the coordinates, that it had then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from psycopg.sql import SQL, Composed, Identifier, Literal
from psycopg.types.json import Jsonb

from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.sql import load
from layers import store, tables, veil
from layers.fields import Field, FieldType
from layers.layer import GeometryType, Layer

_SQL = load("layers", "past")


class NotKept(NotFound):
    """The layer's features of that time are not there to be read."""

    slug = "history-not-kept"
    title = "Not kept as of that time"
    title_vi = "Không lưu dữ liệu tại thời điểm này"


@dataclass(frozen=True, slots=True)
class AsOf:
    """A layer as it was: ``layer`` has the fields, CRS, count and bounds of then.

    It is seen through the view of the layer that was asked for: masks go by the names of now.

    ``source`` stands in a statement where the name of the layer's table would, followed by an
    alias: ``FROM {source} t``. It has the columns ``id``, ``version``, those of every field and
    ``geom`` in ``layer.srid``; not ``geom_3857``.
    """

    layer: Layer
    revision: int
    at: datetime
    source: Composed


async def begin(conn: Connection) -> None:
    """Let everything that this transaction reads be of one moment; to be called first in it."""
    await conn.execute(_SQL["steady"])


async def as_of(conn: Connection, layer: Layer, at: datetime) -> AsOf:
    """Return the layer as readers saw it at that time.

    Several statements that must agree need one snapshot: :func:`begin` the transaction so.

    Raises:
        NotKept: it was not there yet, or the rows of then are not kept, or not shown here.
    """
    row = await (await conn.execute(_SQL["revision_at"], {"id": layer.id, "at": at})).fetchone()
    if row is None or row[0] < layer.past_from:
        raise await _not_kept(conn, layer)
    return await _read(conn, layer, row)


async def at_revision(conn: Connection, layer: Layer, revision: int) -> AsOf:
    """Return the layer as it was at ``revision``.

    Raises:
        NotKept: it never had that revision, or the rows of then are not kept, or not shown here.
    """
    values = {"id": layer.id, "revision": revision}
    row = await (await conn.execute(_SQL["at_revision"], values)).fetchone()
    if row is None and revision > layer.revision:
        raise NotKept(
            f"layer {layer.slug!r} has no revision {revision}; it is at revision {layer.revision}",
            vi=f"lớp {layer.slug!r} không có phiên bản {revision}; hiện ở phiên bản "
            f"{layer.revision}",
        )
    if row is None or row[0] < layer.past_from:
        raise await _not_kept(conn, layer)
    return await _read(conn, layer, row)


async def _read(conn: Connection, layer: Layer, line: Sequence[Any]) -> AsOf:
    revision, at, feature_count, bounds = line
    held = await _held(conn, await store.by_slug(conn, layer.slug), revision)
    held = replace(
        held,
        revision=revision,
        feature_count=feature_count,
        bounds=Bounds(*bounds) if bounds else None,
    )
    # A rule may read a hidden column: the source has them all, the veiled layer shows its own.
    source = await _source(conn, held)
    return AsOf(veil.seen(held, layer.view), revision, at, source)


async def _held(conn: Connection, layer: Layer, revision: int) -> Layer:
    """Return the layer with the table, the fields and the CRS that it had at ``revision``."""
    row = await (await conn.execute(_SQL["kept_since"], {"id": layer.id})).fetchone()
    if layer.table_name and row is not None and row[0] <= revision:
        return layer
    values = {"id": layer.id, "revision": revision}
    row = await (await conn.execute(_SQL["past_table"], values)).fetchone()
    if row is None:
        raise await _not_kept(conn, layer)
    name, fields, geometry_type, srid, source_crs, operation, accuracy_m, encoding = row
    return replace(
        layer,
        table_name=name,
        fields=tuple(_field(one) for one in fields),
        geometry_type=GeometryType(geometry_type),
        srid=srid,
        source_crs=source_crs,
        operation=operation,
        accuracy_m=accuracy_m,
        encoding=encoding,
    )


async def _source(conn: Connection, layer: Layer) -> Composed:
    name = layer.table_name or ""
    parts = {
        "table": tables.table(name),
        "past": tables.past(name),
        "columns": tables.columns(layer.fields, "t"),
        "revision": Literal(layer.revision),
    }
    which = "table_and_past" if await _has_past(conn, name) else "table_now"
    return SQL(_SQL[which]).format(**parts)


async def check_kept(conn: Connection, layer: Layer, revision: int) -> None:
    """Raise NotKept unless the layer's own table tells of ``revision``, to whoever sees it so."""
    row = await (await conn.execute(_SQL["kept_since"], {"id": layer.id})).fetchone()
    if row is None or not row[0] <= revision <= layer.revision or revision < layer.past_from:
        raise await _not_kept(conn, layer)


async def prepare(conn: Connection, layer: Layer) -> None:
    """Make sure that there is a table for what a change takes away."""
    await _create(conn, layer, layer.table_name or "")


async def beside(conn: Connection, layer: Layer) -> Identifier | None:
    """Return the table of the rows that changes took away from the layer's, if there is one."""
    name = layer.table_name or ""
    return tables.past(name) if await _has_past(conn, name) else None


async def keep_rows(conn: Connection, layer: Layer, revision: int) -> None:
    """Keep the rows of ``layer`` that ``pg_temp.pairing`` changes or removes at ``revision``."""
    name = layer.table_name or ""
    await _create(conn, layer, name)
    statement = SQL(_SQL["keep"]).format(
        past=tables.past(name),
        table=tables.table(name),
        columns=tables.columns(layer.fields),
        values=tables.columns(layer.fields, "t"),
    )
    await conn.execute(statement, {"revision": revision})


async def forget(conn: Connection, slug: str, actor: Actor) -> Layer:
    """Forget everything the layer was before now; return it. What is forgotten stays so.

    Raises:
        NotFound: there is no such layer.
    """
    await store.lock(conn, slug)
    before = await store.by_slug(conn, slug)
    await store.leave_past(conn, before)
    await clear(conn, before)
    revision = await store.measure(conn, before, before.feature_count, before.bounds, bulk=False)
    await conn.execute(_SQL["begin_again"], {"id": before.id})
    after = await store.by_slug(conn, slug)
    await store.note(conn, after, revision, actor, "forgotten")
    return after


async def clear(conn: Connection, layer: Layer) -> None:
    """Forget the rows kept beside the table of ``layer``."""
    name = layer.table_name or ""
    if await _has_past(conn, name):
        await conn.execute(SQL(_SQL["clear"]).format(past=tables.past(name)))


async def copy(conn: Connection, then: AsOf, table: Identifier) -> None:
    """Copy the rows of then, under their ids, into an empty table of the same columns."""
    columns = tables.columns(then.layer.fields)
    statement = SQL(_SQL["copy"]).format(table=table, columns=columns, source=then.source)
    await conn.execute(statement)


async def keep_table(conn: Connection, layer: Layer) -> None:
    """Keep the whole table of ``layer``, which its next revision is about to leave."""
    fields = Jsonb([asdict(field) for field in layer.fields])
    await conn.execute(_SQL["keep_table"], {"id": layer.id, "fields": fields})


async def thin(conn: Connection, older_than_s: float) -> list[str]:
    """Drop what only tiles need from tables kept longer than that; return their names."""
    cur = await conn.execute(_SQL["to_thin"], {"older_than_s": older_than_s})
    names = [str(row[0]) for row in await cur.fetchall()]
    for name in names:
        await conn.execute(SQL(_SQL["thin"]).format(table=tables.table(name)))
    return names


async def _create(conn: Connection, layer: Layer, name: str) -> None:
    past = tables.past(name)
    statement = SQL(_SQL["create"]).format(
        past=past, **tables.shape(layer.fields, layer.geometry_type, layer.srid)
    )
    await conn.execute(statement)
    index = Identifier(f"{name}_past_geom")
    await conn.execute(SQL(_SQL["index"]).format(name=index, past=past))


async def _has_past(conn: Connection, name: str) -> bool:
    row = await (
        await conn.execute(_SQL["is_there"], {"name": f"data.{tables.past_name(name)}"})
    ).fetchone()
    return row is not None and bool(row[0])


async def _not_kept(conn: Connection, layer: Layer) -> NotKept:
    values = {"id": layer.id, "from": layer.past_from}
    row = await (await conn.execute(_SQL["oldest"], values)).fetchone()
    if row is None or row[0] is None:
        return NotKept(
            f"layer {layer.slug!r} keeps no features of earlier times",
            vi=f"lớp {layer.slug!r} không lưu dữ liệu của các thời điểm trước",
        )
    since = row[0].isoformat(timespec="seconds")
    return NotKept(
        f"the features of layer {layer.slug!r} as of then are not kept; the oldest are of {since}",
        vi=f"dữ liệu lớp {layer.slug!r} tại thời điểm đó không được lưu; cũ nhất là {since}",
        oldest=since,
    )


def _field(stored: Mapping[str, Any]) -> Field:
    return Field(**{**stored, "type": FieldType(stored["type"])})
