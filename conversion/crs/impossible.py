"""Coordinates that no place on Earth has: a slip of a few rows, or the wrong reference system.

No I/O.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from conversion.measure import GEOGRAPHIC
from gishue.core.crs import to_wgs84

type Boxes = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
type Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

MOST_SHARE: Final = 0.1
"""Where more of a batch is impossible, the reference system is wrong. Judgement."""

_SURE_M: Final = 5_000_000.0
"""Every projection that is accepted knows the ground this near to its origin."""
_LON_DEG, _LAT_DEG = 360.0, 89.9


def slips(boxes: Boxes, srid: int) -> Flags:
    """Return which boxes (xmin, ymin, xmax, ymax in ``srid``) lie nowhere, if they are few.

    Boxes that are not finite are never among them.
    """
    held = np.isfinite(boxes).all(axis=1)
    wrong = _wrong(np.where(held[:, None], boxes, 0.0), srid)
    return wrong if wrong.sum() <= MOST_SHARE * max(1, held.sum()) else np.zeros_like(wrong)


def is_nowhere(bounds: Sequence[float], srid: int) -> bool:
    """Return whether even the place nearest to the origin within finite bounds lies nowhere."""
    nearest = np.clip(0.0, bounds[:2], bounds[2:])
    return bool(_wrong(np.array([[*nearest, *nearest]]), srid).all())


def _wrong(boxes: Boxes, srid: int) -> Flags:
    most = np.abs(boxes)
    if srid in GEOGRAPHIC:
        return (most[:, ::2] > _LON_DEG).any(axis=1) | (most[:, 1::2] > _LAT_DEG).any(axis=1)
    return _nowhere(boxes, (most > _SURE_M).any(axis=1), srid)


def _nowhere(boxes: Boxes, doubtful: Flags, srid: int) -> Flags:
    """Return which of the doubtful boxes have a corner that the projection cannot undo."""
    wrong = np.zeros(len(boxes), np.bool_)
    at = np.flatnonzero(doubtful)
    if not len(at):
        return wrong
    corners = boxes[at].reshape(-1, 2)
    lon, lat = to_wgs84(srid).transform(corners[:, 0], corners[:, 1])
    lost = ~(np.isfinite(lon) & np.isfinite(lat)) | (np.abs(lat) > _LAT_DEG)
    wrong[at] = lost.reshape(-1, 2).any(axis=1)
    return wrong
