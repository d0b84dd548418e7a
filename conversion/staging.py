"""The sandboxed reader's stream becomes a filled, indexed table that nobody reads yet."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, aclosing
from dataclasses import asdict, dataclass
from typing import IO, Any

import psycopg
import pyarrow as pa
from psycopg.sql import SQL, Identifier

from conversion import address_places, packing
from conversion.aim import Aim
from conversion.columns import TextTally
from conversion.encoding import Encoding
from conversion.inspect import Inspection, stored_srid
from conversion.reading import Note
from conversion.refusal import KeyNotUnique, OutsideCrs, from_code
from conversion.repair import GeometryTally
from conversion.sandbox import Limits, started
from conversion.sightings import read_sightings
from conversion.stream import REPORT, Report, schema
from conversion.twins import read_twins
from gishue.core.crs import operation
from gishue.core.db import Connection
from gishue.core.sql import load
from layers import tables
from layers.fields import Field, FieldType
from layers.layer import GeometryType
from layers.publish import Provenance, StagedTable

_SQL = load("conversion", "staging")

Progress = Callable[[str, float, int, int], Awaitable[None]]
"""Told the stage, the fraction done, rows done and rows in all (0: not known)."""


type Read = tuple[memoryview, int, Report | None]
"""Rows for the database, how many they are, and with the last of them the report."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """How many rows there are to come, and whether each of them was counted."""

    count: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read and where to put it; made from an inspection without open questions."""

    job: dict[str, Any]
    fields: tuple[Field, ...]
    geometry_type: GeometryType
    source_srid: int
    srid: int
    encoding: str
    rows: Claimed


def plan(inspection: Inspection, aim: Aim | None = None) -> Plan:
    """Return the plan of a decided inspection; with ``aim``, into the fields of a layer's schema.

    Raises:
        ValueError: it has open questions.
    """
    facts, text, crs = inspection.facts, inspection.text, inspection.crs
    if facts is None or text is None or crs is None or crs.taken is None:
        raise ValueError("the inspection is not decided")
    srid = stored_srid(crs.taken)
    job: dict[str, Any] = {
        "act": "convert",
        "kind": inspection.dataset.kind.value,
        "file": inspection.dataset.file,
        "layer": facts.layer,
        "plan": dict(facts.plan),
        "options": inspection.reader_options,
        "chains": {n: [Encoding(e).value for e in chain] for n, chain in text.chains.items()},
        "geometry": facts.geometry_type.value,
        "swap": crs.swapped,
        "scale": crs.scale,
        "from": crs.taken,
        "to": srid,
    }
    if facts.sampled:
        job["claims"] = [[name, type_.value] for name, type_ in facts.columns]
    if aim is not None:
        job["fields"] = aim.job
    fields = aim.fields if aim is not None else inspection.fields
    rows = Claimed(facts.rows, is_exact=not facts.sampled)
    return Plan(job, fields, facts.geometry_type, crs.taken, srid, text.encoding, rows)


async def stage(
    conn: Connection,
    inspection: Inspection,
    name: str,
    *,
    limits: Limits,
    on_progress: Progress,
    key: str = "",
    aim: Aim | None = None,
) -> tuple[StagedTable, Report]:
    """Fill ``staging.<name>`` from the file, in the caller's transaction; say what was seen in it.

    Raises:
        GishueError: the reader refused the file, its coordinates do not exist in the CRS, or it has
            no field ``key``.
    """
    made = plan(inspection, aim)
    _check_key(made, key)
    await tables.create_staging(conn, name, made.fields, made.geometry_type, made.srid)
    with ExitStack() as stack:
        child = await asyncio.to_thread(
            stack.enter_context, started(made.job, inspection.dataset.place, limits)
        )
        try:
            report = await _copy(conn, child.stdout, name, made, on_progress)
        except (pa.ArrowException, OSError) as error:  # OSError: cut within a batch
            await asyncio.to_thread(child.finish)
            raise from_code("unreadable") from error
        except psycopg.errors.InternalError_ as error:
            raise _outside(made.source_srid) from error
        await asyncio.to_thread(child.finish)
    if report is None or (made.rows.is_exact and report.rows != made.rows.count):
        raise from_code("unreadable")
    report.notes += await _refined(conn, name, inspection, made)
    await on_progress("index", 0.9, 0, 0)
    await tables.index(conn, tables.staging(name))
    return _staged(name, made), report


