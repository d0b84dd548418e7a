"""How a ready tile or a document leaves: status, caching, ETag, gzip, CORS.

A URL that names a revision we have reached is immutable; any other is asked for again each time
and answered 304 while the content is the same. What is not open to everybody is ``private``. Of a
veiled layer, of which not everybody sees the same, nothing is immutable: its rules may change. Nor
is what a layer was at a time to come, or at any time where its history is not kept; nor is anything
of a layer whose derived tables are still to be made: its tiles will be better ones.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.errors import BadRequest
from layers.layer import Layer
from tiles.query import TileQuery
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


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom an answer is, and how long it may be kept.

    ``is_alike``: all who may read it get the same; ``is_fixed``: it never changes under this
    address; ``key`` tells it from what others get; ``max_age_s``: how long it may be kept unasked.
    """

    is_open: bool = True
    is_alike: bool = True
    is_fixed: bool = False
    key: str = ""
    max_age_s: int = 0


def terms(
    layer: Layer, rev: int | None, query: TileQuery | None = None, now: datetime | None = None
) -> Terms:
    """Return the terms of what ``layer``, as it is seen, is asked at a revision."""
    is_reached = rev is not None and layer.revision >= rev
    is_reached = is_reached and not (layer.is_veiled or layer.awaits_tiers)
    if query is None or query.at is None:
        return Terms(is_public(layer), not layer.is_veiled, is_reached, layer.view.key)
    # What it was while it was closed to more is for its own unit alone.
    is_alike = layer.is_alike
    is_over = now is not None and query.at < now
    return Terms(
        is_public(layer) and not layer.open_since_revision,
        is_alike,
        is_reached and is_alike and is_over and layer.keep_history,
        f"{layer.view.key}p{layer.past_from}" if layer.past_from else layer.view.key,
    )


def joint(parts: Sequence[Terms]) -> Terms:
    """Return the terms of what is made of several: the strictest of each."""
    return Terms(
        all(one.is_open for one in parts),
        all(one.is_alike for one in parts),
        all(one.is_fixed for one in parts),
        ".".join(one.key for one in parts) if any(one.key for one in parts) else "",
        min((one.max_age_s for one in parts), default=0),
    )


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
    return None if said is None else _revision(said)


def asked_revisions(request: Request, count: int) -> list[int | None]:
    """Return the revisions that the URL names for so many layers, with commas between them.

    Raises:
        BadRequest: they are no numbers, or not one for each layer.
    """
    said = request.query_params.get("rev")
    if said is None:
        return [None] * count
    parts = said.split(",")
    if len(parts) != count:
        raise BadRequest(
            f"rev names {len(parts)} revisions of {count} layers",
            vi=f"rev nêu {len(parts)} phiên bản cho {count} lớp",
        )
    return [_revision(part) for part in parts]


def _revision(said: str) -> int:
    if not (said.isascii() and said.isdecimal() and len(said) <= 15):
        raise BadRequest(f"rev={said[:20]!r} is no revision", vi=f"rev={said[:20]!r} không hợp lệ")
    return int(said)


def tile_answer(request: Request, layer: Layer, tile: ReadyTile, format_: str) -> Response:
    """Return the answer that carries ``tile``: 200, 204 where it is empty, or 304."""
    return body_answer(request, terms(layer, asked_revision(request)), tile, format_)


def body_answer(request: Request, told: Terms, tile: ReadyTile, format_: str) -> Response:
    """Return the answer that carries ``tile`` on these terms; see :func:`tile_answer`."""
    packed = tile.zipped and takes_gzip(request.headers.get("accept-encoding", ""))
    tag = _tag(told, tile.digest)
    headers = _headers(told, tag if packed == tile.zipped else f"{tag}-i")
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
    return json_answer(request, terms(layer, asked_revision(request)), document)


def json_answer(request: Request, told: Terms, document: Mapping[str, Any]) -> Response:
    """Return a JSON document on these terms."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    tag = _tag(told, hashlib.blake2b(body, digest_size=10).hexdigest())
    return _document(request, body, tag, _headers(told, tag))


def kept_answer(request: Request, body: bytes, tag: str, *, is_public: bool) -> Response:
    """Return a ready JSON document that depends on who asks; shared caches ask again each time."""
    told = Terms(is_open=is_public, is_alike=False)
    return _document(request, body, tag, _headers(told, tag))


def _document(request: Request, body: bytes, tag: str, headers: dict[str, str]) -> Response:
    if _is_known(request, tag):
        return _Whole(b"", 304, headers)
    headers["content-type"] = "application/json"
    headers["content-length"] = str(len(body))
    return _Whole(body, 200, headers)


def _tag(told: Terms, digest: str) -> str:
    """Return the ETag: one audience's is never another's, though the content be the same."""
    return f"{digest}-{told.key}" if told.key else digest


def _headers(told: Terms, tag: str) -> dict[str, str]:
    headers = {
        "etag": f'"{tag}"',
        "cache-control": _cache_control(told),
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if told.is_open:
        headers |= _FOR_ALL
    if not (told.is_open and told.is_alike):
        headers["vary"] = _BY_WHOM
    return headers


def _cache_control(told: Terms) -> str:
    scope = "public" if told.is_open else "private"
    if told.is_fixed:
        return f"{scope}, max-age={_YEAR_S}, immutable"
    if told.max_age_s:
        return f"{scope}, max-age={told.max_age_s}"
    return f"{scope}, max-age=0, must-revalidate"


def _is_known(request: Request, tag: str) -> bool:
    """Return whether the client holds this content already, packed or not."""
    said = request.headers.get("if-none-match")
    if said is None:
        return False
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in said.split(",")}
    return bool(tags & {tag, f"{tag}-i", "*"})


def takes_gzip(said: str) -> bool:
    """Return whether ``Accept-Encoding`` allows gzip, by name or by ``*``.

    >>> takes_gzip("br, gzip;q=0.5"), takes_gzip("*"), takes_gzip("gzip;q=0"), takes_gzip("")
    (True, True, False, False)
    """
    allowed: dict[str, bool] = {}
    for part in said.split(","):
        name, _, weight = part.partition(";")
        refused = weight.replace(" ", "").lower() in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
        allowed[name.strip().lower()] = not refused
    return allowed.get("gzip", allowed.get("*", False))
