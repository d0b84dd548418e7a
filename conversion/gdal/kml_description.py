"""The table that KML writers put into a placemark's description, as names and values.

Source: what ArcGIS, Google Earth Pro and QGIS plugins write: rows of two cells (name, value),
tables in tables, now and then one row of names over one row of values.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_MOST_TEXT: Final = 64 << 10
_LONGEST_KEY: Final = 100
_SILENT: Final = frozenset({"style", "script", "head", "title"})


@dataclass(frozen=True, slots=True)
class Description:
    """What a description says: ``pairs`` of its table, and the text that is no part of it."""

    pairs: dict[str, str] = field(default_factory=dict[str, str])
    rest: str = ""


@dataclass(slots=True)
class _Row:
    cells: list[str] = field(default_factory=list[str])
    heads: int = 0
    is_open: bool = False
    is_outer: bool = False


def description(text: str) -> Description:
    """Return what stands in a description; a long one is taken as text alone.

    >>> description("<table><tr><td>Mã</td><td>01</td></tr></table>").pairs
    {'Mã': '01'}
    """
    if len(text) > _MOST_TEXT or "<t" not in text.lower():
        return Description(rest=text.strip())
    reader = _Reader()
    reader.feed(text)
    reader.close()
    reader.end_row()
    return Description(reader.pairs, " ".join("".join(reader.rest).split()))


class _Reader(HTMLParser):
    """Follows rows and cells; whatever is left open is closed by what comes next."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pairs: dict[str, str] = {}
        self.rest: list[str] = []
        self._rows: list[_Row] = []
        self._names: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row or cell; a table inside a cell makes the outer row a frame."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            for row in self._rows:
                row.is_outer = True
        elif tag == "tr":
            if self._rows and not self._rows[-1].is_outer:
                self.end_row()
            self._rows.append(_Row())
        elif tag in {"td", "th"} and self._rows:
            row = self._rows[-1]
            row.cells.append("")
            row.is_open = True
            row.heads += tag == "th"
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        """Close a row or cell."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "tr":
            self.end_row()
        elif tag in {"td", "th"} and self._rows:
            self._rows[-1].is_open = False

    def handle_data(self, data: str) -> None:
        """Add text to the open cell, or to what is no table."""
        if self._silent:
            return
        row = self._rows[-1] if self._rows else None
        if row is not None and row.is_open and row.cells and not row.is_outer:
            row.cells[-1] += data
        else:
            self.rest.append(data)

    def end_row(self) -> None:
        """Take the last row: two cells are a pair, others are names over values, or text."""
        if not self._rows:
            return
        row = self._rows.pop()
        cells = [" ".join(cell.split()) for cell in row.cells]
        if row.is_outer:
            self.rest += [f"{cell} " for cell in cells]
        elif self._names and len(cells) == len(self._names):
            for name, value in zip(self._names, cells, strict=True):
                self._take(name, value)
            self._names = []
        elif len(cells) >= 2 and row.heads == len(cells):
            self._names = cells
        elif len(cells) == 2:
            self._take(cells[0], cells[1])
        else:
            self.rest += [f"{cell} " for cell in cells]

    def _take(self, name: str, value: str) -> None:
        name = name.rstrip(": ")
        if not name or len(name) > _LONGEST_KEY or name in self.pairs:
            self.rest.append(f"{name} {value} ")
        else:
            self.pairs[name] = value
