"""Coordinates moved between accepted systems, through WGS 84 by the one operation of each."""

from collections.abc import Callable

import numpy as np

from gishue.core.crs import to_wgs84

type Pairs = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def mover(source_srid: int, srid: int) -> Callable[[Pairs], Pairs]:
    """Return the function from rows of (x, y) in ``source_srid`` to rows of (x, y) in ``srid``."""
    there, back = to_wgs84(source_srid), to_wgs84(srid)

    def moved(pairs: Pairs) -> Pairs:
        lon, lat = there.transform(pairs[:, 0], pairs[:, 1])
        x, y = back.transform(lon, lat, direction="INVERSE")
        return np.column_stack([x, y])

    return moved
