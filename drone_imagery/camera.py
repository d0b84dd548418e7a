"""The focal length of a camera in pixels: the one number that decides a footprint."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from drone_imagery.photo import Photo, Size

FRAME_35_DIAGONAL_MM = 43.2666  # of the 36 × 24 mm frame
MAX_DISAGREEMENT = 0.12  # public sensor tables are wrong by 2× for some models
ZOOMED = 0.03  # a focal length this far from the table's own is another zoom


class FocalSource(StrEnum):
    """How the focal length in pixels is known, the surest first."""

    CALIBRATED = "calibrated"
    SENSOR_TABLE = "sensor-table"
    EQUIVALENT_35 = "35mm-equivalent"


class Sensor(NamedTuple):
    """A camera's chip: width in mm, its lens in mm (None: exchangeable), full frame in pixels."""

    width_mm: float
    focal_mm: float | None
    full: Size


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole: the decoded picture's size and its focal length, all in pixels."""

    size: Size
    fx_px: float
    source: FocalSource


_PHANTOM = Sensor(6.17, 3.61, Size(4000, 3000))
_ONE_INCH = Sensor(13.2, 8.8, Size(5472, 3648))
_FOUR_THIRDS = Sensor(17.3, 12.29, Size(5280, 3956))

# By the Model tag; the makers' published figures. FC300S is proven on photos.
SENSORS: dict[str, Sensor] = {
    "FC300S": _PHANTOM,
    "FC300X": _PHANTOM,
    "FC330": _PHANTOM,
    "FC220": Sensor(6.17, 4.73, Size(4000, 3000)),
    "FC2103": Sensor(6.17, 4.5, Size(4056, 3040)),
    "FC7203": Sensor(6.17, 4.5, Size(4000, 3000)),
    "FC3170": Sensor(6.4, 4.5, Size(4000, 3000)),
    "FC6310": _ONE_INCH,
    "FC6310R": _ONE_INCH,
    "L1D-20c": Sensor(13.2, 10.26, Size(5472, 3648)),
    "FC3411": Sensor(13.2, 8.38, Size(5472, 3648)),
    "FC3582": Sensor(9.7, 6.72, Size(4032, 3024)),
    "L2D-20c": _FOUR_THIRDS,
    "M3E": _FOUR_THIRDS,
    "ZenmuseP1": Sensor(35.9, None, Size(8192, 5460)),
}


def camera_of(photo: Photo) -> Camera | None:
    """Return the pinhole that took ``photo``, or None when nothing tells its focal length.

    Calibrated in flight, else the sensor table, else the 35 mm equivalent; the first two are
    refused where they differ from the third by more than ``MAX_DISAGREEMENT``.
    """
    equivalent = equivalent_fx(photo)
    candidates = (
        (FocalSource.CALIBRATED, _calibrated_fx(photo)),
        (FocalSource.SENSOR_TABLE, _table_fx(photo)),
        (FocalSource.EQUIVALENT_35, equivalent),
    )
    for source, fx_px in candidates:
        if fx_px is not None and agrees(fx_px, equivalent):
            return Camera(photo.size, fx_px, source)
    return None


def agrees(fx_px: float, equivalent_px: float | None) -> bool:
    """Return whether a focal length is near enough to the 35 mm rule, or nothing contradicts it."""
    return equivalent_px is None or abs(fx_px / equivalent_px - 1) <= MAX_DISAGREEMENT


def equivalent_fx(photo: Photo) -> float | None:
    """Return the focal length by the 35 mm equivalent, in pixels of the decoded picture.

    The equivalent refers to the diagonal of the *full* sensor: a 16:9 picture is a crop of it.
    """
    if photo.f35_mm is None:
        return None
    full = _full_frame(photo)
    diagonal_px = (full.width_px**2 + full.height_px**2) ** 0.5
    return photo.f35_mm * diagonal_px / FRAME_35_DIAGONAL_MM * _scale(photo, full.width_px)


def _full_frame(photo: Photo) -> Size:
    if (sensor := SENSORS.get(photo.model or "")) is not None:
        return sensor.full
    long_px, short_px = max(photo.size), min(photo.size)
    is_crop = long_px / short_px > 1.6  # 16:9 and wider: cut from a 4:3 chip
    return Size(long_px, round(long_px * 3 / 4) if is_crop else short_px)


def _calibrated_fx(photo: Photo) -> float | None:
    if photo.calibrated_fx_px is None or photo.calibrated_fx_px <= 0:
        return None
    return photo.calibrated_fx_px * _scale(photo, photo.full_width_px or max(photo.size))


def _table_fx(photo: Photo) -> float | None:
    sensor = SENSORS.get(photo.model or "")
    if sensor is None:
        return None
    focal_mm = _focal_mm(photo, sensor)
    if focal_mm is None:
        return None
    full_px = sensor.full.width_px
    return focal_mm * full_px / sensor.width_mm * _scale(photo, full_px)


def _focal_mm(photo: Photo, sensor: Sensor) -> float | None:
    """Return the lens in mm: the table's, unless the photo says it was zoomed or exchanged."""
    if sensor.focal_mm is None or photo.focal_mm is None:
        return photo.focal_mm or sensor.focal_mm
    is_zoomed = abs(photo.focal_mm / sensor.focal_mm - 1) > ZOOMED
    return photo.focal_mm if is_zoomed else sensor.focal_mm


def _scale(photo: Photo, full_width_px: int) -> float:
    return max(photo.size) / full_width_px
