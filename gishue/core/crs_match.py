"""What a file says about its CRS, read by numbers: names in ``.prj`` files are not to be trusted.

The result is a code; coordinates are then moved by ``gishue.core.crs.to_wgs84`` of that code,
never with the file's own text, because that loses the datum shift in silence (225 m).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pyproj import CRS
from pyproj.exceptions import CRSError

from gishue.core.crs import DEPRECATED_TWINS, WGS84, UnknownCrs, accepted, parse_crs
from gishue.core.crs_mistake import Mistake, Near, near
from gishue.core.crs_numbers import (
    WGS84_A,
    Numbers,
    is_turned_wrongly,
    is_vietnamese,
    numbers_of,
    says_vn2000,
    zone_at,
)

_MAX_LENGTH: Final = 65_536
_WGS84_NAME = re.compile(r"^(d_)?wgs[ _]?(19)?84|^world geodetic system 1984", re.IGNORECASE)
_INIT = re.compile(r"\+?init=(epsg:\d+)\b.*", re.IGNORECASE | re.DOTALL)
_KRASSOWSKY_A: Final = 6378245.0
_UNITS_M: Final = (1.0, 0.001, 0.01, 1000.0)
_UTM: Final = {105.0: (3405, 32648), 111.0: (3406, 32649)}
_MISTAKES: Final = {
    Mistake.SCALE: (
        "scale factor {} on a TM-3 meridian exists in no system; VN-2000 has 0.9999",
        "hệ số tỷ lệ {} trên kinh tuyến TM-3 không thuộc hệ nào; VN-2000 là 0.9999",
    ),
    Mistake.WITHDRAWN: (
        "false easting and northing are those of a withdrawn code, 500 km off",
        "tọa độ gốc (FE, FN) là của mã đã bỏ, lệch 500 km",
    ),
    Mistake.MINUTES: (
        "the meridian {} is degrees and minutes written as decimal degrees",
        "kinh tuyến {} là độ phút bị viết như độ thập phân",
    ),
}
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
    ``near``: where ``srid`` is None, what the declaration may have meant; beside a ``srid``, what
    was mended in it. ``unit_m``: metres in one unit of the declared coordinates.
    """

    srid: int | None
    confidence: float
    how: How
    reason: str
    reason_vi: str
    datum_suspect: bool = False
    near: Near | None = None
    unit_m: float = 1.0


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
    found = _by_code(bare) or _by_numbers(bare, is_vietnamese(crs, bare)) or _by_likeness(bare)
    if found.srid is not None and is_turned_wrongly(crs):
        return replace(found, near=Near((found.srid,), Mistake.TURNED, 0.7))
    return found


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
            f"EPSG:{code} is a withdrawn code, 500 km off",
            f"EPSG:{code} là mã đã bỏ, lệch 500 km",
            Near((DEPRECATED_TWINS[int(code)],), Mistake.WITHDRAWN, 707_107.0, code),
        )
    return _nothing(f"EPSG:{code} is not taken here", f"EPSG:{code} không thuộc hệ được nhận")


def _by_numbers(crs: CRS, vietnamese: bool) -> CrsMatch | None:
    if crs.is_geographic:
        return _degrees(crs, vietnamese)
    read = numbers_of(crs)
    if read is None or not any(math.isclose(read.unit_m, unit) for unit in _UNITS_M):
        return None
    if math.isclose(read.semi_major_m, _KRASSOWSKY_A, abs_tol=0.5):
        return _hanoi(read)
    if not math.isclose(read.semi_major_m, WGS84_A, abs_tol=0.01):
        return None
    return _tm3(read, vietnamese) or _utm(read, vietnamese, crs.name) or _meant(read)


def _degrees(crs: CRS, vietnamese: bool) -> CrsMatch | None:
    """Return the match of a geographic system; an unnamed datum matches nothing."""
    ellipsoid, meridian = crs.ellipsoid, crs.prime_meridian
    if ellipsoid is None or abs(ellipsoid.semi_major_metre - WGS84_A) > 0.01:
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


def _tm3(read: Numbers, vietnamese: bool) -> CrsMatch | None:
    if not math.isclose(read.scale, 0.9999, rel_tol=0, abs_tol=1e-9) or not _is_usual(read):
        return None
    zone = zone_at(read.central_meridian_deg)
    return _parameters(zone, read.unit_m, datum_suspect=not vietnamese) if zone else None


def _utm(read: Numbers, vietnamese: bool, name: str) -> CrsMatch | None:
    pair = _UTM.get(round(read.central_meridian_deg, 6))
    if pair is None or abs(read.scale - 0.9996) > 1e-9 or not _is_usual(read):
        return None
    if says_vn2000(name) and not vietnamese:
        return _nothing(
            "its name says VN-2000, its datum WGS 84",
            "tên nói VN-2000 nhưng gốc tọa độ là WGS 84",
            Near(pair, Mistake.NAME, 225.0),
            read.unit_m,
        )
    return _parameters(pair[0] if vietnamese else pair[1], read.unit_m)


def _hanoi(read: Numbers) -> CrsMatch | None:
    srid = _HN72.get((round(read.central_meridian_deg, 6), round(read.easting_m, 3)))
    fits = abs(read.scale - 1) < 1e-9 and read.northing_m == 0
    return _parameters(srid, read.unit_m) if srid and fits else None


def _is_usual(read: Numbers) -> bool:
    return (read.easting_m, read.northing_m) == (500_000.0, 0.0)


def _meant(read: Numbers) -> CrsMatch | None:
    """Return what a transverse Mercator with a usual mistake may have meant."""
    found = near(read)
    if found is None:
        return None
    what, what_vi = _MISTAKES[found.mistake]
    return _nothing(what.format(found.said), what_vi.format(found.said), found, read.unit_m)


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


def _code(srid: int) -> CrsMatch:
    return CrsMatch(srid, 1.0, How.CODE, f"declared as EPSG:{srid}", f"khai báo là EPSG:{srid}")


def _parameters(srid: int, unit_m: float = 1.0, *, datum_suspect: bool = False) -> CrsMatch:
    return CrsMatch(
        srid,
        0.8 if datum_suspect else 0.95,
        How.PARAMETERS,
        f"its parameters are those of EPSG:{srid}",
        f"các tham số trùng với EPSG:{srid}",
        datum_suspect,
        unit_m=unit_m,
    )


def _nothing(
    reason: str, reason_vi: str, near: Near | None = None, unit_m: float = 1.0
) -> CrsMatch:
    return CrsMatch(None, 0.0, How.NONE, reason, reason_vi, near=near, unit_m=unit_m)
