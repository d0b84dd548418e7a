"""Seeded parcels in Huế, as many as a benchmark asks for, written as a file of some format.

python -m bench.parcels FILE.{gpkg|shp} ROWS
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio

LAYER = "thua_dat"
DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile"}
CHUNK = 50_000


def make_file(path: Path, rows: int) -> None:
    """Write ``rows`` seeded parcels of seven corners in Huế (EPSG:9214), with six fields.

    The format is that of the extension.
    """
    schema = pa.schema(
        [
            ("so_to", pa.int32()),
            ("so_thua", pa.int32()),
            ("dien_tich", pa.float64()),
            ("loai_dat", pa.string()),
            ("chu_dat", pa.string()),
            ("ngay_cap", pa.date32()),
            ("geom", pa.binary()),
        ]
    )
    chunks = (_chunk(first, min(CHUNK, rows - first), schema) for first in range(0, rows, CHUNK))
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, chunks),
        path,
        layer=LAYER,
        driver=DRIVERS[path.suffix[1:]],
        crs="EPSG:9214",
        geometry_name="geom",
        geometry_type="Polygon",
    )


def _chunk(first: int, count: int, schema: pa.Schema) -> pa.RecordBatch:
    rng = np.random.default_rng(first)
    number = np.arange(first, first + count)
    names = np.array(["Nguyễn Văn An", "Tôn Nữ Thị Huệ", "Lê Bá Đạt", "Hồ Đắc Khải", "Phan Thị Út"])
    kinds = np.array(["ODT", "ONT", "LUC", "CLN", "TMD"])
    columns = [
        pa.array(number // 1000, pa.int32()),
        pa.array(number % 1000, pa.int32()),
        pa.array(rng.uniform(60, 900, count).round(1)),
        pa.array(kinds[number % len(kinds)]),
        pa.array(names[rng.integers(0, len(names), count)]),
        pa.array((11_000 + number % 9_000).astype(np.int32)).cast(pa.date32()),
        _polygons(number, rng),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _polygons(number: np.ndarray, rng: np.random.Generator) -> pa.Array:
    """Return a ring of seven corners per number, on a grid of 16 m, as WKB."""
    turn = np.linspace(0, 2 * np.pi, 8)
    radius = rng.uniform(4, 7.5, (len(number), 7))
    radius = np.concatenate([radius, radius[:, :1]], axis=1)
    x = 548_000 + 16.0 * (number % 1_600)[:, None] + radius * np.cos(turn)
    y = 1_812_000 + 16.0 * (number // 1_600)[:, None] + radius * np.sin(turn)
    kind = np.dtype([("order", "u1"), ("head", "<u4", 3), ("ring", "<f8", (8, 2))])
    shapes = np.zeros(len(number), kind)
    shapes["order"], shapes["head"], shapes["ring"] = 1, (3, 1, 8), np.stack([x, y], axis=2)
    return pa.array([shape.tobytes() for shape in shapes], pa.binary())


if __name__ == "__main__":
    make_file(Path(sys.argv[1]), int(sys.argv[2]))
