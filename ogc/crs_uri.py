"""Coordinate reference systems by their OGC names, with the axis order each name stands for."""

from functools import cache
from typing import NamedTuple

from pyproj import CRS

from gishue.core import crs
from gishue.core.errors import BadRequest
from layers.layer import Layer

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"

CITY = (4326, 3857, 9214, 3405, 3406, 4756, 32648, 32649)
"""What every collection is offered in, besides CRS84 and its own storage CRS."""


class NamedCrs(NamedTuple):
    """A CRS as OGC names it; ``flip`` says that its first axis points north."""

    uri: str
    srid: int
    flip: bool


CRS84 = NamedCrs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326, False)


@cache
def epsg(srid: int) -> NamedCrs:
    """Return EPSG's CRS with EPSG's axis order."""
    return NamedCrs(_EPSG.format(srid), srid, CRS.from_epsg(srid).axis_info[0].direction == "north")


def storage(layer: Layer) -> NamedCrs:
    """Return the CRS a layer is stored in, as clients should ask for it.

    Degrees are stored longitude first: that is CRS84. The platform's own definitions of HN-72
    have no OGC name and are offered as CRS84 too.
    """
    named = layer.srid in crs.accepted() and layer.srid not in crs.SOURCES
    return epsg(layer.srid) if named and layer.srid != crs.WGS84 else CRS84


def offered(layer: Layer) -> list[NamedCrs]:
    """Return every CRS the collection is served in, the default first."""
    named = [CRS84, storage(layer), *map(epsg, CITY)]
    return list(dict.fromkeys(named))


def find(layer: Layer, parameter: str, uri: str) -> NamedCrs:
    """Return the offered CRS called ``uri``.

    Raises:
        BadRequest: the collection is not offered in it; ``parameter`` is named.
    """
    for candidate in offered(layer):
        if candidate.uri == uri:
            return candidate
    raise BadRequest(
        f"{parameter}: {uri[:120]!r} is not in the crs list of collection {layer.slug!r}",
        vi=f"{parameter}: {uri[:120]!r} không có trong danh sách crs của lớp {layer.slug!r}",
    )
