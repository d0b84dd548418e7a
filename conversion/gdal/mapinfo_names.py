"""Column names of a MapInfo file without charset: bytes that a driver cannot hand over.

Text in such a file comes through as bytes, but names must be UTF-8 on the way; where they are not,
the driver reads a view of the file that has plain names.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from conversion.formats import BY_KIND, Kind
from conversion.refusal import Refusal

_HEAD: Final = 1 << 20
_MOST_COPIED: Final = 128 << 20
_BLOCK: Final = re.compile(rb"^[ \t]*(?:Columns|Fields)[ \t]+(\d{1,4})[^\n]*\n", re.I | re.M)


def plain(path: Path, kind: Kind) -> tuple[Path, list[str]]:
    """Return the file, or a view of it with plain column names and the names, one letter a byte.

    Raises:
        Refusal: the file is too large for a view.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    found = _BLOCK.search(head)
    if found is None:
        return path, []
    lines = head[found.end() :].split(b"\n")[: int(found[1])]
    names = [_name(line) for line in lines]
    if all(name.isascii() for name in names):
        return path, []
    ours = [line.replace(name, b"c%d" % at, 1) for at, (line, name) in enumerate(_pairs(lines))]
    start, end = found.end(), found.end() + len(b"\n".join(lines))
    view = _view(path, kind, head[:start] + b"\n".join(ours), end)
    return view, [name.decode("latin-1") for name in names]


def _pairs(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    return [(line, _name(line)) for line in lines]


def _name(line: bytes) -> bytes:
    """Return the name that a line of the block begins with; its type follows."""
    return (line.split(None, 1) or [b""])[0]


def _view(path: Path, kind: Kind, head: bytes, rest: int) -> Path:
    """Write the file anew with another head; its parts are linked beside it."""
    if path.stat().st_size > _MOST_COPIED:
        raise Refusal("memory")
    target = Path(tempfile.mkdtemp()) / path.name
    with path.open("rb") as source, target.open("wb") as out:
        source.seek(rest)
        out.write(head)
        shutil.copyfileobj(source, out)
    for part in BY_KIND[kind].parts:
        if path.with_suffix(part).exists():
            os.symlink(path.with_suffix(part), target.with_suffix(part))
    return target
