from datetime import UTC, datetime
from typing import Any

import pytest

from gishue.core.exif import TimeSource, exif_of_tags

POSITION: dict[int, Any] = {1: "N", 2: (16.0, 28.0, 3.72), 3: "E", 4: (107.0, 34.0, 39.36)}


def test_degrees_minutes_seconds_become_longitude_and_latitude() -> None:
    exif = exif_of_tags({}, {}, POSITION)
    # Ngọ Môn: 16° 28′ 03.72″ = 16.4677, 107° 34′ 39.36″ = 107.5776
    assert (exif.lon, exif.lat) == (pytest.approx(107.5776), pytest.approx(16.4677))


def test_south_and_west_are_negative() -> None:
    exif = exif_of_tags({}, {}, POSITION | {1: "S", 3: "W"})
    assert (exif.lon, exif.lat) == (pytest.approx(-107.5776), pytest.approx(-16.4677))


@pytest.mark.parametrize(
    "change",
    [
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: (float("nan"), 0.0, 0.0)},
        {2: (116.0, 0.0, 0.0)},
        {2: "16"},
        {4: None},
    ],
    ids=["zeros before a fix", "not a number", "beyond the pole", "text", "absent"],
)
def test_no_trustworthy_position_is_no_position(change: dict[int, Any]) -> None:
    exif = exif_of_tags({}, {}, POSITION | change)
    assert exif.lon is None
    assert exif.lat is None


def test_below_the_sea_is_negative() -> None:
    assert exif_of_tags({}, {}, {5: b"\x01", 6: 3.5}).altitude_m == -3.5
    assert exif_of_tags({}, {}, {5: b"\x00", 6: 3.5}).altitude_m == 3.5


@pytest.mark.parametrize(
    ("detail", "gps", "taken_at", "source"),
    [
        (
            {36867: "2025:07:01 09:30:00", 36881: "+08:00"},
            {7: (1.0, 2.0, 3.0), 29: "2025:07:01"},
            datetime(2025, 7, 1, 1, 30, tzinfo=UTC),
            TimeSource.OFFSET,
        ),
        (
            {36867: "2025:07:01 09:30:00"},
            {7: (1.0, 2.0, 3.0), 29: "2025:07:01"},
            datetime(2025, 7, 1, 1, 2, 3, tzinfo=UTC),
            TimeSource.GPS,
        ),
        (
            {36867: "2025:07:01 09:30:00"},
            {},
            datetime(2025, 7, 1, 2, 30, tzinfo=UTC),
            TimeSource.ASSUMED,
        ),
        ({36867: "0000:00:00 00:00:00"}, {}, None, None),
    ],
)
def test_a_moment_says_how_its_zone_is_known(
    detail: dict[int, Any], gps: dict[int, Any], taken_at: datetime | None, source: TimeSource
) -> None:
    exif = exif_of_tags({}, detail, gps)
    assert (exif.taken_at, exif.time_source) == (taken_at, source)


def test_padding_after_a_name_is_dropped() -> None:
    assert exif_of_tags({272: "FC300S\0\0\0"}, {}, {}).model == "FC300S"


def test_an_orientation_outside_the_standard_reads_as_upright() -> None:
    assert exif_of_tags({274: 99}, {}, {}).orientation == 1
    assert exif_of_tags({274: 6}, {}, {}).orientation == 6
