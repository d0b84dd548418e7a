"""What every table is to us, whatever its file: sheets of numbered rows of plain values."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Final, NamedTuple

from conversion.reading import MAX_COLUMNS
from conversion.refusal import Refusal

MAX_ROWS: Final = 200_000
"""Rows of one sheet that hold anything; CSV has no such limit, for it is never held."""

MAX_CELLS: Final = 20_000_000

_LAST_ROW: Final = 1 << 20
"""Further down no spreadsheet program writes, and a claimed row number costs time to reach."""

type Value = str | int | float | bool | datetime | date | None
"""A cell: numbers and dates as a spreadsheet types them, text as it stands in the file."""


class Real(float):
    """A number that its file shows with decimals: a whole one among them is no whole number."""


class Row(NamedTuple):
    """One row; ``number`` counts from 1 as the program that made the file shows it."""

    number: int
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a file. ``rows`` starts over at each call and leaves out empty rows.

    ``raw_text``: each character of a text is one byte of the file. ``is_typed``: the file itself
    tells numbers from text, so that digits kept as text are meant as text. ``comma``: decimals are
    likely written with a comma; ``dialect``: how a delimited text is written; ``quoted``: by
    position, whether a column is quoted as text, where quotes tell texts from numbers;
    ``joined``: the rows met so far whose quotes may hold further rows.
    """

    name: str
    rows: Callable[[], Iterator[Row]]
    raw_text: bool = False
    is_typed: bool = True
    comma: bool | None = None
    dialect: object = None
    quoted: Mapping[int, bool] = field(default_factory=dict[int, bool])
    joined: set[int] = field(default_factory=set[int])


def filled(values: Sequence[Value]) -> int:
    """Return how many cells hold something."""
    return sum(not is_empty(value) for value in values)


def is_empty(value: Value) -> bool:
    """Return whether a cell holds nothing, or white space only."""
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def within_limits(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows of a spreadsheet that hold anything, as long as they are within limits.

    Raises:
        Refusal: there are more rows, cells or columns than one sheet may have.
    """
    cells = count = 0
    for row in rows:
        cells += max(1, len(row.values))
        if cells > MAX_CELLS or row.number > _LAST_ROW:
            raise Refusal("table-too-large")
        if not filled(row.values):
            continue
        count += 1
        if count > MAX_ROWS:
            raise Refusal("table-too-large")
        yield trimmed(row)


def trimmed(row: Row) -> Row:
    """Return the row without the empty cells at its end.

    Raises:
        Refusal: more than ``MAX_COLUMNS`` are left.
    """
    width = len(row.values)
    while width and is_empty(row.values[width - 1]):
        width -= 1
    if width > MAX_COLUMNS:
        raise Refusal("too-many-columns")
    return row if width == len(row.values) else Row(row.number, row.values[:width])


def batched(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    """Yield the rows in lists of at most ``size``."""
    while chunk := list(islice(rows, size)):
        yield chunk
