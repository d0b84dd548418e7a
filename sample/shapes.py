"""Shapes out of hand-drawn strokes: paths, smooth curves, ribbons of changing width."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sample.frame import VN2000_HUE, Coordinates, moved

type Shapes = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


def lonlat(path: str) -> Coordinates:
    """Return the (n, 2) longitudes and latitudes written in ``path``.

    >>> lonlat("107.57 16.46, 107.58 16.47").tolist()
    [[107.57, 16.46], [107.58, 16.47]]
    """
    return np.array([pair.split() for pair in path.split(",")], dtype=np.float64)


def plane(path: str) -> Coordinates:
    """Return the (n, 2) eastings and northings of a longitude/latitude ``path``, in metres."""
    return moved(lonlat(path), 4326, VN2000_HUE)


def smooth(coords: Coordinates, rounds: int = 2) -> Coordinates:
    """Return ``coords`` with its corners cut ``rounds`` times; both ends stay.

    Source: G. Chaikin, An algorithm for high speed curve generation (1974).
    """
    for _ in range(rounds):
        before, after = coords[:-1], coords[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1)
        inner = cut.reshape(-1, coords.shape[1])[1:-1]
        coords = np.concatenate([coords[:1], inner, coords[-1:]])
    return coords


def smooth_ring(coords: Coordinates, rounds: int = 2) -> Coordinates:
    """Return the open ring ``coords`` with every corner cut ``rounds`` times."""
    for _ in range(rounds):
        after = np.roll(coords, -1, axis=0)
        cut = np.stack([0.75 * coords + 0.25 * after, 0.25 * coords + 0.75 * after], axis=1)
        coords = cut.reshape(-1, 2)
    return coords


def polygons(rings: Coordinates) -> Shapes:
    """Return (n, k, 2) rings as n polygons."""
    return np.asarray(shapely.polygons(rings), dtype=np.object_)


def lines(coords: Coordinates) -> Shapes:
    """Return (n, k, 2) coordinates as n lines."""
    return np.asarray(shapely.linestrings(coords), dtype=np.object_)


def points(coords: Coordinates) -> Shapes:
    """Return (n, 2) coordinates as n points."""
    return np.asarray(shapely.points(coords), dtype=np.object_)


def line(path: str, rounds: int = 1) -> LineString:
    """Return the smoothed line of ``path``, on the plane."""
    return LineString(smooth(plane(path), rounds))


def blob(path: str, rounds: int = 2) -> Polygon:
    """Return the smoothed polygon whose open ring is ``path``, on the plane."""
    return Polygon(smooth_ring(plane(path), rounds))


def ribbon(path: str, widths_m: Sequence[float], rounds: int = 2) -> BaseGeometry:
    """Return the band along ``path``, its width running evenly through ``widths_m``."""
    coords = plane(path)
    along = np.linspace(0.0, 1.0, len(coords))
    width = np.interp(along, np.linspace(0.0, 1.0, len(widths_m)), widths_m)
    curve = smooth(np.column_stack([coords, width]), rounds)
    discs = shapely.buffer(shapely.points(curve[:, :2]), curve[:, 2] / 2, quad_segs=6)
    pairs = shapely.geometrycollections(np.column_stack([discs[:-1], discs[1:]]))
    return shapely.union_all(shapely.convex_hull(pairs))
