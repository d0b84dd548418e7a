"""What features of a staged table show together: duplicates, overlaps, gaps, keys, idle columns.

What one feature shows by itself was seen while it was read (``geometry_checks``, ``text_checks``).
Pairs cost much more than rows: beyond ``Effort.pair_rows`` features a sample, spread over the file,
is held against all others, and the finding says so. No check changes a row.

The only module that runs ``conversion/sql/checks.sql``.
"""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

from conversion.findings import of_file, places
from conversion.findings.finding import Finding
from conversion.findings.rules import finding
from conversion.findings.sightings import KEPT
from conversion.measure import GEOGRAPHIC
from conversion.stream import Report
from conversion.upload import UploadId
from gishue.core.crs import HUE
from gishue.core.db import Connection
from gishue.core.sql import load
from gishue.core.vietnamese import vn_key
from layers import tables
from layers.fields import Field, FieldType
from layers.layer import GeometryType
from layers.publish import StagedTable

_SQL = load("conversion", "checks")

OVERLAP_M2: Final = 0.1
"""Two copies of a line drawn to the millimetre differ by 0.1 m² on 100 m. Judgement."""
GAP_M2: Final = 0.1
GAP_WIDTH_M: Final = 0.5
"""A wider space is a path or a canal. Judgement: the width that a 1:2,000 map draws, as slivers."""
NEAR_M: Final = 0.1
"""Things of a city stand further apart; two surveys of one thing agree better. Judgement."""

_DEGREE_M: Final = 100_000.0
_VERTICES: Final = 2_000
_CONSTANT_ROWS: Final = 10
_KEY_NAME = re.compile(r"(?:id|fid|gid|objectid|uuid|code|key|ma|ma so|so hieu|globalid)(?: .*)?")
_KEY_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True)
class Effort:
    """How far the checks go.

    Up to ``pair_rows`` features every pair of neighbours is looked at; beyond, ``sample_rows`` of
    them are held against their neighbours, and gaps are sought in ``gap_blocks`` blocks of
    ``gap_rows``. A check is given up after ``timeout_s``.
    """

    pair_rows: int = 10_000
    sample_rows: int = 4_000
    gap_blocks: int = 4
    gap_rows: int = 1_000
    timeout_s: float = 10.0


FULL: Final = Effort()


