"""The accepted systems and their operations, against control points of independent origin."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gishue.core.crs import (
    AUTO,
    UnknownCrs,
    accepted,
    operation,
    parse_crs,
    to_wgs84,
    zones,
)

POINTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data/crs/control_points.json").read_text("utf-8")
)
MILLIMETRE = 0.001


def computed() -> list[Any]:
    """Return (srid, place, lon, lat, x, y) of every computed control point."""
    return [
        pytest.param(
            int(key.split()[0][5:]), point["wgs84_lonlat"], xy, id=f"{key} {point['name']}"
        )
        for point in POINTS["computed"]
        for key, xy in point.items()
        if key.startswith("EPSG:")
    ]


def metres(lon: float, lat: float, other: tuple[float, float]) -> float:
    """Return the distance on the ground, good to a part in a hundred near Huế."""
    east = (lon - other[0]) * 111_320 * math.cos(math.radians(lat))
    return math.hypot(east, (lat - other[1]) * 110_650)


@pytest.mark.parametrize(("srid", "lonlat", "xy"), computed())
def test_control_points_agree_within_a_millimetre(
    srid: int, lonlat: list[float], xy: list[float]
) -> None:
    x, y = to_wgs84(srid).transform(lonlat[0], lonlat[1], direction="INVERSE")
    assert math.hypot(x - xy[0], y - xy[1]) < MILLIMETRE


# A two-dimensional datum shift drops the height on the way: 0.6 mm for the Everest ellipsoid.
@pytest.mark.parametrize(("srid", "lonlat", "xy"), [p for p in computed() if p.values[0] != 3148])
def test_control_points_lead_back_within_a_millimetre(
    srid: int, lonlat: list[float], xy: list[float]
) -> None:
    lon, lat = to_wgs84(srid).transform(xy[0], xy[1])
    assert metres(lon, lat, (lonlat[0], lonlat[1])) < MILLIMETRE


def test_a_point_of_the_citadel_comes_back_to_the_ten_decimals_of_its_source() -> None:
    lon, lat = to_wgs84(9214).transform(561800.0, 1821600.0)
    assert metres(lon, lat, (107.5806348329, 16.4693412597)) < MILLIMETRE


@pytest.mark.parametrize("point", POINTS["published_geographic"], ids=lambda p: str(p["point"]))
def test_published_points_agree_within_their_rounding(point: dict[str, Any]) -> None:
    lon, lat = to_wgs84(4756).transform(*point["vn2000_lonlat"])
    west, north = point["wgs84_lonlat_published"]
    assert metres(lon, lat, (west, north)) < 2.1


def test_the_published_projected_point_agrees_within_a_decimetre() -> None:
    point = POINTS["published_projected"][0]
    lon, lat = to_wgs84(point["epsg"]).transform(point["east"], point["north"])
    assert metres(lon, lat, tuple(reversed(point["wgs84_latlon_2d_published"]))) < 0.1


@pytest.mark.parametrize("srid", sorted(accepted()))
def test_no_accepted_system_has_a_ballpark_operation(srid: int) -> None:
    said = operation(srid)
    assert "ballpark" not in (said.description + to_wgs84(srid).description).lower()
    assert said.note
    assert said.note_vi


def test_operations_say_how_good_they_are() -> None:
    assert "VN-2000 to WGS 84 (2)" in operation(9214).description
    assert operation(9214).accuracy_m == 1.0
    assert operation(32648).accuracy_m == operation(4326).accuracy_m == 0.0
    assert operation(2044).accuracy_m is None
    assert "EPSG:1544" in operation(2044).description
    assert operation(3148).accuracy_m == 44.0


@pytest.mark.parametrize(
    ("text", "srid"),
    [
        ("EPSG:9214", 9214),
        (" epsg:9214 ", 9214),
        ("9214", 9214),
        (9214, 9214),
        ("urn:ogc:def:crs:EPSG::3405", 3405),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", 4326),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326),
        ("OGC:CRS84", 4326),
        ("auto", AUTO),
    ],
)
def test_codes_are_read_in_every_usual_spelling(text: str | int, srid: int) -> None:
    assert parse_crs(text) == srid


@pytest.mark.parametrize("text", ["", "VN-2000", "EPSG:", "EPSG:25832", "EPSG:999999", "-1", 0])
def test_what_is_no_accepted_code_is_refused(text: str | int) -> None:
    with pytest.raises(UnknownCrs) as refusal:
        parse_crs(text)
    assert refusal.value.slug == "unknown-crs"
    assert refusal.value.status == 422
    assert refusal.value.detail_vi != refusal.value.detail


@pytest.mark.parametrize("srid", [6956, 6957, 6958, 6959])
def test_the_withdrawn_twins_are_refused(srid: int) -> None:
    with pytest.raises(UnknownCrs, match="500 km"):
        parse_crs(srid)
    with pytest.raises(UnknownCrs):
        to_wgs84(srid)


def test_every_zone_has_its_meridian_on_easting_500_km() -> None:
    assert len(zones()) == 18
    for zone in zones():
        lon, _ = to_wgs84(zone.srid).transform(500_000.0, 1_821_600.0)
        assert abs(lon - zone.central_meridian_deg) < 0.003  # the datum shift, 0.0018°


def test_one_operation_serves_many_threads() -> None:
    def citadel(_: int) -> tuple[float, float]:
        return to_wgs84(9214).transform(561800.0, 1821600.0)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(citadel, range(200)))) == 1
