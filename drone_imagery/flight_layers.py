"""The two layers of a flight: where the photos were taken, and the ground they show.

Each is written as a GeoPackage in the CRS it will be stored in and goes through the same front
door as a department's file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from drone_imagery.flight import Shot, camera_name
from gishue.core.bounds import Bounds
from gishue.core.crs import HUE, WGS84, to_wgs84

_ZONE = Bounds(105.5, 8.0, 108.5, 24.0)
"""Where the city's own system (VN-2000, central meridian 107°) is good: 1.5° to each side."""

PHOTO_TITLES: dict[str, tuple[str, str]] = {
    "photo": ("Tên ảnh", "Photo"),
    "taken_at": ("Thời điểm chụp", "Taken at"),
    "time_source": ("Nguồn múi giờ", "Source of the time zone"),
    "heading_deg": ("Hướng máy ảnh (độ, từ bắc)", "Heading (degrees from north)"),
    "pitch_deg": ("Góc chúc (độ)", "Pitch (degrees)"),
    "roll_deg": ("Góc nghiêng (độ)", "Roll (degrees)"),
    "height_m": ("Độ cao bay (m)", "Height above ground (m)"),
    "height_source": ("Nguồn độ cao bay", "Source of the height"),
    "altitude_m": ("Cao độ máy ghi (m)", "Altitude as recorded (m)"),
    "altitude_source": ("Gốc cao độ", "Datum of the altitude"),
    "camera": ("Máy ảnh", "Camera"),
    "width_px": ("Rộng (điểm ảnh)", "Width (pixels)"),
    "height_px": ("Cao (điểm ảnh)", "Height (pixels)"),
    "gsd_m": ("Độ phân giải mặt đất (m)", "Ground sample distance (m)"),
}
FOOTPRINT_TITLES: dict[str, tuple[str, str]] = {
    name: PHOTO_TITLES[name]
    for name in ("photo", "taken_at", "heading_deg", "pitch_deg", "height_m", "gsd_m")
} | {"focal_source": ("Nguồn tiêu cự", "Source of the focal length")}

_REAL = ("heading_deg", "pitch_deg", "roll_deg", "height_m", "altitude_m", "gsd_m")
_WHOLE = ("width_px", "height_px")


def storage_srid(bounds: Bounds) -> int:
    """Return the CRS a flight over ``bounds`` (EPSG:4326) is stored in: the city's own, or WGS 84.

    >>> storage_srid(Bounds(107.5, 16.4, 107.6, 16.5)), storage_srid(Bounds(-92, 46, -91, 47))
    (9214, 4326)
    """
    inside = (
        _ZONE.xmin <= bounds.xmin
        and bounds.xmax <= _ZONE.xmax
        and _ZONE.ymin <= bounds.ymin
        and bounds.ymax <= _ZONE.ymax
    )
    return HUE if inside else WGS84


def write_photos(shots: Sequence[Shot], path: Path, srid: int) -> None:
    """Write the positions of ``shots`` as points into a new GeoPackage."""
    places = shapely.points([shot.place for shot in shots])
    _write([_photo_row(shot) for shot in shots], places, path, srid)


def write_footprints(shots: Sequence[Shot], path: Path, srid: int) -> None:
    """Write the ground of the ``shots`` that have a footprint into a new GeoPackage."""
    shown = [shot for shot in shots if shot.ring is not None]
    grounds = shapely.polygons([list(shot.ring or ()) for shot in shown])
    rows = [_footprint_row(shot) for shot in shown]
    _write(rows, grounds, path, srid)


def _write(rows: Sequence[Mapping[str, Any]], shapes: Any, path: Path, srid: int) -> None:
    table = pd.DataFrame(rows)
    for name in table.columns:
        if name in _REAL:
            table[name] = table[name].astype("float64")
        elif name in _WHOLE:
            table[name] = table[name].astype("int64")
        elif name == "taken_at":
            table[name] = pd.to_datetime(table[name], utc=True)
        else:
            table[name] = table[name].astype("string")
    moved = shapes if srid == WGS84 else _moved(shapes, srid)
    frame = gpd.GeoDataFrame(table, geometry=moved, crs=srid)
    frame.to_file(path, driver="GPKG", layer=path.stem)


def _moved(shapes: Any, srid: int) -> Any:
    """Return WGS 84 shapes in ``srid``, by the platform's one operation for it."""
    way = to_wgs84(srid)

    def move(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = way.transform(degrees[:, 0], degrees[:, 1], direction="INVERSE")
        return np.stack([x, y], axis=-1)

    return shapely.transform(shapes, move)


def _photo_row(shot: Shot) -> dict[str, Any]:
    photo, attitude = shot.photo, shot.photo.attitude
    return {
        "photo": photo.name,
        "taken_at": photo.taken_at,
        "time_source": photo.time_source,
        "heading_deg": _heading(shot),
        "pitch_deg": attitude.pitch_deg if attitude else None,
        "roll_deg": attitude.roll_deg if attitude else None,
        "height_m": photo.height_m,
        "height_source": photo.height_source,
        "altitude_m": photo.altitude_m,
        "altitude_source": photo.altitude_source,
        "camera": camera_name(photo) or None,
        "width_px": photo.size.width_px,
        "height_px": photo.size.height_px,
        "gsd_m": shot.gsd_m,
    }


def _footprint_row(shot: Shot) -> dict[str, Any]:
    row = _photo_row(shot)
    kept = {name: row[name] for name in FOOTPRINT_TITLES if name in row}
    return kept | {"focal_source": shot.camera.source if shot.camera else None}


def _heading(shot: Shot) -> float | None:
    """Return where the camera looks, degrees clockwise from true north, 0 to 360."""
    attitude = shot.photo.attitude
    return attitude.yaw_deg % 360 if attitude else None
