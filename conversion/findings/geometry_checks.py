"""What one geometry shows by itself: slivers, lines across themselves, places far from the city.

Runs inside the sandbox, on whole batches. What needs two features is found in the database
(``conversion.findings.checks``).
"""

import re
from functools import cache
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from conversion import city
from conversion.findings.sightings import Sightings, Value
from conversion.measure import in_metres
from gishue.core.crs import HUE, to_wgs84

type Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]
type Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

SLIVER_AREA_M2: Final = 100.0
SLIVER_WIDTH_M: Final = 0.5
SLIVER_COMPACTNESS: Final = 0.1
"""A part is a sliver when it is small, narrow (2 A / P) and long (4 π A / P²) at once.

Judgement: half a metre is below what a city map of 1:2,000 draws (0.2 mm is 0.4 m); a compactness
of 0.1 is a rectangle of 1 : 30, so that posts and steps, small but square, are none.
"""

_LINES, _POLYGONS = (1, 5), (3, 6)
_REASON = re.compile(r"(.*?)\[(\S+) (\S+)[^\]]*\]")
_FAULTS = {
    "Self-intersection": "self_intersection",
    "Ring Self-intersection": "self_intersection",
    "Hole lies outside shell": "hole_outside_shell",
    "Holes are nested": "nested_rings",
    "Nested shells": "nested_rings",
    "Duplicate Rings": "nested_rings",
    "Interior is disconnected": "disconnected_interior",
    "Too few points in geometry component": "degenerate_ring",
}


def fault(shape: BaseGeometry) -> tuple[str, str, tuple[float, float]]:
    """Return why ``shape`` is invalid: the finding's code, GEOS's words, the point or NaN."""
    said = str(shapely.is_valid_reason(shape))
    found = _REASON.fullmatch(said)
    words = found[1] if found else said
    point = (float(found[2]), float(found[3])) if found else (np.nan, np.nan)
    return _FAULTS.get(words, "invalid_geometry"), words, point


def prepare() -> None:
    """Read the city's outline, before there is a shape to hold against it."""
    ground(HUE)


def look(shapes: Shapes, usable: Flags, srid: int, seen: Sightings) -> None:
    """Note what the shapes of a batch, in the storage CRS, show by themselves."""
    kinds = np.where(usable, shapely.get_type_id(shapes), -1)
    _slivers(shapes, np.flatnonzero(np.isin(kinds, _POLYGONS)), srid, seen)
    _crossing_lines(shapes, np.flatnonzero(np.isin(kinds, _LINES)), seen)
    _far_outside(shapes, np.flatnonzero(usable), srid, seen)


def turned_holes(shapes: Shapes, seen: Sightings) -> Flags:
    """Note polygons of a shapefile in which a ring turned as a hole lies in no shell.

    The reader has made such a ring a part of its own, with the turn that it had in the file.
    Source: ESRI Shapefile Technical Description (1998), p. 8: holes run counterclockwise.
    """
    many = np.flatnonzero(shapely.get_num_geometries(shapes) > 1)
    parts, owner = shapely.get_parts(shapes[many], return_index=True)
    is_polygon = shapely.get_type_id(parts) == 3
    parts, owner = parts[is_polygon], owner[is_polygon]
    ccw = shapely.is_ccw(shapely.get_exterior_ring(parts))
    holes = np.bincount(owner[ccw], minlength=len(many))
    shells = np.bincount(owner[~ccw], minlength=len(many))
    wrong = np.flatnonzero((holes > 0) & (shells > 0))
    first = [int(np.flatnonzero(ccw & (owner == at))[0]) for at in wrong[: seen.room(_OUTSIDE)]]
    points = shapely.get_coordinates(shapely.point_on_surface(parts[first]))
    details = [{"rings": int(holes[at])} for at in wrong[: len(first)]]
    seen.add(_OUTSIDE, many[wrong], points=points, details=details)
    flags = np.zeros(len(shapes), np.bool_)
    flags[many[wrong]] = True
    return flags


_OUTSIDE = "hole_outside_shell"


def _slivers(
    shapes: Shapes, at: np.ndarray[tuple[int], np.dtype[np.intp]], srid: int, seen: Sightings
) -> None:
    parts, owner = _parts(shapes[at])
    flat = in_metres(parts, srid)
    area, around = shapely.area(flat), shapely.length(flat)
    with np.errstate(divide="ignore", invalid="ignore"):
        width, compactness = 2 * area / around, 4 * np.pi * area / around**2
    thin = (area < SLIVER_AREA_M2) & (width < SLIVER_WIDTH_M) & (compactness < SLIVER_COMPACTNESS)
    rows, first = np.unique(owner[thin], return_index=True)
    picked = np.flatnonzero(thin)[first[: seen.room("sliver")]]
    details: list[dict[str, Value]] = [
        {"area_m2": round(float(area[one]), 3), "width_m": round(float(width[one]), 3)}
        for one in picked
    ]
    points = shapely.get_coordinates(shapely.point_on_surface(parts[picked]))
    seen.add("sliver", at[rows], points=points, details=details)


def _parts(
    shapes: Shapes,
) -> tuple[Shapes, np.ndarray[tuple[int], np.dtype[np.intp]]]:
    """Return the parts and whose they are; a shape of one part stays as it is, which is quicker."""
    many = shapely.get_num_geometries(shapes) > 1
    if not many.any():
        return shapes, np.arange(len(shapes))
    parts, owner = shapely.get_parts(shapes[many], return_index=True)
    single = np.flatnonzero(~many)
    return np.concatenate([shapes[single], parts]), np.concatenate(
        [single, np.flatnonzero(many)[owner]]
    )


def _crossing_lines(
    shapes: Shapes, at: np.ndarray[tuple[int], np.dtype[np.intp]], seen: Sightings
) -> None:
    parts, owner = shapely.get_parts(shapes[at], return_index=True)
    crossing = ~shapely.is_simple(parts)
    rows, first = np.unique(owner[crossing], return_index=True)
    picked = parts[np.flatnonzero(crossing)[first[: seen.room("self_crossing_line")]]]
    points = np.array([_crossing(line) for line in picked]).reshape(-1, 2)
    seen.add("self_crossing_line", at[rows], points=points)


def _crossing(line: BaseGeometry) -> tuple[float, float]:
    """Return a point where the line meets itself: an end of its pieces that is none of its own."""
    pieces = shapely.get_parts(shapely.unary_union(shapely.force_2d(line)))
    ends = {point for one in pieces for point in (one.coords[0], one.coords[-1])}
    own = {line.coords[0][:2], line.coords[-1][:2]}
    x, y = min(ends - own or ends)
    return x, y


def _far_outside(
    shapes: Shapes, at: np.ndarray[tuple[int], np.dtype[np.intp]], srid: int, seen: Sightings
) -> None:
    area = ground(srid)
    box = shapely.bounds(shapes[at])
    middle = shapely.contains_xy(area, (box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2)
    doubtful = at[~middle]
    far = doubtful[~shapely.intersects(area, shapes[doubtful])]
    points = shapely.get_coordinates(
        shapely.point_on_surface(shapely.force_2d(shapes[far[: seen.room("far_outside_city")]]))
    )
    seen.add("far_outside_city", far, points=points)


@cache
def ground(srid: int) -> BaseGeometry:
    """Return the city and 2 km around it, in ``srid``."""
    there = to_wgs84(srid)

    def moved(
        pairs: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.column_stack(there.transform(pairs[:, 0], pairs[:, 1], direction="INVERSE"))

    there_too = shapely.transform(city.hue().area, moved)
    shapely.prepare(there_too)
    return there_too
