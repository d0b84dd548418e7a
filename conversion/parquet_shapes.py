"""The nested coordinates that GeoParquet 1.1 allows beside WKB, as WKB.

Source: GeoParquet 1.1.0, "Encoding": a point is a struct of x, y (z, m); a line a list of them; a
polygon a list of rings; the multi kinds one list more.
"""

from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from conversion.refusal import Refusal

ENCODINGS: Final = {
    "point": shapely.GeometryType.POINT,
    "linestring": shapely.GeometryType.LINESTRING,
    "polygon": shapely.GeometryType.POLYGON,
    "multipoint": shapely.GeometryType.MULTIPOINT,
    "multilinestring": shapely.GeometryType.MULTILINESTRING,
    "multipolygon": shapely.GeometryType.MULTIPOLYGON,
}
_LISTS: Final = {
    "point": 0,
    "linestring": 1,
    "multipoint": 1,
    "polygon": 2,
    "multilinestring": 2,
    "multipolygon": 3,
}


def as_wkb(values: pa.Array, encoding: str) -> pa.Array:
    """Return a column of shapes as WKB; what is WKB already stays as it is.

    Raises:
        Refusal: the lists are not nested as the encoding says.
    """
    if encoding == "wkb":
        return values
    try:
        present = np.asarray(values.is_valid())
        shapes = _shapes(values.drop_null(), encoding)
    except (ValueError, TypeError, AttributeError, KeyError, pa.ArrowException) as error:
        raise Refusal("unreadable") from error
    made = np.full(len(values), None, object)
    made[present] = shapely.to_wkb(shapes)
    return pa.array(made, pa.binary())


def _shapes(values: pa.Array, encoding: str) -> Any:
    offsets: list[Any] = []
    inner = values
    for _ in range(_LISTS[encoding]):
        starts = np.asarray(inner.offsets)
        offsets.append(starts - starts[0])
        inner = inner.flatten()
    names = [one for one in ("x", "y", "z") if inner.type.get_field_index(one) >= 0]
    at = np.column_stack([np.asarray(inner.field(name), dtype=float) for name in names])
    if encoding == "point":
        return shapely.points(at)
    return shapely.from_ragged_array(ENCODINGS[encoding], at, tuple(reversed(offsets)))
