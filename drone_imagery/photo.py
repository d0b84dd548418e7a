"""One photo from the air: where the camera was, where it looked, how high, with which lens."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from gishue.core.exif import Exif, TimeSource

RTK_FIXED = 50.0  # drone-dji:RtkFlag of a fixed carrier-phase solution


class AltitudeSource(StrEnum):
    """What the camera's altitude counts from: the datum differs, so it is never mixed."""

    RTK = "rtk-ellipsoid"
    AIRCRAFT = "aircraft"
    RECEIVER = "receiver"


class HeightSource(StrEnum):
    """How the height above ground is known; ``TAKE_OFF`` is above the place of take-off."""

    LASER = "laser"
    TAKE_OFF = "take-off"


class Attitude(NamedTuple):
    """Where the camera looks: yaw clockwise from true north, pitch −90 straight down."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float


class Size(NamedTuple):
    """Width and height of the decoded picture, in pixels; the file's own claim may be old."""

    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True)
class Photo:
    """What one picture says about itself: degrees WGS 84, metres, pixels as decoded."""

    name: str
    size: Size
    lon: float | None = None
    lat: float | None = None
    altitude_m: float | None = None
    altitude_source: AltitudeSource | None = None
    height_m: float | None = None
    height_source: HeightSource | None = None
    attitude: Attitude | None = None
    taken_at: datetime | None = None
    time_source: TimeSource | None = None
    make: str | None = None
    model: str | None = None
    orientation: int = 1
    focal_mm: float | None = None
    f35_mm: float | None = None
    calibrated_fx_px: float | None = None
    full_width_px: int | None = None

    @property
    def has_position(self) -> bool:
        """Whether the photo knows where it was taken."""
        return self.lon is not None and self.lat is not None


def photo_of(name: str, size: Size, exif: Exif, xmp: Mapping[str, str]) -> Photo:
    """Return the photo that the EXIF tags and the XMP values of one file describe."""
    lon, lat = _position(exif, xmp)
    attitude = _attitude(xmp)
    altitude_m, altitude_source = _altitude(exif, xmp)
    height_m, height_source = _height(attitude, xmp)
    return Photo(
        name=name,
        size=size,
        lon=lon,
        lat=lat,
        altitude_m=altitude_m,
        altitude_source=altitude_source,
        height_m=height_m,
        height_source=height_source,
        attitude=attitude,
        taken_at=exif.taken_at,
        time_source=exif.time_source,
        make=exif.make or xmp.get("tiff:Make"),
        model=exif.model or xmp.get("tiff:Model"),
        orientation=exif.orientation,
        focal_mm=exif.focal_mm,
        f35_mm=exif.f35_mm,
        calibrated_fx_px=_dji(xmp, "CalibratedFocalLength"),
        full_width_px=_full_width(exif, xmp),
    )


def _position(exif: Exif, xmp: Mapping[str, str]) -> tuple[float | None, float | None]:
    if exif.lon is not None and exif.lat is not None:
        return exif.lon, exif.lat
    lat = _dji(xmp, "GpsLatitude")
    lon = _dji(xmp, "GpsLongitude") or _dji(xmp, "GpsLongtitude")  # DJI's own misspelling
    if lon is None or lat is None or (lon == 0 and lat == 0):
        return None, None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else (None, None)


def _attitude(xmp: Mapping[str, str]) -> Attitude | None:
    yaw, pitch, roll = (_dji(xmp, f"Gimbal{axis}Degree") for axis in ("Yaw", "Pitch", "Roll"))
    return None if yaw is None or pitch is None else Attitude(yaw, pitch, roll or 0.0)


def _altitude(exif: Exif, xmp: Mapping[str, str]) -> tuple[float | None, AltitudeSource | None]:
    if (altitude_m := _dji(xmp, "AbsoluteAltitude")) is not None:
        is_fixed = _dji(xmp, "RtkFlag") == RTK_FIXED
        return altitude_m, AltitudeSource.RTK if is_fixed else AltitudeSource.AIRCRAFT
    if exif.altitude_m is not None:
        return exif.altitude_m, AltitudeSource.RECEIVER
    return None, None


def _height(
    attitude: Attitude | None, xmp: Mapping[str, str]
) -> tuple[float | None, HeightSource | None]:
    """Return the height above ground: the laser's range turned upright, else above take-off."""
    range_m = _dji(xmp, "LRFTargetDistance")
    if range_m is not None and range_m > 0 and attitude is not None and attitude.pitch_deg < 0:
        return range_m * math.sin(-math.radians(attitude.pitch_deg)), HeightSource.LASER
    above_take_off_m = _dji(xmp, "RelativeAltitude")
    if above_take_off_m is not None and above_take_off_m > 0:
        return above_take_off_m, HeightSource.TAKE_OFF
    return None, None


def _full_width(exif: Exif, xmp: Mapping[str, str]) -> int | None:
    """Return the width the camera wrote before anybody resized the file, in pixels."""
    if exif.claimed_width_px is not None:
        return exif.claimed_width_px
    centre_px = _dji(xmp, "CalibratedOpticalCenterX")
    return round(2 * centre_px) if centre_px is not None and centre_px > 0 else None


def _dji(xmp: Mapping[str, str], name: str) -> float | None:
    try:
        number = float(xmp.get(f"drone-dji:{name}", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
