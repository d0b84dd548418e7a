"""Which sheets of a file are tables with a place, and which one is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from conversion.refusal import Refusal
from conversion.table import addresses, own
from conversion.table import header as table_header
from conversion.table import place as table_place
from conversion.table.header import Header
from conversion.table.place import Place
from conversion.table.rows import Row, Sheet, is_empty

_SAMPLE: Final = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet whose rows can be placed, as its first rows show it."""

    sheet: Sheet
    header: Header
    names: tuple[str, ...]
    place: Place
    sample: list[Row]


def placed_sheets(
    sheets: Sequence[Sheet], options: Mapping[str, str]
) -> tuple[list[Found], list[str]]:
    """Return the sheets whose rows can be placed, and the names of those with rows that cannot."""
    found: list[Found] = []
    without: list[str] = []
    missing: Refusal | None = None
    is_empty_table = False
    for sheet in sheets:
        try:
            one = _look(sheet, options)
        except Refusal as refusal:
            if refusal.code != "table-no-column":
                raise
            one, missing = None, refusal
        if isinstance(one, Found):
            found.append(one)
        elif one is True:
            is_empty_table = True
        elif one is None:
            without.append(sheet.name)
    if not found:
        empty = "table-only-header" if is_empty_table else "table-no-rows"
        raise missing or Refusal("table-no-place" if without and not is_empty_table else empty)
    return found, without


def _look(sheet: Sheet, options: Mapping[str, str]) -> Found | bool | None:
    """Return the sheet with its place; None where nothing says it, False where there is no table.

    True: a header names the coordinates, and no row follows.

    Raises:
        Refusal: a person named a column that it does not have.
    """
    rows = list(islice(sheet.rows(), _SAMPLE))
    header = table_header.find(rows)
    if header is None:
        return any(table_place.is_heading(row.values) for row in rows[-2:])
    data = [row for row in rows if row.number > header.last]
    data = [row for row in data if not table_header.is_footer(row.values)]
    if not data:
        return False
    width = max(len(header.names), *(len(row.values) for row in data))
    names = unique((*header.names, *[""] * (width - len(header.names))))
    place = table_place.told(names, data, options) or own.place(names, data)
    place = place or table_place.find(names, data) or addresses.find(names, data)
    return None if place is None else Found(sheet, header, names, place, data)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return a name for every column, none of them twice: facts are kept by name."""
    taken: set[str] = set()
    made: list[str] = []
    for position, given in enumerate(names, start=1):
        name, turn = given or f"cot_{position}", 1
        while name in taken:
            turn += 1
            name = f"{given or 'cot'}_{turn if given else position}"
            if not given:
                name = f"cot_{position}_{turn}"
        taken.add(name)
        made.append(name)
    return tuple(made)


def choose(found: Sequence[Found], wanted: str) -> Found:
    """Return the sheet of that name; without a name the first.

    Raises:
        Refusal: there is none.
    """
    for one in found:
        if not wanted or one.sheet.name == wanted:
            return one
    raise Refusal("no-such-layer")


def words_of(found: Found) -> list[str]:
    """Return the words of titles, headers and the sheet's name: they may name a CRS."""
    heads = [str(value) for row in found.header.rows for value in row if not is_empty(value)]
    name = found.sheet.name if found.sheet.is_typed else ""
    return list(dict.fromkeys(one for one in (*found.header.titles, *heads, name) if one))
