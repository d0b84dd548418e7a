"""Parks, hills and forests of the sketch, and the ground nobody builds on."""

from collections.abc import Iterator

import numpy as np
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sample.frame import VN2000_HUE, Coordinates, moved
from sample.shapes import blob, lonlat, smooth_ring
from sample.sketch import citadel, places
from sample.sketch.water import ISLETS

GROUNDS_M = {"lang": 180.0, "chua": 65.0, "dan": 150.0, "mieu": 45.0, "canh_quan": 210.0}
PARKS = (
    (
        "Công viên bờ nam sông Hương (Lê Lợi)",
        "cong_vien",
        "107.5800 16.4606, 107.5840 16.4628, 107.5878 16.4660, 107.5903 16.4684, "
        "107.5930 16.4707, 107.5935 16.4701, 107.5906 16.4676, 107.5880 16.4652, "
        "107.5846 16.4622, 107.5806 16.4600",
    ),
    (
        "Công viên Thương Bạc - Phu Văn Lâu",
        "cong_vien",
        "107.5720 16.4620, 107.5775 16.4650, 107.5815 16.4670, 107.5850 16.4690, 107.5882 16.4706, "
        "107.5888 16.4686, 107.5855 16.4653, 107.5815 16.4627, 107.5772 16.4611, 107.5735 16.4603",
    ),
    ("Cồn Dã Viên", "cong_vien", ISLETS["Cồn Dã Viên"]),
    (
        "Vườn quốc gia Bạch Mã",
        "rung",
        "107.7900 16.2250, 107.8400 16.2450, 107.8900 16.2350, 107.9200 16.2080, "
        "107.8750 16.1950, 107.8450 16.1650, 107.8000 16.1750, 107.7750 16.2000",
    ),
    (
        "Rú Chá",
        "rung",
        "107.6030 16.5605, 107.6070 16.5615, 107.6105 16.5590, 107.6090 16.5565, 107.6045 16.5575",
    ),
    (
        "Sân bay quốc tế Phú Bài",
        "san_bay",
        "107.6880 16.4030, 107.7170 16.4012, 107.7180 16.3975, 107.7020 16.3962, 107.6890 16.3990",
    ),
    (
        "Núi Ngự Bình",
        "doi",
        "107.5945 16.4360, 107.5990 16.4375, 107.6030 16.4345, 107.6020 16.4305, "
        "107.5970 16.4295, 107.5940 16.4325",
    ),
)


def greens() -> Iterator[tuple[str, str, BaseGeometry]]:
    """Yield name, kind and surface of parks, forests and heritage grounds, on the plane."""
    for name, kind, path in PARKS:
        yield name, kind, blob(path)
    yield "Hoàng thành (Đại Nội)", "di_san", citadel.imperial_city()
    yield "Quảng trường Ngọ Môn", "cong_vien", citadel.box(-300, -185, 300, -100)
    for number, place in enumerate(places.HERITAGE):
        if place.kind in GROUNDS_M:
            centre = moved(lonlat(f"{place.lon} {place.lat}"), 4326, VN2000_HUE)[0]
            yield place.name, "di_san", _ground(centre, GROUNDS_M[place.kind], number)


def _ground(centre: Coordinates, reach_m: float, number: int) -> Polygon:
    """Return an uneven ground round ``centre``; ``number`` makes each one look different."""
    turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    reach = reach_m * (0.85 + 0.14 * np.sin(2 * turn + number) + 0.1 * np.cos(3 * turn - number))
    ring = centre + np.column_stack([np.cos(turn), np.sin(turn)]) * reach[:, None]
    return Polygon(smooth_ring(ring, 1))
