"""Sheets of an OpenDocument spreadsheet, streamed with expat.

Our own reader: python-calamine aborts the process on some files and holds a sheet as a whole, and
a few bytes can claim a million repeated rows. Source: OASIS OpenDocument 1.3, part 3, clause 9.
"""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from conversion.reading import MAX_COLUMNS
from conversion.refusal import Refusal
from conversion.table import package as table_package
from conversion.table.rows import MAX_CELLS, MAX_ROWS, Row, Sheet, Value, filled, within_limits

_CHUNK: Final = 64 << 10
_NUMBERS: Final = {"float", "currency", "percentage"}
_TIME = re.compile(r"PT(\d+)H(\d+)M(\d+)")
_ZERO_CODE = re.compile(r"0\d+")


@contextmanager
def sheets(path: Path) -> Generator[tuple[list[Sheet], int]]:
    """Lend the visible sheets, and how many are hidden.

    Raises:
        Refusal: it is no OpenDocument spreadsheet.
    """
    listed = _Listing()
    _parse(path, listed)
    if not listed.tables:
        raise Refusal("unreadable")
    shown = [at for at, (_, style) in enumerate(listed.tables) if style not in listed.hidden]
    made = [
        Sheet(listed.tables[at][0], lambda at=at: within_limits(_rows(path, at))) for at in shown
    ]
    yield made, len(listed.tables) - len(shown)


@dataclass(slots=True)
class _Listing:
    """Gathers each table's name and style, and the styles that hide one."""

    tables: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    hidden: set[str] = field(default_factory=set[str])
    style: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self.style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self.hidden.add(self.style)
        elif name == "table:table":
            title = attributes.get("table:name", "")
            self.tables.append((title, attributes.get("table:style-name", "")))

    def end(self, name: str) -> None:
        """Nothing is to be done."""

    def text(self, data: str) -> None:
        """Nothing is to be done."""


@dataclass(slots=True)
class _Rows:
    """Gathers the rows of one table; ``ready`` holds those that are whole."""

    wanted: int
    table: int = -1
    ready: list[Row] = field(default_factory=list[Row])
    done: bool = False
    number: int = 1
    repeat_row: int = 1
    values: list[Value] = field(default_factory=list[Value])
    cell: dict[str, str] | None = None
    words: list[str] = field(default_factory=list[str])
    inside_text: int = 0
    aside: int = 0
    cells: int = 0
    above: dict[int, tuple[int, Value]] = field(default_factory=dict[int, tuple[int, Value]])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self.table += 1
        elif self.table != self.wanted or self.done:
            return
        elif name == "table:table-row":
            self.repeat_row = _count(attributes, "table:number-rows-repeated")
            self.values = []
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self.cell, self.words = attributes, []
        elif name == "office:annotation":
            self.aside += 1
        elif name == "text:p":
            self.inside_text += 1
            if self.words and not self.aside:
                self.words.append("\n")
        elif name == "text:s":
            self.words.append(" " * min(100, _count(attributes, "text:c")))

    def text(self, data: str) -> None:
        if self.inside_text and not self.aside and self.cell is not None:
            self.words.append(data)

    def end(self, name: str) -> None:
        if self.table != self.wanted or self.done:
            return
        if name in {"table:table-cell", "table:covered-table-cell"} and self.cell is not None:
            self._close_cell(self.cell)
        elif name == "office:annotation":
            self.aside -= 1
        elif name == "text:p":
            self.inside_text -= 1
        elif name == "table:table-row":
            self._close_row()
        elif name == "table:table":
            self.done = True

    def _close_cell(self, cell: dict[str, str]) -> None:
        value = _value(cell, "".join(self.words))
        column = len(self.values)
        left, shown = self.above.get(column, (0, None))
        if left:
            self.above[column] = (left - 1, shown)
            value = shown if value is None else value
        elif _count(cell, "table:number-columns-spanned") == 1:
            self.above[column] = (_count(cell, "table:number-rows-spanned") - 1, value)
        times = _count(cell, "table:number-columns-repeated")
        if value is not None and column + times > MAX_COLUMNS:
            raise Refusal("too-many-columns")
        # Programs end a row with thousands of empty cells in one.
        self.values += [value] * min(times, MAX_COLUMNS + 1 - column)
        self.cell = None

    def _close_row(self) -> None:
        if filled(self.values):
            self.cells += self.repeat_row * len(self.values)
            if self.cells > MAX_CELLS or self.repeat_row > MAX_ROWS:
                raise Refusal("table-too-large")
            last = self.number + self.repeat_row
            self.ready += [Row(number, self.values) for number in range(self.number, last)]
        self.number += self.repeat_row


def _rows(path: Path, at: int) -> Iterator[Row]:
    into = _Rows(at)
    for _ in _parsed(path, into):
        yield from into.ready
        into.ready = []
        if into.done:
            return


def _parse(path: Path, into: Any) -> None:
    for _ in _parsed(path, into):
        pass


def _parsed(path: Path, into: Any) -> Iterator[None]:
    """Feed the content to ``into``, and yield after each piece."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = into.start
    parser.EndElementHandler = into.end
    parser.CharacterDataHandler = into.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    with table_package.opened(path) as package:
        try:
            with package.open("content.xml") as stream:
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)
                    yield
                parser.Parse(b"", True)
                yield
        except (KeyError, expat.ExpatError) as error:
            raise Refusal("unreadable") from error


def _refuse(*_: object) -> None:
    raise Refusal("table-xml")


def _count(attributes: dict[str, str], name: str) -> int:
    said = attributes.get(name, "1")
    return min(int(said), 1 << 21) if said.isdecimal() and len(said) < 12 else 1


def _value(cell: dict[str, str], shown: str) -> Value:
    """Return a cell's value; digits shown with zeros before them are a code."""
    kind = cell.get("office:value-type") or cell.get("calcext:value-type", "")
    if kind in _NUMBERS:
        return shown if _ZERO_CODE.fullmatch(shown) else _number(cell.get("office:value", ""))
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    if kind == "date":
        return _date(cell.get("office:date-value", ""), shown)
    if kind == "time":
        found = _TIME.match(cell.get("office:time-value", ""))
        return ":".join(part.zfill(2) for part in found.groups()) if found else shown
    if kind == "error" or cell.get("calcext:value-type") == "error":
        return None
    return cell.get("office:string-value") or shown or None


def _number(said: str) -> Value:
    try:
        value = float(said)
    except ValueError:
        return said or None
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _date(said: str, shown: str) -> Value:
    try:
        return date.fromisoformat(said) if len(said) == 10 else datetime.fromisoformat(said[:19])
    except ValueError:
        return shown or None
