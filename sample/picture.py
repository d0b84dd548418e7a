"""A simulated orthophoto of the Citadel: painted from the sketch and the lots, in EPSG:9214."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import rasterio
import shapely
from PIL import Image, ImageDraw
from rasterio.transform import from_origin

from sample.frame import VN2000_HUE
from sample.shapes import plane
from sample.table import Column, Table

MIDDLE = "107.5800 16.4700"
SIDE_M = 3600.0
type Colour = tuple[int, int, int]
GRASS: Colour = (122, 138, 92)
SURFACES: dict[str, Colour] = {
    "khong_gian_xanh": (88, 116, 66),
    "thua_dat": (150, 146, 116),
    "nha": (176, 124, 98),
    "kinh_thanh": (146, 120, 96),
    "mat_nuoc": (84, 106, 96),
}
ROAD: Colour = (142, 140, 136)
ORDER = ("khong_gian_xanh", "thua_dat", "duong_pho", "mat_nuoc", "kinh_thanh", "nha", "cau")


def write(path: Path, made: Mapping[str, Table], pixels: int, rng: np.random.Generator) -> None:
    """Write ``pixels`` × ``pixels`` of RGBA GeoTIFF round the Citadel, north up."""
    x, y = plane(MIDDLE)[0]
    west, north, step_m = x - SIDE_M / 2, y + SIDE_M / 2, SIDE_M / pixels
    image = Image.new("RGB", (pixels, pixels), GRASS)
    brush = ImageDraw.Draw(image)
    window = shapely.box(west, north - SIDE_M, west + SIDE_M, north)
    for slug in ORDER:
        for ring, width_m in _strokes(slug, made[slug], window):
            line = [((a - west) / step_m, (north - b) / step_m) for a, b in ring]
            _paint(brush, slug, line, max(1, round(width_m / step_m)), rng)
    bands = np.asarray(image).astype(np.int16)
    bands = np.clip(bands + rng.normal(0, 7, (pixels, pixels, 1)), 0, 255).astype(np.uint8)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype="uint8",
        count=4,
        width=pixels,
        height=pixels,
        crs=f"EPSG:{VN2000_HUE}",
        transform=from_origin(west, north, step_m, step_m),
        compress="deflate",
        predictor=2,
        tiled=True,
        photometric="rgb",
    ) as target:
        target.write(np.moveaxis(bands, 2, 0), (1, 2, 3))
        target.write(np.full((pixels, pixels), 255, np.uint8), 4)


def _strokes(slug: str, made: Table, window: shapely.Polygon) -> Iterator[tuple[Column, float]]:
    """Yield rings or lines of the features that meet ``window``, with the width of lines."""
    near = np.flatnonzero(shapely.intersects(made.shapes, window))
    widths = made.columns.get("rong_m", np.full(len(made), 14.0))
    for index in near:
        for part in shapely.get_parts(made.shapes[index]):
            if part.geom_type != "Polygon":
                yield shapely.get_coordinates(part), float(widths[index])
                continue
            yield shapely.get_coordinates(part.exterior), 0.0


def _paint(
    brush: ImageDraw.ImageDraw,
    slug: str,
    line: list[tuple[float, float]],
    width_px: int,
    rng: np.random.Generator,
) -> None:
    if slug in ("duong_pho", "cau"):
        brush.line(line, fill=ROAD, width=width_px)
        return
    base = np.array(SURFACES[slug]) + (rng.integers(-26, 27) if slug in ("nha", "thua_dat") else 0)
    brush.polygon(line, fill=(int(base[0]), int(base[1]), int(base[2])))
