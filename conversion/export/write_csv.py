"""CSV for spreadsheets and scripts: UTF-8 with a mark, points in two columns, else WKT."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import shapely

from conversion.arrow import pc
from conversion.export.fit import Tally, moment
from conversion.export.spec import Spec
from conversion.table import own
from layers.fields import RESERVED
from layers.layer import GeometryType

# Excel, LibreOffice and Google Sheets compute a cell that begins with one of these.
_STARTS: Final = "^[=+\\-@\t\r＝＋－＠]"
_QUOTE: Final = '"'
_NUMBER: Final = r"^[+\-]?(\d+([.,]\d+)?|\.\d+)([eE][+\-]?\d+)?$"


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``."""
    names = [guarded_name(name) for name in rows.schema.names[1:-1]]
    heads = coordinate_names(spec, names)
    quoted = [f'"{name.replace(_QUOTE, _QUOTE * 2)}"' for name in [*names, *heads]]
    # A shape's bare header says that quotes tell texts, even where nothing else is bare.
    header = quoted if len(heads) > 1 else [*quoted[:-1], *heads]
    with Path(spec.path).open("w", encoding="utf-8", newline="") as target:
        target.write(f"\ufeff{','.join(header)}\n")
        for batch in rows:
            held = [_guarded(column, tally) for column in batch.columns[1:-1]]
            there = coordinates(batch.column(-1), len(heads))
            target.writelines(_lines([*held, *there]))


def _lines(columns: Sequence[pa.Array]) -> Iterator[str]:
    cells = [_cells(column).to_pylist() for column in columns]
    return (",".join(row) + "\n" for row in zip(*cells, strict=True))


def _cells(column: pa.Array) -> pa.Array:
    """Return the column as it is written: texts in quotes, nothing else, empty where null."""
    if pa.types.is_large_string(column.type):
        doubled = pc.replace_substring(column, _QUOTE, _QUOTE * 2)
        quote = pa.scalar(_QUOTE, column.type)
        column = pc.binary_join_element_wise(quote, doubled, quote, pa.scalar("", column.type))
    elif pa.types.is_timestamp(column.type):
        column = pa.array([moment(value) for value in column.to_pylist()], pa.large_string())
    elif pa.types.is_floating(column.type):
        # A whole number keeps its point: without one it would come back as another type.
        shortest = column.cast(pa.large_string())
        column = pc.replace_substring_regex(shortest, r"^(-?[0-9]+)(e.*)?$", r"\1.0\2")
    return pc.fill_null(column.cast(pa.large_string()), "")


def coordinate_names(spec: Spec, taken: Sequence[str]) -> list[str]:
    """Return the headers of the geometry: two for points, one for WKT; never one that is taken."""
    wanted: Sequence[str] = (own.SHAPE,)
    if spec.geometry_type == GeometryType.POINT:
        wanted = own.DEGREES if spec.is_geographic else own.METRES
    return own.headers(wanted, frozenset(name.casefold() for name in taken) | RESERVED)


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
