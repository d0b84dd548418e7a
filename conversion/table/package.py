"""The zip around a spreadsheet, checked before any reader sees it. Runs inside the sandbox.

Sizes are counted while unpacking, for what a directory claims is a stranger's word; XML that
declares a document type or an entity is refused, as no spreadsheet program writes one.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from conversion.refusal import Refusal

_MEMBERS: Final = 2_000
_RATIO: Final = 200
_RATIO_FROM: Final = 64 << 20
_ONE: Final = 1 << 30
_ALL: Final = 2 << 30
_CHUNK: Final = 1 << 20
_OVERLAP: Final = 64
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_UNCOMPUTED = re.compile(rb"</(?:\w+:)?f>(?:<v ?/>|<v></v>)?</(?:\w+:)?c>")
BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, struct.error, zlib.error, ValueError,
    NotImplementedError,
)  # fmt: skip


def check(path: Path) -> int:
    """Return how many formulas were stored without a value.

    Raises:
        Refusal: damaged, joined to another, locked, too large when unpacked, or with XML that is
            not plain.
    """
    with opened(path) as package:
        members = package.infolist()
        if len(members) > _MEMBERS:
            raise Refusal("archive-members")
        if members and min(info.header_offset for info in members) > 0:
            raise Refusal("archive-joined")
        if any(info.flag_bits & 1 for info in members):
            raise Refusal("table-locked")
        total = uncomputed = 0
        for info in members:
            if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                size, empty = _scan(package, info, _ALL - total)
                total += size
                uncomputed += empty
        return uncomputed


@contextmanager
def opened(path: Path) -> Generator[zipfile.ZipFile]:
    """Lend the package; whatever is wrong with it becomes a refusal."""
    try:
        with zipfile.ZipFile(path) as package:
            yield package
    except BROKEN as error:
        raise Refusal("unreadable") from error


def _scan(package: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> tuple[int, int]:
    """Return a part's true size and how many of its formulas have no value."""
    size = uncomputed = 0
    tail = b""
    with package.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > min(_ONE, left) or _swells(size, info.compress_size):
                raise Refusal("archive-bomb")
            window = tail + chunk
            if b"\0" in chunk or _DECLARATION.search(window):
                raise Refusal("table-xml")
            uncomputed += sum(found.end() > len(tail) for found in _UNCOMPUTED.finditer(window))
            tail = window[-_OVERLAP:]
    return size, uncomputed


def _swells(size: int, packed: int) -> bool:
    return size > _RATIO_FROM and size > _RATIO * max(1, packed)
