"""What a camera wrote into a picture's EXIF block: where, when and with which lens.

A picture is a stranger's file: anything unreadable in its EXIF block reads as absent.
"""

import math
import struct
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from PIL import Image

VIETNAM_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

_MAKE, _MODEL, _ORIENTATION = 271, 272, 274
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET = 36867, 36881
_FOCAL, _FOCAL_35, _WIDTH = 37386, 41989, 40962
_LAT_REF, _LAT, _LON_REF, _LON, _ALT_REF, _ALT, _TIME, _DATE = 1, 2, 3, 4, 5, 6, 7, 29

BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow raises over a picture that is damaged or made to harm."""


class TimeSource(StrEnum):
    """How the time zone of a picture is known."""

    OFFSET = "offset"
    GPS = "gps"
    ASSUMED = "assumed-vietnam"


@dataclass(frozen=True, slots=True)
class Exif:
    """The tags we use; degrees WGS 84, metres above the camera's own zero, millimetres."""

    make: str | None = None
    model: str | None = None
    orientation: int = 1
    lon: float | None = None
    lat: float | None = None
    altitude_m: float | None = None
    taken_at: datetime | None = None
    time_source: TimeSource | None = None
    focal_mm: float | None = None
    f35_mm: float | None = None
    claimed_width_px: int | None = None


@contextmanager
def quiet() -> Generator[None]:
    """Silence Pillow's warnings about damaged pictures: the caller says it in its own words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_exif(image: Image.Image) -> Exif:
    """Return the EXIF tags of ``image``; what is missing or broken is None.

    Source: CIPA DC-008-2019 (Exif 2.32), tables 4, 8 and 15.
    """
    try:
        with quiet():
            tags = image.getexif()
            main: dict[int, Any] = dict(tags)
            detail: dict[int, Any] = dict(tags.get_ifd(_EXIF_IFD))
            gps: dict[int, Any] = dict(tags.get_ifd(_GPS_IFD))
    except BROKEN:
        return Exif()
    return exif_of_tags(main, detail, gps)


def exif_of_tags(
    main: Mapping[int, Any], detail: Mapping[int, Any], gps: Mapping[int, Any]
) -> Exif:
    """Return the record of three raw tag tables: the image, the exposure, the receiver."""
    lon, lat = _position(gps)
    taken_at, time_source = _taken(detail, gps)
    orientation = _whole(main.get(_ORIENTATION))
    return Exif(
        make=_text(main.get(_MAKE)),
        model=_text(main.get(_MODEL)),
        orientation=orientation if orientation in range(1, 9) else 1,
        lon=lon,
        lat=lat,
        altitude_m=_altitude(gps),
        taken_at=taken_at,
        time_source=time_source,
        focal_mm=_positive(detail.get(_FOCAL)),
        f35_mm=_positive(detail.get(_FOCAL_35)),
        claimed_width_px=_whole(detail.get(_WIDTH)) or None,
    )


def _position(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    lon = _degrees(gps.get(_LON), _text(gps.get(_LON_REF)), "W")
    lat = _degrees(gps.get(_LAT), _text(gps.get(_LAT_REF)), "S")
    if lon is None or lat is None or (lon == 0 and lat == 0):
        return None, None  # receivers write zeros until they have a fix
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else (None, None)


def _degrees(value: Any, ref: str | None, negative: str) -> float | None:
    parts = [_number(part) for part in value] if isinstance(value, tuple) else []
    if len(parts) != 3 or parts[0] is None:
        return None
    degrees = parts[0] + (parts[1] or 0.0) / 60 + (parts[2] or 0.0) / 3600
    return -degrees if (ref or "").upper() == negative else degrees


def _altitude(gps: Mapping[int, Any]) -> float | None:
    altitude_m = _number(gps.get(_ALT))
    below_sea = gps.get(_ALT_REF) in (1, b"\x01")
    return -altitude_m if altitude_m is not None and below_sea else altitude_m


def _taken(
    detail: Mapping[int, Any], gps: Mapping[int, Any]
) -> tuple[datetime | None, TimeSource | None]:
    """Return the moment in UTC: by the written offset, else the receiver, else Vietnam's zone."""
    local, offset = _text(detail.get(_TAKEN)), _text(detail.get(_TAKEN_OFFSET))
    if (exact := _parse(f"{local} {offset}", "%Y:%m:%d %H:%M:%S %z")) is not None:
        return exact.astimezone(UTC), TimeSource.OFFSET
    if (received := _gps_time(gps)) is not None:
        return received, TimeSource.GPS
    if (naive := _parse(f"{local}", "%Y:%m:%d %H:%M:%S")) is not None:
        return naive.replace(tzinfo=VIETNAM_TIME).astimezone(UTC), TimeSource.ASSUMED
    return None, None


def _gps_time(gps: Mapping[int, Any]) -> datetime | None:
    day, clock = _parse(_text(gps.get(_DATE)) or "", "%Y:%m:%d"), gps.get(_TIME)
    parts = [_number(part) for part in clock] if isinstance(clock, tuple) else []
    if day is None or len(parts) != 3 or None in parts:
        return None
    hours, minutes, seconds = (part or 0.0 for part in parts)
    since = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return day.replace(tzinfo=UTC) + since if since < timedelta(days=1) else None


def _parse(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - callers set the zone
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.replace("\0", "").strip() or None if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _positive(value: Any) -> float | None:
    number = _number(value)
    return number if number is not None and number > 0 else None


def _whole(value: Any) -> int:
    return int(_number(value) or 0)
