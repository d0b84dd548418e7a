"""HTTP for uploads: send a file, watch it, answer its questions, look at it, publish it."""

import dataclasses
import json
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from starlette.requests import Request
from starlette.responses import HTMLResponse, StreamingResponse

from conversion import aim, answering, stopping, store, tasks
from conversion.options import IngestOptions, each_layer, slug_of
from conversion.publish import publish_upload, target
from conversion.refusal_codes import from_code
from conversion.upload import Upload, UploadState
from gishue.api import streams
from gishue.api.deps import TheActor, TheServices, Uploader, refusal
from gishue.api.multipart import receive
from gishue.api.upload_shapes import (
    AnswerBody,
    PublishBody,
    Published,
    UploadForm,
    UploadPage,
    UploadShape,
    shape,
)
from gishue.core import audit, blobs, paging
from gishue.core.access import may_send, may_work
from gishue.core.actor import Actor, Role
from gishue.core.audit import Object
from gishue.core.blobs import Blob
from gishue.core.db import Connection, transaction
from gishue.core.errors import BadRequest, Forbidden, NotFound
from gishue.core.events import Event
from layers import tables
from layers.services import Services

router = APIRouter(tags=["uploads"])

_REF = "#/components/schemas/{model}"
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        **UploadForm.model_json_schema(ref_template=_REF)["properties"],
                    },
                }
            }
        },
    }
}
_PREVIEW_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


@router.post("/uploads", status_code=202, openapi_extra=_FORM)
async def send_file(
    request: Request, response: Response, services: TheServices, actor: Uploader
) -> UploadShape:
    """Send a file (part ``file``) with options as fields; a worker inspects and converts it."""
    form = await receive(request, services.blobs, services.settings.upload_max_bytes)
    said = UploadForm.read(form.fields)
    if form.blob is None:
        raise RuntimeError("a form without a file was let through")
    async with transaction(services.pool) as conn:
        upload = await accept(
            conn, form.filename, form.blob, options_of(said, services.now()), actor
        )
    response.headers["location"] = f"/api/v1/uploads/{upload.id}"
    return shape(upload)


async def accept(
    conn: Connection, filename: str, blob: Blob, options: IngestOptions, actor: Actor
) -> Upload:
    """Write the upload of a stored file and queue the work on it.

    Raises:
        Forbidden: it is for another unit, or for a layer that the actor's key was not made for.
        GishueError: it was to be published at once, and ``actor`` may not, or the name is taken.
    """
    check_aim(actor, filename, options)
    unit = options.said.get("unit")
    if unit is not None and not actor.has(Role.EDITOR, unit):
        raise refusal(actor)
    if options.publish:
        await target(conn, filename, options, actor)
    options = await aim.as_sent(conn, options, actor)
    name = filename[:255] or "upload"
    await blobs.register(conn, blob, name, "application/octet-stream")
    upload_id = await store.create(conn, name, blob, options, actor)
    await tasks.defer_process(conn, upload_id)
    upload = await store.by_id(conn, upload_id)
    await audit.record(conn, actor, "upload.send", _object(upload), {"sha256": blob.sha256})
    return upload


