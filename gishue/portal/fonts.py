"""Glyphs for the map: ranges of 256 letters as signed distance fields."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.errors import NotFound

FONTS = Path(str(files("gishue.portal"))) / "static" / "fonts"
PBF = "application/x-protobuf"
HEADERS = {
    "cache-control": "public, max-age=604800",
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
}
_RANGE = re.compile(r"(\d{1,5})-(\d{1,5})")


@cache
def stacks() -> frozenset[str]:
    """Return the names of the fonts we have."""
    return frozenset(folder.name for folder in FONTS.iterdir() if folder.is_dir())


def chosen(stack: str) -> str:
    """Return the first font of a comma-separated list that we have, or raise NotFound."""
    for name in (part.strip() for part in stack.split(",")):
        if name in stacks():
            return name
    raise NotFound(
        f"there is no font {stack!r}; there are {', '.join(sorted(stacks()))}",
        vi=f"không có phông chữ {stack!r}; hiện có {', '.join(sorted(stacks()))}",
    )


def is_range(text: str) -> bool:
    """Whether ``text`` is a range of 256 code points as MapLibre asks for them."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return False
    first, last = int(match[1]), int(match[2])
    return first % 256 == 0 and last == first + 255 and last <= 0xFFFF


async def font_range(request: Request) -> Response:
    """Serve ``GET /fonts/{stack}/{range}.pbf``; letters a font lacks are an empty answer."""
    name = chosen(request.path_params["stack"])
    wanted = request.path_params["range"]
    if not is_range(wanted):
        raise NotFound(f"{wanted!r} is no glyph range", vi=f"{wanted!r} không phải dải ký tự")
    file = FONTS / name / f"{wanted}.pbf"
    body = file.read_bytes() if file.is_file() else b""
    return Response(body, media_type=PBF, headers=HEADERS)
