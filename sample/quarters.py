"""Quarters: pieces of ground between streets, each with a ward, a kind and a direction."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from sample.frame import Coordinates
from sample.ground import Ground
from sample.shapes import plane, polygons
from sample.sources import Ward

CENTRE = "107.5885 16.4660"
CITY_RADIUS_M = 5600.0
CITY_STEP_M = 400.0
VILLAGE_EVERY_M = 1150.0
VILLAGE_RADIUS_M = 400.0
FIELD_STEP_M = 760.0
SMALLEST_M2 = 2500.0
CHUNK = 48
PLAIN = (
    "107.300 16.655, 107.340 16.705, 107.400 16.705, 107.560 16.605, 107.700 16.525, "
    "107.830 16.410, 107.910 16.360, 107.800 16.300, 107.720 16.345, 107.640 16.400, "
    "107.560 16.420, 107.480 16.470, 107.420 16.520, 107.340 16.560, 107.300 16.600"
)


class Kind(StrEnum):
    """How a quarter is used; decides the size of its lots."""

    TOWN = "do_thi"
    EDGE = "ven_do"
    VILLAGE = "lang"
    FIELD = "dong"


@dataclass(frozen=True, slots=True)
class Quarter:
    """One piece of ground to lay out.

    ``angle`` is the direction of its lots in radians; ``street`` names the nearest road.
    """

    ground: Polygon
    ward: Ward
    kind: Kind
    angle: float
    street: str


def quarters(ground: Ground, rng: np.random.Generator) -> Iterator[Quarter]:
    """Yield every quarter of the city, oldest first; later ones cost nothing until asked for."""
    centre = plane(CENTRE)[0]
    town = shapely.Point(centre).buffer(CITY_RADIUS_M)
    hamlets = shapely.union_all(_villages(ground, town, rng))
    plain = Polygon(plane(PLAIN)).difference(shapely.union_all([town, hamlets]))
    families = (
        (Kind.TOWN, _cells(town, rng)),
        (Kind.VILLAGE, list(shapely.get_parts(hamlets))),
        (Kind.FIELD, _cells(plain, rng, FIELD_STEP_M)),
    )
    cells = np.array([cell for _, found in families for cell in found], dtype=object)
    kinds = [kind for kind, found in families for _ in found]
    away = shapely.distance(shapely.centroid(cells), shapely.Point(centre))
    ranks = np.array([_rank(*pair, rng) for pair in zip(kinds, away, strict=True)])
    order = np.argsort(ranks, kind="stable")
    for start in range(0, len(order), CHUNK):
        chosen = order[start : start + CHUNK]
        yield from _laid(ground, cells[chosen], [kinds[index] for index in chosen], rng)


def _cells(
    area: BaseGeometry, rng: np.random.Generator, step: float = CITY_STEP_M
) -> list[Polygon]:
    """Return ``area`` cut into uneven cells about ``step`` metres wide."""
    west, south, east, north = area.bounds
    x, y = np.meshgrid(np.arange(west, east + step, step), np.arange(south, north + step, step))
    x = x + (np.arange(x.shape[0]) % 2)[:, None] * step / 2
    seeds = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-0.25, 0.25, (x.size, 2)) * step
    cells = shapely.get_parts(shapely.voronoi_polygons(MultiPoint(seeds)))
    shapely.prepare(area)
    cells = cells[shapely.intersects(area, cells)]
    return [part for part in shapely.get_parts(shapely.intersection(cells, area)) if part.area > 0]


def _villages(ground: Ground, town: BaseGeometry, rng: np.random.Generator) -> list[BaseGeometry]:
    """Return hamlets along the roads outside town, at least one in every ward."""
    spots: list[Coordinates] = []
    for road in ground.roads:
        along = np.arange(VILLAGE_EVERY_M / 2, road.axis.length, VILLAGE_EVERY_M)
        spots.append(
            shapely.get_coordinates(shapely.line_interpolate_point(np.array([road.axis]), along))
        )
    for ward in ground.wards:
        spots.append(shapely.get_coordinates(ward.area.representative_point()))
    points = np.concatenate(spots)
    points = points + rng.uniform(-250, 250, points.shape)
    outside = points[~shapely.contains_xy(town, points)]
    return list(polygons(_uneven(outside, rng)))


def _uneven(centres: Coordinates, rng: np.random.Generator) -> Coordinates:
    """Return a ring (n, 13, 2) round each centre, nearer here and farther there."""
    turn = np.linspace(0, 2 * np.pi, 13, endpoint=False)
    size = VILLAGE_RADIUS_M * rng.uniform(0.55, 1.0, (len(centres), 1))
    reach = size * rng.uniform(0.6, 1.2, (len(centres), len(turn)))
    rays = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return centres[:, None, :] + reach[:, :, None] * rays


def _laid(
    ground: Ground, cells: np.ndarray, kinds: list[Kind], rng: np.random.Generator
) -> Iterator[Quarter]:
    """Yield the open ground of each cell, split by ward, turned to its nearest road."""
    centre = shapely.Point(plane(CENTRE)[0])
    pieces, owners, nearest = ground.network
    for cell, part, ward in _open(ground, cells):
        middle = part.centroid
        at = int(nearest.nearest(middle))
        road = ground.roads[owners[at]]
        kind = _kind(kinds[cell], middle.distance(centre), part.distance(road.axis), rng)
        turn = pieces[at][1] - pieces[at][0]
        yield Quarter(part, ward, kind, float(np.arctan2(turn[1], turn[0])), road.name)


def _open(ground: Ground, cells: np.ndarray) -> list[tuple[int, Polygon, Ward]]:
    """Return the parts of ``cells`` that are open ground: cell, polygon, ward, in that order."""
    bare = shapely.difference(cells, ground.closed)
    owner, ward = ground.ward_tree.query(bare, predicate="intersects")
    areas = np.array([ground.wards[index].area for index in ward], dtype=object)
    held = shapely.contains_properly(areas, bare[owner])
    parts = bare[owner].copy()
    parts[~held] = shapely.intersection(parts[~held], areas[~held])
    single, index = shapely.get_parts(parts, return_index=True)
    big = np.flatnonzero(shapely.area(single) > SMALLEST_M2)
    pieces: list[BaseGeometry] = list(single)
    return [
        (int(owner[index[at]]), piece, ground.wards[ward[index[at]]])
        for at in big[np.lexsort((index[big], owner[index[big]]))]
        if isinstance(piece := pieces[at], Polygon)
    ]


def _kind(family: Kind, away_m: float, off_road_m: float, rng: np.random.Generator) -> Kind:
    """Return how a cell is used: town thins out to gardens and fields away from the centre."""
    if family is not Kind.TOWN:
        return family
    chance = rng.random()
    if away_m < 2300 or (away_m < 4400 and off_road_m < 90 and chance < 0.75):
        return Kind.TOWN
    return Kind.FIELD if chance > 0.5 and off_road_m > 150 else Kind.EDGE


def _rank(family: Kind, away_m: float, rng: np.random.Generator) -> float:
    """Return when the city grows into a quarter: town from the centre, villages all along."""
    if family is Kind.TOWN:
        return away_m / CITY_RADIUS_M + float(rng.uniform(-0.06, 0.06))
    if family is Kind.VILLAGE:
        return 0.15 + 0.85 * float(rng.random())
    return 1.0 + away_m / 1e5
