"""Roads as a yardstick: which of two readings, 225 m apart, lies on the roads it was drawn along.

Measured on the sample city's layers in 1,600 windows of 150 m to 5 km, moved by the datum shift:
roads and street lights were told apart in most windows, trees in few; houses, parcels and schools,
which keep a distance from roads, never. None was decided wrongly. The thresholds are judgement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from conversion.city import LonLat

FEWEST: Final = 20
"""Fewer points than this say nothing."""

ON_ROAD_M: Final = 5.0
"""Median distance of what lies on or along roads."""

_CLEARLY: Final = 2.5
_LEAST_M: Final = 2.0  # what is nearer than this is taken as this near: surveys differ
_PAIRED: Final = 0.75
_POINTS: Final = 500
_METRES_PER_DEGREE: Final = 110_650.0  # of latitude, at Huế
_EAST: Final = 0.9650  # a degree of longitude against one of latitude, at 16.4° N

type Metres = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Roads:
    """The roads of a reference layer, on a plane of metres good to a part in a hundred in Huế."""

    tree: STRtree
    count: int


def roads_from(shapes: Sequence[BaseGeometry]) -> Roads | None:
    """Return roads given as shapes in longitude and latitude, None where there are none."""
    found = shapely.transform(np.asarray(shapes, dtype=object), _plane)
    found = found[~(shapely.is_missing(found) | shapely.is_empty(found))]
    return Roads(STRtree(found), len(found)) if len(found) else None


def distances(roads: Roads, points: LonLat) -> Metres:
    """Return for each of at most 500 points its metres to the nearest road."""
    chosen = points[:: -(-len(points) // _POINTS) or 1]
    chosen = chosen[np.isfinite(chosen).all(axis=1)]
    if not len(chosen):
        return np.empty(0)
    _, metres = roads.tree.query_nearest(
        shapely.points(_plane(chosen)), return_distance=True, all_matches=False
    )
    return metres


def is_clearly_nearer(one: Metres, other: Metres) -> bool:
    """Return whether the first reading lies on the roads and the other mostly does not."""
    if len(one) < FEWEST or len(one) != len(other):
        return False
    near, far = float(np.median(one)), float(np.median(other))
    paired = float(np.mean(one < other))
    return near <= ON_ROAD_M and far >= _CLEARLY * max(near, _LEAST_M) and paired >= _PAIRED


def _plane(lonlat: LonLat) -> npt.NDArray[np.float64]:
    return lonlat * (_EAST * _METRES_PER_DEGREE, _METRES_PER_DEGREE)
