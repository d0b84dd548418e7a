"""CSV for spreadsheets and scripts: UTF-8 with a mark, points in two columns, else WKT."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import csv

from conversion.arrow import pc
from conversion.export_fit import Tally
from conversion.export_spec import Spec
from layers.fields import RESERVED
from layers.layer import GeometryType

# Excel, LibreOffice and Google Sheets compute a cell that begins with one of these.
_STARTS: Final = "^[=+\\-@\t\r＝＋－＠]"
_NUMBER: Final = r"^[+\-]?(\d+([.,]\d+)?|\.\d+)([eE][+\-]?\d+)?$"


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``."""
    names = [guarded_name(name) for name in rows.schema.names[1:-1]]
    heads = coordinate_names(spec, names)
    kinds = [rows.schema.field(position + 1).type for position in range(len(names))]
    numbers = pa.float64() if len(heads) == 2 else pa.large_string()
    schema = pa.schema([*map(pa.field, names, kinds), *(pa.field(head, numbers) for head in heads)])
    with Path(spec.path).open("wb") as target:
        target.write(b"\xef\xbb\xbf")
        with csv.CSVWriter(target, schema) as sheet:
            for batch in rows:
                held = [_guarded(column, tally) for column in batch.columns[1:-1]]
                there = coordinates(batch.column(-1), len(heads))
                sheet.write_batch(pa.RecordBatch.from_arrays([*held, *there], schema=schema))


def coordinate_names(spec: Spec, taken: Sequence[str]) -> list[str]:
    """Return the headers of the geometry: two for points, one for WKT; never one that is taken.

    ``lon`` and ``lat``, or ``E`` and ``N``: on Vietnamese paper X is north, elsewhere east.
    """
    wanted = ["WKT"]
    if spec.geometry_type == GeometryType.POINT:
        wanted = ["lon", "lat"] if spec.is_geographic else ["E", "N"]
    used = {name.casefold() for name in taken} | RESERVED
    return [name if name.casefold() not in used else f"{name}_GISHue" for name in wanted]


def coordinates(column: pa.Array, width: int) -> list[pa.Array]:
    """Return the geometry as ``width`` columns: x and y of points, or WKT in full precision."""
    shapes = shapely.from_wkb(np.asarray(column.to_pylist(), dtype=object))
    if width == 1:
        texts = shapely.to_wkt(shapes, rounding_precision=-1)
        return [pa.array(texts.tolist(), pa.large_string())]
    return [
        pa.array(numbers, pa.float64(), from_pandas=True)
        for numbers in (shapely.get_x(shapes), shapely.get_y(shapes))
    ]


def _guarded(column: pa.Array, tally: Tally) -> pa.Array:
    """Return texts with ``'`` before those that a spreadsheet would compute; numbers stay."""
    if not pa.types.is_large_string(column.type):
        return column
    risky = pc.and_(
        pc.match_substring_regex(column, _STARTS),
        pc.invert(pc.match_substring_regex(column, _NUMBER)),
    )
    risky = pc.fill_null(risky, False)
    count = pc.sum(risky).as_py() or 0
    if not count:
        return column
    tally["guarded"] = tally.get("guarded", 0) + count
    before = pc.binary_join_element_wise(
        pa.scalar("'", column.type), column, pa.scalar("", column.type)
    )
    return pc.if_else(risky, before, column)


def guarded_name(name: str) -> str:
    """Return a header that no spreadsheet computes."""
    return f"'{name}" if name[:1] in "=+-@＝＋－＠" else name
