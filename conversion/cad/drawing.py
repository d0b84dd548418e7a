"""A drawing as all its readers give it: entities with layer, text and geometry, in one plane."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from conversion.reading import Note

MAX_ENTITIES = 1_000_000
"""Beyond it a drawing is refused: all of it is held at once, for its lines must be joined."""

PAPER = "paper_space"
"""The layer of what stands on a printed sheet and has no place on the ground."""

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing drawn. ``kind`` is its type in lower case, without the format's prefixes.

    ``geometry`` is two-dimensional, in drawing units, x to the right. ``text`` is plain text, each
    character perhaps still one byte of an old code page. ``block``: the block that it stands for or
    is a part of; ``attributes``: that block's values, by tag. ``symbol``: a part of a block that is
    drawn more than once.
    """

    layer: str
    kind: str
    geometry: BaseGeometry
    text: str = ""
    font: str = ""
    color: str = ""
    block: str = ""
    handle: str = ""
    attributes: Mapping[str, str] = _NO_ATTRIBUTES
    symbol: bool = False


@dataclass(slots=True)
class Drawing:
    """All that a file draws. ``unit_m``: metres in a drawing unit as the file says, None: unsaid.

    ``count``: entities of the model as the file counts them, blocks not taken apart. ``skipped``:
    entities that could not be drawn, by kind. ``raw_text``: each character of a text is a byte.
    """

    driver: str
    entities: list[Entity]
    count: int
    unit_m: float | None = None
    raw_text: bool = False
    skipped: Counter[str] = field(default_factory=Counter[str])
    notes: list[Note] = field(default_factory=list[Note])


def moved(entity: Entity, geometry: BaseGeometry) -> Entity:
    """Return the entity with another geometry."""
    return replace(entity, geometry=geometry)


def lines_of(geometry: BaseGeometry) -> list[LineString]:
    """Return the lines in a geometry; polygons and points have none."""
    if isinstance(geometry, LineString):
        return [] if geometry.is_empty else [geometry]
    return list(geometry.geoms) if isinstance(geometry, MultiLineString) else []


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """Return the polygons in a geometry."""
    if isinstance(geometry, Polygon):
        return [] if geometry.is_empty else [geometry]
    return list(geometry.geoms) if isinstance(geometry, MultiPolygon) else []


def read_wkb(shapes: Any) -> Any:
    """Return the geometries of an array of WKB; what is none is None."""
    with np.errstate(invalid="ignore"):  # coordinates that are no numbers are left out later
        return shapely.from_wkb(shapes, on_invalid="ignore")


def flat_parts(geometry: BaseGeometry | None) -> list[BaseGeometry]:
    """Return a geometry in the plane, a mixed collection as its parts; nothing of an empty one."""
    if geometry is None or geometry.is_empty:
        return []
    if geometry.geom_type == "GeometryCollection":
        return [part for one in shapely.get_parts(geometry) for part in flat_parts(one)]
    return [shapely.force_2d(geometry)] if geometry.has_z else [geometry]


def line(points: Sequence[tuple[float, float]]) -> BaseGeometry | None:
    """Return the line through ``points``; one point alone is a point, none is nothing."""
    if not points:
        return None
    apart = any(point != points[0] for point in points)
    return LineString(points) if apart else Point(points[0])


def area(points: Sequence[tuple[float, float]]) -> BaseGeometry | None:
    """Return the polygon around ``points``; fewer than three corners make a line or a point."""
    return Polygon(points) if len(set(points)) >= 3 else line(points)


def keep_finite(drawing: Drawing) -> None:
    """Leave out entities with a coordinate that is no number, and count them."""
    shapes = np.array([one.geometry for one in drawing.entities], object)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    if not good.all():
        drawing.skipped["not_finite"] += int((~good).sum())
        drawing.entities = [
            one for one, kept in zip(drawing.entities, good.tolist(), strict=True) if kept
        ]


def bounds_of(entities: Iterable[Entity]) -> tuple[float, float, float, float] | None:
    """Return the box around all entities, in drawing units."""
    shapes = [one.geometry for one in entities]
    if not shapes:
        return None
    xmin, ymin, xmax, ymax = shapely.total_bounds(shapes).tolist()
    return (xmin, ymin, xmax, ymax)
