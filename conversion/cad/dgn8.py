"""DGN version 8 drawings, through ezdgn; each model's graphics in master units.

Levels have names; texts are Unicode or bytes of a code page, as their own mark says.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import ezdgn
import shapely
from ezdgn.v8 import V8Document, V8Element, V8Model, V8Point
from shapely.geometry.base import BaseGeometry

from conversion.cad import curves
from conversion.cad.drawing import MAX_ENTITIES, Drawing, Entity, area, line
from conversion.refusal import Refusal

_LIMITS: Final = ezdgn.V8ScanLimits(
    max_file_size=256 << 20, max_objects=2 * MAX_ENTITIES, max_vertices=20_000_000
)
_METRES: Final = {
    "m": 1.0, "meter": 1.0, "meters": 1.0, "metre": 1.0, "mm": 0.001, "millimeters": 0.001,
    "cm": 0.01, "centimeters": 0.01, "km": 1000.0, "ft": 0.3048, "feet": 0.3048, "in": 0.0254,
}  # fmt: skip
_LINES: Final = frozenset({"LINE", "LINE_STRING", "CURVE", "POINT_STRING"})


def load(path: Path) -> Drawing:
    """Return the drawing in a DGN v8 file.

    Raises:
        Refusal: it is damaged, too large, or protected.
    """
    try:
        document = ezdgn.read_v8(path, limits=_LIMITS)
    except ezdgn.DgnLimitError as error:
        raise Refusal("cad-too-many") from error
    except (ezdgn.DgnError, ValueError, OverflowError) as error:
        raise Refusal("dgn8-unreadable") from error
    return drawn(document)


def drawn(document: V8Document) -> Drawing:
    """Return what all models of a document draw.

    A cell's parts stand for themselves and carry its name; a complex chain or shape is one line or
    polygon of its parts.
    """
    drawing = Drawing("DGNv8", [], 0)
    levels = {one.level_id: one.name or f"level_{one.number}" for one in document.levels}
    for model in document.models:
        unit = (model.metadata.master_unit or "").strip().lower()
        drawing.unit_m = drawing.unit_m or _METRES.get(unit)
        drawing.count += len(model.entities)
        for element in model.elements:
            _add(drawing, model, element, levels)
    return drawing


def _add(drawing: Drawing, model: V8Model, element: V8Element, levels: dict[int, str]) -> None:
    if element.kind in ("UNKNOWN", "UNKNOWN_COMPLEX", "DIMENSION"):
        drawing.skipped[element.kind.lower()] += element.is_top_level
        return
    above = list(_above(model, element))
    if element.kind not in _DRAWN or any(one.kind.startswith("COMPLEX") for one in above):
        return
    shape = _shape(model, element)
    if shape is None or shape.is_empty:
        return
    cells = [one.data.name for one in above if one.kind == "CELL" and one.data.name]
    drawing.entities.append(
        Entity(
            levels.get(element.level, f"level_{element.level}"),
            element.kind.lower(),
            shape,
            (element.data.text or "").strip("\0"),
            color=str(element.common.color_index),
            block=cells[0] if cells else "",
            handle=f"{element.common.element_id:X}",
        )
    )


def _above(model: V8Model, element: V8Element) -> Iterator[V8Element]:
    """Return the elements that an element is a part of, the nearest first."""
    parent = model.parent(element)
    while parent is not None:
        yield parent
        parent = model.parent(parent)


def _shape(model: V8Model, element: V8Element) -> BaseGeometry | None:
    data = element.data
    if element.kind == "TEXT":
        return shapely.Point(_xy(data.origin)) if data.origin is not None else None
    if element.kind.startswith("COMPLEX"):
        points = [point for part in model.children(element) for point in _run(model, part)]
        return area(points) if element.kind == "COMPLEX_SHAPE" else line(_without_repeats(points))
    if element.kind == "SHAPE":
        return area(_run(model, element))
    return line(_run(model, element))


def _run(model: V8Model, element: V8Element) -> curves.Pairs:
    """Return an element's points in order; curves as chords."""
    data = element.data
    if element.kind in _LINES or element.kind == "SHAPE":
        return [_xy(point) for point in data.vertices]
    if element.kind in ("ARC", "ELLIPSE") and data.center is not None:
        return _curve(element, data.center)
    if element.kind == "BSPLINE_CURVE":
        poles = [one for one in model.descendants(element) if one.kind == "BSPLINE_POLE"]
        control = [_xy(point) for one in poles for point in one.data.vertices]
        return curves.spline(control, _clamped(len(control), 3), 3)
    return []


def _curve(element: V8Element, center: V8Point) -> curves.Pairs:
    data = element.data
    long, short = data.primary_axis_master or 0.0, data.secondary_axis_master or 0.0
    turn = data.rotation_radians or 0.0
    if not long:
        return [_xy(center)]
    major = (long * math.cos(turn), long * math.sin(turn))
    start = data.start_angle_radians or 0.0 if element.kind == "ARC" else 0.0
    sweep = data.sweep_angle_radians if element.kind == "ARC" else math.tau
    return curves.ellipse(_xy(center), major, short / long, (start, sweep or math.tau))


def _clamped(count: int, degree: int) -> list[float]:
    """Return the knots of a uniform spline through its first and last pole."""
    inner = max(0, count - degree)
    return [0.0] * degree + [float(one) for one in range(inner + 1)] + [float(inner)] * degree


def _without_repeats(points: curves.Pairs) -> curves.Pairs:
    return [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]


def _xy(point: V8Point | None) -> tuple[float, float]:
    return (0.0, 0.0) if point is None else (float(point.master[0]), float(point.master[1]))


_DRAWN: Final = _LINES | {
    "SHAPE", "TEXT", "ARC", "ELLIPSE", "BSPLINE_CURVE", "COMPLEX_CHAIN", "COMPLEX_SHAPE",
}  # fmt: skip
