import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drone_imagery.camera import Camera, FocalSource
from drone_imagery.footprint import Offset, footprint, ground_polygon, gsd_m
from drone_imagery.photo import Attitude, Photo, Size

CAMERA = Camera(Size(4000, 3000), 2000.0, FocalSource.SENSOR_TABLE)


def near(corner: Offset, east_m: float, north_m: float) -> bool:
    return corner == pytest.approx((east_m, north_m), abs=1e-6)


def test_looking_down_north_up_the_picture_lies_like_a_map() -> None:
    corners = footprint(Attitude(0, -90, 0), CAMERA, 100)
    assert corners is not None
    north_west, north_east, south_east, south_west = corners
    assert near(north_west, -100, 75)
    assert near(north_east, 100, 75)
    assert near(south_east, 100, -75)
    assert near(south_west, -100, -75)


def test_yaw_turns_clockwise_from_north() -> None:
    corners = footprint(Attitude(90, -90, 0), CAMERA, 100)
    assert corners is not None
    assert near(corners[0], 75, 100)  # the picture's top looks east now


def test_looking_ahead_the_far_edge_is_wider() -> None:
    corners = footprint(Attitude(0, -60, 0), CAMERA, 100)
    assert corners is not None
    far, near_edge = corners[1].east_m - corners[0].east_m, corners[2].east_m - corners[3].east_m
    assert far > near_edge
    # the far edge's middle ray leaves the vertical by 30° + atan(1500 / 2000)
    expected = 100 * math.tan(math.radians(30) + math.atan(0.75))
    assert corners[0].north_m == pytest.approx(expected, rel=1e-9)


def test_a_flipped_gimbal_reads_as_upright() -> None:
    assert footprint(Attitude(30, -80, 180), CAMERA, 50) == footprint(
        Attitude(30, -80, 0), CAMERA, 50
    )


@pytest.mark.parametrize("pitch_deg", [-19.9, 0.0, 30.0, -21.0])
def test_a_camera_near_the_horizon_has_no_footprint(pitch_deg: float) -> None:
    assert footprint(Attitude(0, pitch_deg, 0), CAMERA, 50) is None


def test_on_the_ground_there_is_no_footprint() -> None:
    assert footprint(Attitude(0, -90, 0), CAMERA, 0) is None


@given(
    yaw_deg=st.floats(-180, 180),
    pitch_deg=st.floats(-90, -65),
    roll_deg=st.floats(-5, 5),
    height_m=st.floats(5, 500),
)
def test_the_ground_scales_with_height_and_keeps_its_turn(
    yaw_deg: float, pitch_deg: float, roll_deg: float, height_m: float
) -> None:
    one = footprint(Attitude(0, pitch_deg, roll_deg), CAMERA, 1)
    turned = footprint(Attitude(yaw_deg, pitch_deg, roll_deg), CAMERA, height_m)
    assert one is not None
    assert turned is not None
    yaw = math.radians(yaw_deg)
    for (east, north), got in zip(one, turned, strict=True):
        expected_east = (east * math.cos(yaw) + north * math.sin(yaw)) * height_m
        expected_north = (north * math.cos(yaw) - east * math.sin(yaw)) * height_m
        assert got == pytest.approx((expected_east, expected_north), abs=1e-6 * height_m)


def test_the_polygon_lies_round_the_camera_in_degrees() -> None:
    photo = Photo(
        "a.jpg",
        CAMERA.size,
        lon=107.5776,
        lat=16.4677,
        height_m=100,
        attitude=Attitude(0, -90, 0),
    )
    ring = ground_polygon(photo, CAMERA)
    assert ring is not None
    assert ring[0] == ring[4]
    # one degree at 16.4677° N: 106.763 km of longitude, 110.655 km of latitude (WGS 84 series)
    assert ring[1][0] - photo.lon == pytest.approx(100 / 106_763, rel=1e-3)  # pyright: ignore
    assert ring[1][1] - photo.lat == pytest.approx(75 / 110_655, rel=1e-3)  # pyright: ignore


def test_a_photo_without_angles_has_no_polygon() -> None:
    photo = Photo("a.jpg", CAMERA.size, lon=107.5, lat=16.4, height_m=100)
    assert ground_polygon(photo, CAMERA) is None


def test_the_ground_sample_distance_is_height_over_focal_length() -> None:
    assert gsd_m(CAMERA, 100) == pytest.approx(0.05)
