"""Coordinates as GeoJSON nests them, read as positions of two dimensions, x first.

Source of the shapes: RFC 7946, section 3.1. A third coordinate and a fourth are left out.
"""

from math import isfinite
from typing import Any, Final

DEPTH: Final = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""How deep the positions of each kind are nested."""


def plane(said: Any, depth: int) -> Any:
    """Return the coordinates with positions of two finite numbers.

    Raises:
        ValueError: they are nested otherwise, or hold what is no number.
    """
    if depth == 0:
        return _position(said)
    if isinstance(said, list):
        return [plane(one, depth - 1) for one in said]
    raise ValueError(said)


def _position(said: Any) -> list[float]:
    if not isinstance(said, list) or not 2 <= len(said) <= 4:
        raise ValueError(said)
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in said):
        raise ValueError(said)
    try:
        x, y = float(said[0]), float(said[1])
    except OverflowError as error:
        raise ValueError(said) from error
    if not (isfinite(x) and isfinite(y)):
        raise ValueError(said)
    return [x, y]