async def _refined(
    conn: Connection, name: str, inspection: Inspection, made: Plan
) -> list[dict[str, Any]]:
    """Move rows that were placed by address to the street or place they name; return the note."""
    names = [field.name for field in inspection.fields]
    found = address_places.columns_of(made.job["plan"], names, made.fields)
    moved = await address_places.refine(conn, name, made.srid, found) if found else 0
    note = Note("address_refined", values={"count": moved})
    return [asdict(note)] if moved else []


async def _copy(
    conn: Connection, stream: IO[bytes], name: str, made: Plan, on_progress: Progress
) -> Report | None:
    """Send the stream to the database as it comes; return its report, None if it broke off."""
    types = [field.type for field in made.fields]
    columns = ["id", *(field.column for field in made.fields), "geom"]
    statement = SQL(_SQL["copy_in"]).format(
        table=tables.staging(name), columns=SQL(", ").join(map(Identifier, columns))
    )
    reader = await asyncio.to_thread(_open, stream, types)
    done, report = 0, None
    async with conn.cursor().copy(statement) as copy, aclosing(_batches(reader, types)) as batches:
        await copy.write(packing.HEADER)
        async for rows, count, said in batches:
            report = said or report
            await copy.write(rows)
            done += count
            rows_in_all = max(done, made.rows.count)
            await on_progress("convert", 0.3 + 0.6 * done / max(1, rows_in_all), done, rows_in_all)
        await copy.write(packing.TRAILER)
    return report


async def _batches(
    reader: pa.RecordBatchStreamReader, types: list[FieldType]
) -> AsyncGenerator[Read]:
    """Yield what comes, the next batch being read and packed while the last one is sent."""
    first = 1
    coming = asyncio.create_task(asyncio.to_thread(_next, reader, types, first))
    try:
        while (read := await coming) is not None:
            first += read[1]
            coming = asyncio.create_task(asyncio.to_thread(_next, reader, types, first))
            yield read
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        if not coming.cancelled():
            coming.exception()  # told elsewhere, if by anybody: the copy was broken off


def _open(stream: IO[bytes], types: list[FieldType]) -> pa.RecordBatchStreamReader:
    reader = pa.ipc.open_stream(stream)
    if reader.schema != schema(types):
        raise pa.ArrowInvalid("the stream has other columns than the inspection found")
    return reader


def _next(reader: pa.RecordBatchStreamReader, types: list[FieldType], first_id: int) -> Read | None:
    try:
        batch, said = reader.read_next_batch_with_custom_metadata()
    except StopIteration:
        return None
    batch.validate(full=True)
    report = _report(said[REPORT]) if said is not None and REPORT in said else None
    return memoryview(packing.rows(batch, types, first_id)), batch.num_rows, report


def _report(said: bytes) -> Report:
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


def _check_key(made: Plan, key: str) -> None:
    if key and all(field.name != key for field in made.fields):
        raise KeyNotUnique(f"there is no field {key!r}", vi=f"không có trường {key!r}")


def _staged(name: str, made: Plan) -> StagedTable:
    how = operation(made.source_srid)
    came = Provenance(f"EPSG:{made.source_srid}", how.description, how.accuracy_m, made.encoding)
    return StagedTable(name, made.fields, made.geometry_type, made.srid, came)


def _outside(srid: int) -> OutsideCrs:
    return OutsideCrs(
        f"some coordinates do not exist in EPSG:{srid}; choose the CRS they are really in",
        vi=f"một số tọa độ không tồn tại trong EPSG:{srid}; hãy chọn đúng hệ tọa độ",
    )
