"""What single features showed while a file was read: counts that are exact, examples up to a limit.

Filled inside the sandbox batch by batch; it leaves in the report, and is checked on arrival.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

KEPT: Final = 1_000
"""So many features of one code are kept with their place; the count goes on."""

_CODES = 60
_COLUMNS = 1_000
_DETAILS = 12
_TEXT = 200

type Value = str | int | float
type Positions = Sequence[int] | np.ndarray[tuple[int], np.dtype[np.intp]]


@dataclass(frozen=True, slots=True)
class Sighting:
    """One feature: its row (from 1, in the file's order), the column (from 1; 0: the whole row),
    and a point in the storage CRS (x first) where there is one.
    """

    code: str
    row: int
    column: int = 0
    x: float | None = None
    y: float | None = None
    detail: Mapping[str, Value] = field(default_factory=dict[str, Value])


@dataclass(slots=True)
class Sightings:
    """``counts`` by code and column (as text, for JSON); ``first``: row of the batch at hand."""

    first: int = 1
    counts: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    kept: list[Sighting] = field(default_factory=list[Sighting])

    def count(self, code: str, column: int = 0) -> int:
        """Return how many features were seen of ``code`` in ``column``."""
        return self.counts.get(code, {}).get(str(column), 0)

    def room(self, code: str) -> int:
        """Return how many more features of ``code`` are kept."""
        return max(0, KEPT - sum(self.counts.get(code, {}).values()))

    def add(
        self,
        code: str,
        positions: Positions,
        *,
        column: int = 0,
        points: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None = None,
        details: Sequence[Mapping[str, Value]] | None = None,
    ) -> None:
        """Count the features at ``positions`` of the batch; keep those there is room for.

        ``points`` (x, y) and ``details`` stand beside the positions; either may be shorter.
        """
        room = self.room(code)
        for turn, position in enumerate(positions[:room]):
            x, y = points[turn].tolist() if points is not None and turn < len(points) else (0, 0)
            there = points is not None and math.isfinite(x) and math.isfinite(y)
            said = details[turn] if details is not None and turn < len(details) else {}
            row = self.first + int(position)
            place = (x, y) if there else (None, None)
            self.kept.append(Sighting(code, row, column, *place, detail=said))
        self.tally(code, len(positions), column)

    def tally(self, code: str, number: int, column: int = 0) -> None:
        """Count ``number`` more features without a place."""
        if number:
            columns = self.counts.setdefault(code, {})
            columns[str(column)] = columns.get(str(column), 0) + number


def read_sightings(said: Mapping[str, Any]) -> Sightings:
    """Return what a sandboxed reader reports, in our types and within our limits.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is none of ours.
    """
    counts = {
        str(code)[:_TEXT]: {
            str(int(column)): int(number) for column, number in list(columns.items())[:_COLUMNS]
        }
        for code, columns in list(said["counts"].items())[:_CODES]
    }
    kept = [_sighting(one) for one in said["kept"][: KEPT * _CODES]]
    return Sightings(1, counts, [one for one in kept if one.code in counts])


def _sighting(said: Mapping[str, Any]) -> Sighting:
    return Sighting(
        str(said["code"]),
        int(said["row"]),
        int(said["column"]),
        _number(said["x"]),
        _number(said["y"]),
        {_plain(name): _value(value) for name, value in list(said["detail"].items())[:_DETAILS]},
    )


def _number(said: Any) -> float | None:
    return None if said is None else float(said)


def _value(said: Any) -> Value:
    return said if isinstance(said, int | float) else _plain(said)


def _plain(said: Any) -> str:
    return "".join(char for char in str(said)[:_TEXT] if char.isprintable())
