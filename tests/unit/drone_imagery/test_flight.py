from dataclasses import replace

import pytest

from conversion.findings.finding import Severity
from drone_imagery.flight import (
    bounds_of,
    check_flight_slug,
    cover_of,
    shot_of,
    summary,
)
from drone_imagery.flight_layers import storage_srid
from drone_imagery.photo import Attitude, HeightSource, Photo, Size
from drone_imagery.remarks import findings, remarks
from gishue.core.bounds import Bounds
from gishue.core.exif import TimeSource
from layers.layer import InvalidSlug

PHOTO = Photo(
    "a.jpg",
    Size(5472, 3648),
    lon=107.5776,
    lat=16.4677,
    height_m=100.0,
    height_source=HeightSource.LASER,
    attitude=Attitude(0, -90, 0),
    time_source=TimeSource.OFFSET,
    make="DJI",
    model="FC6310",
    focal_mm=8.8,
    f35_mm=24.0,
)


def test_of_a_whole_photo_nothing_is_to_be_said() -> None:
    shot = shot_of(PHOTO, "0")
    assert shot.ring is not None
    assert remarks(shot) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"attitude": None}, "no-attitude"),
        ({"height_m": None, "height_source": None}, "no-height"),
        ({"model": None, "f35_mm": None}, "no-focal-length"),
        ({"attitude": Attitude(0, -10, 0)}, "near-horizon"),
        ({"model": "NEW"}, "focal-by-35mm"),
        ({"height_source": HeightSource.TAKE_OFF}, "height-above-take-off"),
        ({"time_source": TimeSource.ASSUMED}, "time-assumed"),
    ],
)
def test_each_gap_is_named_once(change: dict[str, object], code: str) -> None:
    photo = replace(PHOTO, **change)  # pyright: ignore[reportArgumentType] - test facts
    assert remarks(shot_of(photo, "0")) == [code]


def test_a_finding_counts_its_photos_and_names_a_few() -> None:
    [said] = findings({"no-position": [f"{n}.jpg" for n in range(1_200)], "no-height": []}, None)
    assert said.severity is Severity.WARNING
    assert said.where == "0.jpg, 1.jpg, 2.jpg …"
    assert said.message.startswith("1,200 photos")
    assert "1,200 ảnh" in said.vi


def test_holes_in_the_coverage_are_a_finding() -> None:
    step = 100 / 106_763  # a hundred metres of longitude at 16.4677° N (WGS 84)
    places = [(c, r) for c in range(3) for r in range(3) if (c, r) != (1, 1)]
    shots = [
        shot_of(replace(PHOTO, lon=107.5776 + c * step * 1.4, lat=16.4677 + r * step * 0.9), "0")
        for c, r in places
    ]
    cover = cover_of(shots)
    assert cover is not None
    assert [said.code for said in findings({}, cover)] == ["coverage-holes"]


def test_the_summary_counts_what_was_left_out() -> None:
    shots = [shot_of(PHOTO, "0")]
    said = summary(shots, {"no-position": 2, "photo-twice": 1}, cover_of(shots))
    assert (said["n_images"], said["n_rejected"], said["n_footprints"]) == (4, 3, 1)
    # 100 m over 3648 px: 150.0 m by 100 m
    assert said["coverage_ha"] == pytest.approx(1.5, abs=0.01)
    assert said["mean_gsd_m"] == pytest.approx(0.02741, abs=1e-5)
    assert said["cameras"] == ["DJI FC6310"]


def test_the_bounds_hold_the_footprints() -> None:
    shot = shot_of(PHOTO, "0")
    box = bounds_of([shot])
    assert shot.ring is not None
    assert all(box.xmin <= x <= box.xmax and box.ymin <= y <= box.ymax for x, y in shot.ring)


@pytest.mark.parametrize("slug", ["", "1a", "Ngọ Môn", "a b", "a" * 53, "../a"])
def test_a_name_that_no_layer_could_have_is_refused(slug: str) -> None:
    with pytest.raises(InvalidSlug):
        check_flight_slug(slug)


def test_the_longest_flight_name_leaves_room_for_its_layers() -> None:
    assert len(check_flight_slug("a" * 52) + "_footprints") <= 63


@pytest.mark.parametrize(
    ("bounds", "srid"),
    [
        (Bounds(107.5, 16.4, 107.6, 16.5), 9214),
        (Bounds(108.4, 16.0, 108.6, 16.1), 4326),  # across the zone's edge
        (Bounds(107.0, -16.5, 107.1, -16.4), 4326),
    ],
)
def test_the_citys_own_system_is_for_its_own_zone(bounds: Bounds, srid: int) -> None:
    assert storage_srid(bounds) == srid
