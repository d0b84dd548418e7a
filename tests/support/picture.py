"""A small orthophoto of Huế in VN-2000, with one red square whose place is known."""

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import from_origin

from tests.support.city import NGO_MON

PIXEL_M = 0.2
WIDTH, HEIGHT = 900, 700
SQUARE_PX = 15
COLUMN, ROW = 400, 300
"""Upper left pixel of the square; its centre lies on Ngọ Môn."""

TM3_107 = (
    'PROJCS["HUE_TINH",GEOGCS["VN2000",DATUM["D_Vietnam_2000",SPHEROID["WGS_84",6378137,'
    '298.257223563]],PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000],'
    'PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",107],'
    'PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]'
)
"""What a province's software writes: a name of its own, no code, no datum shift."""


def pixels() -> NDArray[np.uint8]:
    """Return a soft green ground with noise, transparent at its lower right, and the square."""
    random = np.random.default_rng(7)
    colour = np.empty((4, HEIGHT, WIDTH), np.uint8)
    colour[0], colour[1], colour[2], colour[3] = 90, 130, 80, 255
    colour[:3] += random.integers(0, 12, (3, HEIGHT, WIDTH), np.uint8)
    colour[:, HEIGHT // 2 :, WIDTH // 2 :] = 0
    colour[:, ROW : ROW + SQUARE_PX, COLUMN : COLUMN + SQUARE_PX] = np.array(
        [[[230]], [[20]], [[20]], [[255]]], np.uint8
    )
    return colour


def write_picture(path: Path, bands: NDArray[Any] | None = None, **profile: Any) -> Path:
    """Write a GeoTIFF; without ``bands`` the RGBA picture, without ``crs`` as ``TM3_107``."""
    data = pixels() if bands is None else bands
    easting, northing = NGO_MON
    centre = SQUARE_PX / 2
    place = from_origin(
        easting - (COLUMN + centre) * PIXEL_M, northing + (ROW + centre) * PIXEL_M, PIXEL_M, PIXEL_M
    )
    said: dict[str, Any] = {
        "driver": "GTiff",
        "count": data.shape[0],
        "height": data.shape[1],
        "width": data.shape[2],
        "dtype": data.dtype.name,
        "crs": TM3_107,
        "transform": place,
    }
    with rasterio.open(path, "w", **said | profile) as target:
        target.write(data)
    return path
