"""Web Mercator (EPSG:3857) and degrees (EPSG:4326): a box of the one is a box of the other.

Source: EPSG Guidance Note 7-2, method 1024 (Popular Visualisation Pseudo Mercator), a = 6378137 m.
"""

import math
from typing import Final

from gishue.core.bounds import Bounds

HALF_M: Final = 20037508.342789244
"""Half the side of the square that is the world, metres."""


def degrees(box: Bounds) -> Bounds:
    """Return the box, EPSG:3857 in metres, as EPSG:4326 in degrees, longitude first."""
    return Bounds(_lon(box.xmin), _lat(box.ymin), _lon(box.xmax), _lat(box.ymax))


def _lon(x: float) -> float:
    return x / HALF_M * 180.0


def _lat(y: float) -> float:
    return math.degrees(math.atan(math.sinh(y / HALF_M * math.pi)))
