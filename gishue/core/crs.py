"""Coordinate reference systems: which are accepted, and the one way from each to WGS 84.

Axis order is always x, y (easting, northing or longitude, latitude), whatever the authority says.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from pyproj import Transformer
from pyproj.transformer import AreaOfInterest

from gishue.core.errors import InvalidInput

AUTO: Final = 0
"""What ``parse_crs("auto")`` returns: to be found out. PostGIS too writes 0 for "not known"."""

WGS84: Final = 4326
HUE: Final = 9214
"""VN-2000 / TM-3 107°00′, the city's own system."""

DEPRECATED_TWINS: Final[Mapping[int, int]] = MappingProxyType(
    {6956: 5896, 6957: 5897, 6958: 5898, 6959: 5899}
)
"""Withdrawn TM-3 codes with false easting 0 and false northing 500 000, 500 km away from the codes
that took their place."""

_AREA = AreaOfInterest(107.0, 15.9, 108.25, 16.85)

# PROJ's own operation for these is a ballpark in Huế, 58 m off; EPSG:1544 is forced instead.
_HN72 = (
    "+proj=tmerc +lat_0=0 +lon_0={cm} +k=1 +x_0={fe} +ellps=krass "
    "+towgs84=-17.51,-108.32,-62.39 +units=m +no_defs"
)
SOURCES: Final[Mapping[int, str]] = MappingProxyType(
    {
        2044: _HN72.format(cm=105, fe=18500000),
        2045: _HN72.format(cm=111, fe=19500000),
        2093: _HN72.format(cm=106, fe=500000),
    }
)

_CODE = re.compile(
    r"(?:epsg::?|urn:(?:x-)?ogc:def:crs:epsg:[\d.]*:|https?://www\.opengis\.net/def/crs/epsg/[\d.]+/|"
    r"https?://www\.opengis\.net/gml/srs/epsg\.xml#)?(\d{4,6})",
    re.IGNORECASE,
)
_CRS84 = re.compile(r"(?:ogc:|urn:ogc:def:crs:ogc:[\d.]*:|.*/ogc/[\d.]+/)?crs84", re.IGNORECASE)
_AXIS_NOTE = " (with axis order normalized for visualization)"


class UnknownCrs(InvalidInput):
    """The CRS is not declared, cannot be read, or is not one the platform takes."""

    slug = "unknown-crs"
    title = "Coordinate reference system not known"
    title_vi = "Không rõ hệ tọa độ"


@dataclass(frozen=True, slots=True)
class AcceptedCrs:
    """One system that data may arrive in. ``axes`` says what stands in the first column."""

    srid: int
    title_vi: str
    title_en: str
    axes_vi: str
    axes: str


@dataclass(frozen=True, slots=True)
class Operation:
    """How coordinates come to WGS 84; ``accuracy_m`` is None where nobody has measured it."""

    description: str
    accuracy_m: float | None
    note: str
    note_vi: str


@dataclass(frozen=True, slots=True)
class Zone:
    """One VN-2000 / TM-3 zone; the central meridian in degrees."""

    srid: int
    central_meridian_deg: float
    meridian: str
    provinces: str


@cache
def zones() -> tuple[Zone, ...]:
    """Return the eighteen TM-3 zones. Source: ``data/README.md``."""
    text = files("gishue.core").joinpath("data/vn2000_tm3_zones.csv").read_text("utf-8")
    return tuple(_zone(*row) for row in list(csv.reader(text.splitlines()))[1:])


def _zone(code: str, meridian: str, provinces: str) -> Zone:
    degrees, minutes = meridian.split("°")
    return Zone(int(code), int(degrees) + int(minutes) / 60, f"{degrees}°{minutes}′", provinces)


@cache
def accepted() -> Mapping[int, AcceptedCrs]:
    """Return every system the platform takes, by SRID."""
    return MappingProxyType({crs.srid: crs for crs in _accepted()})


def _accepted() -> Iterator[AcceptedCrs]:
    yield _geographic(4326, "WGS 84")
    yield _geographic(4756, "VN-2000")
    for zone in zones():
        yield _projected(
            zone.srid,
            f"VN-2000 / TM-3, kinh tuyến trục {zone.meridian}",
            f"VN-2000 / TM-3, central meridian {zone.meridian}",
        )
    for srid, name, zone_name in (
        (3405, "VN-2000", "48N"),
        (3406, "VN-2000", "49N"),
        (32648, "WGS 84", "48N"),
        (32649, "WGS 84", "49N"),
        (3148, "Indian 1960", "48N"),
        (3149, "Indian 1960", "49N"),
    ):
        yield _projected(srid, f"{name} / UTM múi {zone_name}", f"{name} / UTM zone {zone_name}")
    yield _projected(2044, "HN-72 / Gauss múi 18", "Hanoi 1972 / Gauss-Krüger zone 18")
    yield _projected(2045, "HN-72 / Gauss múi 19", "Hanoi 1972 / Gauss-Krüger zone 19")
    yield _projected(2093, "HN-72 / Gauss 106°", "Hanoi 1972 / Gauss-Krüger 106 NE")
    yield _projected(3857, "WGS 84 / Web Mercator", "WGS 84 / Pseudo-Mercator")


