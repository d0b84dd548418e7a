"""Space in filters: geometry literals, checked here, and how they stand to a feature."""

import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, LiteralString

from psycopg.sql import SQL, Composed, Literal, Placeholder

from gishue.core.crs import to_wgs84
from gishue.core.errors import BadRequest
from layers import clip
from layers.filter_text import Node
from layers.plane import DEPTH, plane

GEOMETRY: Final = frozenset({"geom", "geometry"})
"""Names of the geometry; no field may be called so."""

_RELATIONS: Final[dict[str, LiteralString]] = {
    "s_intersects": "ST_Intersects({}, {})",
    "s_disjoint": "(NOT ST_Intersects({}, {}))",
    "s_contains": "ST_Contains({}, {})",
    "s_within": "ST_Within({}, {})",
    "s_touches": "ST_Touches({}, {})",
    "s_crosses": "ST_Crosses({}, {})",
    "s_overlaps": "ST_Overlaps({}, {})",
    "s_equals": "ST_Equals({}, {})",
}
_LEAST: Final = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
_NEAR: Final = (90.0, -10.0, 125.0, 35.0)
"""Where every accepted system has coordinates, in degrees; beyond it the feature is moved."""

_SAMPLES: Final = 64
_RIM_M: Final = 50.0
_RIM_DEGREES: Final = 0.0005

type Hold = Callable[[Any], Placeholder | Literal]


def is_geometry(node: Node) -> bool:
    """Whether the node is the feature's geometry."""
    return isinstance(node, dict) and node.get("property") in GEOMETRY


def predicate(op: str, args: Sequence[Node], stored: int, srid: int, hold: Hold) -> Composed:
    """Return how two geometries stand to each other; one of them at least is the feature's.

    ``stored``: the SRID of the features; ``srid``: that of the literals.

    Raises:
        BadRequest: there is no such relation, or the literal is no geometry.
    """
    relation = _RELATIONS.get(op.lower())
    if relation is None or len(args) != 2 or not any(map(is_geometry, args)):
        raise BadRequest(
            f"{op[:40]!r} needs geom and one geometry; there are {', '.join(_RELATIONS)}",
            vi=f"{op[:40]!r} cần geom và một hình học; các quan hệ: {', '.join(_RELATIONS)}",
        )
    shapes = [None if is_geometry(one) else _checked(one) for one in args]
    is_near = all(shape is None or _is_near(shape, srid) for shape in shapes)
    own = SQL("t.geom") if is_near else SQL("ST_Transform(t.geom, {})")
    feature = own.format(Literal(srid)) if not is_near else own.format()
    there = stored if is_near else srid
    sides = [feature if shape is None else _literal(shape, srid, there, hold) for shape in shapes]
    stands = SQL(relation).format(*sides)
    pairs = zip(args, shapes, strict=True)
    boxes = [box for one, box in pairs if isinstance(one, dict) and "bbox" in one and box]
    if op.lower() != "s_intersects" or not is_near or not boxes:
        return stands
    inner = _inner(boxes[0], srid, stored)
    if inner is None:
        return stands
    return SQL("({a} && {b} AND (t.geom @ {inner} OR {stands}))").format(
        a=sides[0], b=sides[1], inner=inner, stands=stands
    )


def _inner(box: dict[str, Any], srid: int, stored: int) -> Composed | None:
    """Return a box of the features' system that lies within ``box`` for sure; None: there is none.

    What lies in it meets ``box`` without further asking: most do where a rule names a large area.
    The sides of ``box`` bend in the other system, and two libraries move them: a rim is left out.
    """
    (xmin, ymin), _, (xmax, ymax), *_ = box["coordinates"][0]
    along = [k / _SAMPLES for k in range(_SAMPLES + 1)]
    xs = [xmin + (xmax - xmin) * k for k in along]
    ys = [ymin + (ymax - ymin) * k for k in along]
    west, _ = _moved([xmin] * len(ys), ys, srid, stored)
    east, _ = _moved([xmax] * len(ys), ys, srid, stored)
    _, south = _moved(xs, [ymin] * len(xs), srid, stored)
    _, north = _moved(xs, [ymax] * len(xs), srid, stored)
    least = _RIM_DEGREES if stored in clip.DEGREES else _RIM_M
    rim = max(least, (max(east) - min(west)) / 1_000, (max(north) - min(south)) / 1_000)
    sides = max(west) + rim, max(south) + rim, min(east) - rim, min(north) - rim
    if not all(map(math.isfinite, sides)) or sides[0] >= sides[2] or sides[1] >= sides[3]:
        return None
    numbers = SQL(", ").join(map(Literal, sides))
    return SQL("ST_MakeEnvelope({}, {})").format(numbers, Literal(stored))


