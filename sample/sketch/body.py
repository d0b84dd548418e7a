"""What the sketch is made of."""

from typing import NamedTuple

from shapely.geometry.base import BaseGeometry


class Water(NamedTuple):
    """One water body: its name, its kind and its surface on the plane."""

    name: str
    kind: str
    surface: BaseGeometry
