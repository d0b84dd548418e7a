"""What a change writes: the rows the pairing says, into the layer's table or into a new one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gishue.core.db import Connection
from layers import amend, diff, past, store, tables
from layers.diff import Counts, Side
from layers.fields import Field
from layers.layer import Layer


@dataclass(frozen=True, slots=True)
class Written:
    """The table that the layer has now; ``begins``: no earlier revision is read from it."""

    table_name: str
    begins: bool


async def write(
    conn: Connection, before: Layer, staged: Side, counts: Counts, *, keep_history: bool
) -> Written:
    """Write the numbered pairing of the locked layer with ``staged``, and drop the staging table.

    What the change takes away is kept beside the layer's table, or with it.
    """
    revision = before.revision + 1
    live = diff.live(before)
    if diff.schema_change(live, staged).is_none and amend.is_in_place(counts):
        written = await in_place(conn, before, staged, counts, keep_history=keep_history)
        fields = _retitled(before.fields, staged.fields)
    else:
        written = Written(tables.table_name(before.id, revision), begins=True)
        await amend.rebuild(conn, staged, written.table_name, revision)
        await leave(conn, before, keep_history=keep_history)
        fields = titled(staged.fields, before)
    await store.put_fields(conn, before.id, fields)
    await tables.drop(conn, staged.table)
    return written


async def in_place(
    conn: Connection, before: Layer, staged: Side, counts: Counts, *, keep_history: bool
) -> Written:
    """Write the numbered pairing into the table of the locked layer; keep what it takes away."""
    name, revision = before.table_name or "", before.revision + 1
    goes_on = keep_history and before.keep_history
    if goes_on:
        await past.keep_rows(conn, before, revision)
    else:
        await past.clear(conn, before)
    await amend.in_place(conn, diff.live(before), staged, counts, revision)
    return Written(name, begins=not goes_on)


async def leave(conn: Connection, before: Layer, *, keep_history: bool) -> None:
    """Keep the table that the locked layer is about to leave, or give it to the sweeper."""
    if before.table_name is None:
        return
    if keep_history and before.keep_history:
        await past.keep_table(conn, before)
    else:
        await store.mark_replaced(conn, before.table_name)


def titled(fields: Sequence[Field], before: Layer) -> list[Field]:
    """Return the fields, with the titles that people gave them at an earlier revision."""
    known = {field.name: field for field in before.fields}
    return [
        replace(f, title=known[f.name].title, title_en=known[f.name].title_en)
        if f.name in known and f.title == f.name
        else f
        for f in fields
    ]


def _retitled(fields: Sequence[Field], staged: Sequence[Field]) -> list[Field]:
    """Return the layer's fields, with the titles that are said with the rows."""
    said = {field.name: field for field in staged if field.title != field.name}
    return [
        replace(f, title=said[f.name].title, title_en=said[f.name].title_en)
        if f.name in said
        else f
        for f in fields
    ]
