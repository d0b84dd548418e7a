"""Columns that hold the geometry and nothing else: they place the rows and are no fields.

A column of written shapes is one in anybody's table. Two columns of coordinates are one where they
stand as our own tables end and are written: a department's X and Y are values that people look at.
"""

from collections.abc import Sequence
from typing import Final

from conversion.table.degrees import coordinate
from conversion.table.place import Place
from conversion.table.rows import Real, Row, Sheet, is_empty
from conversion.table.shapes import SHAPE_TEXT
from gishue.core.crs import HUE

SHAPE: Final = "WKT"
DEGREES: Final = ("lon", "lat")
METRES: Final = ("E", "N")
"""On Vietnamese paper X is north, elsewhere east; these say it in every language."""

TEMPLATE_XY: Final = (f"X (m) EPSG:{HUE}", f"Y (m) EPSG:{HUE}")
"""North, then east, as on paper: the empty table that a department fills in."""

_MARK: Final = "_GISHue"
SHAPES: Final = (SHAPE, f"{SHAPE}{_MARK}")


type Columns = tuple[int, ...]


def headers(wanted: Sequence[str], taken: frozenset[str]) -> list[str]:
    """Return the headers of the geometry; where one is taken (casefolded), both are marked."""
    is_free = not any(name.casefold() in taken for name in wanted)
    return list(wanted) if is_free else [f"{name}{_MARK}" for name in wanted]


def place(names: Sequence[str], rows: Sequence[Row]) -> Place | None:
    """Return the place that marked headers at the end of a table name, None where there is none."""
    if tuple(names[-1:]) == SHAPES[1:] and _any_shape(rows, len(names) - 1):
        return Place("shape", (len(names) - 1,))
    for pair in (DEGREES, METRES):
        marked = tuple(f"{name}{_MARK}" for name in pair)
        if tuple(names[-2:]) == marked and _any_number(rows, len(names) - 2):
            return Place("xy", (len(names) - 2, len(names) - 1), degrees=pair is DEGREES)
    return None


def repeating(sheet: Sheet, names: Sequence[str], sample: Sequence[Row], at: Place) -> Columns:
    """Return the columns that say no more than the geometry, where every value of them is read."""
    if at.how == "shape":
        return at.columns
    if at.how == "xy" and tuple(names[one] for one in sorted(at.columns)) == TEMPLATE_XY:
        return at.columns
    if at.how != "xy" or at.turned or at.columns != (len(names) - 2, len(names) - 1):
        return ()
    ends = tuple(name.removesuffix(_MARK) for name in names[-2:])
    is_ours = bool(sheet.quoted) or _any_real(sample, len(names) - 1)
    return at.columns if ends in (DEGREES, METRES) and is_ours else ()


def _any_real(rows: Sequence[Row], at: int) -> bool:
    """Return whether a number is shown with decimals throughout, as our workbooks show theirs."""
    return any(at < len(row.values) and isinstance(row.values[at], Real) for row in rows)


def _any_shape(rows: Sequence[Row], at: int) -> bool:
    values = [row.values[at] for row in rows if at < len(row.values)]
    return any(isinstance(one, str) and SHAPE_TEXT.match(one) is not None for one in values)


def _any_number(rows: Sequence[Row], at: int) -> bool:
    values = [row.values[at] for row in rows if at < len(row.values)]
    return any(coordinate(one) is not None for one in values if not is_empty(one))
