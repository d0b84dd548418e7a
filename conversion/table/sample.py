"""A short text cut out of a long one: its beginning, and whole lines from all over it.

What is found in it is a claim. The conversion holds it against every row, and where it fails the
file is inspected again as a whole (``conversion.claims`` does the same for other formats).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import pyarrow as pa

from conversion.refusal import Refusal
from conversion.sampling import BLOCKS, LARGE_BYTES, starts
from conversion.table.plan import TablePlan
from conversion.table.rows import Row, Sheet, Value, is_empty
from conversion.table.types import Profile, decide
from layers.fields import FieldType

_PIECE: Final = 64 << 10
_BEGINNING: Final = 100
_SCRATCH: Final = Path("/job")


def is_large(path: Path) -> bool:
    """Return whether a text is to be looked at in parts: long, and with lines told by one byte."""
    if path.stat().st_size < LARGE_BYTES:
        return False
    with path.open("rb") as stream:
        return b"\0" not in stream.read(_PIECE)


def cut(path: Path, folder: Path = _SCRATCH) -> tuple[Path, float]:
    """Write an excerpt of the text at ``path``; return where, and how much longer the text is."""
    target = folder / path.name
    size = path.stat().st_size
    with path.open("rb") as stream, target.open("wb") as out:
        for piece in _pieces(stream, size):
            out.write(piece)
    return target, size / max(1, target.stat().st_size)


def _pieces(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Yield whole lines of pieces that do not overlap; the first one from the very beginning."""
    reached = 0
    for start in starts(size, BLOCKS, _PIECE):
        at = max(start, reached)
        stream.seek(at)
        piece = stream.read(_PIECE)
        first = 0 if at in {0, reached} else piece.find(b"\n") + 1
        last = piece.rfind(b"\n") + 1
        if first < last:
            yield piece[first:last]
            reached = at + last


def regular(sheet: Sheet) -> Sheet:
    """Return the sheet of an excerpt without lines that were cut out of a quoted text."""
    return replace(sheet, rows=lambda: _regular(sheet.rows()))


def _regular(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the beginning, and then the rows that are as wide as others."""
    widths: dict[int, int] = {}
    for at, row in enumerate(rows):
        width = len(row.values)
        widths[width] = widths.get(width, 0) + 1
        if at < _BEGINNING or 20 * widths[width] >= max(widths.values()):
            yield row


class Check:
    """Holds every row against what a sample said of the columns."""

    def __init__(self, sheet: Sheet, plan: TablePlan) -> None:
        self._sheet = sheet
        self._plan = plan
        self._kept = {one.position for one in plan.columns}
        self._place = [at for at in plan.place.columns if at not in self._kept]
        self._width = 1 + max(self._kept | {*self._place}, default=-1)
        narrow = [one for one in plan.columns if one.type is not FieldType.TEXT]
        self._profiles = [(one, Profile()) for one in narrow]
        for one, profile in self._profiles:
            profile.shapes.update(one.shapes)

    def look(self, rows: Sequence[Row], values: Sequence[Sequence[Value]]) -> None:
        """Raise Refusal where a value does not fit its column, or stands in none.

        ``values``: those of ``rows``, column by column.
        """
        beyond = any(len(row.values) > self._width for row in rows)
        known = self._kept | {*self._place}
        aside = (values[at] for at in range(self._width) if at not in known)
        if beyond or any(not is_empty(value) for column in aside for value in column):
            raise Refusal("sample-missed")
        for kept, profile in self._profiles:
            before = len(profile.shapes)
            profile.add(values[kept.position])
            if len(profile.shapes) != before and not self._is_same(kept.position, profile):
                raise Refusal("sample-missed")

    def place(self, values: Sequence[Sequence[Value]], geometry: pa.Array) -> None:
        """Raise Refusal where columns that are not kept say what is no geometry."""
        said = [values[at] for at in self._place]
        for at in np.flatnonzero(geometry.is_null().to_numpy(zero_copy_only=False)).tolist():
            if any(not is_empty(column[at]) for column in said):
                raise Refusal("sample-missed")

    def _is_same(self, position: int, profile: Profile) -> bool:
        (kept,) = (one for one in self._plan.columns if one.position == position)
        typed, comma = self._sheet.is_typed, self._sheet.comma
        quoted = self._sheet.quoted.get(position)
        now = decide(profile, position, kept.name, typed=typed, comma=comma, quoted=quoted)
        return (now.type, now.comma, now.month_first) == (kept.type, kept.comma, kept.month_first)
