import pytest

from drone_imagery.camera import SENSORS, FocalSource, camera_of, equivalent_fx
from drone_imagery.photo import Photo, Size


def phantom(**changes: object) -> Photo:
    facts: dict[str, object] = {
        "size": Size(4000, 2250),
        "model": "FC300S",
        "focal_mm": 3.61,
        "f35_mm": 20.0,
        "full_width_px": 4000,
    }
    return Photo("a.jpg", **(facts | changes))  # pyright: ignore[reportArgumentType] - test facts


def test_the_sensor_table_gives_the_measured_focal_length() -> None:
    camera = camera_of(phantom())
    assert camera is not None
    assert camera.source is FocalSource.SENSOR_TABLE
    assert camera.fx_px == pytest.approx(2340, abs=1)  # knowledge/drone-3d.md §2, table


def test_a_resized_picture_scales_the_focal_length_with_its_decoded_width() -> None:
    camera = camera_of(phantom(size=Size(2000, 1125)))
    assert camera is not None
    assert camera.fx_px == pytest.approx(1170, abs=1)


def test_the_35_mm_rule_takes_the_full_sensor_not_the_crop() -> None:
    assert equivalent_fx(phantom()) == pytest.approx(2311, abs=1)  # cropped: 2121
    assert equivalent_fx(phantom(model="UNKNOWN")) == pytest.approx(2311, abs=1)


@pytest.mark.parametrize(
    ("model", "f35_mm", "fx_px"),
    [
        ("FC330", 20, 2340),
        ("FC220", 26, 3066),
        ("FC2103", 24, 2958),
        ("FC7203", 24, 2917),
        ("FC3170", 24, 2812),
        ("FC6310", 24, 3648),
        ("L1D-20c", 28, 4253),
        ("FC3411", 22, 3474),
        ("FC3582", 24, 2793),
        ("M3E", 24, 3751),
        ("ZenmuseP1", 35, 7987),
    ],
)
def test_every_row_of_the_table_stands_near_its_35_mm_rule(
    model: str, f35_mm: float, fx_px: float
) -> None:
    sensor = SENSORS[model]
    focal_mm = sensor.focal_mm or f35_mm
    photo = phantom(model=model, size=sensor.full, focal_mm=focal_mm, f35_mm=float(f35_mm))
    camera = camera_of(photo)
    assert camera is not None
    assert camera.source is FocalSource.SENSOR_TABLE
    assert camera.fx_px == pytest.approx(fx_px, abs=1)


def test_a_row_far_from_the_35_mm_rule_is_refused() -> None:
    camera = camera_of(phantom(f35_mm=43.0))
    assert camera is not None
    assert camera.source is FocalSource.EQUIVALENT_35


def test_a_calibrated_focal_length_comes_first() -> None:
    camera = camera_of(phantom(calibrated_fx_px=2350.5, size=Size(2000, 1125)))
    assert camera is not None
    assert camera.source is FocalSource.CALIBRATED
    assert camera.fx_px == pytest.approx(1175.25)


def test_a_calibrated_value_in_another_unit_is_refused() -> None:
    camera = camera_of(phantom(calibrated_fx_px=3.61))
    assert camera is not None
    assert camera.source is FocalSource.SENSOR_TABLE


def test_a_zoomed_lens_uses_its_own_focal_length() -> None:
    camera = camera_of(phantom(focal_mm=7.22, f35_mm=40.0))
    assert camera is not None
    assert camera.fx_px == pytest.approx(4681, abs=1)


def test_a_photo_that_says_nothing_has_no_camera() -> None:
    assert camera_of(phantom(model=None, focal_mm=None, f35_mm=None)) is None