@router.get("/uploads")
async def list_uploads(
    services: TheServices,
    actor: Uploader,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> UploadPage:
    """List the uploads one may see, the newest first."""
    before = _before(cursor) if cursor is not None else None
    async with transaction(services.pool) as conn:
        found = await store.page(conn, actor, limit + 1, before)
        shown = [shape(one) for one in found[:limit] if await aim.may_see(conn, one, actor)]
    last = found[limit - 1] if len(found) > limit else None
    following = paging.cursor(last.created_at.isoformat(), str(last.id)) if last else None
    return UploadPage(items=shown, next=following)


@router.delete("/uploads/{upload_id}")
async def cancel(upload_id: str, services: TheServices, actor: Uploader) -> UploadShape:
    """Stop the work on an upload at whatever stage it is; nothing of it is published or kept."""
    async with transaction(services.pool) as conn:
        upload = await store.lock(conn, (await visible_upload(conn, upload_id, actor)).id)
        if upload.state is not UploadState.REFUSED:
            reason = from_code(stopping.CANCELLED).problem()
            was = upload.state
            upload = await store.move(conn, upload, UploadState.REFUSED, refusal=reason)
            if was is UploadState.STAGED:  # before, whoever fills the table drops it
                await tables.drop(conn, tables.staging(upload.staging_table))
            await audit.record(conn, actor, "upload.cancel", _object(upload), {"was": str(was)})
    return shape(upload)


@router.get("/uploads/{upload_id}")
async def show_upload(upload_id: str, services: TheServices, actor: TheActor) -> UploadShape:
    """Say how an upload stands: state, findings, questions, refusal, the layer it became."""
    async with transaction(services.pool) as conn:
        return shape(await visible_upload(conn, upload_id, actor))


@router.post("/uploads/{upload_id}/answers", status_code=202)
async def answer_questions(
    upload_id: str, body: AnswerBody, services: TheServices, actor: Uploader
) -> UploadShape:
    """Answer the questions of an upload that asks; the work goes on.

    With several `source_layers` each becomes an upload of its own: `siblings` names the others.
    """
    async with transaction(services.pool) as conn:
        upload = await visible_upload(conn, upload_id, actor)
        upload.check_move(UploadState.RECEIVED)
        options, wanted = body.applied(upload.options), body.source_layers or []
        answering.check(upload, options, wanted)
        wishes = [
            await aim.as_sent(conn, one, actor)
            for one in each_layer(upload.filename, options, wanted)
        ]
        for one in wishes:
            check_aim(actor, upload.filename, one)
            if options.publish:
                await target(conn, upload.filename, one, actor, locked=False)
        siblings = [await store.copy(conn, upload, one) for one in wishes[1:]]
        upload = await store.move(
            conn,
            upload,
            UploadState.RECEIVED,
            progress=0.0,
            options=wishes[0].as_dict(),
            questions=[],
        )
        for one in (upload.id, *siblings):
            await tasks.defer_process(conn, one)
        said = {"answers": sorted(body.model_dump(exclude_none=True))}
        said["siblings"] = [str(one) for one in siblings]
        await audit.record(conn, actor, "upload.answer", _object(upload), said)
    return shape(upload).model_copy(update={"siblings": siblings})


@router.post("/uploads/{upload_id}/publish")
async def publish(
    upload_id: str, body: PublishBody, services: TheServices, actor: Uploader
) -> Published:
    """Publish a staged upload as a new layer, or in place of or added to an existing one."""
    async with transaction(services.pool) as conn:
        upload = await visible_upload(conn, upload_id, actor)
        options = _completed(upload, body, actor, services.now())
        upload = await publish_upload(conn, upload.id, options, actor, body.base)
    await services.registry.reload(services.pool)
    return Published(layer=upload.layer or "", revision=upload.revision or 0)


@router.get("/uploads/{upload_id}/events", response_class=StreamingResponse)
async def follow(
    upload_id: str, request: Request, services: TheServices, actor: TheActor
) -> StreamingResponse:
    """Stream ``event: progress`` with state, stage, progress 0–1, message and refusal.

    The stream ends when the upload is published or refused, or could not be published, and when
    one may not see it any more.
    """
    async with transaction(services.pool) as conn:
        upload = await visible_upload(conn, upload_id, actor)
    still = streams.is_still(request, actor)
    return streams.answer(_lines(services, upload, actor, still))


@router.get("/uploads/{upload_id}/preview", response_class=HTMLResponse)
async def preview(upload_id: str, services: TheServices, actor: TheActor) -> HTMLResponse:
    """Show the staged features, or the candidates for an asked CRS, on a stand-alone map.

    One HTML file without outside links.
    """
    # folium brings pandas along: a second of every start, for a page that is seldom asked for.
    from conversion.upload_preview import upload_preview

    async with transaction(services.pool) as conn:
        upload = await visible_upload(conn, upload_id, actor)
        roads, witness = services.settings.road_layer, services.witness
        page = await upload_preview(conn, upload, actor, witness, roads)
    headers = {
        "content-security-policy": _PREVIEW_POLICY,
        "cache-control": "private, no-store",
        "content-disposition": 'inline; filename="preview.html"',
    }
    return HTMLResponse(page, headers=headers)


def _object(upload: Upload) -> Object:
    return Object("upload", str(upload.id), upload.unit)


def _before(cursor: str) -> tuple[datetime, UUID]:
    at, upload_id = paging.read_cursor(cursor, 2)
    try:
        return datetime.fromisoformat(str(at)), UUID(str(upload_id))
    except ValueError as error:
        raise BadRequest(
            "the cursor is not one this list gave", vi="con trỏ trang không hợp lệ"
        ) from error


async def visible_upload(conn: Connection, upload_id: str, actor: Actor) -> Upload:
    """Return the upload, if ``actor`` may see it.

    Raises:
        NotFound: it is absent, not visible, or no id at all; the answer is the same.
    """
    try:
        upload = await store.by_id(conn, UUID(upload_id))
    except ValueError as error:
        raise store.no_upload(upload_id[:64]) from error
    is_theirs = may_work(actor, upload.unit, upload.sender, upload.slug)
    if not is_theirs or not await aim.may_see(conn, upload, actor):
        raise store.no_upload(upload_id)
    return upload


def check_aim(actor: Actor, filename: str, options: IngestOptions) -> None:
    """Raise Forbidden where a narrowed key sends a file for a layer that it was not made for."""
    layer = options.layer or slug_of(filename)
    if not may_send(actor, layer):
        raise Forbidden(
            f"{actor.name} may bring in nothing for layer {layer!r}; name one that it was made for",
            vi=f"{actor.name} không được đưa dữ liệu vào lớp {layer!r}; hãy nêu lớp được phép",
            layer=layer,
        )


def options_of(said: UploadForm, now: datetime) -> IngestOptions:
    """Return what the form says, as options."""
    own = said.model_dump(include={"layer", "mode", "message", "publish", "keep_history"})
    answers = said.model_dump(include=set(AnswerBody.model_fields), exclude_none=True)
    options = IngestOptions(**own, said=said.said(now))
    return AnswerBody.model_validate(answers).applied(options)


def _completed(upload: Upload, body: PublishBody, actor: Actor, now: datetime) -> IngestOptions:
    """Return the upload's options with what is said at publishing.

    What somebody else said of the layer when sending it is not said by who publishes it.
    """
    is_own = actor.began(upload.sender)
    kept = upload.options.keep_history if body.keep_history is None else body.keep_history
    return dataclasses.replace(
        upload.options,
        layer=body.layer or upload.options.layer,
        mode=body.mode,
        message=body.message,
        said={**(upload.options.said if is_own else {}), **body.said(now)},
        key=body.key or upload.options.key,
        keep_history=kept,
    )


async def _lines(
    services: Services, upload: Upload, actor: Actor, still: streams.StillThem
) -> AsyncGenerator[str]:
    def is_of_it(event: Event) -> bool:
        return event.kind == "upload" and event.payload.get("id") == str(upload.id)

    async for _ in streams.heard(services.registry, is_of_it, still):
        try:
            async with transaction(services.pool) as conn:
                now = await visible_upload(conn, str(upload.id), actor)
        except NotFound:
            return
        yield _event(now)
        if now.is_at_rest:
            return


def _event(upload: Upload) -> str:
    said = {
        "state": upload.state,
        "stage": upload.stage,
        "progress": upload.progress,
        "message": upload.message,
        "pace": upload.pace,
        "layer": upload.layer,
        "revision": upload.revision,
        "refusal": upload.refusal,
    }
    return f"event: progress\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"
