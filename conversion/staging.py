"""The sandboxed reader's stream becomes a filled, indexed table that nobody reads yet."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any

import psycopg
import pyarrow as pa

from conversion import address_places, filling
from conversion.aim import Aim
from conversion.filling import Target
from conversion.inspect import Inspection, stored_srid
from conversion.reading import Note
from conversion.refusal import KeyNotUnique, OutsideCrs
from conversion.refusal_codes import from_code
from conversion.sandbox import Limits, started
from conversion.stream import Report
from conversion.text.encoding import Encoding
from gishue.core.crs import operation
from gishue.core.db import Connection, Pool, transaction
from layers import tables
from layers.fields import Field
from layers.layer import GeometryType
from layers.publish import Provenance, StagedTable

Progress = Callable[[str, float, int, int], Awaitable[None]]
"""Told the stage, the fraction done, rows done and rows in all (0: not known)."""


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
    pool: Pool,
    inspection: Inspection,
    name: str,
    *,
    limits: Limits,
    on_progress: Progress,
    key: str = "",
    aim: Aim | None = None,
) -> tuple[StagedTable, Report]:
    """Fill ``staging.<name>`` from the file; say what was seen in it.

    The table is committed before it is full: a caller that gives up drops it with ``discard``.

    Raises:
        GishueError: the reader refused the file, its coordinates do not exist in the CRS, or it has
            no field ``key``.
    """
    made = plan(inspection, aim)
    _check_key(made, key)
    target = Target(name, made.fields, made.rows.count)
    await _create(pool, made, target)
    report = await _filled(pool, inspection, made, target, limits, on_progress)
    async with transaction(pool) as conn:
        report.notes += await _refined(conn, name, inspection, made)
    await on_progress("index", 0.9, 0, 0)
    await filling.index(pool, target)
    return _staged(name, made), report


async def _create(pool: Pool, made: Plan, target: Target) -> None:
    shape, has_key = (made.fields, made.geometry_type, made.srid), not target.is_large
    async with transaction(pool) as conn:
        await tables.create_staging(conn, target.name, *shape, has_key=has_key)


async def discard(pool: Pool, name: str) -> None:
    """Drop ``staging.<name>`` if it is there."""
    async with transaction(pool) as conn:
        await tables.drop(conn, tables.staging(name))


async def _filled(
    pool: Pool,
    inspection: Inspection,
    made: Plan,
    target: Target,
    limits: Limits,
    on_progress: Progress,
) -> Report:
    async def on_rows(done: int) -> None:
        rows_in_all = max(done, made.rows.count)
        await on_progress("convert", 0.3 + 0.6 * done / max(1, rows_in_all), done, rows_in_all)

    with ExitStack() as stack:
        child = await asyncio.to_thread(
            stack.enter_context, started(made.job, inspection.dataset.place, limits)
        )
        try:
            report = await filling.fill(pool, child.stdout, target, on_rows)
        except (pa.ArrowException, OSError) as error:  # OSError: cut within a batch
            await asyncio.to_thread(child.finish)
            raise from_code("unreadable") from error
        except psycopg.errors.InternalError_ as error:
            raise _outside(made.source_srid) from error
        await asyncio.to_thread(child.finish)
    if report is None or (made.rows.is_exact and report.rows != made.rows.count):
        raise from_code("unreadable")
    return report


async def _refined(
    conn: Connection, name: str, inspection: Inspection, made: Plan
) -> list[dict[str, Any]]:
    """Move rows that were placed by address to the street or place they name; return the note."""
    names = [field.name for field in inspection.fields]
    found = address_places.columns_of(made.job["plan"], names, made.fields)
    moved = await address_places.refine(conn, name, made.srid, found) if found else 0
    note = Note("address_refined", values={"count": moved})
    return [asdict(note)] if moved else []


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
        code="outside-crs",
    )
