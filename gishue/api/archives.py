"""The tile archive of a layer as one file: ``/files/{slug}.pmtiles``, read as a whole or in ranges.

A map that reads it tile by tile asks for ranges, and gets the archive as it stands, which says of
which revision it is. Who takes the whole file gets the layer of now: edits are brought in first.
"""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from gishue.api.deps import actor_of, allowed_layer, services_of
from gishue.api.far_file import far_file
from gishue.core.access import Act, may
from gishue.core.actor import ANONYMOUS
from gishue.core.audit import of_layer
from gishue.core.db import transaction
from gishue.core.errors import Busy, NotFound
from layers.layer import Layer, LayerKind
from layers.services import Services
from tiles import archive_store
from tiles.archive_store import MEDIA_TYPE, Kept
from tiles.seed import seed

_WAITING: Final = 4
"""Archives that may be in the making for somebody who waits, one after another."""
_VARY: Final = "Authorization, Cookie, X-API-Key"
_EXPOSED: Final = "etag, content-length, content-range, accept-ranges, x-gishue-revision"


def routes() -> list[BaseRoute]:
    """Return the route of archives; it stands at the root of the site."""
    return [Route("/files/{slug}.pmtiles", _Door().archive, methods=["GET", "HEAD"])]


class _Door:
    """Hands out archives; one is made at once."""

    def __init__(self) -> None:
        self._gate = asyncio.Semaphore(1)
        self._waiting = 0

    async def archive(self, request: Request) -> Response:
        """Serve ``GET /files/{slug}.pmtiles``."""
        services, actor = services_of(request), actor_of(request)
        layer = allowed_layer(services, actor, Act.DOWNLOAD, request.path_params["slug"])
        _check(layer)
        kept = await self._kept(services, layer, is_part="range" in request.headers)
        headers = _headers(layer, kept)
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        if request.method == "GET":
            said = {"format": ".pmtiles", "part": ""}
            services.witness.note(actor, "layer.download", of_layer(layer), said)
        if services.blobs.folder is None:
            return far_file(request, services.blobs, kept.sha256, kept.bytes, headers)
        with services.blobs.file(kept.sha256) as path:
            return FileResponse(
                path, headers=headers, media_type=MEDIA_TYPE, filename=f"{layer.slug}.pmtiles"
            )

    async def _kept(self, services: Services, layer: Layer, *, is_part: bool) -> Kept:
        """Return the archive at hand where a part is asked for, else that of now.

        Raises:
            Busy: too many wait for one to be made.
        """
        async with transaction(services.pool) as conn:
            found = await archive_store.kept(conn, layer.id)
        is_there = bool(found) and services.blobs.has(found[0].sha256)
        if is_there and found[0].epoch == found[0].epoch_now:
            kept = found[0]
            if is_part or (kept.revision == kept.revision_now and not kept.touched):
                return kept
        if self._waiting >= _WAITING:
            raise Busy(
                "too many tile archives are being made just now; try again in a moment",
                vi="đang có quá nhiều kho ô bản đồ được tạo; hãy thử lại sau giây lát",
            )
        self._waiting += 1
        try:
            async with self._gate:
                return (await seed(services, layer.slug)).kept
        finally:
            self._waiting -= 1


def _check(layer: Layer) -> None:
    """Raise NotFound where the layer, as it is seen here, has no archive."""
    if layer.view.key:
        raise NotFound(
            f"there is no tile archive of layer {layer.slug!r} for you: a part of it is kept back; "
            "other formats hold what you may see",
            vi=f"không có kho ô bản đồ của lớp {layer.slug!r} cho bạn vì một phần bị ẩn; "
            "các định dạng khác có phần bạn được xem",
        )
    if layer.kind is not LayerKind.VECTOR or layer.table_name is None:
        raise NotFound(
            f"layer {layer.slug!r} has no features to make tiles of",
            vi=f"lớp {layer.slug!r} không có đối tượng để tạo ô bản đồ",
        )


def _headers(layer: Layer, kept: Kept) -> dict[str, str]:
    is_public = may(ANONYMOUS, Act.DOWNLOAD, layer) and not layer.is_veiled
    headers = {
        "etag": f'"{kept.sha256[:32]}"',
        "cache-control": "public, no-cache" if is_public else "private, no-store",
        "vary": _VARY,
        "x-gishue-revision": str(kept.revision),
    }
    if is_public:
        headers["access-control-allow-origin"] = "*"
        headers["access-control-expose-headers"] = _EXPOSED
    return headers
