"""GeoParquet 1.1: WKB, the system as PROJJSON, the bounds; row groups of a size readers like.

Source: https://geoparquet.org/releases/v1.1.0/
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from conversion import wkb
from conversion.export.crs import projjson
from conversion.export.fit import Tally
from conversion.export.spec import Spec

_GROUP_ROWS: Final = 65_536
_NAMES: Final = {
    wkb.POINT: "Point",
    wkb.LINE: "LineString",
    wkb.POLYGON: "Polygon",
    wkb.MULTI_POINT: "MultiPoint",
    wkb.MULTI_LINE: "MultiLineString",
    wkb.MULTI_POLYGON: "MultiPolygon",
    wkb.COLLECTION: "GeometryCollection",
}


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``."""
    names = rows.schema.names[1:-1]
    taken = {name.casefold() for name in names}
    shape = "geometry" if "geometry" not in taken else "geometry_gishue"
    kinds = [rows.schema.field(position + 1).type for position in range(len(names))]
    schema = pa.schema([*map(pa.field, names, kinds), pa.field(shape, pa.binary())])
    types: set[int] = set()
    bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
    with pq.ParquetWriter(spec.path, schema, compression="zstd") as target:
        for group in _groups(rows):
            column = group.column(group.num_columns - 1).combine_chunks()
            types |= set(wkb.Heads(column).types.tolist()) - {0}
            bounds = _widened(bounds, column)
            held = [*group.columns[1:-1], column.cast(pa.binary())]
            target.write_table(pa.table(held, schema=schema), row_group_size=_GROUP_ROWS)
        about = _geometry(spec, sorted(_NAMES[kind] for kind in types), bounds)
        geo = {"version": "1.1.0", "primary_column": shape, "columns": {shape: about}}
        target.add_key_value_metadata({"geo": json.dumps(geo)})


def _geometry(spec: Spec, types: list[str], bounds: np.ndarray[Any, Any]) -> dict[str, Any]:
    about = {"encoding": "WKB", "geometry_types": types, "crs": projjson(spec.srid)}
    return about | ({"bbox": bounds.tolist()} if np.isfinite(bounds).all() else {})


def _widened(bounds: np.ndarray[Any, Any], column: pa.Array) -> np.ndarray[Any, Any]:
    total = shapely.total_bounds(shapely.from_wkb(np.asarray(column.to_pylist(), dtype=object)))
    lower, upper = np.fmin(bounds[:2], total[:2]), np.fmax(bounds[2:], total[2:])
    return np.concatenate([lower, upper])


def _groups(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in rows:
        held.append(batch)
        if sum(one.num_rows for one in held) >= _GROUP_ROWS:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)
