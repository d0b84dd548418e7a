"""Sheets of an Excel workbook (xlsx, xlsm), streamed through openpyxl.

Chosen over python-calamine, which is quicker, because it gives the number formats: a code typed as
123 and shown as 00123 keeps its zeros. Merged cells are read from the sheet's own XML. Macros and
links to other workbooks are never opened; formulas give the value that was stored with them.
"""

import re
import zipfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, cast
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.cell import coordinate_to_tuple

from conversion.refusal import Refusal
from conversion.table import package as table_package
from conversion.table.rows import MAX_ROWS, Real, Row, Sheet, Value, within_limits

_ZEROS = re.compile(r'"?(0{2,20})"?')
_DECIMALS = re.compile(r"^[#,]*0\.[0#]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_MERGES: Final = 20_000
_CHUNK: Final = 1 << 20
_BROKEN: Final = (*table_package.BROKEN, KeyError, IndexError, TypeError, AttributeError,
                  ParseError, OverflowError)  # fmt: skip

type Spans = Mapping[tuple[int, int], tuple[int, int]]
"""Every covered cell (row, column from 0) and the cell whose value it shows."""


@contextmanager
def sheets(path: Path) -> Generator[tuple[list[Sheet], int]]:
    """Lend the visible sheets, and how many are hidden.

    Raises:
        Refusal: it is no workbook.
    """
    try:
        book = cast("Any", openpyxl.load_workbook(path, True, data_only=True, keep_links=False))
    except _BROKEN as error:
        raise Refusal("unreadable") from error
    try:
        shown = [one for one in book.worksheets if one.sheet_state == "visible"]
        yield [_sheet(path, one) for one in shown], len(book.worksheets) - len(shown)
    finally:
        book.close()


def _sheet(path: Path, found: Any) -> Sheet:
    # The claimed size of a sheet may be a lie, and every row would be padded to it.
    found.reset_dimensions()
    spans = _spans(path, str(found._worksheet_path))
    return Sheet(str(found.title), lambda: within_limits(_rows(found, spans)))


def _rows(found: Any, spans: Spans) -> Iterator[Row]:
    """Yield the rows; a merged cell's value stands in every row that it covers."""
    held: dict[tuple[int, int], Value] = {}
    starts = frozenset(spans.values())
    try:
        for number, cells in enumerate(found.iter_rows(), start=1):
            values: list[Value] = [_value(cell) for cell in cells]
            if spans:
                _cover(number - 1, values, spans, starts, held)
            yield Row(number, values)
    except _BROKEN as error:
        raise Refusal("unreadable") from error


def _cover(
    row: int,
    values: list[Value],
    spans: Spans,
    starts: frozenset[tuple[int, int]],
    held: dict[tuple[int, int], Value],
) -> None:
    for column, value in enumerate(values):
        if (row, column) in starts:
            held[row, column] = value
        elif value is None and (row, column) in spans:
            values[column] = held.get(spans[row, column])


def _value(cell: Any) -> Value:
    value = cell.value
    if isinstance(value, str):
        return None if cell.data_type == "e" else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, datetime) and value.time() == time() and "h" not in cell.number_format:
        return value.date()
    return value


def _number(value: float, shown: str) -> Value:
    """Return a number as its format shows it: zeros before it, or a point, which makes it real."""
    if _DECIMALS.search(shown):
        return Real(value)
    if not isinstance(value, int):
        return value
    zeros = _ZEROS.fullmatch(shown)
    return f"{value:0{len(zeros[1])}d}" if zeros and value >= 0 else value


def _spans(path: Path, part: str) -> Spans:
    """Return the cells below the first of each merge over several rows; they are repeated there.

    Merges along one row only are left: the header finder reads them from the gaps.
    """
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for first, last in _merges(path, part):
        top, left = coordinate_to_tuple(first)
        bottom, right = coordinate_to_tuple(last)
        if left != right or bottom - top > MAX_ROWS:
            continue
        for row in range(top, bottom):
            found[row, left - 1] = (top - 1, left - 1)
            if len(found) > MAX_ROWS:
                return {}
    return found


def _merges(path: Path, part: str) -> Iterator[tuple[str, str]]:
    count = 0
    tail = b""
    with zipfile.ZipFile(path) as package, package.open(part.lstrip("/")) as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            last = 0
            for match in _MERGE.finditer(window):
                count += 1
                if count > _MERGES:
                    return
                yield match[1].decode(), match[2].decode()
                last = match.end()
            tail = window[max(last, len(window) - 80) :]
