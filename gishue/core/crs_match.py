"""What a file says about its CRS, read by numbers: names in ``.prj`` files are not to be trusted.

The result is a code; coordinates are then moved by ``gishue.core.crs.to_wgs84`` of that code,
never with the file's own text, because that loses the datum shift in silence (225 m).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pyproj import CRS
from pyproj.exceptions import CRSError

from gishue.core.crs import DEPRECATED_TWINS, WGS84, UnknownCrs, accepted, parse_crs, zones

_MAX_LENGTH: Final = 65_536
_VIETNAMESE = re.compile(r"viet|vn[ _-]?2000", re.IGNORECASE)
_WGS84_NAME = re.compile(r"^(d_)?wgs[ _]?(19)?84|^world geodetic system 1984", re.IGNORECASE)
_INIT = re.compile(r"\+?init=(epsg:\d+)\b.*", re.IGNORECASE | re.DOTALL)
_TRANSVERSE_MERCATOR: Final = "9807"
_WGS84_A: Final = 6378137.0
_KRASSOWSKY_A: Final = 6378245.0
_OFFICIAL_SHIFT: Final = (-191.904, -39.303, -111.450)
_SHIFT_SLACK_M: Final = 2.0  # EPSG:5194, made for the south, differs by a metre
_UTM: Final = {105.0: (3405, 32648), 111.0: (3406, 32649)}
_HN72: Final = {(105.0, 18_500_000.0): 2044, (111.0, 19_500_000.0): 2045, (106.0, 500_000.0): 2093}


class How(StrEnum):
    """What the match rests on."""

    CODE = "code"
    PARAMETERS = "parameters"
    SIMILARITY = "similarity"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CrsMatch:
    """The accepted code a declaration stands for; ``srid`` None counts as undeclared.

    ``datum_suspect``: the parameters exist only in VN-2000, but the declared datum is another.
    """

    srid: int | None
    confidence: float
    how: How
    reason: str
    reason_vi: str
    datum_suspect: bool = False


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A transverse Mercator in metres and degrees."""

    semi_major_m: float
    central_meridian_deg: float
    scale: float
    easting_m: float


def match_wkt(declared: str) -> CrsMatch:
    """Return the accepted code that ``declared`` (WKT, PROJ string, EPSG code, URN) stands for."""
    text = declared.strip()[:_MAX_LENGTH]
    found = _INIT.fullmatch(text)
    text = found[1] if found else text
    try:
        srid = parse_crs(text)
    except UnknownCrs:
        return _read(text)
    return _code(srid) if srid else _nothing("nothing is declared", "không có khai báo")


def _read(text: str) -> CrsMatch:
    try:
        return _match(_horizontal(CRS.from_user_input(text)))
    except CRSError:
        return _nothing("the declaration cannot be read", "không đọc được khai báo hệ tọa độ")


def _match(crs: CRS) -> CrsMatch:
    bare = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    if bare.is_engineering:
        return _nothing(
            "a local drawing, not on the Earth", "bản vẽ cục bộ, không gắn với Trái Đất"
        )
    return _by_code(bare) or _by_numbers(bare, _is_vietnamese(crs, bare)) or _by_likeness(bare)


def _horizontal(crs: CRS) -> CRS:
    """Return the part of ``crs`` that places things on the map; heights are another matter."""
    parts = crs.sub_crs_list
    return (parts[0] if parts else crs).to_2d()


def _by_code(crs: CRS) -> CrsMatch | None:
    identity = crs.to_json_dict().get("id")
    if not isinstance(identity, Mapping):
        return None
    authority, code = str(identity.get("authority", "")), str(identity.get("code", ""))
    if (authority.upper(), code.upper()) == ("OGC", "CRS84"):
        return _code(WGS84)
    if authority.upper() != "EPSG" or not code.isdecimal():
        return None
    if int(code) in accepted():
        return _code(int(code))
    if int(code) in DEPRECATED_TWINS:
        return _nothing(
            f"EPSG:{code} is a withdrawn code, 500 km off", f"EPSG:{code} là mã đã bỏ, lệch 500 km"
        )
    return _nothing(f"EPSG:{code} is not taken here", f"EPSG:{code} không thuộc hệ được nhận")


def _by_numbers(crs: CRS, vietnamese: bool) -> CrsMatch | None:
    if crs.is_geographic:
        return _degrees(crs, vietnamese)
    read = _numbers(crs)
    if read is None:
        return None
    if math.isclose(read.semi_major_m, _KRASSOWSKY_A, abs_tol=0.5):
        return _hanoi(read)
    if not math.isclose(read.semi_major_m, _WGS84_A, abs_tol=0.01):
        return None
    return _tm3(read, vietnamese) or _utm(read, vietnamese)


