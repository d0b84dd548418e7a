"""The tile matrix set WebMercatorQuad: where a tile lies, which tiles a box meets.

Source: OGC 17-083r4 (Two Dimensional Tile Matrix Set), annex D, WebMercatorQuad.
"""

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from gishue.core.bounds import Bounds
from gishue.core.errors import NotFound
from gishue.core.mercator import HALF_M
from layers.tiers import EXTENT

MAX_ZOOM: Final = 24
MAX_LATITUDE: Final = 85.0511287798066
BUFFER: Final = 64
MARGIN: Final = BUFFER / EXTENT
"""How far a vector tile looks beyond its edge, as a part of its side."""
SLACK_M: Final = 2.0
"""Boxes of an index are of single precision: at 2·10⁷ m it is two metres."""


class NoTile(NotFound):
    """The address lies off the matrix, or beyond the layer's bounds or zooms."""

    slug = "no-such-tile"
    title = "No such tile"
    title_vi = "Không có ô bản đồ này"


class Tile(NamedTuple):
    """The address of a tile in WebMercatorQuad; row 0 is the northernmost."""

    z: int
    x: int
    y: int


def check_tile(tile: Tile) -> Tile:
    """Return ``tile`` if it is on the matrix.

    Raises:
        NoTile: the zoom, the column or the row is off it.
    """
    z, x, y = tile
    if not (0 <= z <= MAX_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise NoTile(f"there is no tile {z}/{x}/{y}", vi=f"không có ô {z}/{x}/{y}")
    return tile


def tile_bounds(tile: Tile) -> Bounds:
    """Return the ground that ``tile`` covers, in EPSG:3857 metres."""
    side = 2 * HALF_M / (1 << tile.z)
    west, north = tile.x * side - HALF_M, HALF_M - tile.y * side
    return Bounds(west, north - side, west + side, north)


def tile_degrees(tile: Tile, margin: float = 0.0) -> Bounds:
    """Return the ground of ``tile``, grown by ``margin`` sides, in EPSG:4326.

    >>> tile_degrees(Tile(1, 0, 1))
    Bounds(xmin=-180.0, ymin=-85.0511287798066, xmax=0.0, ymax=0.0)
    """
    west, south, east, north = tile_bounds(tile)
    by = margin * (east - west)
    low, high = (-HALF_M, HALF_M)
    corners = [min(max(at, low), high) for at in (west - by, south - by, east + by, north + by)]
    xmin, ymin, xmax, ymax = corners
    return Bounds(_longitude(xmin), _latitude(ymin), _longitude(xmax), _latitude(ymax))


def _longitude(x: float) -> float:
    return x / HALF_M * 180.0


def _latitude(y: float) -> float:
    return math.degrees(math.atan(math.sinh(y / HALF_M * math.pi)))


def column(lon: float, z: int) -> float:
    """Return the column of a longitude in degrees, with its fraction.

    >>> column(0.0, 3)
    4.0
    """
    return (lon + 180.0) / 360.0 * (1 << z)


def row(lat: float, z: int) -> float:
    """Return the row of a latitude in degrees, with its fraction; the poles count as the rim."""
    phi = math.radians(min(max(lat, -MAX_LATITUDE), MAX_LATITUDE))
    return (1.0 - math.asinh(math.tan(phi)) / math.pi) / 2.0 * (1 << z)


def meets(tile: Tile, bounds: Bounds, margin: float = MARGIN) -> bool:
    """Return whether ``tile``, grown by ``margin`` sides, meets ``bounds`` (EPSG:4326)."""
    return (
        column(bounds.xmin, tile.z) - margin <= tile.x + 1
        and tile.x <= column(bounds.xmax, tile.z) + margin
        and row(bounds.ymax, tile.z) - margin <= tile.y + 1
        and tile.y <= row(bounds.ymin, tile.z) + margin
    )


class Range(NamedTuple):
    """Columns and rows of a zoom, their ends included."""

    west: int
    north: int
    east: int
    south: int

    @property
    def size(self) -> int:
        """How many tiles."""
        return (self.east - self.west + 1) * (self.south - self.north + 1)

    def holds(self, x: int, y: int) -> bool:
        """Return whether the tile of this column and row is among them."""
        return self.west <= x <= self.east and self.north <= y <= self.south

    def tiles(self) -> Iterator[tuple[int, int]]:
        """Yield each column and row."""
        for x in range(self.west, self.east + 1):
            for y in range(self.north, self.south + 1):
                yield x, y


def tile_range(box: Bounds, z: int, reach: float) -> Range:
    """Return the tiles of zoom ``z`` that meet ``box`` (EPSG:3857, metres).

    Args:
        box: in EPSG:3857, metres; off the matrix the tiles at its rim are meant.
        z: the zoom.
        reach: how far a tile looks beyond its edge, in sides.
    """
    last = (1 << z) - 1
    side_m = 2 * HALF_M / (1 << z)
    sides = (
        (box.xmin + HALF_M - SLACK_M) / side_m - reach,
        (HALF_M - box.ymax - SLACK_M) / side_m - reach,
        (box.xmax + HALF_M + SLACK_M) / side_m + reach,
        (HALF_M - box.ymin + SLACK_M) / side_m + reach,
    )
    return Range(*(min(max(int(side // 1), 0), last) for side in sides))


def pixel_m(z: int, tile_px: int = 512) -> float:
    """Return the side of one screen pixel at zoom ``z``, EPSG:3857 metres."""
    return 2 * HALF_M / (1 << z) / tile_px
