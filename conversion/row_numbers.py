"""How a sentence names rows by their numbers."""

from collections.abc import Sequence
from typing import Final

_LISTED: Final = 12


def listed(rows: Sequence[int]) -> str:
    """Return the first row numbers, runs of them as one: "3, 7–9, 12 …"."""
    runs: list[list[int]] = []
    for number in rows:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        elif len(runs) == _LISTED:
            return ", ".join(map(_run, runs)) + " …"
        else:
            runs.append([number, number])
    return ", ".join(map(_run, runs))


def _run(ends: Sequence[int]) -> str:
    first, last = ends
    return str(first) if first == last else f"{first}–{last}"
