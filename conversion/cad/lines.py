"""Line-work closed to polygons: what meets is joined, what almost meets is joined and counted.

Draughtsmen draw a parcel's sides as separate lines, which meet exactly, almost, or not. Ends within
the tolerance are brought together; wider gaps are left open and reported with place and length.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon

TOLERANCE_M: Final = 0.05
"""Ends this near each other are one. Source: judgement; a tenth of what a pen of 0.1 mm covers on
a sheet of 1:5,000, and below the 0.07–0.1 m of parcel corners in towns (TT 25/2014, article 7)."""

REACH: Final = 100.0
"""A gap is looked for over this many tolerances; beyond it an end is just loose."""

_BENT: Final = 3.0
_SAME: Final = 1e-9

type Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]
type Ends = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Gap:
    """An opening between two lines: its middle, and how wide it is, in drawing units."""

    x: float
    y: float
    length: float


@dataclass(frozen=True, slots=True)
class Closed:
    """What line-work closes to.

    ``joined``: ends that were moved, ``farthest`` by how much. ``loose``: ends that meet nothing
    within reach. ``slivers``: faces thinner than the tolerance, left out.
    """

    polygons: tuple[Polygon, ...] = ()
    gaps: tuple[Gap, ...] = ()
    joined: int = 0
    farthest: float = 0.0
    loose: int = 0
    slivers: int = 0


def tolerance_for(bounds: tuple[float, float, float, float] | None, *, metres: bool) -> float:
    """Return the tolerance of a drawing in metres; in unknown units, a part of its width.

    >>> tolerance_for((0, 0, 80, 90), metres=True), tolerance_for((0, 0, 100, 50), metres=False)
    (0.05, 0.001)
    """
    if metres or bounds is None:
        return TOLERANCE_M
    width = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
    return min(TOLERANCE_M, width * 1e-5)


def close(lines: Sequence[LineString], tolerance: float) -> Closed:
    """Return the polygons that ``lines`` bound, and what keeps others open.

    An end within ``tolerance`` of another end or of a line meets it, and none is moved farther.
    """
    kept = [one for one in lines if one.length > 0 and np.isfinite(one.bounds).all()]
    if not kept:
        return Closed()
    ends = _ends(kept)
    places = ends[_clusters(ends, tolerance)]
    far = np.hypot(*(ends - places).T)
    met = _reached(kept, places, tolerance)
    noded = shapely.get_parts(shapely.union_all(np.array(met, object)))
    edges = [one for one in noded if isinstance(one, LineString)]
    faces = shapely.get_parts(shapely.polygonize(np.array(edges, object)))
    polygons = [one for one in faces if isinstance(one, Polygon)]
    whole = [one for one in polygons if not _is_sliver(one, tolerance)]
    gaps, loose = _gaps(edges, tolerance)
    joined, slivers = int((far > 0).sum()), len(polygons) - len(whole)
    return Closed(tuple(whole), gaps, joined, float(far.max()), loose, slivers)


def _is_sliver(face: Polygon, tolerance: float) -> bool:
    return 2 * face.area < tolerance * face.length


def _ends(lines: Sequence[LineString]) -> Ends:
    """Return first and last point of each line, one after the other."""
    shapes = np.array(lines, object)
    pairs = np.stack([shapely.get_point(shapes, 0), shapely.get_point(shapes, -1)], axis=1)
    return shapely.get_coordinates(pairs.ravel())


def _moved(lines: Sequence[LineString], places: Ends) -> Shapes:
    """Return the lines with their ends at ``places``."""
    points, which = shapely.get_coordinates(np.array(lines, object), return_index=True)
    starts = np.searchsorted(which, np.arange(len(lines)))
    points[starts] = places[::2]
    points[np.append(starts[1:], len(points)) - 1] = places[1::2]
    return np.atleast_1d(np.asarray(shapely.linestrings(points, indices=which), object))


def _clusters(ends: Ends, tolerance: float) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return for each end the one whose place it takes: the first of its neighbourhood."""
    places = _points(ends)
    tree = STRtree(places)
    near, others = tree.query(places, predicate="dwithin", distance=tolerance)
    chosen = np.arange(len(ends))
    pairs = near < others
    order = np.lexsort((others[pairs], near[pairs]))
    for first, second in zip(
        near[pairs][order].tolist(), others[pairs][order].tolist(), strict=True
    ):
        if chosen[second] == second and chosen[first] == first:
            chosen[second] = first
    return chosen


