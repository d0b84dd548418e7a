"""Downloads: ``/files/{slug}/{slug}.gpkg`` and ``.geojson``, made once a revision, with ranges."""

import asyncio
import re
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from conversion.export import export_file, formats
from gishue.api.deps import actor_of, allowed_layer, services_of
from gishue.core.access import Act, Visibility
from gishue.core.errors import Busy, NotFound
from layers.layer import Layer
from layers.services import Services

_MEDIA = {".gpkg": "application/geopackage+sqlite3", ".geojson": "application/geo+json"}
_AT_ONCE: Final = 2
"""Files being made by one process; each holds a connection of the pool for its whole time."""
_WAITING: Final = 4
"""Further files that may wait for their turn."""
_STAMP = re.compile(r"\d+(-\d+)?")


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

    async def file(self, request: Request) -> Response:
        """Serve ``GET /files/{slug}/{slug}.{gpkg|geojson}``."""
        services, at = services_of(request), request.path_params
        layer = allowed_layer(services, actor_of(request), Act.DOWNLOAD, at["slug"])
        suffix = _suffix(layer, at["name"])
        etag = f'"{layer.id}-{layer.revision}{suffix}"'
        headers = {"etag": etag, "cache-control": _freshness(layer)}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        path = await self._made(services, layer, suffix)
        return FileResponse(
            path, headers=headers, media_type=_MEDIA[suffix], filename=f"{layer.slug}{suffix}"
        )

    async def _made(self, services: Services, layer: Layer, suffix: str) -> Path:
        folder = services.settings.root / "exports"
        path = folder / f"{layer.slug}-{layer.id}-{layer.revision}{suffix}"
        if path.exists():
            return path
        async with self._turn(path), self._gate:
            if not path.exists():
                folder.mkdir(parents=True, exist_ok=True)
                await export_file(services, layer, path)
                _forget_older(folder, layer, path)
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


def _suffix(layer: Layer, name: str) -> str:
    """Return the extension asked for.

    Raises:
        NotFound: the file is not named after the layer, or is no format of ours.
    """
    suffix = Path(name).suffix
    if name != f"{layer.slug}{suffix}" or suffix not in formats() or layer.table_name is None:
        raise NotFound(
            f"there is no file {name!r} of layer {layer.slug!r}; see the links of the layer",
            vi=f"lớp {layer.slug!r} không có tệp {name!r}; xem mục liên kết của lớp",
        )
    return suffix


def _freshness(layer: Layer) -> str:
    is_public = layer.visibility is Visibility.OPEN and layer.is_live
    return "public, no-cache" if is_public else "private, no-store"


def _forget_older(folder: Path, layer: Layer, kept: Path) -> None:
    """Remove other revisions of the layer, and files of a deleted layer of its name."""
    for path in folder.glob(f"{layer.slug}-*{kept.suffix}"):
        if path != kept and _STAMP.fullmatch(path.stem.removeprefix(f"{layer.slug}-")):
            path.unlink(missing_ok=True)
