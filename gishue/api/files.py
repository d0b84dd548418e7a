"""Downloads: ``/files/{slug}/{slug}.gpkg`` and every other format of the table, with ranges.

A whole layer is written once a revision and kept, for each audience that sees it otherwise; a part
of it, or another system or time, is written for the one who asks and goes with the answer.
"""

import asyncio
import hashlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from conversion.export.export import export_file, formats
from conversion.export.formats import OutFormat
from conversion.export.query import ExportQuery, system
from gishue.api.deps import actor_of, allowed_layer, services_of
from gishue.api.file_query import read_query
from gishue.core.access import Act, may, views
from gishue.core.actor import ANONYMOUS
from gishue.core.audit import of_layer
from gishue.core.errors import Busy, NotFound
from layers import filter as filters
from layers import veil
from layers.layer import Layer
from layers.services import Services

_AT_ONCE: Final = 2
"""Files being made by one process; each holds a connection of the pool for its whole time."""
_WAITING: Final = 4
"""Further files that may wait for their turn."""
_STAMP = re.compile(r"\d+(-\d+)?(-v[0-9a-f]+)?")
_VARY: Final = "Authorization, Cookie, X-API-Key"


def routes() -> list[BaseRoute]:
    """Return the routes of downloads; they stand at the root of the site."""
    door = _Door()
    return [Route("/files/{slug}/{name}", door.file, methods=["GET", "HEAD"])]


class _Door:
    """Hands out files; two who ask for the same one at once wait for one making."""

    def __init__(self) -> None:
        self._gate = asyncio.Semaphore(_AT_ONCE)
        # A file's lock lives for as long as somebody makes it or waits for it.
        self._making: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()

    async def file(self, request: Request) -> Response | ASGIApp:
        """Serve ``GET /files/{slug}/{slug}.{gpkg|geojson|shp.zip|…}``."""
        services, at = services_of(request), request.path_params
        layer = allowed_layer(services, actor_of(request), Act.DOWNLOAD, at["slug"])
        out = _format(layer, at["name"])
        query = read_query(request.query_params)
        _check(out, layer, query)
        part = _mark(query) + (f"-p{layer.past_from}" if query.at and layer.past_from else "")
        etag = f'"{layer.id}-{layer.revision}{_view(layer)}{part}{out.suffix}"'
        headers = {"etag": etag, "cache-control": _freshness(layer, query), "vary": _VARY}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        if request.method == "GET":
            said = {"format": out.suffix, "part": _mark(query)}
            services.witness.note(actor_of(request), "layer.download", of_layer(layer), said)
        if query == ExportQuery():
            return _answer(await self._kept(services, layer, out), out, layer, headers)
        made = await self._passing(services, layer, out, query)
        return _then_gone(_answer(made, out, layer, headers), made.parent)

    async def _kept(self, services: Services, layer: Layer, out: OutFormat) -> Path:
        folder = services.settings.root / "exports"
        path = folder / f"{layer.slug}-{layer.id}-{layer.revision}{_view(layer)}{out.suffix}"
        if path.exists():
            return path
        async with self._turn(path), self._gate:
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=_scratch(services)) as place:
                    made = Path(place) / path.name
                    await export_file(services, layer, made, out=out)
                    made.replace(path)
                _forget_older(folder, layer, out)
        return path

    async def _passing(
        self, services: Services, layer: Layer, out: OutFormat, query: ExportQuery
    ) -> Path:
        """Return a file in a folder of its own, which the caller removes."""
        place = Path(tempfile.mkdtemp(dir=_scratch(services)))
        path = place / f"{layer.slug}{out.suffix}"
        try:
            async with self._turn(path), self._gate:
                await export_file(services, layer, path, query, out)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        return path

    def _turn(self, path: Path) -> asyncio.Lock:
        """Return the lock of ``path``.

        Raises:
            Busy: too many other files are being made.
        """
        lock = self._making.get(path)
        if lock is None:
            if len(self._making) >= _AT_ONCE + _WAITING:
                raise Busy(
                    "too many files are being written just now; try again in a moment",
                    vi="đang có quá nhiều tệp được xuất; hãy thử lại sau giây lát",
                )
            lock = self._making[path] = asyncio.Lock()
        return lock


def _format(layer: Layer, name: str) -> OutFormat:
    """Return the format asked for.

    Raises:
        NotFound: the file is not named after the layer, or is no format of ours.
    """
    for out in formats(layer):
        if name == f"{layer.slug}{out.suffix}":
            return out
    raise NotFound(
        f"there is no file {name!r} of layer {layer.slug!r}; see the links of the layer",
        vi=f"lớp {layer.slug!r} không có tệp {name!r}; xem mục liên kết của lớp",
    )


def _check(out: OutFormat, layer: Layer, query: ExportQuery) -> None:
    """Refuse what can be refused before anybody waits for a turn; the past has its own fields."""
    system(out, layer, query.srid)
    if query.filter and query.at is None:
        filters.of(layer, query.filter, query.filter_lang, query.filter_srid)


def _view(layer: Layer) -> str:
    """Return what tells what one audience sees from what another does; nothing for all of it."""
    return f"-v{layer.view.key}" if layer.view.key else ""


def _mark(query: ExportQuery) -> str:
    """Return what tells one part of a layer from another; nothing for the whole of it."""
    if query == ExportQuery():
        return ""
    return f"-{hashlib.sha256(repr(query).encode()).hexdigest()[:16]}"


def _scratch(services: Services) -> Path:
    """Return the folder of temporary files, where the hourly tidying finds forgotten ones."""
    folder = services.settings.root / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _answer(path: Path, out: OutFormat, layer: Layer, headers: dict[str, str]) -> FileResponse:
    return FileResponse(
        path, headers=headers, media_type=out.media, filename=f"{layer.slug}{out.suffix}"
    )


def _then_gone(answer: FileResponse, folder: Path) -> ASGIApp:
    """Return the answer, and remove ``folder`` after it however it ends."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await answer(scope, receive, send)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return app


def _freshness(layer: Layer, query: ExportQuery) -> str:
    is_past = query.at is not None and layer.open_since_revision > 0
    is_public = may(ANONYMOUS, Act.DOWNLOAD, layer) and veil.is_for_all(layer) and not is_past
    return "public, no-cache" if is_public else "private, no-store"


def _forget_older(folder: Path, layer: Layer, out: OutFormat) -> None:
    """Remove other revisions of the layer, views that nobody has any more, and files of a deleted
    layer of its name.
    """
    stem = f"{layer.slug}-{layer.id}-{layer.revision}"
    kept = {f"{stem}{_view(veil.seen(layer, one))}{out.suffix}" for one in views(layer)}
    for path in folder.glob(f"{layer.slug}-*{out.suffix}"):
        stamp = path.name.removeprefix(f"{layer.slug}-").removesuffix(out.suffix)
        if path.name not in kept and _STAMP.fullmatch(stamp):
            path.unlink(missing_ok=True)
