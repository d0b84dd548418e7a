"""A photo as JSON: how the sandboxed reader hands it over, and how it stands in the database.

What comes out of the sandbox is still a stranger's data, so reading it back checks every member.
"""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drone_imagery.photo import AltitudeSource, Attitude, HeightSource, Photo, Size
from gishue.core.exif import TimeSource

_MAX_NAME = 200


def photo_json(photo: Photo) -> dict[str, Any]:
    """Return ``photo`` as JSON members, its name left out."""
    return {
        "size": list(photo.size),
        "lon": photo.lon,
        "lat": photo.lat,
        "altitude_m": photo.altitude_m,
        "altitude_source": photo.altitude_source,
        "height_m": photo.height_m,
        "height_source": photo.height_source,
        "attitude": list(photo.attitude) if photo.attitude else None,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
        "time_source": photo.time_source,
        "make": photo.make,
        "model": photo.model,
        "orientation": photo.orientation,
        "focal_mm": photo.focal_mm,
        "f35_mm": photo.f35_mm,
        "calibrated_fx_px": photo.calibrated_fx_px,
        "full_width_px": photo.full_width_px,
    }


def photo_from_json(name: str, said: Mapping[str, Any]) -> Photo:
    """Return the photo that ``photo_json`` wrote.

    Raises:
        ValueError: a member is missing, of another type, or not finite.
    """
    try:
        return Photo(
            name=name,
            size=Size(*(_whole(part) for part in said["size"])),
            lon=_number(said["lon"]),
            lat=_number(said["lat"]),
            altitude_m=_number(said["altitude_m"]),
            altitude_source=_choice(AltitudeSource, said["altitude_source"]),
            height_m=_number(said["height_m"]),
            height_source=_choice(HeightSource, said["height_source"]),
            attitude=_attitude(said["attitude"]),
            taken_at=_moment(said["taken_at"]),
            time_source=_choice(TimeSource, said["time_source"]),
            make=_text(said["make"]),
            model=_text(said["model"]),
            orientation=_whole(said["orientation"]),
            focal_mm=_number(said["focal_mm"]),
            f35_mm=_number(said["f35_mm"]),
            calibrated_fx_px=_number(said["calibrated_fx_px"]),
            full_width_px=_whole(said["full_width_px"]) if said["full_width_px"] else None,
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not a photo of ours") from error


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if isinstance(value, str | bool) or not math.isfinite(number):
        raise ValueError("not a finite number")
    return number


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1_000_000:
        raise ValueError("not a size")
    return value


def _choice[Choice](kind: type[Choice], value: Any) -> Choice | None:
    return None if value is None else kind(value)  # pyright: ignore[reportCallIssue] - StrEnum


def _attitude(value: Any) -> Attitude | None:
    if value is None:
        return None
    yaw, pitch, roll = (_number(part) for part in value)
    if yaw is None or pitch is None or roll is None:
        raise ValueError("half an attitude")
    return Attitude(yaw, pitch, roll)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment without zone")
    return moment


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    shown = "".join(char if char.isprintable() else " " for char in value)
    return " ".join(shown.split())[:_MAX_NAME] or None