def _geographic(srid: int, name: str) -> AcceptedCrs:
    return AcceptedCrs(
        srid,
        f"{name}, kinh độ và vĩ độ",
        f"{name}, longitude and latitude",
        "kinh độ trước, vĩ độ sau, độ thập phân",
        "longitude first, then latitude, decimal degrees",
    )


def _projected(srid: int, title_vi: str, title_en: str) -> AcceptedCrs:
    return AcceptedCrs(
        srid,
        title_vi,
        title_en,
        "hướng đông trước, hướng bắc sau, mét; giấy tờ Việt Nam gọi bắc là X, đông là Y",
        "easting first, then northing, metres; Vietnamese paper calls north X and east Y",
    )


def parse_crs(text: str | int) -> int:
    """Return the SRID that ``text`` names (``EPSG:9214``, ``9214``, a URN), ``AUTO`` for auto.

    Raises:
        UnknownCrs: not an EPSG code, or one that the platform does not take.
    """
    written = str(text).strip()
    if written.lower() == "auto":
        return AUTO
    if _CRS84.fullmatch(written):
        return WGS84
    found = _CODE.fullmatch(written)
    if found is None:
        raise UnknownCrs(
            f"{written[:80]!r} is not an EPSG code; write for example EPSG:9214",
            vi=f"{written[:80]!r} không phải mã EPSG; hãy viết ví dụ EPSG:9214",
        )
    return _check(int(found[1]))


def _check(srid: int) -> int:
    if srid in accepted():
        return srid
    if srid in DEPRECATED_TWINS:
        raise UnknownCrs(
            f"EPSG:{srid} is a withdrawn code, 500 km off; take the TM-3 code in use (Huế: 9214)",
            vi=f"EPSG:{srid} là mã đã bị bỏ, lệch 500 km; hãy dùng mã TM-3 hiện hành (Huế: 9214)",
        )
    raise UnknownCrs(
        f"EPSG:{srid} is not one of the systems taken here; see the list of accepted systems",
        vi=f"EPSG:{srid} không thuộc các hệ tọa độ được nhận; xem danh sách hệ được nhận",
    )


@cache
def to_wgs84(srid: int) -> Transformer:
    """Return the operation from (x, y) in ``srid`` to (longitude, latitude) in EPSG:4326.

    For the way back pass ``direction="INVERSE"`` to its ``transform``. The object may be shared:
    pyproj keeps one PROJ context per thread behind it.

    Raises:
        UnknownCrs: ``srid`` is not accepted.

    Source: QĐ 05/2007/QĐ-BTNMT, in PROJ as EPSG:6960; HN-72 by EPSG:1544. A ballpark operation
    (225 m off for VN-2000) is refused by PROJ itself.
    """
    return Transformer.from_crs(
        SOURCES.get(srid, _check(srid)),
        WGS84,
        always_xy=True,
        area_of_interest=_AREA,
        allow_ballpark=False,
    )


def operation(srid: int) -> Operation:
    """Return what ``to_wgs84(srid)`` does and how well, to be recorded on a layer."""
    transformer = to_wgs84(srid)
    if srid in SOURCES:
        return Operation(
            "Inverse of Gauss-Krüger + Hanoi 1972 to WGS 84 (EPSG:1544)",
            None,
            "HN-72: metres; EPSG:1544 was made for 9–11° N, its accuracy in Huế is not known",
            "HN-72: sai số cỡ mét; EPSG:1544 lập cho 9–11° vĩ bắc, chưa rõ sai số tại Huế",
        )
    description = transformer.description.removesuffix(_AXIS_NOTE)
    if transformer.accuracy > 0:
        within = f"{transformer.accuracy:g} m"
        return Operation(
            description,
            transformer.accuracy,
            f"datum change, within {within}",
            f"có chuyển hệ quy chiếu, sai số trong {within}",
        )
    return Operation(description, 0.0, "exact: the datum is WGS 84", "chính xác: gốc WGS 84")
