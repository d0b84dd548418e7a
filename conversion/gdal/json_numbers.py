"""Whole numbers in JSON that a reader rounds in silence: looked for in the text itself.

GDAL 3.12 takes integers from 10^18 on as floating point, which keeps 16 digits, and refuses a file
with one beyond 64 bits.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conversion.formats import Kind
from conversion.reading import Note

KINDS: Final = frozenset({Kind.GEOJSON, Kind.GEOJSONSEQ, Kind.TOPOJSON})

_CHUNK: Final = 8 << 20
_LARGE: Final = 64 << 20
_OVERLAP: Final = 64
_LONG: Final = re.compile(rb"[:,\[]\s{0,8}-?(\d{19,40})(?=\s{0,8}([,}\]]))")
_SHAPE: Final = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_DIGITS: Final = b"0" * 19
_LARGEST: Final = 2**63 - 1


def notes(path: Path, kind: Kind, *, all_of_it: bool) -> Iterator[Note]:
    """Say how many whole numbers of the file may be rounded; a large file is read only for good."""
    if kind not in KINDS or (path.stat().st_size > _LARGE and not all_of_it):
        return
    count = sum(1 for _ in _found(path))
    if count:
        yield Note("numbers_rounded", values={"count": count})


def beyond(path: Path) -> bool:
    """Return whether a whole number needs more than 64 bits."""
    return any(number > _LARGEST for number in _found(path))


def _found(path: Path) -> Iterator[int]:
    """Yield the whole numbers of 19 digits or more; each chunk begins with the end of the last."""
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            text = tail + chunk
            if _DIGITS in text.translate(_SHAPE):  # fifteen times as fast as the pattern
                for found in _LONG.finditer(text):
                    if found.end(2) > len(tail):
                        yield int(found[1])
            tail = text[-_OVERLAP:]
