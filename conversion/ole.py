"""The names in an OLE2 container: old Excel, DGN v8 and Word files are all one of these.

Source: [MS-CFB] Compound File Binary File Format, sections 2.2 (header) and 2.6 (directory).
"""

import struct
from typing import BinaryIO, Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ROOTS: Final = frozenset({"Root Entry", "R"})
"""What the first entry of a whole container is called; on an old Mac by one letter."""

_ENTRY: Final = 128
_MOST_SECTORS: Final = 256
_HEADER_FAT: Final = 109


def names(stream: BinaryIO) -> frozenset[str]:
    """Return the names of storages and streams; none where the container is damaged."""
    stream.seek(0)
    header = stream.read(512)
    if len(header) < 512 or not header.startswith(MAGIC):
        return frozenset()
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in (9, 12):
        return frozenset()
    (sector,) = struct.unpack_from("<I", header, 48)
    fat = struct.unpack_from(f"<{_HEADER_FAT}I", header, 76)
    found: set[str] = set()
    for _ in range(_MOST_SECTORS):
        body = _sector(stream, sector, shift)
        found |= {_name(body[at : at + _ENTRY]) for at in range(0, len(body), _ENTRY)}
        following = _next(stream, sector, shift, fat)
        if following is None:
            break
        sector = following
    return frozenset(found - {""})


def _sector(stream: BinaryIO, number: int, shift: int) -> bytes:
    stream.seek((number + 1) << shift)
    return stream.read(1 << shift)


def _next(stream: BinaryIO, sector: int, shift: int, fat: tuple[int, ...]) -> int | None:
    """Return the sector after this one in its chain, as far as the header's own table reaches."""
    per_sector = 1 << (shift - 2)
    page, at = divmod(sector, per_sector)
    if page >= len(fat) or fat[page] >= 0xFFFFFFFA:
        return None
    body = _sector(stream, fat[page], shift)
    if len(body) < 4 * (at + 1):
        return None
    (following,) = struct.unpack_from("<I", body, 4 * at)
    return following if following < 0xFFFFFFFA else None


def _name(entry: bytes) -> str:
    if len(entry) < _ENTRY or not entry[66]:
        return ""
    (size,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(0, min(size, 64) - 2)].decode("utf-16-le", "replace")
