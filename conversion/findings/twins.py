"""Rows whose boxes are the same: the only ones whose geometry can be the same.

Eight bytes a row, so that looking for duplicates costs the database nothing where there are none.
Runs inside the sandbox; the database decides (``conversion.findings.checks``).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

ROWS: Final = 4_000_000
"""Beyond so many rows (32 MB) the database looks by itself."""
TWINS: Final = 20_000
"""Beyond so many suspects, too."""

type Hashes = np.ndarray[tuple[int], np.dtype[np.uint64]]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


@dataclass(slots=True)
class Boxes:
    """The boxes of all rows so far, each as a number; absent shapes have one of their own."""

    rows: int = 0
    hashes: list[Hashes] = field(default_factory=list[Hashes])

    def look(self, bounds: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
        """Add a batch of boxes (xmin, ymin, xmax, ymax), NaN where a row has no geometry."""
        self.rows += len(bounds)
        if self.rows > ROWS:
            self.hashes = []
            return
        mixed = np.zeros(len(bounds), np.uint64)
        for column in np.ascontiguousarray(bounds.T + 0.0).view(np.uint64):
            mixed = (mixed ^ column) * _FACTOR
            mixed ^= mixed >> _SHIFT
        self.hashes.append(mixed)

    def twins(self) -> list[int] | None:
        """Return the rows (from 1) that share their box with another, None where too many to say.

        Rows without geometry are among them when there are several.
        """
        if self.rows > ROWS:
            return None
        every = np.concatenate([*self.hashes, np.empty(0, np.uint64)])
        order = np.argsort(every, kind="stable")
        same = every[order][1:] == every[order][:-1]
        shares = np.zeros(len(every), np.bool_)
        shares[order[1:][same]] = True
        shares[order[:-1][same]] = True
        found = np.flatnonzero(shares)
        return None if len(found) > TWINS else (found + 1).tolist()


def read_twins(said: object) -> list[int] | None:
    """Return the rows that a sandboxed reader names.

    Raises:
        ValueError: they are none of ours.
    """
    if said is None:
        return None
    if not isinstance(said, list) or len(said) > TWINS:  # pyright: ignore[reportUnknownArgumentType]  a stranger's JSON
        raise ValueError("not a list of rows")
    return [int(str(one)) for one in said]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  the same
