"""What the reader of tables says of what it saw: codes of ``reader_findings`` and their values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from conversion.reading import Note
from conversion.row_numbers import listed
from conversion.table.header import Header
from conversion.table.place import Place
from conversion.table.plan import TablePlan
from conversion.text.encoding import decode, detect

VN_2000 = re.compile(r"vn[\s_-]*2000|múi|kinh tuy", re.IGNORECASE)
_LISTED: Final = 12


@dataclass(slots=True)
class Tally:
    """The numbers of the rows that were left out, not placed or odd, as they stand in the file."""

    unread: list[int] = field(default_factory=list[int])
    footers: list[int] = field(default_factory=list[int])
    headers: list[int] = field(default_factory=list[int])
    joined: list[int] = field(default_factory=list[int])

    def notes(self, place: Place) -> Iterator[Note]:
        """Yield what is to be said once all rows were read."""
        unread = "address_unmatched" if place.how == "address" else "coordinates_unread"
        for code, rows in (
            (unread, self.unread),
            ("footer_dropped", self.footers),
            ("header_repeated", self.headers),
            ("rows_in_quotes", self.joined),
        ):
            if rows:
                yield Note(code, values={"count": len(rows), "rows": listed(rows)})


def of_file(hidden: int, uncomputed: int) -> Iterator[Note]:
    """Say what of a workbook is not read: hidden sheets, formulas that were never computed."""
    if hidden:
        yield Note("hidden_sheets", values={"count": hidden})
    if uncomputed:
        yield Note("formulas_without_values", values={"count": uncomputed})


def of_start(
    header: Header, plan: TablePlan, names: Sequence[str], without: Sequence[str]
) -> Iterator[Note]:
    """Say where the table begins, which columns place its rows, which sheets have no place.

    ``names``: of all columns.
    """
    if not any(header.rows):
        yield Note("header_missing")
    elif len(header.rows) > 1 or header.titles:
        yield Note("header_found", values={"row": header.last, "titles": len(header.titles)})
    if without:
        listed_names = ", ".join(without[:_LISTED])
        yield Note("sheets_without_place", values={"count": len(without), "names": listed_names})
    yield from _of_place(plan, names)


def _of_place(plan: TablePlan, names: Sequence[str]) -> Iterator[Note]:
    shown = [_shown(names[at] if at < len(names) else "") for at in plan.place.columns]
    place = plan.place
    if place.how == "xy":
        values = {"east": shown[0], "north": shown[1]}
        yield Note("degrees_from" if place.degrees else "coordinates_from", values=values)
        if place.turned:
            yield Note("axes_swapped", values=values)
    elif place.how == "address":
        yield Note("address_from", values={"columns": ", ".join(shown)})
    else:
        yield Note("shape_from", values={"column": shown[0]})
    if not {column.position for column in plan.columns} & set(plan.place.columns):
        yield Note("place_not_kept", values={"columns": ", ".join(shown)})


def _shown(name: str) -> str:
    """Return a column's name as people read it, whatever encoding it is in."""
    return decode(name, detect([name]).encoding)
