"""How a ready tile or a document leaves: status, caching, ETag, gzip, CORS.

A URL that names a revision we have reached is immutable; any other is asked for again each time
and answered 304 while the content is the same. What is not open to everybody is ``private``. Of a
veiled layer, of which not everybody sees the same, nothing is immutable: its rules may change.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.errors import BadRequest
from layers.layer import Layer
from tiles.ready import ReadyTile, unzipped
from tiles.service import is_public

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "mvt": "application/vnd.mapbox-vector-tile",
    "webp": "image/webp",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_YEAR_S: Final = 31_536_000
_BY_WHOM: Final = "accept-encoding, authorization, cookie, x-api-key"
_FOR_ALL: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, x-gishue-note",
}


class _Whole(Response):
    """A response whose headers are given as they leave: nothing is computed from the body."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str]) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
        ]


def asked_revision(request: Request) -> int | None:
    """Return the revision that the URL names, or None.

    Raises:
        BadRequest: ``rev`` is not a number.
    """
    said = request.query_params.get("rev")
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) <= 15):
        raise BadRequest(f"rev={said[:20]!r} is no revision", vi=f"rev={said[:20]!r} không hợp lệ")
    return int(said)


def tile_answer(request: Request, layer: Layer, tile: ReadyTile, format_: str) -> Response:
    """Return the answer that carries ``tile``: 200, 204 where it is empty, or 304."""
    packed = tile.zipped and _takes_gzip(request)
    tag = _tag(layer, tile.digest)
    headers = _headers(request, layer, tag if packed == tile.zipped else f"{tag}-i")
    if tile.note:
        headers["x-gishue-note"] = tile.note
    if _is_known(request, tag):
        return _Whole(b"", 304, headers)
    if not tile.body:
        return _Whole(b"", 204, headers)
    body = tile.body if packed or not tile.zipped else unzipped(tile)
    if packed:
        headers["content-encoding"] = "gzip"
    headers["content-type"] = MEDIA_TYPES[format_]
    headers["content-length"] = str(len(body))
    return _Whole(body, 200, headers)


def document_answer(request: Request, layer: Layer, document: Mapping[str, Any]) -> Response:
    """Return a JSON document of a layer."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    tag = _tag(layer, hashlib.blake2b(body, digest_size=10).hexdigest())
    return _document(request, body, tag, _headers(request, layer, tag))


def kept_answer(request: Request, body: bytes, tag: str, *, is_public: bool) -> Response:
    """Return a ready JSON document that depends on who asks; shared caches ask again each time."""
    headers = {
        "etag": f'"{tag}"',
        "cache-control": f"{'public' if is_public else 'private'}, max-age=0, must-revalidate",
        "vary": _BY_WHOM,
        "x-content-type-options": "nosniff",
    }
    if is_public:
        headers |= _FOR_ALL
    return _document(request, body, tag, headers)


def _document(request: Request, body: bytes, tag: str, headers: dict[str, str]) -> Response:
    if _is_known(request, tag):
        return _Whole(b"", 304, headers)
    headers["content-type"] = "application/json"
    headers["content-length"] = str(len(body))
    return _Whole(body, 200, headers)


def _tag(layer: Layer, digest: str) -> str:
    """Return the ETag: one audience's is never another's, though the content be the same."""
    return f"{digest}-{layer.view.key}" if layer.view.key else digest


def _headers(request: Request, layer: Layer, tag: str) -> dict[str, str]:
    is_open = is_public(layer)
    headers = {
        "etag": f'"{tag}"',
        "cache-control": _cache_control(request, layer, "public" if is_open else "private"),
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if is_open:
        headers |= _FOR_ALL
    if not is_open or layer.is_veiled:
        headers["vary"] = _BY_WHOM
    return headers


def _cache_control(request: Request, layer: Layer, scope: str) -> str:
    revision = asked_revision(request)
    is_reached = revision is not None and layer.revision >= revision
    if is_reached and not layer.is_veiled:
        return f"{scope}, max-age={_YEAR_S}, immutable"
    return f"{scope}, max-age=0, must-revalidate"


def _is_known(request: Request, tag: str) -> bool:
    """Return whether the client holds this content already, packed or not."""
    said = request.headers.get("if-none-match")
    if said is None:
        return False
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in said.split(",")}
    return bool(tags & {tag, f"{tag}-i", "*"})


def _takes_gzip(request: Request) -> bool:
    """Return whether ``Accept-Encoding`` allows gzip, by name or by ``*``."""
    allowed: dict[str, bool] = {}
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = part.partition(";")
        refused = weight.replace(" ", "").lower() in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
        allowed[name.strip().lower()] = not refused
    return allowed.get("gzip", allowed.get("*", False))
