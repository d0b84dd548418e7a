"""An object of a far store as the answer to a request: whole, or one range of it (RFC 9110, 14)."""

import re
from collections.abc import AsyncGenerator, Mapping
from typing import Final

import anyio
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gishue.core.blobs import Blobs
from tiles.archive_store import MEDIA_TYPE

_CHUNK: Final = 1 << 20
_RANGE: Final = re.compile(r"bytes=(\d{1,18})?-(\d{1,18})?")


def far_file(
    request: Request, blobs: Blobs, sha256: str, size: int, headers: Mapping[str, str]
) -> Response:
    """Return the answer: 200, 206 for one range, 416 where it lies beyond the end."""
    said = {**headers, "accept-ranges": "bytes"}
    is_same = request.headers.get("if-range", headers["etag"]) == headers["etag"]
    asked = _RANGE.fullmatch(request.headers.get("range", "")) if is_same else None
    if asked is None or not any(asked.groups()):
        start, end, status = 0, size, 200
    else:
        start, end = _ends(asked, size)
        status = 206
        if start >= end:
            return Response(status_code=416, headers={**said, "content-range": f"bytes */{size}"})
        said["content-range"] = f"bytes {start}-{end - 1}/{size}"
    said["content-length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=said, media_type=MEDIA_TYPE)
    body = _read(blobs, sha256, start, end)
    return StreamingResponse(body, status, said, MEDIA_TYPE)


def _ends(asked: re.Match[str], size: int) -> tuple[int, int]:
    """Return the first byte and the one behind the last."""
    first, last = asked.groups()
    if first is None:
        return max(size - int(last), 0), size
    return int(first), min(int(last) + 1, size) if last else size


async def _read(blobs: Blobs, sha256: str, start: int, end: int) -> AsyncGenerator[bytes]:
    for at in range(start, end, _CHUNK):
        yield await anyio.to_thread.run_sync(blobs.read, sha256, at, min(_CHUNK, end - at))
