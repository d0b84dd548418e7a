"""The sketch against what is known of Huế from other sources."""

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from sample.frame import VN2000_HUE, moved
from sample.ground import Ground, survey
from sample.shapes import plane
from sample.sketch import bridges, citadel, places, roads
from sample.sources import features, wards
from sample.table import Table


@pytest.fixture(scope="module")
def ground() -> Ground:
    return survey()


def named(table: Table, name: str) -> BaseGeometry:
    return table.shapes[list(table.columns["ten"]).index(name)]


def body(ground: Ground, name: str) -> BaseGeometry:
    return shapely.union_all([water.surface for water in ground.waters if water.name == name])


# Eastings and northings: knowledge of the project, two independent implementations, < 0.5 mm.
@pytest.mark.parametrize(
    ("name", "east", "north"),
    [
        ("Ngọ Môn", 561476.4762, 1821417.4543),
        ("Cầu Trường Tiền", 562757.3963, 1821553.9430),
    ],
)
def test_control_points_stand_where_they_were_measured(
    city: dict[str, Table], name: str, east: float, north: float
) -> None:
    point = named(city["di_tich"], name)
    assert point.distance(shapely.Point(east, north)) < 0.01


def test_the_plane_agrees_with_the_control_points() -> None:
    known = np.array([[107.6412, 16.5524], [107.2300, 16.2790]])
    expected = np.array([[568237.6209, 1830810.7110], [524385.6996, 1800463.2605]])
    assert moved(known, 4326, VN2000_HUE) == pytest.approx(expected, abs=0.001)


# Wards by the public lists of the reform of July 2025.
@pytest.mark.parametrize(
    ("name", "ward"),
    [
        ("Ngọ Môn", "Phú Xuân"),
        ("Chùa Thiên Mụ", "Kim Long"),
        ("Cung An Định", "Thuận Hoá"),
        ("Lăng Khải Định", "Thuỷ Xuân"),
        ("Lăng Tự Đức", "Thuỷ Xuân"),
        ("Lăng Gia Long", "Kim Long"),
        ("Làng cổ Phước Tích", "Phong Dinh"),
        ("Cầu ngói Thanh Toàn", "Thanh Thuỷ"),
    ],
)
def test_heritage_places_stand_in_their_ward(city: dict[str, Table], name: str, ward: str) -> None:
    point = named(city["di_tich"], name)
    assert [home.name for home in wards() if home.area.contains(point)] == [ward]


def test_the_lagoon_is_as_large_as_tam_giang_cau_hai(ground: Ground) -> None:
    known_km2 = 216  # published area of the Tam Giang - Cầu Hai lagoon system
    assert body(ground, "Phá Tam Giang - Cầu Hai").area / 1e6 == pytest.approx(known_km2, rel=0.1)


def test_the_huong_river_runs_past_thien_mu_and_under_truong_tien(
    ground: Ground, city: dict[str, Table]
) -> None:
    river = body(ground, "Sông Hương")
    assert river.distance(named(city["di_tich"], "Chùa Thiên Mụ")) < 200
    assert river.intersects(named(city["cau"], "Cầu Trường Tiền"))
    assert river.distance(body(ground, "Phá Tam Giang - Cầu Hai")) == 0


def test_no_water_is_drawn_twice(ground: Ground) -> None:
    drawn = sum(water.surface.area for water in ground.waters)
    assert drawn == pytest.approx(ground.water.area, rel=1e-6)


def test_every_bridge_crosses_water(ground: Ground) -> None:
    dry = [name for name, _, axis in bridges.bridges() if not axis.intersects(ground.water)]
    assert dry == []


def test_the_citadel_is_a_square_of_over_two_kilometres_on_dry_ground(ground: Ground) -> None:
    box = shapely.minimum_rotated_rectangle(citadel.rampart())
    ring = shapely.get_coordinates(box)
    sides = np.hypot(*np.diff(ring[:3], axis=0).T).tolist()
    assert all(2000 < side < 2500 for side in sides)
    assert citadel.walls().intersection(body(ground, "Sông Hương")).area == 0


def test_no_road_runs_through_the_imperial_city() -> None:
    inner = citadel.imperial_city().buffer(-20)
    assert [road.name for road in roads.roads() if road.axis.intersects(inner)] == []


def test_no_street_breaks_through_the_rampart() -> None:
    names = [name for name, _, _ in roads.CENTRE] + [name for name, _, _ in roads.WALLED]
    walls = citadel.walls()
    broken = {r.name for r in roads.roads() if r.name in names and r.axis.intersects(walls)}
    assert broken <= {"Mai Thúc Loan"}  # it ends in Đông Ba gate


def test_both_archipelagos_are_named_as_vietnamese() -> None:
    names = [place.name for place in places.ARCHIPELAGOS if place.kind == "quan_dao"]
    assert names == ["Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"]


def test_every_named_island_lies_by_an_island_of_its_province() -> None:
    owner = {"Hoàng Sa": "Đà Nẵng", "Trường Sa": "Khánh Hoà"}
    land = {item.values["name"]: item.geometry for item in features("vn_provinces_2025_simplified")}
    for place in places.ARCHIPELAGOS:
        if place.kind == "dao":
            away_deg = land[owner[place.note]].distance(shapely.Point(place.lon, place.lat))
            assert away_deg < 0.06, place.name


def test_stations_stand_in_or_beside_their_water(ground: Ground) -> None:
    for station in places.STATIONS:
        point = shapely.Point(plane(f"{station.lon} {station.lat}")[0])
        assert ground.water.distance(point) < 120, station.name
