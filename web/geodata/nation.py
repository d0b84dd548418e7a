"""Make the outline of the little map in the corner: the nation with both archipelagos.

Run once, by hand, when a border changes; the result is committed:

    uv run python web/geodata/nation.py sample/sources/vn_provinces_2025_simplified.geojson
"""

import json
import math
import sys
from pathlib import Path

from shapely import Polygon, unary_union
from shapely.geometry import shape

OUT = Path(__file__).parents[1] / "src" / "map" / "nation-outline.ts"
WEST, SOUTH, EAST, NORTH = 101.6, 6.4, 118.4, 23.7
WIDTH = 200
TOLERANCE = 0.7
SMALLEST_ISLET = 1.1  # drawing units; smaller ones become a dot of this size


def mercator_y(lat: float) -> float:
    """Return the Web Mercator northing of a latitude, in degrees of longitude at the equator."""
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


SCALE = WIDTH / (EAST - WEST)
HEIGHT = round((mercator_y(NORTH) - mercator_y(SOUTH)) * SCALE)


def drawn(lon: float, lat: float) -> tuple[float, float]:
    """Return the place in the drawing, y down."""
    return (lon - WEST) * SCALE, (mercator_y(NORTH) - mercator_y(lat)) * SCALE


def ring_path(ring: list[tuple[float, float]]) -> str:
    """Return an SVG path of one closed ring."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring[:-1]) + "Z"


def part_path(part: Polygon) -> str:
    """Return one part of the nation; what is too small to be seen becomes a small diamond."""
    outline = Polygon([drawn(*place[:2]) for place in part.exterior.coords])
    if outline.area > 4:
        return ring_path(list(outline.simplify(TOLERANCE).exterior.coords))
    x, y = outline.centroid.coords[0]
    r = SMALLEST_ISLET
    return ring_path([(x - r, y), (x, y - r), (x + r, y), (x, y + r), (x - r, y)])


def main(provinces: Path) -> None:
    """Write the outline as a TypeScript module."""
    features = json.loads(provinces.read_text(encoding="utf-8"))["features"]
    nation = unary_union([shape(f["geometry"]).buffer(0.004) for f in features])
    path = "".join(part_path(part) for part in nation.geoms)
    lines = [
        "/** Made by `geodata/nation.py`; do not edit. Web Mercator, y down. */",
        "",
        f"export const NATION_BOUNDS = [{WEST}, {SOUTH}, {EAST}, {NORTH}] as const;",
        f"export const NATION_SIZE = {{ width: {WIDTH}, height: {HEIGHT} }} as const;",
        f'export const NATION_PATH =\n  "{path}";',
        "",
    ]
    OUT.write_text("\n".join(lines), "utf-8")
    print(f"{len(path):,} characters, {len(nation.geoms)} parts, {WIDTH}×{HEIGHT}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
