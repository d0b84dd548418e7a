"""Sheets of an old Excel workbook (xls, BIFF5–8), through xlrd."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final, cast

import xlrd

from conversion.refusal import Refusal
from conversion.table.rows import Row, Sheet, Value, within_limits

_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_ZEROS = re.compile(r'"?(0{2,20})"?')


@contextmanager
def sheets(path: Path) -> Generator[tuple[list[Sheet], int]]:
    """Lend the visible sheets, and how many are hidden.

    Raises:
        Refusal: it is no workbook, or locked with a password.
    """
    book = _opened(path)
    try:
        shown = [at for at in range(book.nsheets) if _visibility(book, at) == 0]
        names = book.sheet_names()
        made = [Sheet(str(names[at]), lambda at=at: within_limits(_rows(book, at))) for at in shown]
        yield made, book.nsheets - len(shown)
    finally:
        book.release_resources()


def _opened(path: Path) -> Any:
    try:
        # Without formats xlrd tells neither merged cells nor how a number is shown.
        return cast("Any", xlrd.open_workbook(str(path), on_demand=True, formatting_info=True))
    except MemoryError:
        raise
    except Exception as error:  # xlrd fails in any way on a damaged file
        locked = _LOCKED in path.read_bytes() or "encrypt" in str(error).lower()
        raise Refusal("table-locked" if locked else "unreadable") from error


def _visibility(book: Any, at: int) -> int:
    return int(book._sheet_visibility[at])


def _rows(book: Any, at: int) -> Iterator[Row]:
    try:
        found = book.sheet_by_index(at)
        covered = _covered(found)
        for row in range(found.nrows):
            cells = list(found.row(row))
            for column, (top, left) in covered.get(row, {}).items():
                if column < len(cells) and top < found.nrows:
                    cells[column] = found.cell(top, left)
            yield Row(row + 1, [_value(book, cell) for cell in cells])
    except (MemoryError, Refusal):
        raise
    except Exception as error:  # as above
        raise Refusal("unreadable") from error


def _covered(found: Any) -> dict[int, dict[int, tuple[int, int]]]:
    """Return, by row, the cells that a merge down one column covers, and whose value they show."""
    covered: dict[int, dict[int, tuple[int, int]]] = {}
    for top, bottom, left, right in found.merged_cells:
        if right - left == 1:
            for row in range(top + 1, min(bottom, found.nrows)):
                covered.setdefault(row, {})[left] = (top, left)
    return covered


def _value(book: Any, cell: Any) -> Value:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _date(book, float(cell.value))
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return _number(book, cell)
    return None


def _number(book: Any, cell: Any) -> Value:
    value = float(cell.value)
    if not value.is_integer() or abs(value) >= 1e15:
        return value
    shown = book.format_map.get(book.xf_list[cell.xf_index].format_key)
    zeros = _ZEROS.fullmatch(str(shown.format_str)) if shown is not None else None
    return f"{int(value):0{len(zeros[1])}d}" if zeros and value >= 0 else int(value)


def _date(book: Any, value: float) -> Value:
    """Return a day, a time of a day, or both; a number that is no day stays a number."""
    try:
        if 0 <= value < 1:
            return str(time(*xlrd.xldate_as_tuple(value, book.datemode)[3:]))
        at = xlrd.xldate_as_datetime(value, book.datemode)
    except (xlrd.xldate.XLDateError, ValueError, OverflowError):
        return value
    at = at.replace(microsecond=0)
    return at.date() if at == datetime.combine(at, time()) else at
