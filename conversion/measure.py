"""Areas and lengths of shapes in metres, whatever the CRS they are stored in."""

from typing import Final

import numpy as np
import shapely

type Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]

GEOGRAPHIC: Final = frozenset({4326, 4756})
"""Systems in degrees; every other one that tables are kept in counts metres."""

_RADIUS_M = 6_371_007.2
_MERIDIAN_DEG = 107.5


def in_metres(shapes: Shapes, srid: int) -> Shapes:
    """Return shapes whose areas are m² and whose lengths are metres.

    Projected ones stay as they are: the TM-3 and UTM scale in the city is within 0.1 %. Degrees are
    drawn in the sinusoidal projection around 107°30′: areas hold within 0.5 %, lengths within 1 %
    in the city. Source: Snyder, Map Projections (USGS 1395), ch. 30, on the sphere of equal area.
    """
    return shapely.transform(shapes, _sinusoidal) if srid in GEOGRAPHIC else shapes


def _sinusoidal(
    pairs: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    lon, lat = np.radians(pairs[:, 0] - _MERIDIAN_DEG), np.radians(pairs[:, 1])
    return np.column_stack([_RADIUS_M * lon * np.cos(lat), _RADIUS_M * lat])
