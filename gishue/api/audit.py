"""HTTP for the audit: what was done, page by page or as a table, for those who administer."""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from conversion.findings.files import guarded
from gishue.api.deps import TheServices, UnitAdministrator
from gishue.core import audit, audit_list, audit_witness, paging
from gishue.core.actor import Actor
from gishue.core.audit import Result
from gishue.core.audit_chain import Link
from gishue.core.audit_list import Asked
from gishue.core.db import transaction
from layers.moment import read_time
from layers.services import Services

router = APIRouter(tags=["audit"])

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_MARK = "\ufeff"
"""Tells Excel that the table is UTF-8."""

Word = Annotated[str | None, Query(max_length=300)]
Moment = Annotated[str | None, Query(max_length=40, description="a date or a time")]


class EntryShape(BaseModel):
    """An entry; ``hash`` is the SHA-256 of the other members as sorted JSON without spaces.

    Times are UTC, to the microsecond, written as they are hashed.
    """

    seq: int
    entry: int
    at: str
    actor_kind: str
    actor_name: str
    account_id: int | None
    key_id: str | None
    unit: str | None
    act: str
    object_kind: str
    object: str
    object_unit: str | None
    door: str
    address: str
    request_id: str
    result: Result
    detail: dict[str, Any]
    sealed_at: str
    prev: str
    hash: str


class AuditPage(BaseModel):
    """One page of entries, the newest first."""

    items: list[EntryShape]
    next: str | None


def asked_of(
    actor: Word = None,
    unit: Annotated[str | None, Query(max_length=63, description="of the actor or owner")] = None,
    act: Annotated[str | None, Query(max_length=60, description="key.make, or key alone")] = None,
    object: Word = None,
    result: Result | None = None,
    since: Moment = None,
    until: Moment = None,
) -> Asked:
    """Return which entries a request wants."""
    return Asked(
        actor=actor,
        unit=unit,
        act=act,
        object=object,
        result=result,
        since=_beginning(since) if since else None,
        until=read_time(until) if until else None,
    )


TheAsked = Annotated[Asked, Depends(asked_of)]


@router.get("/audit", response_model=AuditPage)
async def list_entries(
    services: TheServices,
    actor: UnitAdministrator,
    asked: TheAsked,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: str | None = None,
    f: Literal["json", "csv"] = "json",
) -> dict[str, Any] | StreamingResponse:
    """List who did what, the newest first: administrators of the city see all.

    Those of a unit see what its people did, and what anybody did to what the unit owns.
    """
    if f == "csv":
        return await _table(services, actor, asked)
    services.witness.note(actor, "audit.read")
    await audit_witness.settle(services.witness, services.pool)
    before = paging.read_id(cursor)
    if before is not None:
        asked = audit_list.before(asked, before)
    async with transaction(services.pool) as conn:
        found = await audit_list.page(conn, actor, asked, limit + 1)
    shown = [shape(link) for link in found[:limit]]
    following = paging.cursor(shown[-1]["seq"]) if len(found) > limit else None
    return paging.page(shown, following)


@router.get("/audit.csv", response_class=StreamingResponse)
async def as_csv(
    services: TheServices, actor: UnitAdministrator, asked: TheAsked
) -> StreamingResponse:
    """Download the same as a table (CSV, UTF-8); no cell of it is computed by a spreadsheet."""
    return await _table(services, actor, asked)


async def _table(services: Services, actor: Actor, asked: Asked) -> StreamingResponse:
    async with transaction(services.pool) as conn:
        await audit.record(conn, actor, "audit.export", detail={"format": "csv"})
    await audit_witness.settle(services.witness, services.pool)
    headers = {
        "content-disposition": 'attachment; filename="audit.csv"',
        "cache-control": "private, no-store",
    }
    links = audit_list.every(services.pool, actor, asked)
    return StreamingResponse(_lines(links), headers=headers, media_type="text/csv; charset=utf-8")


async def _lines(links: AsyncIterator[Link]) -> AsyncIterator[str]:
    yield _MARK + _line(list(EntryShape.model_fields))
    async for link in links:
        said = shape(link)
        yield _line([said[name] for name in EntryShape.model_fields])


def _line(cells: Sequence[Any]) -> str:
    target = io.StringIO()
    csv.writer(target).writerow([guarded(_text(cell)) for cell in cells])
    return target.getvalue()


def _text(cell: Any) -> str:
    if isinstance(cell, dict):
        return "; ".join(f"{name}={value}" for name, value in cell.items())  # pyright: ignore[reportUnknownVariableType]  JSON of the database
    return "" if cell is None else str(cell)


def shape(link: Link) -> dict[str, Any]:
    """Return an entry as answers show it."""
    return link.sealed.as_dict() | {"hash": link.hash.hex()}


def _beginning(text: str) -> datetime:
    """Return the moment that ``text`` names; a date is the beginning of its day in Huế."""
    moment = read_time(text)
    return moment - _DAY + _TICK if len(text.strip()) <= 10 else moment
