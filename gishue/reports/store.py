"""Reports in PostgreSQL. The only module that runs ``gishue/reports/sql/report.sql``.

The caller opens the transaction; nothing here commits.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotFound
from gishue.core.sql import load
from gishue.reports.pin import Place, Ward
from gishue.reports.report import Category, Draft, Report, ReportId, ReportState

_SQL = load("gishue.reports", "report")


@dataclass(frozen=True, slots=True)
class Filing:
    """A report about to be written: what was said, where it is, who brought it and when."""

    code: str
    key: str
    draft: Draft
    place: Place
    ward: Ward | None
    reported_by: str
    now: datetime


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A public picture in the object store, and the original it was painted from."""

    sha256: str
    original_sha256: str
    width_px: int
    height_px: int


class Reporter(NamedTuple):
    """What only the handling unit reads: the reporter's own words and phone number."""

    text: str
    phone: str


class ReportPage(NamedTuple):
    """Reports, the newest first, and the id to go on before (None at the end)."""

    reports: list[Report]
    next_id: int | None


async def add(conn: Connection, filing: Filing) -> ReportId | None:
    """Write a report and return its id, or None when its key was used before."""
    draft, place = filing.draft, filing.place
    values: dict[str, Any] = {
        "code": filing.code,
        "key_sha256": _hashed(filing.key),
        "category": draft.category,
        "title": draft.title,
        "text": draft.text,
        "phone": draft.phone,
        "lon": place.lon,
        "lat": place.lat,
        "accuracy_m": place.accuracy_m,
        "ward_code": filing.ward.code if filing.ward else None,
        "ward_name": filing.ward.name if filing.ward else None,
        "reported_by": filing.reported_by,
        "now": filing.now,
    }
    row = await (await conn.execute(_SQL["add"], values)).fetchone()
    return ReportId(row[0]) if row else None


async def by_id(conn: Connection, report_id: ReportId) -> Report:
    """Return one report."""
    return await _find(conn, id=report_id)


async def by_code(conn: Connection, code: str) -> Report:
    """Return the report of a public code, however its letters are typed.

    Raises:
        NotFound: there is none.
    """
    return await _find(conn, code=code.replace("\0", " ").strip().upper())


async def by_key(conn: Connection, key: str) -> Report:
    """Return the report that was filed with ``key``.

    Raises:
        NotFound: there is none.
    """
    return await _find(conn, key_sha256=_hashed(key))


async def page(
    conn: Connection,
    limit: int,
    *,
    before_id: int | None = None,
    state: ReportState | None = None,
    ward: str | None = None,
) -> ReportPage:
    """Return reports, the newest first; ``ward`` is a ward's code."""
    values = {"limit": limit + 1, "before_id": before_id, "state": state, "ward": ward}
    rows = await (await conn.execute(_SQL["page"], values)).fetchall()
    shown = [_report(row) for row in rows[:limit]]
    return ReportPage(shown, shown[-1].id if len(rows) > limit else None)


async def lock(conn: Connection, report: Report) -> None:
    """Keep others from changing ``report`` until the transaction ends."""
    await conn.execute(_SQL["lock"], {"id": report.id})


async def is_filed_with(conn: Connection, report: Report, key: str) -> bool:
    """Return whether ``key`` is the one the report was filed with: it proves the reporter."""
    values = {"id": report.id, "key_sha256": _hashed(key)}
    return await (await conn.execute(_SQL["is_filed_with"], values)).fetchone() is not None


async def reporter(conn: Connection, report: Report) -> Reporter:
    """Return the reporter's words and number; the caller has asked ``access.may``."""
    row = await (await conn.execute(_SQL["reporter"], {"id": report.id})).fetchone()
    return Reporter(*row) if row else Reporter("", "")


async def move(conn: Connection, report: Report, to: ReportState, now: datetime) -> None:
    """Move ``report`` to ``to``.

    Raises:
        Conflict: its state forbids it, or somebody moved it meanwhile.
    """
    report.check_move(to)
    values = {"id": report.id, "from": report.state, "to": to, "now": now}
    if await (await conn.execute(_SQL["move"], values)).fetchone() is None:
        raise Conflict(
            f"report {report.code} changed meanwhile",
            vi=f"phản ánh {report.code} vừa được người khác thay đổi",
        )


async def add_photo(
    conn: Connection, report_id: ReportId, photo: StoredPhoto, now: datetime
) -> None:
    """Attach a photo; the same original twice is one photo."""
    values = {
        "report_id": report_id,
        "sha256": photo.sha256,
        "original_sha256": photo.original_sha256,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "now": now,
    }
    await conn.execute(_SQL["add_photo"], values)


async def count_photos(conn: Connection, report_id: ReportId) -> int:
    """Return how many photos the report has."""
    row = await (await conn.execute(_SQL["count_photos"], {"id": report_id})).fetchone()
    return int(row[0]) if row else 0


async def _find(
    conn: Connection,
    *,
    id: ReportId | None = None,
    code: str | None = None,
    key_sha256: str | None = None,
) -> Report:
    values = {"id": id, "code": code, "key_sha256": key_sha256}
    row = await (await conn.execute(_SQL["find"], values)).fetchone()
    if row is None:
        raise NotFound("there is no such report", vi="không có phản ánh này")
    return _report(row)


def _hashed(key: str) -> str:
    """Return what the table keeps of a key: it proves the reporter, so it is stored hashed."""
    return hashlib.sha256(key.encode()).hexdigest()


def _report(row: Sequence[Any]) -> Report:
    values = list(row)
    values[0] = ReportId(values[0])
    values[2] = Category(values[2])
    values[9] = ReportState(values[9])
    values[13] = tuple(values[13])
    id_, code, category, title, lon, lat, accuracy_m, *rest = values
    return Report(id_, code, category, title, lon, lat, accuracy_m, *rest)
