"""One PMTiles v3 archive, open to be read: its directories are decoded once, a tile is one look.

An archive of ours says more than the format asks for: behind its bodies stand their ETags, ten
bytes an entry, and its metadata name where, so that no body is hashed when it is read. No entry
points at them: to any other reader they are nothing.

Source: PMTiles version 3 specification (github.com/protomaps/PMTiles, spec/v3/spec.md).
"""

import gzip
import json
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, Protocol

from pmtiles.tile import (
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_directory,
    deserialize_header,
)

from gishue.core.errors import GishueError
from tiles.grid import Tile
from tiles.hilbert import tile_id
from tiles.ready import ReadyTile, zipped

HEADER_BYTES: Final = 127
DIGEST_BYTES: Final = 10
DIGESTS: Final = "gishue:digests"
"""Metadata: where in the tile data the ETags begin."""
NOTES: Final = "gishue:notes"
"""Metadata: what must be said beside a tile, and of which ids."""
REVISION: Final = "gishue:revision"
_NOTHING: Final = zipped(b"")


class BrokenArchive(GishueError):
    """The file is no archive of ours, or only a part of one."""

    slug = "broken-archive"
    title = "Tile archive not readable"
    title_vi = "Không đọc được kho ô bản đồ"


class Source(Protocol):
    """Bytes that are read by their place: a file of this machine or a far object."""

    @property
    def size(self) -> int:
        """How many there are."""
        ...

    @property
    def is_near(self) -> bool:
        """Whether reading waits for no other machine."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset``."""
        ...


class Entry(NamedTuple):
    """The body of ``run`` tiles from ``first`` on: its place in the file, and its ETag."""

    first: int
    run: int
    offset: int
    length: int
    digest: bytes


class Archive:
    """An open archive; it changes never, and its lookups wait for nothing."""

    def __init__(self, source: Source) -> None:
        """Read the header, the metadata and every directory.

        Raises:
            BrokenArchive: it cannot be read.
        """
        self.source = source
        self._ids, self._runs = array("Q"), array("Q")
        self._starts, self._lengths = array("Q"), array("Q")
        try:
            self.header: HeaderDict = deserialize_header(source.read(0, HEADER_BYTES))
            self.metadata = self._metadata()
            self._flatten(self.header["root_offset"], self.header["root_length"])
            self._digests = self._read_digests()
        except (
            *(MagicNumberNotFound, SpecVersionUnsupported, EOFError, OSError),
            *(ValueError, KeyError, IndexError),
        ) as error:
            raise BrokenArchive(
                "the tile archive cannot be read; seed it again: gishue tiles seed",
                vi="không đọc được kho ô bản đồ; hãy tạo lại: gishue tiles seed",
            ) from error
        self._notes = _by_id(self.metadata.get(NOTES, {}))

    def __len__(self) -> int:
        """How many entries it has; runs of equal tiles count once."""
        return len(self._ids)

    def holds(self, z: int) -> bool:
        """Return whether its zooms hold ``z``: what it lacks there is empty."""
        return self.header["min_zoom"] <= z <= self.header["max_zoom"]

    def get(self, tile: Tile) -> ReadyTile:
        """Return a tile of its zooms, with an empty body where it has none.

        From a source that is not near it waits: call it in a thread.
        """
        wanted = tile_id(*tile)
        place = bisect_right(self._ids, wanted) - 1
        note = self._notes.get(wanted, "")
        if place < 0 or wanted >= self._ids[place] + self._runs[place]:
            return zipped(b"", note) if note else _NOTHING
        body = self.source.read(self._starts[place], self._lengths[place])
        return ReadyTile(body, self._digest(place).hex(), zipped=True, note=note)

    def entries(self) -> Iterator[Entry]:
        """Yield every entry in the order of tile ids."""
        for at in range(len(self._ids)):
            yield Entry(
                self._ids[at],
                self._runs[at],
                self._starts[at],
                self._lengths[at],
                self._digest(at),
            )

    def notes(self) -> Mapping[int, str]:
        """Return what must be said, by tile id."""
        return self._notes

    def _digest(self, at: int) -> bytes:
        return self._digests[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES]

    def _metadata(self) -> dict[str, Any]:
        packed = self.source.read(self.header["metadata_offset"], self.header["metadata_length"])
        return json.loads(gzip.decompress(packed))

    def _flatten(self, offset: int, length: int) -> None:
        leaves, data = self.header["leaf_directory_offset"], self.header["tile_data_offset"]
        for entry in deserialize_directory(self.source.read(offset, length)):
            if entry.run_length == 0:
                self._flatten(leaves + entry.offset, entry.length)
                continue
            self._ids.append(entry.tile_id)
            self._runs.append(entry.run_length)
            self._starts.append(data + entry.offset)
            self._lengths.append(entry.length)

    def _read_digests(self) -> bytes:
        wanted = len(self._ids) * DIGEST_BYTES
        begins = self.header["tile_data_offset"] + int(self.metadata[DIGESTS])
        found = self.source.read(begins, wanted)
        if len(found) != wanted:
            raise ValueError("the file is cut off")
        return found


def _by_id(said: Mapping[str, list[int]]) -> dict[int, str]:
    return {wanted: note for note, ids in said.items() for wanted in ids}
