"""Zero characters in JSON, at which GDAL ends a text: looked for and left out before it reads."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conversion.formats import Kind
from conversion.reading import Note

KINDS: Final = frozenset({Kind.GEOJSON, Kind.GEOJSONSEQ, Kind.TOPOJSON})

_CHUNK: Final = 8 << 20
_MOST_COPIED: Final = 128 << 20
_LONGEST: Final = 1 << 20
# After an even number of backslashes u0000 is text.
_ZERO: Final = re.compile(rb"(?<!\\)((?:\\\\)*+)\\u0000|\0")
_SIGNS: Final = (b"\\u0000", b"\0")


def without(path: Path, kind: Kind, *, all_of_it: bool) -> tuple[Path, list[Note]]:
    """Return the file, or a copy without its zero characters, and what is to be said of them.

    A file too large for a copy stays as it is, and is looked at only where all of it is read.
    """
    if kind not in KINDS or _is_wide(path):
        return path, []
    if path.stat().st_size > _MOST_COPIED and not all_of_it:
        return path, []
    count = sum(found for _, found in _pieces(path))
    if not count:
        return path, []
    if path.stat().st_size > _MOST_COPIED:
        return path, [Note("zeros_cut_text", values={"count": count})]
    target = Path(tempfile.mkdtemp()) / path.name
    with target.open("wb") as out:
        out.writelines(piece for piece, _ in _pieces(path))
    return target, [Note("zeros_left_out", values={"count": count})]


def _is_wide(path: Path) -> bool:
    """Return whether the file is in UTF-16 or UTF-32, where zero bytes are halves of letters."""
    with path.open("rb") as stream:
        return b"\0" in stream.read(4)


def _pieces(path: Path) -> Iterator[tuple[bytes, int]]:
    """Yield the file without its zero characters, piece by piece, and how many each had."""
    tail = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            text = tail + chunk
            end = _end(text)
            yield _cleaned(text[:end])
            tail = text[end:]
    yield _cleaned(tail)


def _cleaned(text: bytes) -> tuple[bytes, int]:
    if not any(sign in text for sign in _SIGNS):
        return text, 0
    return _ZERO.subn(rb"\1", text)


def _end(text: bytes) -> int:
    """Return where a text ends that may end within an escape: before its backslashes."""
    bare = text.rstrip(b"0").removesuffix(b"u")
    if not bare.endswith(b"\\"):
        return len(text)
    end = len(bare.rstrip(b"\\"))
    return end if len(text) - end < _LONGEST else len(text)