def _degrees(crs: CRS, vietnamese: bool) -> CrsMatch | None:
    """Return the match of a geographic system; an unnamed datum matches nothing."""
    ellipsoid, meridian = crs.ellipsoid, crs.prime_meridian
    if ellipsoid is None or abs(ellipsoid.semi_major_metre - _WGS84_A) > 0.01:
        return None
    if (
        meridian is None
        or meridian.longitude != 0
        or crs.axis_info[0].unit_name.lower() != "degree"
    ):
        return None
    if vietnamese:
        return _parameters(4756)
    named = crs.datum is not None and _WGS84_NAME.search(crs.datum.name)
    return _parameters(WGS84) if named else None


def _tm3(read: _Numbers, vietnamese: bool) -> CrsMatch | None:
    if not math.isclose(read.scale, 0.9999, rel_tol=0, abs_tol=1e-9) or read.easting_m != 500_000:
        return None
    for zone in zones():
        if math.isclose(read.central_meridian_deg, zone.central_meridian_deg, abs_tol=1e-6):
            return _parameters(zone.srid, datum_suspect=not vietnamese)
    return None


def _utm(read: _Numbers, vietnamese: bool) -> CrsMatch | None:
    pair = _UTM.get(round(read.central_meridian_deg, 6))
    if pair is None or abs(read.scale - 0.9996) > 1e-9 or read.easting_m != 500_000:
        return None
    return _parameters(pair[0] if vietnamese else pair[1])


def _hanoi(read: _Numbers) -> CrsMatch | None:
    srid = _HN72.get((round(read.central_meridian_deg, 6), round(read.easting_m, 3)))
    return _parameters(srid) if srid and abs(read.scale - 1) < 1e-9 else None


def _by_likeness(crs: CRS) -> CrsMatch:
    srid = crs.to_epsg(70)
    if srid in accepted():
        return CrsMatch(
            srid,
            0.7,
            How.SIMILARITY,
            f"resembles EPSG:{srid} in the EPSG register",
            f"giống EPSG:{srid} trong danh mục EPSG",
        )
    name = crs.name[:60]
    return _nothing(f"{name!r} is no system taken here", f"{name!r} không thuộc hệ được nhận")


def _numbers(crs: CRS) -> _Numbers | None:
    """Return the numbers of a transverse Mercator from the equator and Greenwich, or None."""
    method = crs.coordinate_operation
    ellipsoid, meridian = crs.ellipsoid, crs.prime_meridian
    if method is None or ellipsoid is None or method.method_code != _TRANSVERSE_MERCATOR:
        return None
    if meridian is None or meridian.longitude != 0 or crs.axis_info[0].unit_conversion_factor != 1:
        return None
    value = {str(p.code): float(p.value) * float(p.unit_conversion_factor) for p in method.params}
    if value.get("8801", 0.0) != 0 or value.get("8807", 0.0) != 0:
        return None
    return _Numbers(
        ellipsoid.semi_major_metre,
        math.degrees(value.get("8802", math.nan)),
        value.get("8805", math.nan),
        value.get("8806", math.nan),
    )


def _is_vietnamese(crs: CRS, bare: CRS) -> bool:
    """Return whether the datum is VN-2000, by its name or by the official shift tied to it."""
    shift = crs.coordinate_operation.towgs84 if crs.is_bound and crs.coordinate_operation else []
    pairs = list(zip(shift, _OFFICIAL_SHIFT, strict=False))
    if pairs and all(abs(given - law) < _SHIFT_SLACK_M for given, law in pairs):
        return True
    geodetic = bare.geodetic_crs
    names = [geodetic.name, geodetic.datum.name if geodetic.datum else ""] if geodetic else []
    return any(_VIETNAMESE.search(name) for name in names)


def _code(srid: int) -> CrsMatch:
    return CrsMatch(srid, 1.0, How.CODE, f"declared as EPSG:{srid}", f"khai báo là EPSG:{srid}")


def _parameters(srid: int, *, datum_suspect: bool = False) -> CrsMatch:
    return CrsMatch(
        srid,
        0.8 if datum_suspect else 0.95,
        How.PARAMETERS,
        f"its parameters are those of EPSG:{srid}",
        f"các tham số trùng với EPSG:{srid}",
        datum_suspect,
    )


def _nothing(reason: str, reason_vi: str) -> CrsMatch:
    return CrsMatch(None, 0.0, How.NONE, reason, reason_vi)
