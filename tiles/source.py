"""Where the bytes of an archive lie: a file of this machine, or an object somewhere else."""

import mmap
from dataclasses import dataclass
from pathlib import Path

from gishue.core.blobs import Blobs
from tiles.archive import Source


class MappedFile:
    """A file in the address space: a read is a copy from the page cache.

    It stays readable when its name is gone: whoever reads an archive is not hurt by its successor.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.size = len(self._map)

    @property
    def is_near(self) -> bool:
        """It is."""
        return True

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``; fewer where it ends before."""
        return self._map[offset : offset + length]


@dataclass(frozen=True, slots=True)
class FarObject:
    """An object of a store that is no folder: each read asks for a range of it."""

    blobs: Blobs
    sha256: str
    size: int

    @property
    def is_near(self) -> bool:
        """It is not."""
        return False

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``; fewer where it ends before."""
        end = min(offset + length, self.size)
        return self.blobs.read(self.sha256, offset, end - offset) if end > offset else b""


def source(blobs: Blobs, sha256: str) -> Source:
    """Return where the content ``sha256`` is read from.

    Raises:
        NotFound: no such content.
    """
    if blobs.folder is None:
        return FarObject(blobs, sha256, blobs.size(sha256))
    with blobs.file(sha256) as path:
        return MappedFile(path)