@dataclass(frozen=True, slots=True)
class Checked:
    """A staged table under check: ``rows`` of it, its places kept under ``upload_id``.

    ``twins``: the rows that may have the geometry of another, None where that is not known.
    """

    upload_id: UploadId
    staged: StagedTable
    rows: int
    twins: Sequence[int] | None
    effort: Effort

    @property
    def table(self) -> Identifier:
        """Name of the table."""
        return tables.staging(self.staged.name)

    @property
    def metric(self) -> int:
        """The system in which areas and distances count metres."""
        return HUE if self.staged.srid in GEOGRAPHIC else self.staged.srid

    @property
    def step(self) -> int:
        """Every so many-th feature is held against its neighbours."""
        is_whole = self.rows <= self.effort.pair_rows
        return 1 if is_whole else max(2, self.rows // self.effort.sample_rows)

    @property
    def sampled(self) -> int:
        """How many features that makes."""
        return -(-self.rows // self.step)


async def check(
    conn: Connection,
    upload_id: UploadId,
    staged: StagedTable,
    report: Report,
    key: str = "",
    *,
    effort: Effort = FULL,
) -> tuple[Finding, ...]:
    """Return what is found in a staged, indexed and analysed table, and keep the places.

    ``report``: what its features showed while they were read. ``key``: the field that must name
    each feature once, if one was demanded; what breaks that is an error.
    """
    checked = Checked(upload_id, staged, report.rows, report.twins, effort)
    await places.clear(conn, upload_id)
    seen = places.of_sightings(report.seen, staged.fields, staged.srid)
    await places.keep(conn, upload_id, seen)
    found = list(of_file.of_conversion(report, staged.fields))
    found += await _key(conn, checked, key)
    async with _patient(conn, effort):
        for name, name_vi, one in _CHECKS:
            found += await _within_time(conn, checked, (name, name_vi), one)
    await places.locate(conn, upload_id, checked.table)
    return tuple(found)


type Check = Callable[[Connection, Checked], Awaitable[list[Finding]]]


@asynccontextmanager
async def _patient(conn: Connection, effort: Effort) -> AsyncGenerator[None]:
    """Give each statement its own time and room, and put back what was before."""
    before = await (await conn.execute(_SQL["current"])).fetchone() or ("0", "16MB")
    mine = {"timeout": f"{effort.timeout_s * 1_000:.0f}ms", "memory": "64MB"}
    await conn.execute(_SQL["settings"], mine)
    yield
    await conn.execute(_SQL["settings"], {"timeout": before[0], "memory": before[1]})


async def _within_time(
    conn: Connection, checked: Checked, names: tuple[str, str], one: Check
) -> list[Finding]:
    try:
        async with conn.transaction():
            return await one(conn, checked)
    except psycopg.errors.QueryCanceled:
        time = f"{checked.effort.timeout_s:g} s"
        return [_unfinished(names, f"it took longer than {time}", f"lâu hơn {time}")]
    except psycopg.errors.InternalError_:
        # GEOS: now and then an intersection of valid shapes fails; no reason to refuse the file.
        return [_unfinished(names, "a shape defeats it", "có hình không tính được")]


def _unfinished(names: tuple[str, str], why: str, why_vi: str) -> Finding:
    said = {"check": names[0], "check_vi": names[1], "why": why, "why_vi": why_vi}
    return finding("checks_unfinished", 0, names[0], **said)


async def _duplicates(conn: Connection, checked: Checked) -> list[Finding]:
    await conn.execute(_SQL["drop_alike"])
    if checked.twins is None:
        suspects = SQL(_SQL["suspects_sought"]).format(table=checked.table)
    else:
        suspects = SQL(_SQL["suspects_named"]).format(ids=Literal(list(checked.twins)))
    await conn.execute(SQL(_SQL["alike"]).format(table=checked.table, suspects=suspects))
    same = await _count(conn, checked, "duplicate_geometry")
    columns = Composed([SQL("t.{}, ").format(Identifier(f.column)) for f in checked.staged.fields])
    whole = await _count(conn, checked, "duplicate_row", columns=columns)
    return _told([("duplicate_geometry", same), ("duplicate_row", whole)])


async def _overlaps(conn: Connection, checked: Checked) -> list[Finding]:
    await conn.execute(_SQL["ensure_alike"])  # not there where that check was not finished
    values = {"step": checked.step, "area": OVERLAP_M2}
    count, area = await _measured(conn, checked, "overlap", values)
    return _sampled("overlap", count, checked.sampled, checked.rows, area=area)


async def _gaps(conn: Connection, checked: Checked) -> list[Finding]:
    effort = checked.effort
    whole = checked.rows <= effort.pair_rows
    blocks, size = (1, effort.pair_rows) if whole else (effort.gap_blocks, effort.gap_rows)
    values = {"step": max(1, checked.rows // blocks), "blocks": blocks, "size": size}
    values |= {"area": GAP_M2, "width": GAP_WIDTH_M, "srid": checked.staged.srid}
    count, area = await _measured(conn, checked, "gap", values)
    return _sampled("gap", count, min(checked.rows, blocks * size), checked.rows, area=area)


async def _near_points(conn: Connection, checked: Checked) -> list[Finding]:
    geographic = checked.staged.srid in GEOGRAPHIC
    reach = NEAR_M / _DEGREE_M if geographic else NEAR_M
    values = {"step": checked.step, "distance": NEAR_M, "reach": reach}
    count, _ = await _measured(conn, checked, "near_duplicate_point", values)
    return _sampled("near_duplicate_point", count, checked.sampled, checked.rows)


async def _mixed(conn: Connection, checked: Checked) -> list[Finding]:
    if checked.staged.geometry_type is not GeometryType.MIXED:
        return []
    statement = SQL(_SQL["dimensions"]).format(table=checked.table)
    counts = {int(d): int(n) for d, n in await (await conn.execute(statement)).fetchall()}
    if len(counts) < 2:
        return []
    most = max(counts, key=counts.__getitem__)
    values = {"upload_id": checked.upload_id, "kept": KEPT, "most": most}
    await conn.execute(SQL(_SQL["mixed_types"]).format(table=checked.table), values)
    kinds = {"points": counts.get(0, 0), "lines": counts.get(1, 0), "polygons": counts.get(2, 0)}
    return [finding("mixed_types", sum(counts.values()) - counts[most], "", **kinds)]


_HAS_POLYGONS: Final = frozenset({GeometryType.POLYGON, GeometryType.MIXED})
_HAS_POINTS: Final = frozenset({GeometryType.POINT, GeometryType.MIXED})


def _only(kinds: frozenset[GeometryType], one: Check) -> Check:
    """Return ``one`` for layers that hold such geometries, nothing for the others."""

    async def chosen(conn: Connection, checked: Checked) -> list[Finding]:
        return await one(conn, checked) if checked.staged.geometry_type in kinds else []

    return chosen


async def _key(conn: Connection, checked: Checked, key: str) -> list[Finding]:
    """Return what breaks the demanded key; it has all the time it needs: publishing hangs on it."""
    field = next((one for one in checked.staged.fields if key and one.name == key), None)
    if field is None:
        return []
    values, column = {"field": key, "code": "key_duplicate"}, Identifier(field.column)
    missing = await _count(conn, checked, "key_missing", values, column=column)
    twice = await _count(conn, checked, "key_duplicate", values, column=column)
    return _told([("key_missing", missing), ("key_duplicate", twice)], field)


async def _likely_key(conn: Connection, checked: Checked) -> list[Finding]:
    """Return what repeats in the first field that is named as a key and mostly differs."""
    known = await _statistics(conn, checked)
    for field in checked.staged.fields:
        distinct = known.get(field.column, (1.0, 0.0))[1]
        share = -distinct if distinct < 0 else distinct / max(1, checked.rows)
        named = _KEY_NAME.fullmatch(vn_key(field.name)) is not None
        if field.type in {FieldType.TEXT, FieldType.INTEGER} and named and share >= _KEY_SHARE:
            values = {"field": field.name, "code": "likely_key_duplicate"}
            column = Identifier(field.column)
            twice = await _count(conn, checked, "key_duplicate", values, column=column)
            return _told([("likely_key_duplicate", twice)], field)
    return []


async def _columns(conn: Connection, checked: Checked) -> list[Finding]:
    """Return the fields without a value, and those with one value throughout.

    The planner's sample says where it is worth looking; the answer comes from every row.
    """
    known = await _statistics(conn, checked)
    found: list[Finding] = []
    for field in checked.staged.fields:
        empty, distinct = known.get(field.column, (0.0, 0.0))
        named = {"table": checked.table, "column": Identifier(field.column)}
        if empty == 1.0 and await _first(conn, SQL(_SQL["is_empty"]).format(**named)):
            found.append(finding("empty_column", 0, field.name, field=field.name))
        if distinct == 1.0 and empty == 0.0 and checked.rows >= _CONSTANT_ROWS:
            value = await _first(conn, SQL(_SQL["is_constant"]).format(**named))
            if value is not None:
                said = {"field": field.name, "value": repr(value)}
                found.append(finding("constant_column", 0, field.name, **said))
    return found


async def _statistics(conn: Connection, checked: Checked) -> dict[str, tuple[float, float]]:
    """Return the share of nulls and the number of values (negative: a share) by column."""
    cur = await conn.execute(_SQL["columns"], {"name": checked.staged.name})
    return {str(row[0]): (float(row[1]), float(row[2])) for row in await cur.fetchall()}


async def _first(conn: Connection, statement: Composed) -> Any:
    row = await (await conn.execute(statement)).fetchone()
    return row[0] if row is not None else None


async def _count(
    conn: Connection,
    checked: Checked,
    name: str,
    values: dict[str, Any] | None = None,
    **parts: Identifier | Composed,
) -> int:
    """Run a check that keeps its places and answers how many features it concerns."""
    statement = SQL(_SQL[name]).format(table=checked.table, **parts)
    own = {"upload_id": checked.upload_id, "kept": KEPT}
    row = await (await conn.execute(statement, own | (values or {}))).fetchone()
    return int(row[0]) if row is not None else 0


async def _measured(
    conn: Connection, checked: Checked, name: str, values: dict[str, Any]
) -> tuple[int, float]:
    """Run a check that measures; return how many it concerns and their area in m²."""
    statement = SQL(_SQL[name]).format(table=checked.table)
    own = {"upload_id": checked.upload_id, "kept": KEPT, "vertices": _VERTICES}
    own |= {"metric": checked.metric, "rows": checked.rows}
    row = await (await conn.execute(statement, own | values)).fetchone() or (0,)
    return int(row[0]), float(row[-1])


def _told(counts: Sequence[tuple[str, int]], field: Field | None = None) -> list[Finding]:
    named = {"field": field.name} if field is not None else {}
    where = field.name if field is not None else ""
    return [finding(code, count, where, **named) for code, count in counts if count]


def _sampled(code: str, count: int, checked: int, rows: int, **values: float) -> list[Finding]:
    return [finding(code, count, "", checked=checked, rows=rows, **values)] if count else []


_CHECKS: Final[Sequence[tuple[str, str, Check]]] = (
    ("duplicates", "trùng lặp", _duplicates),
    ("overlaps", "chồng lấn", _only(_HAS_POLYGONS, _overlaps)),
    ("gaps", "khe hở", _only(_HAS_POLYGONS, _gaps)),
    ("near points", "điểm gần nhau", _only(_HAS_POINTS, _near_points)),
    ("mixed types", "loại hình học", _mixed),
    ("repeated keys", "trùng mã", _likely_key),
    ("idle fields", "trường không dùng", _columns),
)
