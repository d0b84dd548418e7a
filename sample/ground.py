"""The ground the city is laid out on: wards, water, roads, and where nobody builds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from sample.frame import Coordinates
from sample.shapes import lines
from sample.sketch import citadel, roads, water
from sample.sketch.body import Water
from sample.sketch.green import greens
from sample.sketch.roads import Road
from sample.sources import Ward, wards

BANK_M = 9.0
RAIL_CORRIDOR_M = 22.0
WALL_CORRIDOR_M = 6.0
WALL_BAND_M = 27.0


@dataclass(frozen=True)
class Ground:
    """Everything the generator must respect, on the plane."""

    wards: tuple[Ward, ...]
    waters: tuple[Water, ...]
    roads: tuple[Road, ...]
    railway: LineString

    @cached_property
    def water(self) -> BaseGeometry:
        """The surface of all water bodies."""
        return shapely.union_all([body.surface for body in self.waters])

    @cached_property
    def closed(self) -> BaseGeometry:
        """Water with its banks, corridors of roads and railway, walls, parks and tombs."""
        corridors = [road.axis.buffer(road.width_m / 2, quad_segs=3) for road in self.roads]
        kept = [self.railway.buffer(RAIL_CORRIDOR_M / 2), citadel.walls().buffer(WALL_CORRIDOR_M)]
        kept += [surface for _, _, surface in greens()]
        return shapely.union_all([self.water.buffer(BANK_M, quad_segs=3), *kept, *corridors])

    @cached_property
    def barred(self) -> BaseGeometry:
        """Water and the band of the rampart with its moat: no lane may cross them."""
        rampart = citadel.rampart()
        band = shapely.difference(rampart.buffer(42), rampart.buffer(-WALL_BAND_M))
        return shapely.union_all([self.water.buffer(2, quad_segs=2), band])

    @cached_property
    def ward_tree(self) -> shapely.STRtree:
        """An index over the wards, whose areas are prepared for many questions."""
        areas = [ward.area for ward in self.wards]
        shapely.prepare(areas)
        return shapely.STRtree(areas)

    @cached_property
    def network(self) -> tuple[Coordinates, np.ndarray, shapely.STRtree]:
        """Straight pieces of all roads (n, 2, 2), the road of each, and an index over them."""
        coords = [shapely.get_coordinates(road.axis) for road in self.roads]
        pieces = np.concatenate([np.stack([axis[:-1], axis[1:]], axis=1) for axis in coords])
        owners = np.repeat(np.arange(len(coords)), [len(axis) - 1 for axis in coords])
        return pieces, owners, shapely.STRtree(lines(pieces))


def survey() -> Ground:
    """Return the ground of Huế: real wards, sketched water and roads."""
    return Ground(wards(), tuple(water.waters()), tuple(roads.roads()), roads.railway())