def _reached(lines: Sequence[LineString], places: Ends, tolerance: float) -> list[LineString]:
    """Bring the ends of lines to ``places``; lead a line through each end that was near it.

    Near is asked of the lines as they were drawn: two that lay within the tolerance meet, even
    where each end was moved to the place of another.
    """
    ends, first = np.unique(_ends(lines), axis=0, return_index=True)
    taken = places[first]
    tree = STRtree(np.array(lines, object))
    which, hosts = tree.query(_points(ends), predicate="dwithin", distance=tolerance)
    own = (taken[which] == places[2 * hosts]).all(axis=1)
    own |= (taken[which] == places[2 * hosts + 1]).all(axis=1)
    put: dict[int, set[tuple[float, float]]] = defaultdict(set)
    for place, host in zip(taken[which[~own]].tolist(), hosts[~own].tolist(), strict=True):
        put[host].add((place[0], place[1]))
    met = _moved(lines, places).tolist()
    whole = [_with_vertices(one, put[at]) if at in put else one for at, one in enumerate(met)]
    return [one for one in whole if one.length > 0]


def _points(places: Ends) -> Shapes:
    return shapely.get_parts(shapely.multipoints(places)).astype(object)


def _with_vertices(line: LineString, places: Iterable[tuple[float, float]]) -> LineString:
    """Return the line through further points beside it; past its ends it runs out and back."""
    along = _rising(line)
    start, end = along[0], along[-1]
    for place in places:
        at = line.project(Point(place))
        if at <= _SAME:
            along += [(start[0], place), start]
        elif at >= end[0] - _SAME:
            along += [(end[0], place), end]
        else:
            along.append((at, place))
    ordered = [place for _, place in sorted(along, key=lambda one: one[0])]
    return LineString([p for at, p in enumerate(ordered) if at == 0 or p != ordered[at - 1]])


def _rising(line: LineString) -> list[tuple[float, tuple[float, ...]]]:
    """Return each vertex with its distance along the line."""
    points = shapely.get_coordinates(line)
    steps = np.hypot(*np.diff(points, axis=0).T)
    far = np.concatenate([[0.0], np.cumsum(steps)])
    return [(d, (x, y)) for d, (x, y) in zip(far.tolist(), points.tolist(), strict=True)]


def _gaps(edges: Sequence[LineString], tolerance: float) -> tuple[tuple[Gap, ...], int]:
    """Return the openings at the free ends of ``edges``, and how many ends are merely loose.

    What runs past a crossing by less than the tolerance is no opening.
    """
    ends = _ends(edges)
    _, turn, counts = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
    long = np.repeat(shapely.length(np.array(edges, object)) > tolerance, 2)
    free = np.flatnonzero((counts[turn.ravel()] == 1) & long)
    found: dict[tuple[float, float], Gap] = {}
    nearest = _nearest(free, ends, edges, REACH * tolerance)
    for at, (length, other) in nearest.items():
        x, y = (ends[at, 0] + other.x) / 2, (ends[at, 1] + other.y) / 2
        found.setdefault((round(x, 6), round(y, 6)), Gap(float(x), float(y), length))
    return tuple(sorted(found.values(), key=lambda one: -one.length)), len(free) - len(nearest)


def _nearest(
    free: np.ndarray[tuple[int], np.dtype[np.int64]],
    ends: Ends,
    edges: Sequence[LineString],
    reach: float,
) -> dict[int, tuple[float, Point]]:
    """Return for each free end the nearest free end, or place on an edge its own does not touch.

    The two ends of one line are an opening where the line bends back to where it began.
    """
    points = _points(ends[free])
    best: dict[int, tuple[float, Point]] = {}

    def offer(at: int, length: float, place: Point) -> None:
        if at not in best or length < best[at][0]:
            best[at] = (length, place)

    tree = STRtree(np.array(edges, object))
    for which, host in tree.query(points, predicate="dwithin", distance=reach).T.tolist():
        at = int(free[which])
        if not _touches(ends, at // 2, host):
            place = edges[host].interpolate(edges[host].project(Point(ends[at])))
            offer(at, Point(ends[at]).distance(place), place)
    tree = STRtree(points)
    for which, other in tree.query(points, predicate="dwithin", distance=reach).T.tolist():
        at, to = int(free[which]), int(free[other])
        length = float(np.hypot(*(ends[at] - ends[to])))
        if at != to and (at // 2 != to // 2 or edges[at // 2].length > _BENT * length):
            offer(at, length, Point(ends[to]))
    return best


def _touches(ends: Ends, one: int, other: int) -> bool:
    """Return whether two edges have an end in common, or are the same."""
    first, second = ends[2 * one : 2 * one + 2], ends[2 * other : 2 * other + 2]
    return bool((first[:, None] == second[None]).all(axis=2).any())
