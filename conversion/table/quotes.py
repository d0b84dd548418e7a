"""Which columns of a delimited text are quoted as texts: then digits in them are no numbers.

R, Python (QUOTE_NONNUMERIC) and we ourselves quote every text and no number. That a file does so is
told by its header, which is quoted without need, by columns that are quoted in every row or in
none, and by something that is not quoted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from conversion.table.own import SHAPES

_MOST_ROWS: Final = 500
_QUOTE: Final = '"'
_CELL: Final = (
    r'[ \t]*(?P<text>"(?:[^"]|"")*+"|[^"{sign}\r\n][^{sign}\r\n]*+)?[ \t]*'
    r"(?P<end>{sign}|\r\n|\n|\r|$)"
)


def quoted(head: str, separator: str, *, whole: bool) -> Mapping[int, bool]:
    """Return by position whether a column is quoted; empty where quotes mean nothing.

    ``head``: the beginning of the text; ``whole``: it is all of it, so that its last row counts.
    """
    rows = list(islice(_rows(head, separator, whole=whole), _MOST_ROWS))
    if len(rows) < 2 or not _is_quoted(rows[0], separator):
        return {}
    seen: dict[int, set[bool]] = {}
    for row in rows[1:]:
        for at, cell in enumerate(row):
            if cell:
                seen.setdefault(at, set()).add(cell.startswith(_QUOTE))
    if any(len(kinds) > 1 for kinds in seen.values()):
        return {}
    found = {at: kinds.pop() for at, kinds in seen.items()}
    is_told = False in found.values() or rows[0][-1] in SHAPES
    return found if is_told else {}


def holds_rows(values: Sequence[str], separator: str, width: int) -> bool:
    """Return whether the lines of one row would each be a row of ``width`` cells, without quotes.

    >>> holds_rows(["3", "\\n4,5\\n9,"], ",", 2)
    True
    """
    lines = separator.join(values).split("\n")
    return min(width, len(lines)) > 1 and all(line.count(separator) == width - 1 for line in lines)


def _is_quoted(header: Sequence[str], separator: str) -> bool:
    """Return whether all names are quoted, one of them without need; a shape's may be bare."""
    names = header[:-1] if header[-1] in SHAPES else header
    needless = [one for one in names if separator not in one and _QUOTE not in one[1:-1]]
    return bool(needless) and all(one.startswith(_QUOTE) for one in names)


def _rows(head: str, separator: str, *, whole: bool) -> Iterator[list[str]]:
    """Yield the cells of each row as they stand in the text; none of a row that is cut."""
    sign = re.escape(separator)
    cell = re.compile(_CELL.replace("{sign}", sign))
    row: list[str] = []
    at = 0
    while at < len(head):
        found = cell.match(head, at)
        if found is None or not (found["end"] or whole):
            return
        row.append(found["text"] or "")
        at = found.end()
        if found["end"] != separator:
            yield row
            row = []
