"""Which part of an asked box a layer can have something in. Pure.

A box is cut to the layer before it is transformed: the world in degrees, or a box with latitude
and longitude exchanged, has no image in VN-2000 and would be refused by PROJ or come back wrong.
"""

from math import isfinite

from pyproj.enums import TransformDirection

from gishue.core import crs
from gishue.core.bounds import Bounds

DEGREES = frozenset({4326, 4756})
"""SRIDs whose coordinates are degrees; all others here are metres."""

_MARGIN_DEG = 0.001
_MARGIN_M = 100.0


def step(srid: int) -> float:
    """Return how far apart the corners of a bent box edge stand, in the unit of ``srid``.

    About a kilometre: in a TM-3 zone the chord then leaves the parallel by less than 6 mm.
    """
    return 0.01 if srid in DEGREES else 1_000.0


def clipped(asked: Bounds, srid: int, held: Bounds | None) -> list[Bounds]:
    """Return the parts of ``asked`` that meet the layer, a little widened; none, one or two.

    Args:
        asked: a box in ``srid``, x first; in degrees xmin > xmax crosses the antimeridian.
        srid: its CRS.
        held: the layer's bounds in EPSG:4326.
    """
    if held is None:
        return []
    room = _room(held, srid)
    parts = [_common(box, room) for box in _halves(asked, srid)]
    return [_opened(part, srid) for part in parts if part is not None]


def _halves(asked: Bounds, srid: int) -> list[Bounds]:
    if asked.xmin <= asked.xmax or srid not in DEGREES:
        return [asked]
    east = Bounds(asked.xmin, asked.ymin, max(180.0, asked.xmin), asked.ymax)
    west = Bounds(min(-180.0, asked.xmax), asked.ymin, asked.xmax, asked.ymax)
    return [east, west]


def _room(held: Bounds, srid: int) -> Bounds | None:
    """Return the widened bounds in ``srid``; None where they have no image in it."""
    if srid in DEGREES:
        return _widened(held, _MARGIN_DEG)
    there = crs.to_wgs84(srid).transform_bounds(
        *held, densify_pts=21, direction=TransformDirection.INVERSE
    )
    return _widened(Bounds(*there), _MARGIN_M) if all(map(isfinite, there)) else None


def _widened(box: Bounds, by: float) -> Bounds:
    return Bounds(box.xmin - by, box.ymin - by, box.xmax + by, box.ymax + by)


def _opened(box: Bounds, srid: int) -> Bounds:
    """Return ``box`` with an area: a box that is a point or a line gets about 0.1 mm.

    A polygon without area is not valid, and PostGIS intersects it with nothing.
    """
    least = 1e-9 if srid in DEGREES else 1e-4
    across = least / 2 if box.xmax - box.xmin < least else 0.0
    up = least / 2 if box.ymax - box.ymin < least else 0.0
    return Bounds(box.xmin - across, box.ymin - up, box.xmax + across, box.ymax + up)


def _common(box: Bounds, room: Bounds | None) -> Bounds | None:
    if room is None:
        return box
    if not box.meets(room):
        return None
    return Bounds(
        max(box.xmin, room.xmin),
        max(box.ymin, room.ymin),
        min(box.xmax, room.xmax),
        min(box.ymax, room.ymax),
    )
