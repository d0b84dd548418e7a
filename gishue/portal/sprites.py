"""The map's signs: one sheet of the Maki icons (CC0), as fields that take any colour."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.errors import NotFound
from gishue.portal.fonts import HEADERS

SPRITES: Final = Path(str(files("gishue.portal"))) / "static" / "sprites"
_NAME: Final = re.compile(r"[a-z]+(?:@2x)?\.(json|png)")
_KINDS: Final = {"json": "application/json", "png": "image/png"}


@cache
def _sheet(name: str) -> bytes | None:
    file = SPRITES / name
    return file.read_bytes() if file.is_file() else None


async def sprite_file(request: Request) -> Response:
    """Serve ``GET /sprites/{file}``: ``maki.json``, ``maki@2x.png`` and so on."""
    name = request.path_params["file"]
    said = _NAME.fullmatch(name)
    body = _sheet(name) if said else None
    if said is None or body is None:
        raise NotFound(f"there is no sheet of signs {name[:40]!r}", vi="không có bộ ký hiệu này")
    return Response(body, media_type=_KINDS[said[1]], headers=HEADERS)
