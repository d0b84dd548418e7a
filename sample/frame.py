"""The city's plane: VN-2000 TM-3, central meridian 107°00′ (EPSG:9214), metres, east then north."""

from functools import cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.transformer import AreaOfInterest
from shapely.geometry.base import BaseGeometry

type Coordinates = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

VN2000_HUE = 9214
VIETNAM = AreaOfInterest(101.0, 6.0, 118.0, 24.0)


@cache
def operation(source: int, target: int) -> Transformer:
    """Return the operation between two EPSG codes, x before y, never a ballpark.

    EPSG:6960 (VN-2000 to WGS 84 (2), 1 m) carries every change of datum between them.
    """
    return Transformer.from_crs(
        CRS.from_epsg(source),
        CRS.from_epsg(target),
        always_xy=True,
        area_of_interest=VIETNAM,
        allow_ballpark=False,
    )


def moved(coords: Coordinates, source: int, target: int) -> Coordinates:
    """Return ``coords`` (n, 2) of EPSG ``source`` in EPSG ``target``."""
    if source == target:
        return coords
    x, y = operation(source, target).transform(coords[:, 0], coords[:, 1])
    return np.column_stack([x, y])


def reproject(geometry: BaseGeometry, source: int, target: int) -> BaseGeometry:
    """Return ``geometry`` of EPSG ``source`` in EPSG ``target``."""
    return shapely.transform(geometry, lambda coords: moved(coords, source, target))


def on_plane(geometry: BaseGeometry) -> BaseGeometry:
    """Return a longitude/latitude ``geometry`` on the city's plane."""
    return reproject(geometry, 4326, VN2000_HUE)
