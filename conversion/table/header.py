"""Where a sheet's table begins and what its columns are called.

Above a department's table stand titles, often over merged cells; its header may take two rows, the
upper one naming groups; below come a row of column numbers, and after the data totals and
signatures. What is left out is counted by whoever reads the rows.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from conversion.table.degrees import coordinate
from conversion.table.rows import Row, Value, filled, is_empty
from conversion.table.text import keys

_LOOKED_AT: Final = 60
_TALLEST: Final = 3
_BELOW: Final = 30
_MOSTLY: Final = 0.6
_TOTALS = re.compile(
    "tong|tong cong|tong so|tong chung|tong cong so|cong|cong chung|tong hop|total|grand total|"
    "sub total|subtotal|sum|totals"
)
_SIGNATURE = re.compile(
    r"nguoi (lap|ky|kiem|nhap|do|ve)( .*)?|(lap|kiem tra|xac nhan|thu truong|giam doc)( .*)?"
    r"|(.* )?ngay \d* ?thang \d* ?nam \d*|(ghi chu|note|nguon|source) .*"
)
_FOOTER_STARTS: Final = frozenset("tTcCnNgGsSlLxXkKhH")
_MOST_IN_FOOTER: Final = 3
_YEARS: Final = frozenset(map(str, range(1900, 2101)))
_NUMBERED = re.compile(r"\((\d{1,3})\)")


@dataclass(frozen=True, slots=True)
class Header:
    """``last``: number of the last row before the data (0: data from the first row on).

    ``names`` as they stand in the file, one per column, empty where there is none. ``rows`` of the
    header itself; ``titles``: what stands above it.
    """

    last: int
    names: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...] = ()
    titles: tuple[str, ...] = ()


def find(rows: Sequence[Row]) -> Header | None:
    """Return the header of a sheet that begins with ``rows``; None where there is no table."""
    width = _usual_width(rows)
    at = _top(rows, width)
    if at is None:
        return None
    while at + 1 < len(rows) and _is_title(rows[at].values, rows[at + 1].values, width):
        at += 1
    if not _is_header(rows[at].values):
        return Header(rows[at].number - 1, _numbered_names(rows), titles=_titles(rows[:at]))
    height = _height(rows, at)
    taken = [row.values for row in rows[at : at + height]]
    below = rows[at + height :]
    if below and _is_numbering(below[0].values):
        height += 1
    if len(rows) <= at + height:
        return None
    last = rows[at + height - 1].number
    block = tuple(tuple(values) for values in taken)
    return Header(last, _joined(taken, _widest(rows[at:])), block, _titles(rows[:at]))


def is_footer(values: Sequence[Value]) -> bool:
    """Return whether a row looks like a total or a signature; its place must be unread as well."""
    first = (values and values[0]) or next((value for value in values if not is_empty(value)), None)
    if not isinstance(first, str) or first.strip()[:1] not in _FOOTER_STARTS or len(first) > 200:
        return False
    said = keys(first)
    if any(_TOTALS.fullmatch(key) for key in said):
        return True
    signs = any(_SIGNATURE.fullmatch(key) for key in said)
    return signs and filled(values) <= _MOST_IN_FOOTER


def _usual_width(rows: Sequence[Row]) -> float:
    counts = [filled(row.values) for row in rows[:200]]
    several = [count for count in counts if count > 1]
    return median(several) if len(several) >= 1 else 1


def _top(rows: Sequence[Row], width: float) -> int | None:
    """Return the index of the first row that is as wide as a header would be."""
    least = 1 if width < 2 else max(2, width / 2)
    for at, row in enumerate(rows[:_LOOKED_AT]):
        if filled(row.values) >= least and not _is_one_text(row.values):
            return at
    return None


def _is_one_text(values: Sequence[Value]) -> bool:
    """Return whether a title was repeated over its merged cells."""
    said = {value for value in values if not is_empty(value)}
    return len(said) == 1 and filled(values) > 1


def _is_title(row: Sequence[Value], below: Sequence[Value], width: float) -> bool:
    """Return whether a row with gaps stands above a row that is a whole header by itself."""
    return (
        filled(row) < width <= filled(below)
        and not is_empty(below[0])
        and row[:1] != below[:1]
        and all(_is_word(value) for value in below)
    )


def _is_header(values: Sequence[Value]) -> bool:
    """Return whether most cells are words: a year or two may head columns."""
    some = [value for value in values if not is_empty(value)]
    words = sum(_is_word(value) or _is_year(value) for value in some)
    return (
        words > len(some) / 2
        and any(map(_is_word, some))
        and not any(_is_long(value) for value in some)
    )


def _is_word(value: Value) -> bool:
    return isinstance(value, str) and coordinate(value) is None


def _is_year(value: Value) -> bool:
    return str(value).strip() in _YEARS


def _is_long(value: Value) -> bool:
    return isinstance(value, str) and len(value) > 500


def _height(rows: Sequence[Row], at: int) -> int:
    """Return how many rows the header takes."""
    height = 1
    while height < _TALLEST and at + height + 1 < len(rows):
        below = rows[at + height + 1 : at + height + 1 + _BELOW]
        row = rows[at + height].values
        if _is_numbering(row) or not _continues(rows[at].values, row, below):
            break
        height += 1
    return height


def _continues(top: Sequence[Value], row: Sequence[Value], below: Sequence[Row]) -> bool:
    """Return whether ``row`` is the header's next: words only, over numbers or under gaps."""
    words = [at for at, value in enumerate(row) if not is_empty(value)]
    if any(not isinstance(row[at], str) or coordinate(row[at]) is not None for at in words):
        return False
    if any(_column_is_numeric(below, at) for at in words):
        return True
    gaps = [at for at in words if at >= len(top) or is_empty(top[at])]
    return len(gaps) >= 1 and is_empty(row[0] if row else None)


