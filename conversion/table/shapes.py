"""The geometry of each row of a table, as WKB: from two columns, a pair, or a written shape."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import shapely

from conversion.table import degrees
from conversion.table.degrees import coordinate
from conversion.table.rows import Value

SHAPE_TEXT = re.compile(
    r"\s*(?:SRID=(?P<srid>\d{1,6});)?\s*(?:(?P<wkt>(?:MULTI)?(?:POINT|LINESTRING|POLYGON)"
    r"|GEOMETRYCOLLECTION|(?:MULTI)?(?:CURVE|SURFACE))\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY)"
    r"|(?P<json>\{\s*\"(?:type|coordinates|geometry)\")|(?P<hex>0[01][0-9a-f]{16,}\s*$))",
    re.IGNORECASE,
)
"""The start of a geometry written as (E)WKT, GeoJSON or hexadecimal (E)WKB."""

_POINT: Final = np.dtype([("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
_POINT_BYTES: Final = 21


def points(xs: Sequence[float | None], ys: Sequence[float | None]) -> pa.Array:
    """Return points as WKB; null where a coordinate is missing, or both are zero."""
    present = [
        x is not None and y is not None and (x != 0 or y != 0) for x, y in zip(xs, ys, strict=True)
    ]
    made = np.zeros(len(present), _POINT)
    made["order"], made["type"] = 1, 1
    made["x"] = [0.0 if x is None else x for x in xs]
    made["y"] = [0.0 if y is None else y for y in ys]
    mask = np.packbits(np.asarray(present, np.bool_), bitorder="little")
    buffers = [pa.py_buffer(mask.tobytes()), pa.py_buffer(made.tobytes())]
    fixed = pa.FixedSizeBinaryArray.from_buffers(pa.binary(_POINT_BYTES), len(present), buffers)
    return fixed.cast(pa.large_binary())


def from_columns(xs: Sequence[Value], ys: Sequence[Value]) -> pa.Array:
    """Return points from a column of eastings or longitudes and one of northings or latitudes."""
    return points([coordinate(x) for x in xs], [coordinate(y) for y in ys])


def from_pairs(values: Sequence[Value], *, turned: bool) -> pa.Array:
    """Return points from cells that hold both numbers; ``turned``: the northing comes first."""
    found = [degrees.pair(v) if isinstance(v, str) else None for v in values]
    ordered = [None if p is None else p[::-1] if turned else p for p in found]
    return points(
        [None if p is None else p[0] for p in ordered],
        [None if p is None else p[1] for p in ordered],
    )


def from_texts(values: Sequence[Value]) -> pa.Array:
    """Return the shapes that cells write as WKT, EWKT, GeoJSON or hexadecimal WKB."""
    return pa.array([_shape(value) for value in values], pa.large_binary())


def srid_of(values: Sequence[Value]) -> int:
    """Return the one code that the shapes carry, or 0."""
    shapes = [SHAPE_TEXT.match(value) for value in values if isinstance(value, str)]
    found = {_srid(shape) for shape in shapes if shape is not None} - {0}
    return found.pop() if len(found) == 1 else 0


def _shape(value: Value) -> bytes | None:
    found = SHAPE_TEXT.match(value) if isinstance(value, str) else None
    if found is None or not isinstance(value, str):
        return None
    try:
        made = _read(value, found)
    except (shapely.errors.GEOSException, ValueError):
        return None
    return None if made is None else shapely.to_wkb(shapely.set_srid(made, 0))


def _read(value: str, found: re.Match[str]) -> shapely.Geometry | None:
    if found["hex"]:
        return shapely.from_wkb(value.strip())
    if found["json"]:
        return shapely.from_geojson(value)
    return shapely.from_wkt(value[found.start("wkt") :])


def _srid(found: re.Match[str]) -> int:
    if found["srid"]:
        return int(found["srid"])
    if not found["hex"]:
        return 0
    try:
        return int(shapely.get_srid(shapely.from_wkb(found.string.strip())))
    except (shapely.errors.GEOSException, ValueError):
        return 0