def _moved(
    xs: Sequence[float], ys: Sequence[float], srid: int, stored: int
) -> tuple[Sequence[float], Sequence[float]]:
    lons, lats = to_wgs84(srid).transform(xs, ys)
    return to_wgs84(stored).transform(lons, lats, direction="INVERSE")


def _literal(shape: dict[str, Any], srid: int, there: int, hold: Hold) -> Composed:
    text = hold(json.dumps(shape))
    given = SQL("ST_SetSRID(ST_GeomFromGeoJSON({}::text), {})").format(text, Literal(srid))
    if shape["type"].endswith("Polygon"):
        given = SQL("ST_MakeValid({})").format(given)
    if srid == there:
        return given
    # An edge is straight where it was drawn; in another system it bends.
    return SQL("ST_Transform(ST_Segmentize({}, {}), {})").format(
        given, Literal(clip.step(srid)), Literal(there)
    )


def _checked(node: Node) -> dict[str, Any]:
    """Return the literal as GeoJSON of two dimensions."""
    if isinstance(node, dict) and "bbox" in node:
        return _box(node["bbox"])
    kind = node.get("type") if isinstance(node, dict) else None
    if kind not in DEPTH:
        raise _no_shape()
    coordinates = _read(node.get("coordinates"), DEPTH[kind])
    least = _LEAST.get(kind, 1)
    lines = list(_lines(coordinates, DEPTH[kind]))
    rings = kind.endswith("Polygon")
    if not lines or any(len(line) < least or (rings and line[0] != line[-1]) for line in lines):
        raise _no_shape()
    return {"type": kind, "coordinates": coordinates}


def _box(numbers: Any) -> dict[str, Any]:
    if not isinstance(numbers, list) or len(numbers) not in (4, 6):
        raise _no_shape()
    half = len(numbers) // 2
    xmin, ymin = _position(numbers[:half])
    xmax, ymax = _position(numbers[half:])
    if xmin >= xmax or ymin >= ymax:
        raise _no_shape()
    ring = [[xmin, ymin], [xmax, ymin], [xmax, ymax], [xmin, ymax], [xmin, ymin]]
    return {"type": "Polygon", "coordinates": [ring]}


def _position(value: Any) -> list[float]:
    return _read(value, 0)


def _read(value: Any, depth: int) -> Any:
    try:
        return plane(value, depth)
    except ValueError:
        raise _no_shape() from None


def _lines(coordinates: Any, depth: int) -> Iterator[list[Any]]:
    """Yield the rows of positions in a geometry."""
    if depth <= 1:
        yield coordinates if depth else [coordinates]
        return
    for one in coordinates:
        yield from _lines(one, depth - 1)


def _is_near(shape: dict[str, Any], srid: int) -> bool:
    pairs = [pair for line in _lines(shape["coordinates"], DEPTH[shape["type"]]) for pair in line]
    lons, lats = to_wgs84(srid).transform([p[0] for p in pairs], [p[1] for p in pairs])
    west, south, east, north = _NEAR
    return all(
        west <= lon <= east and south <= lat <= north for lon, lat in zip(lons, lats, strict=True)
    )


def _no_shape() -> BadRequest:
    return BadRequest(
        "the filter holds no geometry that can be read: points, lines, closed polygons or "
        "BBOX(xmin, ymin, xmax, ymax), x first, no collections",
        vi="hình học trong bộ lọc không đọc được: dùng điểm, đường, vùng khép kín hoặc "
        "BBOX(xmin, ymin, xmax, ymax), x trước, không dùng tập hợp hỗn hợp",
    )
