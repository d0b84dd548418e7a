"""Geometries that somebody sends as GeoJSON: of the layer's kind, of two dimensions, on the earth.

Source of the shapes: RFC 7946, section 3.1. A third coordinate is left out.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from gishue.core.bounds import WORLD, Bounds
from layers import clip
from layers.layer import GeometryType, Layer
from layers.plane import DEPTH, plane
from layers.values import wrong

MOST_POINTS: Final = 1_000_000
_NEAR: Final = Bounds(90.0, -10.0, 125.0, 35.0)
"""Where every accepted projected system has coordinates, EPSG:4326."""
_MOST_M: Final = 3e7
_FARTHEST: Final = 1e15
_KINDS: Final = {
    GeometryType.POINT: ("Point",),
    GeometryType.LINE: ("LineString", "MultiLineString"),
    GeometryType.POLYGON: ("Polygon", "MultiPolygon"),
}


def read_shape(said: Any, layer: Layer, srid: int) -> str | None:
    """Return the geometry as GeoJSON text; None for none.

    Args:
        said: a GeoJSON geometry or null, x first in ``srid``.
        layer: whose kind of geometry it must be.
        srid: EPSG:4326 or that of the layer.

    Raises:
        InvalidInput: it is none, of another kind, or off the ground that the CRS is made for.
    """
    if said is None:
        return None
    kinds = _KINDS.get(layer.geometry_type or GeometryType.MIXED, tuple(DEPTH))
    kind = said.get("type") if isinstance(said, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        listed = ", ".join(kinds)
        raise wrong(f"the geometry is to be {listed}", f"hình học phải là {listed}")
    depth = DEPTH[kind]
    read = _read(said.get("coordinates"), depth)
    points = list(_points(read, depth))
    if any(abs(one) > _FARTHEST for point in points for one in point):
        raise _unreadable()
    if not points or len(points) > MOST_POINTS:
        raise wrong("the geometry has no points or too many", "hình học rỗng hoặc quá nhiều điểm")
    _check_lines(kind, read, depth)
    _check_ground(points, layer.srid, srid)
    return json.dumps({"type": kind, "coordinates": read})


def _read(said: Any, depth: int) -> Any:
    try:
        return plane(said, depth)
    except ValueError:
        raise _unreadable() from None


def _points(nested: Any, depth: int) -> Iterator[list[float]]:
    if depth == 0:
        yield nested
        return
    for one in nested:
        yield from _points(one, depth - 1)


def _check_lines(kind: str, nested: Any, depth: int) -> None:
    is_area = kind.endswith("Polygon")
    if depth == 0 or kind == "MultiPoint":
        return
    for line in _lines(nested, depth):
        if len(line) < (4 if is_area else 2):
            raise _unreadable()
        if is_area and line[0] != line[-1]:
            raise wrong("a ring is not closed", "đường biên vùng chưa khép kín")


def _lines(nested: Any, depth: int) -> Iterator[list[list[float]]]:
    if depth == 1:
        yield nested
        return
    if not nested:
        raise _unreadable()
    for one in nested:
        yield from _lines(one, depth - 1)


def _check_ground(points: list[list[float]], stored: int, srid: int) -> None:
    if srid in clip.DEGREES:
        ground = WORLD if stored in clip.DEGREES else _NEAR
        inside = all(
            ground.xmin <= x <= ground.xmax and ground.ymin <= y <= ground.ymax for x, y in points
        )
    else:
        inside = all(abs(x) <= _MOST_M and abs(y) <= _MOST_M for x, y in points)
    if not inside:
        raise wrong(
            "the geometry lies off the map; longitude comes before latitude",
            "hình học nằm ngoài bản đồ; kinh độ đứng trước vĩ độ",
        )


def _unreadable() -> Exception:
    return wrong("the geometry cannot be read", "không đọc được hình học")
