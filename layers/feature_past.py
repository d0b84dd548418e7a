"""The past of single features: what became of one, and what differs between two revisions.

Reads the layer's own table and the rows kept beside it (see :mod:`layers.past`), through the view
of the layer that is given: hidden fields and rows do not show, neither now nor then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg.sql import SQL, Composed

from gishue.core.db import Connection
from gishue.core.sql import load
from layers import diff, feature_store, past, tables, veil
from layers.diff import RowChange, What
from layers.layer import Layer

_SQL = load("layers", "feature_past")

type Feature = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What happened to a feature at a revision; features as GeoJSON, EPSG:4326, None: not there.

    ``at``, ``actor``, ``action`` and ``message`` are those of the layer's line of history.
    """

    revision: int
    at: datetime | None
    actor: str
    action: str
    message: str
    before: Feature | None
    after: Feature | None


async def turns(conn: Connection, layer: Layer, feature_id: int, limit: int = 100) -> list[Turn]:
    """Return what became of the feature, newest first.

    Raises:
        NotFound: no such feature is or was there, as far as it is kept and seen.
    """
    rows = await _images(conn, layer, feature_id, limit)
    if not rows:
        raise feature_store.no_feature(layer, feature_id)
    found: list[Turn] = []
    for position, row in enumerate(rows):
        version, until, *told = row
        born, gone, image = told[0:4], told[4:8], told[8]
        newer = rows[position - 1] if position else None
        if until is not None and (newer is None or newer[0] != until):
            found.append(_turn(until, gone, image, None))
        older = rows[position + 1] if position + 1 < len(rows) else None
        is_next = older is not None and older[1] == version
        before = older[10] if older is not None and is_next else None
        found.append(_turn(version, born, before, image))
    return [one for one in found if one.revision >= layer.past_from and _is_seen(one)]


async def changes(
    conn: Connection, layer: Layer, since: int, until: int, *, after: int = 0, limit: int = 100
) -> tuple[list[RowChange], int | None]:
    """Return the features that differ between two revisions by id, and where to go on (or None).

    Args:
        conn: in a transaction that reads one moment; see :func:`layers.past.begin`.
        layer: as the reader sees it.
        since: the revision before, of which the layer's present table still tells.
        until: the revision after.
        after: the id that the page before ended with.
        limit: features in a page.

    Raises:
        NotKept: one of the revisions is not kept, or the layer was replaced between them.
    """
    for revision in (since, until):
        await past.check_kept(conn, layer, revision)
    then = await past.at_revision(conn, layer, since)
    now = await past.at_revision(conn, layer, until)
    rule = veil.rows(layer)
    gone = await past.beside(conn, layer)
    statement = SQL(_SQL["changes"]).format(
        table=tables.table(layer.table_name or ""),
        gone=SQL(_SQL["gone"]).format(past=gone) if gone else SQL(""),
        then=then.source,
        now=now.source,
        rows=rule.where if rule else SQL("true"),
        before=diff.named(diff.live(layer), "b"),
        after=diff.named(diff.live(layer), "a"),
    )
    values = dict(rule.values) if rule else {}
    values |= {"since": since, "until": until, "after": after, "limit": limit + 1}
    rows = await (await conn.execute(statement, values)).fetchall()
    shown = [diff.row_change(row, layer.key_field) for row in rows[:limit]]
    last = (shown[-1].id or shown[-1].row) if len(rows) > limit else None
    seen = [one for one in shown if one.what is not What.CHANGED or _differs(one)]
    return [replace(one, row=None, id=one.id or one.row) for one in seen], last


def _differs(row: RowChange) -> bool:
    """Return whether there is a difference to be seen: hidden fields may be all that changed."""
    return bool(row.fields) or row.geometry_changed


def _is_seen(turn: Turn) -> bool:
    if turn.before is None or turn.after is None:
        return True
    return any(turn.before[name] != turn.after[name] for name in ("geometry", "properties"))


async def _images(
    conn: Connection, layer: Layer, feature_id: int, limit: int
) -> Sequence[tuple[Any, ...]]:
    if layer.table_name is None:
        return []
    whole = (*layer.fields, *layer.hidden_fields)
    columns = tables.columns(whole, "t")
    gone = await past.beside(conn, layer)
    more: Composed | SQL = SQL("")
    if gone is not None:
        more = SQL(_SQL["gone_images"]).format(columns=columns, past=gone)
    rule = veil.rows(layer)
    statement = SQL(_SQL["images"]).format(
        properties=feature_store.properties([feature_store.doubled(one) for one in layer.fields]),
        columns=columns,
        table=tables.table(layer.table_name),
        past=more,
        rows=rule.where if rule else SQL("true"),
    )
    values = dict(rule.values) if rule else {}
    values |= {"id": feature_id, "layer": layer.id, "from": layer.past_from, "limit": limit}
    return await (await conn.execute(statement, values)).fetchall()


def _turn(
    revision: int, told: Sequence[Any], before: Feature | None, after: Feature | None
) -> Turn:
    at, actor, action, message = told
    return Turn(revision, at, actor or "", action or "", message or "", before, after)
