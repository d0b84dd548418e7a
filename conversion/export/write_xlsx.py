"""An Excel sheet, written row by row: texts stay texts, points in two columns, else WKT."""

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from conversion.export.fit import Tally
from conversion.export.spec import Spec, Unwritable
from conversion.export.write_csv import coordinate_names, coordinates

_MAX_ROWS: Final = 1_048_576
_MAX_CHARACTERS: Final = 32_767
_MAX_WHOLE: Final = 10**15
_REAL: Final = "0.0##############"
_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it Excel counts a 29 February 1900 that never was."""


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``.

    Raises:
        Unwritable: there are more rows than a sheet has.
    """
    names = rows.schema.names[1:-1]
    heads = coordinate_names(spec, names)
    book = Workbook(write_only=True)
    book.properties.title = spec.title
    book.properties.description = f"EPSG:{spec.srid}"
    sheet = book.create_sheet(spec.layer[:31])
    sheet.freeze_panes = "A2"
    sheet.append([_text(sheet, name, tally) for name in [*names, *heads]])
    reals = _Reals(sheet)
    for position, row in enumerate(_rows(rows, len(heads), tally), start=2):
        if position > _MAX_ROWS:
            raise Unwritable("too-many-rows")
        sheet.append(
            [
                reals.cell(at, value)
                if isinstance(value, float) and math.isfinite(value)
                else _cell(sheet, value, tally)
                for at, value in enumerate(row)
            ]
        )
    book.save(spec.path)


def _rows(rows: pa.RecordBatchReader, width: int, tally: Tally) -> Iterator[tuple[Any, ...]]:
    for batch in rows:
        held = [column.to_pylist() for column in batch.columns[1:-1]]
        there = [column.to_pylist() for column in coordinates(batch.column(-1), width)]
        if width == 1:
            there = [[_short(text, tally) for text in there[0]]]
        yield from zip(*held, *there, strict=True)


def _short(wkt: str | None, tally: Tally) -> str | None:
    """Return the WKT, or None where a cell cannot hold it: half a polygon is none."""
    if wkt is None or len(wkt) <= _MAX_CHARACTERS:
        return wkt
    tally["geometry-left-out"] = tally.get("geometry-left-out", 0) + 1
    return None


def _cell(sheet: Any, value: Any, tally: Tally) -> Any:
    if isinstance(value, str):
        return _text(sheet, value, tally)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < _MAX_WHOLE else str(value)
    if isinstance(value, float):
        return str(value)  # not finite
    day = value.date() if isinstance(value, datetime) else value
    return value if day >= _FIRST_DAY else value.isoformat()


class _Reals:
    """Cells for numbers in full, shown with a point: openpyxl itself rounds to 16 digits.

    One a column, used again in every row: a row is written when it is appended.
    """

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._cells: dict[int, Any] = {}

    def cell(self, column: int, value: float) -> Any:
        """Return the column's cell with ``value`` in it."""
        if column not in self._cells:
            made = WriteOnlyCell(self._sheet, 0.0)
            made.number_format = _REAL
            self._cells[column] = made
        cell = self._cells[column]
        cell._value = repr(value)
        return cell


def _text(sheet: Any, text: str, tally: Tally) -> Any:
    """Return the text as a cell that is a text whatever it begins with."""
    if len(text) > _MAX_CHARACTERS:
        tally["text-cut"] = tally.get("text-cut", 0) + 1
        text = text[:_MAX_CHARACTERS]
    clean = ILLEGAL_CHARACTERS_RE.sub("", text)
    if clean[:1] not in ("=", "#"):
        return clean
    cell = WriteOnlyCell(sheet, clean)
    cell.data_type = "s"
    return cell
