"""Inside the sandbox: a picture with a place becomes a web-aligned COG.

The source's own words about its CRS are facts for the parent to judge; the picture is placed by
the code that the parent hands back. Source of the options: GDAL's COG driver; ALIGNED_LEVELS puts
the deepest zooms on the tile grid, so that their blocks can leave as they are.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import rasterio
import rasterio.shutil
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.warp import transform
from rasterio.windows import Window

from conversion.refusal import Refusal
from gishue.core.crs import SOURCES, to_wgs84

MAX_PIXELS: Final = 1 << 30
MAX_SIDE: Final = 200_000
GRID: Final = 5
"""Points along each side at which the picture says where it lies."""

_WEB: Final = CRS.from_epsg(3857)
_EARTH_M: Final = 6378137.0
_ROWS: Final = 256
_ZOOM_0_M: Final = 2 * math.pi * _EARTH_M / 256
_COARSEST: Final = 1.25
"""A COG pixel may be this much larger than a source pixel before the next zoom is taken."""

_COG: Final = {
    "TILING_SCHEME": "GoogleMapsCompatible",
    "COMPRESS": "WEBP",
    "QUALITY": "80",
    "BLOCKSIZE": "256",
    "SPARSE_OK": "YES",
    "ADD_ALPHA": "YES",
    "RESAMPLING": "BILINEAR",
    "OVERVIEW_RESAMPLING": "AVERAGE",
    "BIGTIFF": "IF_SAFER",
    "NUM_THREADS": "2",
}

_ALIGNED: Final = 6
"""Zooms whose blocks lie on the tile grid, at most; each one pads the picture to larger blocks."""

Pixels = NDArray[np.uint8]


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Answer what the picture is (``do`` is ``inspect``), or make the COG at ``/out/cog.tif``.

    Raises:
        Refusal: it cannot be read, is no picture, is too large or has no place.
    """
    try:
        with rasterio.open(job["file"], driver="GTiff") as source:
            _check(source)
            said = _facts(source) if job["do"] == "inspect" else _convert(source, job)
    except (RasterioIOError, RasterioError) as error:
        raise Refusal("unreadable") from error
    answer.write(json.dumps(said).encode())


def _check(source: DatasetReader) -> None:
    if set(source.dtypes) != {"uint8"} or source.count > 4:
        raise Refusal("raster-values")
    if source.width * source.height > MAX_PIXELS or max(source.shape) > MAX_SIDE:
        raise Refusal("raster-size")
    if source.transform.is_identity or source.transform.is_degenerate:
        raise Refusal("raster-place")


def _facts(source: DatasetReader) -> dict[str, Any]:
    """Return what the picture says of itself; ``points`` are a grid over it, corners included."""
    return {
        "width": source.width,
        "height": source.height,
        "bands": source.count,
        "crs": source.crs.to_wkt() if source.crs else "",
        "points": [list(point) for point in _grid(source)],
    }


def _grid(source: DatasetReader) -> list[tuple[float, float]]:
    steps = [step / (GRID - 1) for step in range(GRID)]
    return [source.transform @ (source.width * u, source.height * v) for v in steps for u in steps]


def _convert(source: DatasetReader, job: Mapping[str, Any]) -> dict[str, Any]:
    srid = int(job["srid"])
    # Rebuilt from the code: a file's own text often lacks the datum shift, 225 m in silence.
    crs = CRS.from_user_input(SOURCES.get(srid, f"EPSG:{srid}"))
    pixel_m = _pixel_m(source, crs)
    zoom = min(max(math.ceil(math.log2(_ZOOM_0_M / (pixel_m * _COARSEST))), 0), 24)
    _check_place(source, crs, srid, within_m=_ZOOM_0_M / 2**zoom / 2)
    folder = Path(job["folder"])
    upright, cog = folder / "upright.tif", folder / "cog.tif"
    _write_upright(source, crs, upright)
    across_px = max(source.shape) * pixel_m / (_ZOOM_0_M / 2**zoom)
    levels = min(max(math.ceil(math.log2(across_px / 256)) + 1, 1), _ALIGNED)
    options = _COG | {"ZOOM_LEVEL": str(zoom), "ALIGNED_LEVELS": str(levels)}
    rasterio.shutil.copy(str(upright), str(cog), driver="COG", **options)
    upright.unlink()
    return {"zoom": zoom, "bytes": cog.stat().st_size}


