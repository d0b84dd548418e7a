"""The sea and a rough mainland, so that Viet Nam does not float on a blank page.

Coasts of the neighbours are sketched to 10-30 km and carry no border and no name; the coast of
Viet Nam itself comes from the real province outlines drawn on top.
"""

from typing import NamedTuple

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sample.shapes import lonlat, smooth_ring


class Region(NamedTuple):
    """One part of the backdrop, in longitude and latitude."""

    name: str
    kind: str
    area: BaseGeometry


MAINLAND = (
    "85.0 35.0, 120.5 35.0, 119.3 34.8, 121.9 31.5, 121.8 28.2, 119.6 25.6, 118.0 24.4, "
    "116.7 23.2, 114.3 22.4, 113.5 22.1, 111.8 21.6, 110.5 21.2, 110.4 20.4, 109.9 20.4, "
    "109.7 21.4, 109.1 21.5, 108.4 21.65, 107.9 21.7, 106.6 21.2, 105.9 20.4, 105.2 19.2, "
    "105.6 18.3, 106.1 17.7, 106.9 16.8, 107.2 16.4, 107.9 16.0, 108.2 15.3, 108.5 14.4, "
    "108.6 13.2, 108.4 12.3, 108.0 11.4, 107.0 11.2, 106.2 10.9, 105.4 10.4, 104.6 10.45, "
    "103.6 10.6, 103.0 11.1, 102.9 11.7, 102.3 12.2, 101.0 12.7, 100.9 13.4, 100.0 13.4, "
    "99.9 11.8, 99.2 10.4, 99.3 9.3, 100.2 8.4, 100.6 7.2, 101.8 6.8, 102.4 6.1, 103.4 4.8, "
    "103.5 2.6, 104.2 1.4, 103.5 1.3, 101.3 2.8, 100.4 5.4, 98.4 8.0, 98.6 11.8, 97.6 15.6, "
    "95.0 15.8, 94.3 18.5, 92.0 21.5, 90.0 22.4, 87.0 21.4, 85.0 19.6"
)
HAINAN = (
    "108.65 19.2, 109.2 19.75, 110.0 20.0, 110.7 20.05, 111.0 19.6, 110.5 18.8, 109.7 18.25, "
    "108.8 18.5"
)


def regions() -> list[Region]:
    """Return the sea as one sheet, then the land beside Viet Nam."""
    land = [Polygon(smooth_ring(lonlat(path), 1)) for path in (MAINLAND, HAINAN)]
    return [
        Region("Biển Đông", "bien", shapely.box(85.0, -5.0, 135.0, 35.0)),
        *(Region("", "dat_lien", area) for area in land),
    ]
