"""A simulated orthophoto of the Citadel: painted from the sketch and the lots, in EPSG:9214."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import rasterio
import shapely
from PIL import Image, ImageDraw
from rasterio.transform import from_origin
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from sample.frame import VN2000_HUE, Coordinates
from sample.shapes import plane
from sample.table import Table

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

    def to_pixels(coords: Coordinates) -> Coordinates:
        return (coords - (west, north)) * (1 / step_m, -1 / step_m)

    window = shapely.box(west, north - SIDE_M, west + SIDE_M, north)
    for slug in ORDER:
        for shape, width_m in _near(made[slug], window):
            _paint(image, slug, shapely.transform(shape, to_pixels), width_m / step_m, rng)
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


def _near(made: Table, window: BaseGeometry) -> Iterator[tuple[BaseGeometry, float]]:
    """Yield simple parts of the features that meet ``window``, with the width of lines."""
    widths = made.columns.get("rong_m", np.full(len(made), 14.0))
    for index in np.flatnonzero(shapely.intersects(made.shapes, window)):
        for part in shapely.get_parts(made.shapes[index]):
            yield part, float(widths[index])


def _paint(
    image: Image.Image, slug: str, shape: BaseGeometry, width_px: float, rng: np.random.Generator
) -> None:
    if not isinstance(shape, Polygon):
        ImageDraw.Draw(image).line(_ring(shape), fill=ROAD, width=max(1, round(width_px)))
        return
    shade = int(rng.integers(-26, 27)) if slug in ("nha", "thua_dat") else 0
    red, green, blue = (value + shade for value in SURFACES[slug])
    if not shape.interiors:
        ImageDraw.Draw(image).polygon(_ring(shape.exterior), fill=(red, green, blue))
        return
    mask = Image.new("1", image.size)
    ImageDraw.Draw(mask).polygon(_ring(shape.exterior), fill=1)
    for hole in shape.interiors:
        ImageDraw.Draw(mask).polygon(_ring(hole), fill=0)
    image.paste((red, green, blue), mask=mask)


def _ring(shape: BaseGeometry) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
