"""The polygons that a drawing outlines, CAD layer by CAD layer, and what does not close."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import LineString, Polygon

from conversion.cad.drawing import PAPER, Entity, lines_of, polygons_of
from conversion.cad.lines import Closed, close

MAX_VERTICES: Final = 2_000_000
"""Line-work of a layer beyond this is not joined: it would take minutes."""

_NO_OUTLINE: Final = frozenset(
    {"hatch", "solid", "trace", "3dface", "circle", "ellipse", "dimension", "leader", "mline"}
    | {"multileader", "mleader", "cell", "text", "mtext", "attdef", "insert_point"}
)


@dataclass(frozen=True, slots=True)
class Outlines:
    """What one CAD layer outlines. ``closed``: how its line-work closed, where it had any."""

    layer: str
    polygons: tuple[Polygon, ...]
    closed: Closed = field(default_factory=Closed)
    too_large: bool = False


def outlines(entities: Iterable[Entity], tolerance: float) -> list[Outlines]:
    """Return the outlines of each layer that has any, or that leaves gaps.

    A closed outline is taken as it is drawn. Where open lines stand on the same layer they close
    together with it: one that they divide is taken as its parts. Fills, circles and symbols outline
    nothing.
    """
    rings: dict[str, list[Polygon]] = defaultdict(list)
    lines: dict[str, list[LineString]] = defaultdict(list)
    for one in entities:
        if one.layer == PAPER or one.symbol or one.kind in _NO_OUTLINE:
            continue
        rings[one.layer] += polygons_of(one.geometry)
        for part in lines_of(one.geometry):
            if part.is_closed and len(part.coords) > 3:
                rings[one.layer].append(Polygon(part))
            else:
                lines[one.layer].append(part)
    layers = dict.fromkeys([*rings, *lines])
    found = [_of_layer(name, rings[name], lines[name], tolerance) for name in layers]
    return [one for one in found if one.polygons or one.closed.gaps or one.too_large]


def _of_layer(
    layer: str, rings: Sequence[Polygon], lines: Sequence[LineString], tolerance: float
) -> Outlines:
    if not lines:
        return Outlines(layer, tuple(rings))
    borders = [LineString(ring.coords) for one in rings for ring in (one.exterior, *one.interiors)]
    if int(shapely.get_num_coordinates([*lines, *borders]).sum()) > MAX_VERTICES:
        return Outlines(layer, tuple(rings), too_large=True)
    closed = close([*lines, *borders], tolerance)
    return Outlines(layer, _as_drawn(closed.polygons, rings, tolerance), closed)


def _as_drawn(
    faces: Sequence[Polygon], rings: Sequence[Polygon], tolerance: float
) -> tuple[Polygon, ...]:
    """Return the faces; one that is a closed outline takes back exactly that outline's vertices."""
    if not faces or not rings:
        return tuple(faces)
    shapes, drawn = np.array(faces, object), np.array(rings, object)
    which, other = STRtree(drawn).query(shapes)
    same = np.abs(shapely.bounds(shapes[which]) - shapely.bounds(drawn[other])).max(axis=1)
    area = np.abs(shapely.area(shapes[which]) - shapely.area(drawn[other]))
    alike = (same <= tolerance) & (area <= tolerance * shapely.length(drawn[other]))
    result = list(faces)
    for face, ring in zip(which[alike].tolist(), other[alike].tolist(), strict=True):
        result[face] = rings[ring]
    return tuple(result)
