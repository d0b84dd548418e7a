"""Tiles become one archive: bodies wait in a temporary file, and are written by tile id.

What is kept in memory is a few numbers a tile, never a body. Equal bodies stand in the file once.
"""

import gzip
import json
import os
import tempfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

from pmtiles import tile as pm
from pmtiles.tile import Compression, HeaderDict, TileType
from pmtiles.writer import optimize_directories

from gishue.core.bounds import Bounds
from tiles.archive import DIGEST_BYTES, DIGESTS, HEADER_BYTES, NOTES, Archive

_ROOT_MOST: Final = 16_384 - HEADER_BYTES
"""The format wants header and root within so many bytes."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an archive says of itself: zooms, bounds (EPSG:4326) and metadata for people."""

    minzoom: int
    maxzoom: int
    bounds: Bounds
    metadata: Mapping[str, Any]


@dataclass(slots=True)
class _Sorted:
    """Entries by tile id: ids, offsets among the written bodies, where each body comes from."""

    entries: list[pm.Entry] = field(default_factory=list[pm.Entry])
    digests: bytearray = field(default_factory=bytearray)
    bodies: array[int] = field(default_factory=lambda: array("Q"))
    """Which of the collected tiles are written, in that order."""
    size: int = 0
    tiles: int = 0


class Binder:
    """Collects tiles in any order; ``write`` makes the archive of them. Used as a context."""

    def __init__(self, scratch: Path, old: Archive | None = None) -> None:
        """``old``: where tiles that are copied lie; its source is near."""
        self._old = old
        self._ids, self._places, self._lengths = array("Q"), array("Q"), array("Q")
        self._is_old = bytearray()
        self._digests = bytearray()
        self._notes: dict[int, str] = {}
        self._spill: BinaryIO = tempfile.TemporaryFile(dir=scratch, prefix="tiles-")  # noqa: SIM115 - closed by the context
        self._spilt = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._spill.close()

    def __len__(self) -> int:
        """How many tiles are collected."""
        return len(self._ids)

    def add(self, wanted: int, body: bytes, digest: str, note: str = "") -> None:
        """Take the tile of an id; an empty one leaves at most its note."""
        if note:
            self._notes[wanted] = note
        if body:
            self._spill.write(body)
            self._take(wanted, self._spilt, len(body), bytes.fromhex(digest), is_old=False)
            self._spilt += len(body)

    def keep(self, wanted: int, offset: int, length: int, digest: bytes) -> None:
        """Take a tile of the old archive, which is copied at the end."""
        self._take(wanted, offset, length, digest, is_old=True)

    def remark(self, wanted: int, note: str) -> None:
        """Take what must be said beside a tile."""
        self._notes[wanted] = note

    def write(self, target: Path, told: Told) -> int:
        """Write the archive, have it on the disk, and return how many tiles it has."""
        ready = self._sort()
        with target.open("wb") as file:
            head = self._head(ready, told)
            file.write(head)
            for chunk in self._chunks(ready):
                file.write(chunk)
            file.write(ready.digests)
            file.flush()
            os.fsync(file.fileno())
        return ready.tiles

    def _take(self, wanted: int, place: int, length: int, digest: bytes, *, is_old: bool) -> None:
        self._ids.append(wanted)
        self._places.append(place)
        self._lengths.append(length)
        self._is_old.append(is_old)
        self._digests += digest

    def _sort(self) -> _Sorted:
        ready, written = _Sorted(), dict[bytes, int]()
        for at in sorted(range(len(self._ids)), key=self._ids.__getitem__):
            digest = bytes(self._digests[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES])
            offset, length = written.get(digest, -1), self._lengths[at]
            ready.tiles += 1
            if offset < 0:
                offset = written[digest] = ready.size
                ready.bodies.append(at)
                ready.size += length
            last = ready.entries[-1] if ready.entries else None
            goes_on = last is not None and last.tile_id + last.run_length == self._ids[at]
            if last is not None and goes_on and last.offset == offset:
                last.run_length += 1
                continue
            ready.entries.append(pm.Entry(self._ids[at], offset, length, 1))
            ready.digests += digest
        return ready

    def _chunks(self, ready: _Sorted) -> Iterator[bytes]:
        self._spill.flush()
        for at in ready.bodies:
            if self._is_old[at] and self._old is not None:
                yield self._old.source.read(self._places[at], self._lengths[at])
                continue
            self._spill.seek(self._places[at])
            yield self._spill.read(self._lengths[at])

    def _head(self, ready: _Sorted, told: Told) -> bytes:
        """Return all that stands before the bodies."""
        notes: dict[str, list[int]] = {}
        for wanted, note in sorted(self._notes.items()):
            notes.setdefault(note, []).append(wanted)
        said = {**told.metadata, NOTES: notes, DIGESTS: ready.size}
        root, leaves, _ = optimize_directories(ready.entries, _ROOT_MOST)
        metadata = gzip.compress(json.dumps(said, ensure_ascii=False).encode(), mtime=0)
        header = _header(told, ready)
        header["root_length"] = len(root)
        header["metadata_offset"] = HEADER_BYTES + len(root)
        header["metadata_length"] = len(metadata)
        header["leaf_directory_offset"] = header["metadata_offset"] + len(metadata)
        header["leaf_directory_length"] = len(leaves)
        header["tile_data_offset"] = header["leaf_directory_offset"] + len(leaves)
        return pm.serialize_header(header) + root + metadata + leaves


def _header(told: Told, ready: _Sorted) -> HeaderDict:
    west, south, east, north = (round(side * 1e7) for side in told.bounds)
    return {
        "version": 3,
        "root_offset": HEADER_BYTES,
        "root_length": 0,
        "metadata_offset": 0,
        "metadata_length": 0,
        "leaf_directory_offset": 0,
        "leaf_directory_length": 0,
        "tile_data_offset": 0,
        "tile_data_length": ready.size + len(ready.digests),
        "addressed_tiles_count": ready.tiles,
        "tile_entries_count": len(ready.entries),
        "tile_contents_count": len(ready.bodies),
        "clustered": True,
        "internal_compression": Compression.GZIP,
        "tile_compression": Compression.GZIP,
        "tile_type": TileType.MVT,
        "min_zoom": told.minzoom,
        "max_zoom": told.maxzoom,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": min(max(11, told.minzoom), told.maxzoom),
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }
