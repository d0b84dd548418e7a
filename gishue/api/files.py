"""Downloads: ``/files/{slug}/{slug}.gpkg`` and ``.geojson``, made once a revision, with ranges."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from conversion.export import export_file, formats
from gishue.api.deps import actor_of, allowed_layer, services_of
from gishue.core.access import Act, Visibility
from gishue.core.errors import NotFound
from layers.layer import Layer
from layers.services import Services

_MEDIA = {".gpkg": "application/geopackage+sqlite3", ".geojson": "application/geo+json"}


def routes() -> list[BaseRoute]:
    """Return the routes of downloads; they stand at the root of the site."""
    door = _Door()
    return [Route("/files/{slug}/{name}", door.file, methods=["GET", "HEAD"])]


class _Door:
    """Hands out files; two who ask for the same one at once wait for one making."""

    def __init__(self) -> None:
        self._making: dict[Path, asyncio.Lock] = {}

    async def file(self, request: Request) -> Response:
        """Serve ``GET /files/{slug}/{slug}.{gpkg|geojson}``."""
        services, at = services_of(request), request.path_params
        layer = allowed_layer(services, actor_of(request), Act.DOWNLOAD, at["slug"])
        suffix = _suffix(layer, at["name"])
        headers = {"etag": f'"{layer.revision}{suffix}"', "cache-control": _freshness(layer)}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        path = await self._made(services, layer, suffix)
        return FileResponse(
            path, headers=headers, media_type=_MEDIA[suffix], filename=f"{layer.slug}{suffix}"
        )

    async def _made(self, services: Services, layer: Layer, suffix: str) -> Path:
        folder = services.settings.root / "exports"
        path = folder / f"{layer.slug}-{layer.revision}{suffix}"
        lock = self._making.setdefault(path, asyncio.Lock())
        try:
            async with lock:
                if not path.exists():
                    folder.mkdir(parents=True, exist_ok=True)
                    await export_file(services, layer, path)
                    _forget_older(folder, layer, path)
        finally:
            self._making.pop(path, None)
        return path


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
    for path in folder.glob(f"{layer.slug}-*{kept.suffix}"):
        revision = path.stem.removeprefix(f"{layer.slug}-")
        if path != kept and revision.isdecimal():
            path.unlink(missing_ok=True)