def _column_is_numeric(below: Sequence[Row], at: int) -> bool:
    values = [row.values[at] for row in below if at < len(row.values)]
    some = [value for value in values if not is_empty(value)]
    numbers = sum(coordinate(value) is not None for value in some)
    return bool(some) and numbers >= _MOSTLY * len(some)


def _is_numbering(values: Sequence[Value]) -> bool:
    """Return whether a row counts the columns: (1) (2) (3)."""
    some = [str(value).strip() for value in values if not is_empty(value)]
    counted = sum(_NUMBERED.fullmatch(value) is not None for value in some)
    return len(some) > 2 and counted >= len(some) - 2


def _joined(taken: Sequence[Sequence[Value]], width: int) -> tuple[str, ...]:
    """Return one name per column: the group's and its own, as in "Tọa độ / X (m)"."""
    filled_rows = [_spread(values, taken[at + 1 :], width) for at, values in enumerate(taken)]
    names: list[str] = []
    for column in range(width):
        parts = [_clean(values[column]) for values in filled_rows]
        names.append(" / ".join(dict.fromkeys(part for part in parts if part)))
    return tuple(names)


def _spread(
    values: Sequence[Value], below: Sequence[Sequence[Value]], width: int
) -> Sequence[Value]:
    """Return a header row with each group's name over all of the group's columns."""
    row: list[Value] = [*values, *([None] * (width - len(values)))]
    for column in range(1, width):
        under = any(column < len(one) and not is_empty(one[column]) for one in below)
        before = any(column <= len(one) and not is_empty(one[column - 1]) for one in below)
        if is_empty(row[column]) and under and before:
            row[column] = row[column - 1]
    return row


def _clean(value: Value) -> str:
    return "" if is_empty(value) else " ".join(str(value).split())


def _widest(rows: Sequence[Row]) -> int:
    return max((len(row.values) for row in rows), default=0)


def _numbered_names(rows: Sequence[Row]) -> tuple[str, ...]:
    return ("",) * _widest(rows)


def _titles(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(_texts(rows))


def _texts(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield from dict.fromkeys(_clean(value) for value in row.values if not is_empty(value))
