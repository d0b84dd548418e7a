"""HTTP for field reports: file one, add photos, list, show, move on.

The public answer never holds the reporter's words, number or name.
"""

import secrets
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, BinaryIO

import anyio
from fastapi import APIRouter, Header, Query, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Message

from gishue.api.deps import TheActor, TheServices
from gishue.api.report_shapes import (
    FiledReport,
    ReportBody,
    ReportDetail,
    ReporterShape,
    ReportMove,
    ReportPage,
    ReportShape,
    values,
)
from gishue.core import paging
from gishue.core.blobs import Blobs
from gishue.core.db import transaction
from gishue.core.errors import BadRequest, NotFound, TooLarge, UnsupportedMedia
from gishue.reports import filing, store
from gishue.reports.photos import MAX_PHOTO_BYTES, MEDIA_TYPE
from gishue.reports.report import Draft, ReportState

router = APIRouter(tags=["reports"])

MAX_BODY_BYTES = filing.MAX_PHOTOS * MAX_PHOTO_BYTES + (1 << 20)

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{8,200}$",
        description="made by the sender; the same key again answers with the same report, "
        "and proves the reporter when photos are added later",
    ),
]


_REFERENCE = "#/components/schemas/{model}"
_SAID = ReportBody.model_json_schema(ref_template=_REFERENCE)
_SAID.pop("$defs", None)  # Category stands among the components, with the answers that use it
_PHOTOS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "photos": {"type": "array", "items": {"type": "string", "format": "binary"}},
    },
}


_JSON, _FORM = "application/json", "multipart/form-data"


def _body(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI description of a body that the handler reads itself."""
    content = {kind: {"schema": schema} for kind, schema in schemas.items()}
    return {"requestBody": {"required": True, "content": content}}


@router.post(
    "/reports",
    status_code=201,
    openapi_extra=_body({_JSON: _SAID, _FORM: {"allOf": [_SAID, _PHOTOS]}}),
)
async def file_report(
    request: Request,
    response: Response,
    services: TheServices,
    actor: TheActor,
    idempotency_key: Key = None,
) -> FiledReport:
    """File a report: JSON, or a form with photos (JPEG, PNG, WebP). 200 if it was there already."""
    key = idempotency_key or secrets.token_urlsafe(24)
    async with _sent(request) as (draft, photos):
        filed = await filing.file_report(services, actor, draft, photos, key=key)
    await services.registry.reload(services.pool)
    response.status_code = 201 if filed.is_new else 200
    response.headers["location"] = f"/api/v1/reports/{filed.report.code}"
    return FiledReport(**values(filed.report), key=key)


@router.post("/reports/{code}/photos", openapi_extra=_body({_FORM: _PHOTOS}))
async def add_photos(
    code: str,
    request: Request,
    services: TheServices,
    actor: TheActor,
    idempotency_key: Key = None,
) -> ReportShape:
    """Add photos: by the reporter, with the report's key, or by the handling unit."""
    async with _parts(request) as (_, photos):
        if not photos:
            raise BadRequest("the form holds no photo", vi="biểu mẫu không có ảnh nào")
        report = await filing.add_photos(services, actor, code, photos, key=idempotency_key)
    await services.registry.reload(services.pool)
    return ReportShape(**values(report))


@router.get("/reports")
async def list_reports(
    services: TheServices,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
    state: ReportState | None = None,
    ward: Annotated[
        str | None, Query(max_length=64, pattern=r"^[^\x00]*$", description="a ward's code")
    ] = None,
) -> ReportPage:
    """List reports, the newest first."""
    before_id = paging.read_id(cursor)
    async with transaction(services.pool) as conn:
        found = await store.page(conn, limit, before_id=before_id, state=state, ward=ward)
    following = paging.cursor(found.next_id) if found.next_id is not None else None
    items = [ReportShape(**values(report)) for report in found.reports]
    return ReportPage(items=items, next=following)


@router.get("/reports/{code}")
async def show_report(code: str, services: TheServices, actor: TheActor) -> ReportDetail:
    """Show where a report stands."""
    report = await filing.read_report(services, code)
    said = await filing.reporter_of(services, actor, report)
    reporter = ReporterShape(**said._asdict()) if said else None
    return ReportDetail(**values(report), reporter=reporter)


@router.patch("/reports/{code}")
async def move_report(
    code: str, move: ReportMove, services: TheServices, actor: TheActor
) -> ReportShape:
    """Move a report on; a closed one leaves the map."""
    report = await filing.move_report(services, actor, code, move.state)
    await services.registry.reload(services.pool)
    return ReportShape(**values(report))


@router.get(
    "/reports/{code}/photos/{number}",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
async def show_photo(code: str, number: int, services: TheServices) -> Response:
    """Return the public form of a report's photo, counted from 1: pixels and nothing else."""
    report = await filing.read_report(services, code)
    if not 1 <= number <= len(report.photos):
        raise NotFound("the report has no such photo", vi="phản ánh không có ảnh này")
    body = await anyio.to_thread.run_sync(_content, services.blobs, report.photos[number - 1])
    headers = {"cache-control": "public, max-age=3600", "content-security-policy": "sandbox"}
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _content(blobs: Blobs, sha256: str) -> bytes:
    with blobs.file(sha256) as path:
        return path.read_bytes()


@asynccontextmanager
async def _sent(request: Request) -> AsyncGenerator[tuple[Draft, Sequence[BinaryIO]]]:
    """Lend what the body says and the photos it brings."""
    if _kind(request) == _JSON:
        raw = await _bounded(request).body()
        yield _draft(lambda: ReportBody.model_validate_json(raw)), []
        return
    async with _parts(request) as (said, photos):
        yield _draft(lambda: ReportBody.model_validate(said)), photos


def _draft(read: Callable[[], ReportBody]) -> Draft:
    try:
        return Draft(**read().model_dump())
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error


@asynccontextmanager
async def _parts(request: Request) -> AsyncGenerator[tuple[dict[str, str], list[BinaryIO]]]:
    """Lend the text fields of a form (empty ones left out) and its files."""
    if _kind(request) != _FORM:
        raise UnsupportedMedia(
            "send JSON, or multipart/form-data with photos",
            vi="hãy gửi JSON, hoặc multipart/form-data kèm ảnh",
        )
    bounded = _bounded(request)
    async with bounded.form(max_files=filing.MAX_PHOTOS + 1, max_fields=20) as form:
        parts = form.multi_items()
        said = {name: value for name, value in parts if isinstance(value, str) and value}
        files = [value for _, value in parts if isinstance(value, UploadFile) and value.size]
        if any((file.size or 0) > MAX_PHOTO_BYTES for file in files):
            raise _too_large(MAX_PHOTO_BYTES)
        yield said, [file.file for file in files]


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _bounded(request: Request) -> Request:
    """Return the request with a body that ends in a refusal beyond ``MAX_BODY_BYTES``."""
    seen = 0

    async def receive() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY_BYTES:
            raise _too_large(MAX_BODY_BYTES)
        return message

    return Request(request.scope, receive)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"more than {limit >> 20} MiB; send smaller photos",
        vi=f"quá {limit >> 20} MiB; hãy gửi ảnh nhỏ hơn",
    )
