"""The numbers of a declared CRS, whatever its names say, and what its datum is."""

import math
import re
from dataclasses import dataclass
from typing import Final

from pyproj import CRS

from gishue.core.crs import zones

WGS84_A: Final = 6378137.0
_VIETNAMESE = re.compile(r"viet|vn[ _-]?2000", re.IGNORECASE)
_TRANSVERSE_MERCATOR: Final = "9807"
_OFFICIAL_SHIFT: Final = (-191.904, -39.303, -111.450)
_OFFICIAL_TURN: Final = (0.00928836, -0.01975479, 0.00427372)  # position vector, as PROJ wants it
_SHIFT_SLACK_M: Final = 2.0  # EPSG:5194, made for the south, differs by a metre
_TURN_SLACK: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Numbers:
    """A transverse Mercator from the equator and Greenwich, in metres and degrees.

    ``unit_m``: metres in one unit of its coordinates.
    """

    semi_major_m: float
    central_meridian_deg: float
    scale: float
    easting_m: float
    northing_m: float
    unit_m: float = 1.0


def numbers_of(crs: CRS) -> Numbers | None:
    """Return the numbers of a transverse Mercator from the equator and Greenwich, or None."""
    method = crs.coordinate_operation
    ellipsoid, meridian = crs.ellipsoid, crs.prime_meridian
    if method is None or ellipsoid is None or method.method_code != _TRANSVERSE_MERCATOR:
        return None
    if meridian is None or meridian.longitude != 0:
        return None
    value = {str(p.code): float(p.value) * float(p.unit_conversion_factor) for p in method.params}
    if value.get("8801", 0.0) != 0:
        return None
    return Numbers(
        ellipsoid.semi_major_metre,
        math.degrees(value.get("8802", math.nan)),
        value.get("8805", math.nan),
        value.get("8806", math.nan),
        value.get("8807", 0.0),
        float(crs.axis_info[0].unit_conversion_factor),
    )


def is_vietnamese(crs: CRS, bare: CRS) -> bool:
    """Return whether the datum is VN-2000, by its name or by the official shift tied to it.

    ``bare`` is ``crs`` without the shift that may be tied to it.
    """
    shift = _shift(crs)
    pairs = list(zip(shift, _OFFICIAL_SHIFT, strict=False))
    if pairs and all(abs(given - law) < _SHIFT_SLACK_M for given, law in pairs):
        return True
    geodetic = bare.geodetic_crs
    names = [geodetic.name, geodetic.datum.name if geodetic.datum else ""] if geodetic else []
    return any(map(says_vn2000, names))


def says_vn2000(name: str) -> bool:
    """Return whether a name speaks of VN-2000."""
    return _VIETNAMESE.search(name) is not None


def is_turned_wrongly(crs: CRS) -> bool:
    """Return whether the tied shift has the official metres, but not the official rotations.

    The law gives them as a coordinate frame; here they stand with the other sign.
    """
    turn = _shift(crs)[3:6]
    return bool(turn) and any(
        abs(given - law) > _TURN_SLACK for given, law in zip(turn, _OFFICIAL_TURN, strict=False)
    )


def _shift(crs: CRS) -> list[float]:
    found = crs.coordinate_operation.towgs84 if crs.is_bound and crs.coordinate_operation else []
    return [float(number) for number in found]


def zone_at(central_meridian_deg: float) -> int | None:
    """Return the code of the TM-3 zone on this meridian, or None."""
    for zone in zones():
        if math.isclose(central_meridian_deg, zone.central_meridian_deg, rel_tol=0, abs_tol=1e-6):
            return zone.srid
    return None
