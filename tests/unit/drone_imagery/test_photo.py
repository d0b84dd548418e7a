from datetime import UTC, datetime

import pytest

from drone_imagery.photo import AltitudeSource, Attitude, HeightSource, Size, photo_of
from gishue.core.exif import Exif

SIZE = Size(4000, 3000)


def dji(**values: str) -> dict[str, str]:
    return {f"drone-dji:{name}": value for name, value in values.items()}


def test_the_laser_range_is_turned_upright() -> None:
    xmp = dji(GimbalYawDegree="0", GimbalPitchDegree="-30", LRFTargetDistance="100")
    photo = photo_of("a.jpg", SIZE, Exif(), xmp)
    assert photo.height_m == pytest.approx(50)
    assert photo.height_source is HeightSource.LASER


def test_without_laser_the_height_is_above_take_off_and_says_so() -> None:
    photo = photo_of("a.jpg", SIZE, Exif(), dji(RelativeAltitude="+39.80"))
    assert (photo.height_m, photo.height_source) == (39.8, HeightSource.TAKE_OFF)


def test_a_fixed_carrier_phase_altitude_is_named_apart() -> None:
    values = {"AbsoluteAltitude": "+12.5"}
    fixed = photo_of("a.jpg", SIZE, Exif(), dji(**values, RtkFlag="50"))
    plain = photo_of("a.jpg", SIZE, Exif(), dji(**values))
    assert fixed.altitude_source is AltitudeSource.RTK
    assert plain.altitude_source is AltitudeSource.AIRCRAFT


def test_the_misspelt_longitude_is_understood() -> None:
    photo = photo_of("a.jpg", SIZE, Exif(), dji(GpsLatitude="16.4677", GpsLongtitude="107.5776"))
    assert (photo.lon, photo.lat) == (107.5776, 16.4677)


@pytest.mark.parametrize(("lat", "lon"), [("0", "0"), ("95", "107"), ("nan", "107"), ("", "")])
def test_an_impossible_position_is_no_position(lat: str, lon: str) -> None:
    photo = photo_of("a.jpg", SIZE, Exif(), dji(GpsLatitude=lat, GpsLongitude=lon))
    assert not photo.has_position


def test_without_xmp_there_is_a_position_and_no_angle() -> None:
    at = datetime(2025, 7, 1, 2, 0, tzinfo=UTC)
    photo = photo_of("a.jpg", SIZE, Exif(lon=107.5, lat=16.4, altitude_m=8.0, taken_at=at), {})
    assert photo.has_position
    assert photo.attitude is None
    assert photo.altitude_source is AltitudeSource.RECEIVER


def test_the_gimbal_angles_are_read_in_degrees() -> None:
    xmp = dji(GimbalYawDegree="-140.0", GimbalPitchDegree="-89.90", GimbalRollDegree="+0.00")
    assert photo_of("a.jpg", SIZE, Exif(), xmp).attitude == Attitude(-140.0, -89.9, 0.0)
