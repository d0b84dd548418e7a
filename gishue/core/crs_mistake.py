"""Declarations that come near an accepted system, by a mistake that is often made.

None of them is believed as it stands: the systems it may have meant are candidates, and what
the coordinates say decides.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gishue.core.crs import zones
from gishue.core.crs_numbers import WGS84_A, Numbers, zone_at

_SCALE: Final = 0.9999
_SHIFT: Final = (
    "-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,0.252906278"
)
"""QĐ 05/2007/QĐ-BTNMT with the signs of a position vector, as PROJ wants them."""

_NORTHING_M: Final = 1_820_000.0
"""Where Huế lies; the figures that people are shown are those of its latitude."""

_LIKELY_SCALES: Final = (0.998, 1.002)


class Mistake(StrEnum):
    """What is wrong with a declaration."""

    SCALE = "scale"
    WITHDRAWN = "withdrawn"
    MINUTES = "minutes"
    NAME = "name"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Near:
    """The accepted codes a wrong declaration may have meant, and what is wrong with it.

    ``off_m``: how far things would lie in Huế were it believed. ``as_told``: the declaration as a
    PROJ string, its datum shifted as VN-2000 is, where it could be meant as it stands.
    """

    srids: tuple[int, ...]
    mistake: Mistake
    off_m: float
    said: str = ""
    as_told: str = ""


def near(read: Numbers) -> Near | None:
    """Return what a transverse Mercator that is no accepted one may have meant, or None."""
    if not math.isclose(read.semi_major_m, WGS84_A, abs_tol=0.01):
        return None
    if (read.easting_m, read.northing_m) == (0.0, 500_000.0):
        zone = zone_at(read.central_meridian_deg)
        return Near((zone,), Mistake.WITHDRAWN, 707_107.0) if zone else None
    if (read.easting_m, read.northing_m) != (500_000.0, 0.0):
        return None
    return _of_minutes(read) or _of_scale(read)


def _of_scale(read: Numbers) -> Near | None:
    """A TM-3 meridian with another scale factor: 0.9996 copied from UTM, or 1 from Gauss."""
    zone = zone_at(read.central_meridian_deg)
    if zone is None or not _LIKELY_SCALES[0] < read.scale < _LIKELY_SCALES[1]:
        return None
    off = abs(read.scale / _SCALE - 1) * _NORTHING_M
    return Near((zone,), Mistake.SCALE, off, f"{read.scale:.6g}", _proj(read))


def _of_minutes(read: Numbers) -> Near | None:
    """A meridian of degrees and minutes written as if it were decimal: 107.45 for 107°45′."""
    if not math.isclose(read.scale, _SCALE, rel_tol=0, abs_tol=1e-9):
        return None
    degrees, minutes = divmod(round(read.central_meridian_deg * 100, 4), 100)
    zone = zone_at(degrees + minutes / 60)
    if zone is None or not minutes:
        return None
    off = abs(minutes / 60 - minutes / 100) * 111_320 * math.cos(math.radians(16.4))
    said = f"{degrees:.0f}.{minutes:02.0f}"
    return Near((zone,), Mistake.MINUTES, off, said, _proj(read))


def tm3_on_wgs84(srid: int) -> str:
    """Return a TM-3 zone with WGS 84 as its datum, as a PROJ string: no accepted code is that.

    Raises:
        StopIteration: ``srid`` is no TM-3 zone.
    """
    meridian = next(zone.central_meridian_deg for zone in zones() if zone.srid == srid)
    return f"+proj=tmerc +lon_0={meridian} +k={_SCALE} +x_0=500000 +datum=WGS84 +units=m +no_defs"


def _proj(read: Numbers) -> str:
    return (
        f"+proj=tmerc +lon_0={read.central_meridian_deg:.9g} +k={read.scale:.9g} +x_0=500000 "
        f"+ellps=WGS84 +towgs84={_SHIFT} +units=m +no_defs"
    )
