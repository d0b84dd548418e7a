"""A reader's stream into a table, on as many connections as its rows are worth.

Most of what a row costs the database is the transformation of its second geometry, and one
connection has one core for it (1,000,000 parcels: 10 of 11 s). A large table is filled and indexed
on two; that is why it is committed before it is full.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Final

import pyarrow as pa
from psycopg.sql import SQL, Composed, Identifier

from conversion import packing
from conversion.columns import TextTally
from conversion.findings.sightings import read_sightings
from conversion.findings.twins import read_twins
from conversion.repair import GeometryTally
from conversion.stream import REPORT, Report, schema
from gishue.core.db import Connection, Pool, transaction
from gishue.core.sql import load
from layers import tables
from layers.fields import Field, FieldType

_SQL = load("conversion", "staging")

TWO_LANES_ROWS: Final = 50_000
"""From here on two connections gain more than a second transaction costs."""

type OnRows = Callable[[int], Awaitable[None]]
"""Told how many rows have come so far."""

type _Read = tuple[memoryview, int, Report | None]
"""Rows for the database, how many they are, and with the last of them the report."""


@dataclass(frozen=True, slots=True)
class Target:
    """A committed empty staging table: its name, its fields, and how many rows are to come."""

    name: str
    fields: Sequence[Field]
    rows: int

    @property
    def is_large(self) -> bool:
        """Whether two connections fill and index it; then it has no key before it is full."""
        return self.rows >= TWO_LANES_ROWS

    @property
    def copy_in(self) -> Composed:
        """The statement that takes the rows."""
        columns = ["id", *(field.column for field in self.fields), "geom"]
        listed = SQL(", ").join(map(Identifier, columns))
        return SQL(_SQL["copy_in"]).format(table=tables.staging(self.name), columns=listed)


async def fill(pool: Pool, stream: IO[bytes], target: Target, on_rows: OnRows) -> Report | None:
    """Send the stream to the table as it comes; return its report, None if it broke off.

    Raises:
        pyarrow.ArrowException, OSError: the stream is not one of ours, or was cut.
        psycopg.Error: the database refused a row.
    """
    types = [field.type for field in target.fields]
    reader = await asyncio.to_thread(_open, stream, types)
    waiting: asyncio.Queue[memoryview | None] = asyncio.Queue(1)
    lanes = [_lane(pool, target.copy_in, waiting) for _ in range(1 + target.is_large)]
    return await together(_deal(reader, types, waiting, len(lanes), on_rows), *lanes)


async def index(pool: Pool, target: Target) -> None:
    """Index and analyse the filled table."""
    name = tables.staging(target.name)
    if not target.is_large:
        async with transaction(pool) as conn:
            await tables.index(conn, name)
        return
    await together(
        _executed(pool, partial(tables.index_web, name=name)),
        _executed(pool, partial(tables.index_geom, name=name)),
        _executed(pool, partial(tables.index_id, name=target.name)),
    )
    async with transaction(pool) as conn:
        await tables.identify(conn, target.name)
        await tables.analyze(conn, name)


async def together[T](one: Coroutine[Any, Any, T], *others: Coroutine[Any, Any, None]) -> T:
    """Run all at once and return what the first returns; where one fails, end the others."""
    first = asyncio.create_task(one)
    tasks: list[asyncio.Task[Any]] = [first, *map(asyncio.create_task, others)]
    try:
        await asyncio.gather(*tasks)
        return first.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _deal(
    reader: pa.RecordBatchStreamReader,
    types: list[FieldType],
    waiting: asyncio.Queue[memoryview | None],
    lanes: int,
    on_rows: OnRows,
) -> Report | None:
    """Put what comes where the lanes take it, the next batch being read meanwhile."""
    done, report = 0, None
    while (read := await asyncio.to_thread(_next, reader, types, done + 1)) is not None:
        rows, count, said = read
        done, report = done + count, said or report
        await waiting.put(rows)
        await on_rows(done)
    for _ in range(lanes):
        await waiting.put(None)
    return report


async def _lane(pool: Pool, statement: Composed, waiting: asyncio.Queue[memoryview | None]) -> None:
    async with transaction(pool) as conn, conn.cursor().copy(statement) as copy:
        await copy.write(packing.HEADER)
        while (rows := await waiting.get()) is not None:
            await copy.write(rows)
        await copy.write(packing.TRAILER)


async def _executed(pool: Pool, act: Callable[[Connection], Awaitable[None]]) -> None:
    async with transaction(pool) as conn:
        await act(conn)


def _open(stream: IO[bytes], types: list[FieldType]) -> pa.RecordBatchStreamReader:
    reader = pa.ipc.open_stream(stream)
    if reader.schema != schema(types):
        raise pa.ArrowInvalid("the stream has other columns than the inspection found")
    return reader


def _next(
    reader: pa.RecordBatchStreamReader, types: list[FieldType], first_id: int
) -> _Read | None:
    try:
        batch, said = reader.read_next_batch_with_custom_metadata()
    except StopIteration:
        return None
    batch.validate(full=True)
    report = read_report(said[REPORT]) if said is not None and REPORT in said else None
    return memoryview(packing.rows(batch, types, first_id)), batch.num_rows, report


def read_report(said: bytes) -> Report:
    """Return the report of the last batch.

    Raises:
        pyarrow.ArrowInvalid: it is not one of ours.
    """
    try:
        body = json.loads(said)
        return Report(
            int(body["rows"]),
            GeometryTally(**body["geometry"]),
            TextTally(**body["text"]),
            list(body["notes"]),
            read_sightings(body["seen"]),
            read_twins(body["twins"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise pa.ArrowInvalid("the report is not one of ours") from error
