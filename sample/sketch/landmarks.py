"""Buildings everybody knows, as simple blocks: palaces in the Citadel's frame, towers in town."""

from typing import NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from sample.shapes import plane
from sample.sketch import citadel


class Landmark(NamedTuple):
    """One block of a known building; ``base_m`` is where it starts above the ground."""

    name: str
    use: str
    footprint: BaseGeometry
    storeys: int
    base_m: float
    height_m: float
    year: int


PALACES = (
    ("Ngọ Môn", (-29, -8, 29, 19), 0.0, 5.2, 1833),
    ("Lầu Ngũ Phụng", (-22, 0, 22, 12), 5.2, 17.0, 1833),
    ("Điện Thái Hoà", (-22, 165, 22, 195), 0.0, 11.8, 1805),
    ("Đại Cung Môn", (-12, 248, 12, 256), 0.0, 8.0, 1833),
    ("Điện Cần Chánh", (-20, 300, 20, 328), 0.0, 11.0, 1804),
    ("Điện Kiến Trung", (-24, 505, 24, 528), 0.0, 14.0, 1923),
    ("Duyệt Thị Đường", (95, 320, 125, 356), 0.0, 12.0, 1826),
    ("Thế Miếu", (-262, 90, -207, 118), 0.0, 10.5, 1822),
    ("Hiển Lâm Các", (-245, 48, -222, 60), 0.0, 17.0, 1822),
    ("Hưng Miếu", (-262, 150, -220, 172), 0.0, 9.0, 1804),
    ("Cung Diên Thọ", (-255, 290, -205, 325), 0.0, 9.5, 1804),
    ("Cung Trường Sanh", (-255, 440, -210, 470), 0.0, 8.5, 1822),
    ("Phủ Nội Vụ", (210, 330, 262, 350), 0.0, 9.0, 1837),
    ("Thái Bình Lâu", (72, 455, 95, 470), 0.0, 10.0, 1921),
    ("Kỳ Đài (tầng 1)", (-50, -262, 50, -192), 0.0, 5.6, 1807),
    ("Kỳ Đài (tầng 2)", (-36, -252, 36, -202), 5.6, 11.4, 1807),
    ("Kỳ Đài (tầng 3)", (-22, -242, 22, -212), 11.4, 17.4, 1807),
    ("Điện Long An", (410, 95, 446, 123), 0.0, 10.0, 1845),
)
TOWERS = (
    ("Tháp Phước Duyên (chùa Thiên Mụ)", "Tôn giáo", "107.5447 16.4534", 14, 14, 7, 21.0, 1844),
    ("Chợ Đông Ba", "Thương mại, dịch vụ", "107.58905 16.47125", 52, 36, 3, 16.0, 1899),
    ("Tháp khách sạn Hùng Vương", "Khách sạn", "107.5943 16.4638", 46, 40, 33, 125.0, 2018),
    ("Bệnh viện Trung ương Huế", "Y tế", "107.5880 16.4620", 80, 46, 7, 28.0, 1894),
    ("Trường Quốc Học", "Trường học", "107.5822 16.4594", 70, 60, 2, 11.0, 1896),
    ("Ga Huế", "Giao thông", "107.5780 16.4557", 70, 22, 2, 12.0, 1908),
    ("Cung An Định", "Di tích", "107.5985 16.4578", 34, 30, 3, 16.0, 1917),
    ("Nhà thờ Phủ Cam", "Tôn giáo", "107.5868 16.4533", 50, 28, 2, 36.0, 1963),
    ("Nhà ga sân bay Phú Bài", "Giao thông", "107.6990 16.4008", 120, 60, 3, 22.0, 2023),
)


def landmarks() -> list[Landmark]:
    """Return the known buildings, on the plane."""
    found = [
        Landmark(name, "Di tích", citadel.box(*frame), 1, base, height, year)
        for name, frame, base, height, year in PALACES
    ]
    for name, use, at, wide, deep, storeys, height, year in TOWERS:
        x, y = plane(at)[0]
        block = shapely.box(x - wide / 2, y - deep / 2, x + wide / 2, y + deep / 2)
        found.append(Landmark(name, use, block, storeys, 0.0, height, year))
    return found
