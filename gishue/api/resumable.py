"""HTTP for files that come in pieces: tus 1.0 at ``/uploads/tus``.

Source: tus resumable upload protocol 1.0.0, core with the extensions creation, expiration and
termination. When the last byte is there the file is an upload like any other; the answer names it
in ``GISHue-Upload``.
"""

import asyncio
import base64
import binascii
from collections.abc import AsyncGenerator
from email.utils import format_datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Response
from starlette.requests import ClientDisconnect, Request

from conversion import resumable
from conversion.resumable import Resumable
from gishue.api.deps import TheServices, Uploader
from gishue.api.upload_shapes import UploadForm
from gishue.api.uploads import accept, check_aim, options_of
from gishue.core.actor import Actor
from gishue.core.db import transaction
from gishue.core.errors import BadRequest, GishueError, TooLarge, UnsupportedMedia
from gishue.core.vietnamese import vn_number
from layers.services import Services

router = APIRouter(prefix="/uploads/tus", tags=["uploads"])

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,expiration,termination"
_PIECE: Final = "application/offset+octet-stream"
_METADATA_BYTES: Final = 16 << 10


class OtherVersion(GishueError):
    """The client speaks another version of the protocol."""

    status = 412
    slug = "tus-version"
    title = "Version of the upload protocol not spoken"
    title_vi = "Không hỗ trợ phiên bản giao thức gửi tệp này"


@router.options("", status_code=204)
async def describe(response: Response, services: TheServices) -> None:
    """Say which version and extensions are spoken, and how large a file may be."""
    response.headers.update(
        {
            "tus-resumable": VERSION,
            "tus-version": VERSION,
            "tus-extension": EXTENSIONS,
            "tus-max-size": str(services.settings.upload_max_bytes),
        }
    )


@router.post("", status_code=201)
async def begin(
    request: Request, response: Response, services: TheServices, actor: Uploader
) -> None:
    """Announce a file: ``Upload-Length``, and in ``Upload-Metadata`` its name and options."""
    _check_version(request)
    length = _number(request, "upload-length")
    if length > services.settings.upload_max_bytes:
        raise TooLarge(
            f"the file is larger than {services.settings.upload_max_bytes:,} bytes",
            vi=f"tệp lớn hơn {vn_number(services.settings.upload_max_bytes)} byte",
        )
    fields = _metadata(request.headers.get("upload-metadata", ""))
    filename = fields.pop("filename", "") or "upload"
    fields.pop("filetype", None)
    check_aim(actor, filename, options_of(UploadForm.read(fields), services.now()))
    async with transaction(services.pool) as conn:
        made = await resumable.create(conn, filename[:255], length, fields, actor)
        found = await resumable.by_id(conn, made, actor)
    response.headers["location"] = f"/api/v1/uploads/tus/{made}"
    _tell(response, found, 0)
    if length == 0:
        await _finish(services, found, actor, response)


@router.head("/{resumable_id}")
async def ask(
    resumable_id: str, request: Request, response: Response, services: TheServices, actor: Uploader
) -> None:
    """Say how much of the file is there."""
    _check_version(request)
    found = await _found(services, resumable_id, actor)
    response.headers["cache-control"] = "no-store"
    response.headers["upload-length"] = str(found.length)
    _tell(response, found, resumable.offset(services, found))


@router.patch("/{resumable_id}", status_code=204)
async def send(
    resumable_id: str, request: Request, response: Response, services: TheServices, actor: Uploader
) -> None:
    """Send the piece that begins at ``Upload-Offset``."""
    _check_version(request)
    if request.headers.get("content-type") != _PIECE:
        raise UnsupportedMedia(f"a piece is {_PIECE}", vi=f"đoạn gửi phải có kiểu {_PIECE}")
    at = _number(request, "upload-offset")
    found = await _found(services, resumable_id, actor)
    if found.upload_id is not None:
        raise resumable.OffsetMismatch(
            "the file is whole already", vi="tệp đã gửi đủ", offset=found.length
        )
    size = await resumable.append(services, found, at, _body(request))
    async with transaction(services.pool) as conn:
        await resumable.touch(conn, found.id)
    _tell(response, found, size)
    if size == found.length:
        await _finish(services, found, actor, response)


@router.delete("/{resumable_id}", status_code=204)
async def give_up(
    resumable_id: str, request: Request, response: Response, services: TheServices, actor: Uploader
) -> None:
    """Give up a file under way."""
    _check_version(request)
    found = await _found(services, resumable_id, actor)
    async with transaction(services.pool) as conn:
        await resumable.delete(conn, found.id)
    resumable.discard(services, found.id)
    response.headers["tus-resumable"] = VERSION


async def _finish(services: Services, found: Resumable, actor: Actor, response: Response) -> None:
    """Make the whole file an upload."""
    path = resumable.path_of(services, found.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    blob = await asyncio.to_thread(services.blobs.adopt_file, path)
    async with transaction(services.pool) as conn:
        options = options_of(UploadForm.read(dict(found.fields)), services.now())
        upload = await accept(conn, found.filename, blob, options, actor)
        await resumable.complete(conn, found.id, upload.id)
    response.headers["gishue-upload"] = str(upload.id)


async def _found(services: Services, resumable_id: str, actor: Actor) -> Resumable:
    try:
        wanted = UUID(resumable_id)
    except ValueError as error:
        raise resumable.no_resumable(resumable_id[:64]) from error
    async with transaction(services.pool) as conn:
        return await resumable.by_id(conn, wanted, actor)


async def _body(request: Request) -> AsyncGenerator[bytes]:
    """Yield the pieces of the body; a line that is cut only ends it."""
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except ClientDisconnect:
        return


def _tell(response: Response, found: Resumable, offset: int) -> None:
    response.headers["tus-resumable"] = VERSION
    response.headers["upload-offset"] = str(offset)
    if found.upload_id is not None:
        response.headers["gishue-upload"] = str(found.upload_id)
    else:
        response.headers["upload-expires"] = format_datetime(found.expires_at, usegmt=True)


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise OtherVersion(f"only tus {VERSION} is spoken here", vi=f"ở đây chỉ dùng tus {VERSION}")


def _number(request: Request, name: str) -> int:
    said = request.headers.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        raise BadRequest(f"{name} is missing or no number", vi=f"thiếu hoặc sai {name}")
    return int(said)


def _metadata(said: str) -> dict[str, str]:
    """Return names and values; each value is UTF-8 in base64."""
    if len(said) > _METADATA_BYTES:
        raise BadRequest("the metadata is too long", vi="phần mô tả tệp quá dài")
    pairs = (part.strip().partition(" ") for part in said.split(",") if part.strip())
    try:
        return {
            name: base64.b64decode(value, validate=True).decode("utf-8") for name, _, value in pairs
        }
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadRequest(
            "the metadata is not base64 of UTF-8", vi="phần mô tả tệp không phải base64 UTF-8"
        ) from error
