"""Kinh thành Huế, drawn in its own square frame: walls with bastions, moat, Đại Nội, streets.

The frame: origin at Ngọ Môn; ``u`` runs north-east along the front wall, ``v`` north-west into
the Citadel, both in metres. The front stands 29° north of east, parallel to the Hương river.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from sample.frame import Coordinates
from sample.shapes import plane, smooth_ring
from sample.sketch.body import Water

NGO_MON = "107.5776 16.4677"
FRONT_DEG = 29.0
WEST, EAST, FRONT, BACK = -900.0, 1080.0, -250.0, 1990.0
BASTIONS = 5
MOAT_M = (14.0, 40.0)
GARDENS = {
    "Hồ Tịnh Tâm": (330.0, 1080.0, 250.0, 170.0),
    "Hồ Học Hải": (640.0, 1090.0, 90.0, 90.0),
    "Hồ Xã Tắc": (-620.0, 420.0, 120.0, 70.0),
    "Hồ Tân Miếu": (-700.0, 1250.0, 100.0, 130.0),
    "Hồ Mộc Đức": (720.0, 620.0, 80.0, 110.0),
    "Hồ Sen Mang Cá": (780.0, 1560.0, 130.0, 90.0),
}


def place(points: Sequence[tuple[float, float]] | Coordinates) -> Coordinates:
    """Return points of the Citadel's frame on the city's plane."""
    turn = np.radians(FRONT_DEG)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return plane(NGO_MON)[0] + np.asarray(points, dtype=np.float64) @ axes


def box(west: float, front: float, east: float, back: float) -> Polygon:
    """Return a rectangle of the Citadel's frame on the plane."""
    return Polygon(place([(west, front), (east, front), (east, back), (west, back)]))


def street(*points: tuple[float, float]) -> LineString:
    """Return a street of the Citadel's frame on the plane."""
    return LineString(place(points))


def rampart() -> Polygon:
    """Return the outer face of the walls, with a bastion at each corner and between them."""
    corners = [(WEST, FRONT), (EAST, FRONT), (EAST, BACK), (WEST, BACK)]
    ring: list[tuple[float, float]] = []
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        ring += _side(start, end)
    return Polygon(place(ring))


def _side(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Return one side of the rampart: a corner bastion, then trapezes that stand 45 m out."""
    begin, finish = np.array(start), np.array(end)
    along = (finish - begin) / np.hypot(*(finish - begin))
    out = np.array([along[1], -along[0]])
    points = [begin - along * 45 + out * 45, begin + along * 60 + out * 45, begin + along * 75]
    for middle in np.linspace(0, 1, BASTIONS + 2)[1:-1]:
        centre = begin + (finish - begin) * middle
        points += [
            centre - along * 60,
            centre - along * 42 + out * 45,
            centre + along * 42 + out * 45,
            centre + along * 60,
        ]
    points += [finish - along * 75, finish - along * 60 + out * 45]
    return [(float(x), float(y)) for x, y in points]


def walls() -> BaseGeometry:
    """Return the band of brick and earth between the two faces of the rampart, 21 m thick."""
    return shapely.difference(rampart(), rampart().buffer(-21, join_style="mitre"))


def moat() -> BaseGeometry:
    """Return the water outside the rampart; it follows every bastion."""
    near, far = (rampart().buffer(reach, join_style="mitre") for reach in MOAT_M)
    return shapely.difference(far, near)


def imperial_city() -> Polygon:
    """Return Hoàng thành (Đại Nội): 622 m × 604 m behind Ngọ Môn."""
    return box(-311, 0, 311, 604)


def forbidden_city() -> Polygon:
    """Return Tử Cấm thành: 324 m × 290 m inside Hoàng thành."""
    return box(-162, 250, 162, 540)


def waters() -> list[Water]:
    """Return moats, the Ngự Hà canal and the lotus ponds inside the walls."""
    inner = shapely.difference(
        imperial_city().buffer(26, join_style="mitre"),
        imperial_city().buffer(9, join_style="mitre"),
    )
    canal = [(EAST + 130, 860.0), (330.0, 860.0), (130.0, 960.0), (130.0, 1290.0)]
    canal += [(-200.0, 1290.0), (WEST - 110, 1290.0)]
    found = [
        Water("Hào Kinh thành", "hao", moat()),
        Water("Hào Hoàng thành", "hao", inner),
        Water("Ngự Hà", "song_dao", street(*canal).buffer(17, join_style="mitre")),
        Water("Hồ Thái Dịch", "ho", box(-110, 60, 110, 105)),
    ]
    return found + [Water(name, "ho", _pond(*spot)) for name, spot in GARDENS.items()]


def _pond(u: float, v: float, wide: float, deep: float) -> Polygon:
    ring = [(u, v), (u + wide, v), (u + wide, v + deep), (u, v + deep)]
    return Polygon(smooth_ring(place(ring), 1))