def _pixel_m(source: DatasetReader, crs: CRS) -> float:
    """Return the side of the middle pixel, EPSG:3857 metres."""
    column, row = source.width / 2, source.height / 2
    corners = [
        source.transform @ at for at in ((column, row), (column + 1, row), (column, row + 1))
    ]
    (x, right, down), (y, right_y, down_y) = transform(crs, _WEB, *zip(*corners, strict=True))[:2]
    return math.sqrt(abs((right - x) * (down_y - y) - (right_y - y) * (down - x)))


def _check_place(source: DatasetReader, crs: CRS, srid: int, *, within_m: float) -> None:
    """Raise Refusal unless GDAL puts the picture where the platform's own operation puts it."""
    xs, ys = zip(*_grid(source), strict=True)
    theirs = transform(crs, _WEB, xs, ys)
    lon, lat = to_wgs84(srid).transform(np.array(xs), np.array(ys))
    ours_x = np.radians(lon) * _EARTH_M
    ours_y = np.arcsinh(np.tan(np.radians(lat))) * _EARTH_M
    off_m = np.hypot(ours_x - theirs[0], ours_y - theirs[1])
    if not (off_m <= within_m).all():
        raise Refusal("raster-datum")


def _write_upright(source: DatasetReader, crs: CRS, path: Path) -> None:
    """Write the picture as RGBA in ``crs``: grey and palette become colour, nodata alpha 0."""
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "width": source.width,
        "height": source.height,
        "count": 4,
        "dtype": "uint8",
        "crs": crs,
        "transform": source.transform,
        "tiled": True,
        "blockxsize": _ROWS,
        "blockysize": _ROWS,
        "compress": "zstd",
        "zstd_level": 1,
        "photometric": "RGB",
        "alpha": "unspecified",
        "sparse_ok": True,
        "bigtiff": "if_safer",
    }
    palette = _palette(source)
    with rasterio.open(path, "w", **profile) as target:
        target.colorinterp = (
            ColorInterp.red,
            ColorInterp.green,
            ColorInterp.blue,
            ColorInterp.alpha,
        )
        for top in range(0, source.height, _ROWS):
            window = Window(0, top, source.width, min(_ROWS, source.height - top))  # pyright: ignore[reportCallIssue] - attrs
            pixels = _rgba(source, window, palette)
            if pixels[3].any():
                target.write(pixels, window=window)


def _rgba(source: DatasetReader, window: Window, palette: Pixels | None) -> Pixels:
    """Return the pixels of a window: (RGBA, row, column) uint8."""
    alpha: Pixels = source.dataset_mask(window=window)
    if palette is not None:
        coloured = np.moveaxis(palette[source.read(1, window=window)], -1, 0)
        coloured[3] = np.minimum(coloured[3], alpha)
        return coloured
    if source.count < 3:
        grey = source.read(1, window=window)
        return np.stack([grey, grey, grey, alpha])
    return np.concatenate([source.read((1, 2, 3), window=window), alpha[np.newaxis]])


def _palette(source: DatasetReader) -> Pixels | None:
    """Return the colour of each value: (value, RGBA) uint8; None without a palette."""
    if source.count != 1 or source.colorinterp[0] is not ColorInterp.palette:
        return None
    colours = np.zeros((256, 4), np.uint8)
    for value, colour in source.colormap(1).items():
        colours[value] = colour
    return colours
