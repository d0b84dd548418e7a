"""HTTP for what a staged upload would change: counts, rows with before and after, a download."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from conversion import upload_diff
from conversion.upload_diff import UploadDiff
from gishue.api.deps import TheServices, Uploader
from gishue.api.uploads import visible_upload
from gishue.core import paging
from gishue.core.actor import Actor
from gishue.core.db import Connection, transaction
from gishue.core.errors import BadRequest
from layers import past
from layers.diff import RowChange, What
from layers.publish import Mode
from layers.services import Services
from layers.snapshot import note_read

router = APIRouter(tags=["uploads"])

_LONGEST = 1_000
"""A longer text is cut in the list of rows; the download has it whole."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which layer to compare with, and how it would be published."""

    layer: str
    mode: Mode | None
    key: str


def asked(
    layer: Annotated[str, Query(max_length=63, description="else the upload's own")] = "",
    mode: Annotated[
        Literal["replace", "append"] | None, Query(description="else the upload's, or replace")
    ] = None,
    key: Annotated[str, Query(max_length=300, description="- for none; else the layer's")] = "",
) -> Asked:
    """Return what the query says."""
    return Asked(layer, Mode(mode) if mode else None, key)


TheAsked = Annotated[Asked, Depends(asked)]


class DifferenceShape(BaseModel):
    """A field whose value is another one."""

    field: str
    before: Any
    after: Any


class RowShape(BaseModel):
    """What becomes of one row: ``id`` of the live feature, ``row`` of the file's."""

    what: What
    id: int | None
    row: int | None
    key: Any
    geometry_changed: bool
    fields: list[DifferenceShape]


class SchemaShape(BaseModel):
    """Fields that are new, gone or of another type; pairs are before and after."""

    added: list[str]
    removed: list[str]
    retyped: list[str]
    geometry: tuple[str, str] | None
    crs: tuple[str, str] | None


class CountsShape(BaseModel):
    """How many rows."""

    added: int
    changed: int
    removed: int
    unchanged: int


class DiffShape(BaseModel):
    """What publishing would change; ``revision`` is the layer's that it was compared with.

    ``conflicts``: rows to append that the layer has otherwise; they are refused.
    """

    layer: str
    mode: Mode
    key: str
    revision: int
    counts: CountsShape
    conflicts: int
    schema_change: SchemaShape
    items: list[RowShape]
    next: str | None


@router.get("/uploads/{upload_id}/diff")
async def show_diff(
    upload_id: str,
    query: TheAsked,
    services: TheServices,
    actor: Uploader,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: str | None = None,
) -> DiffShape:
    """Compare a staged upload with its layer: what would be added, changed and removed."""
    async with _compared(services, upload_id, query, actor) as (conn, found):
        rows, place = await upload_diff.page(conn, found, limit=limit, past=_after(cursor))
    return DiffShape(
        layer=found.layer.slug,
        mode=found.mode,
        key=found.key,
        revision=found.layer.revision,
        counts=CountsShape(**asdict(found.counts)),
        conflicts=found.conflicts,
        schema_change=SchemaShape.model_validate(asdict(found.schema)),
        items=[_shape(row) for row in rows],
        next=paging.cursor(*place) if place else None,
    )


@router.get("/uploads/{upload_id}/diff.geojson", response_class=StreamingResponse)
async def download_diff(
    upload_id: str, query: TheAsked, services: TheServices, actor: Uploader
) -> StreamingResponse:
    """Every row that changes as GeoJSON: as it will be, or as it was where it goes."""
    features = _features(services, upload_id, query, actor)
    # What is refused is refused before the answer begins.
    head = await anext(features)
    headers = {
        "content-disposition": 'attachment; filename="diff.geojson"',
        "cache-control": "private, no-store",
    }
    return StreamingResponse(
        _after_head(head, features), media_type="application/geo+json", headers=headers
    )


async def _after_head(head: str, rest: AsyncIterator[str]) -> AsyncGenerator[str]:
    yield head
    async for part in rest:
        yield part


async def _features(
    services: Services, upload_id: str, query: Asked, actor: Actor
) -> AsyncGenerator[str]:
    async with _compared(services, upload_id, query, actor) as (conn, found):
        yield '{"type":"FeatureCollection","features":['
        between = "\n"
        async for row in upload_diff.features(conn, found):
            yield between + _feature(row)
            between = ",\n"
        yield "\n]}\n"


@asynccontextmanager
async def _compared(
    services: Services, upload_id: str, query: Asked, actor: Actor
) -> AsyncGenerator[tuple[Connection, UploadDiff]]:
    """Lend the transaction that holds the comparison."""
    async with transaction(services.pool) as conn:
        await past.begin(conn)
        upload = await visible_upload(conn, upload_id, actor)
        options = replace(
            upload.options,
            layer=query.layer or upload.options.layer,
            mode=query.mode or _mode(upload.options.mode),
            key=query.key or upload.options.key,
            or_create=False,
        )
        found = await upload_diff.compared(conn, upload, options, actor)
        note_read(services.witness, actor, found.layer)
        yield conn, found


def _mode(said: Mode) -> Mode:
    return Mode.REPLACE if said is Mode.CREATE else said


def _shape(row: RowChange) -> RowShape:
    return RowShape(
        what=row.what,
        id=row.id,
        row=row.row,
        key=row.key,
        geometry_changed=row.geometry_changed,
        fields=[
            DifferenceShape(field=name, before=_short(before), after=_short(after))
            for name, before, after in row.fields
        ],
    )


def _short(value: Any) -> Any:
    is_long = isinstance(value, str) and len(value) > _LONGEST
    return value[: _LONGEST - 1] + "…" if is_long else value


def _feature(row: RowChange) -> str:
    told = {
        "what": row.what,
        "id": row.id,
        "row": row.row,
        "key": row.key,
        "geometry_changed": row.geometry_changed,
        "before": {name: before for name, before, _ in row.fields},
        "after": {name: after for name, _, after in row.fields},
    }
    properties = json.dumps(told, ensure_ascii=False)
    return f'{{"type":"Feature","geometry":{row.geometry or "null"},"properties":{properties}}}'


def _after(cursor: str | None) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    rank, number = paging.read_cursor(cursor, 2)
    if not isinstance(rank, int) or not isinstance(number, int) or abs(number) >= 2**63:
        raise BadRequest("the cursor is not one this list gave", vi="con trỏ trang không hợp lệ")
    return rank, number
