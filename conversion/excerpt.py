"""A small file cut out of a large one of the same kind. Runs inside the sandbox.

GDAL reads a GeoJSON to its end before it says what is in it, and a FlatGeobuf row by row. The
excerpt has the head of the file, which names the CRS, and whole features from all over it.
"""

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from conversion.formats import Kind
from conversion.sampling import BLOCK_ROWS, BLOCKS, starts

_HEAD: Final = 64 << 10
_PIECE: Final = 256 << 10
_FEATURE: Final = re.compile(rb'\{\s*"type"\s*:\s*"Feature"\s*[,}]')
_FEATURES: Final = re.compile(rb'"features"\s*:\s*\[')
_CRS_AT_END: Final = re.compile(rb'\]\s*,\s*"crs"\s*:\s*(\{.*\})\s*\}\s*$', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The small file; ``rows``: how many features the large one has, by its bytes or its word."""

    path: Path
    rows: int


def cut(source: Path, kind: Kind, folder: Path) -> Excerpt | None:
    """Write an excerpt of ``source`` into ``folder``; None where no piece of it can be told apart.

    ``folder`` is another than that of the file: the excerpt keeps its name, which for some drivers
    is the name of the layer.
    """
    target = folder / source.name
    with source.open("rb") as stream, target.open("wb") as out:
        size = source.stat().st_size
        if kind is Kind.FLATGEOBUF:
            rows = _flatgeobuf(stream, out)
        else:
            rows = _json(stream, size, out, in_lines=kind is Kind.GEOJSONSEQ)
    return Excerpt(target, rows) if rows else None


def _json(stream: BinaryIO, size: int, out: BinaryIO, *, in_lines: bool) -> int:
    """Write head and pieces; return about how many features there are, 0 where none was found."""
    head = stream.read(_HEAD)
    opening = _FEATURES.search(head)
    if opening is None and not in_lines:
        return 0
    body = 0 if opening is None or in_lines else opening.end()
    found = list(_pieces(stream, body, size))
    if len(found) < BLOCKS:
        return 0
    joint = b"\n" if in_lines else b",\n"
    out.write(head[:body] + joint.join(found))
    if not in_lines:
        out.write(b"]" + _crs_at_end(stream, size) + b"}")
    return round((size - body) * len(found) / sum(len(one) + 1 for one in found))


def _pieces(stream: BinaryIO, body: int, size: int) -> Iterator[bytes]:
    """Yield whole features, as they stand, from pieces of the file."""
    reached = 0
    for start in starts(size - body, block=_PIECE):
        at = max(body + start, reached)
        stream.seek(at)
        for feature, end in _features(stream.read(_PIECE)):
            yield feature
            reached = at + end


def _features(piece: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the features that are whole in a piece, and where each ends."""
    decoder = json.JSONDecoder()
    at = 0
    for _ in range(BLOCK_ROWS):
        begin = _FEATURE.search(piece, at)
        if begin is None:
            return
        text = piece[begin.start() :].decode("utf-8", "replace")
        try:
            _, length = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            return
        feature = text[:length].encode()
        at = begin.start() + len(feature)
        yield feature, at


def _crs_at_end(stream: BinaryIO, size: int) -> bytes:
    stream.seek(max(0, size - 4_096))
    found = _CRS_AT_END.search(stream.read())
    if found is None:
        return b""
    try:
        crs = json.loads(found[1])
    except (ValueError, RecursionError):
        return b""
    return b',"crs":' + json.dumps(crs).encode()


# Source: FlatGeobuf specification 3 (header.fbs): field 8 of the header is features_count (u64,
# 0: not known), 9 index_node_size (u16, 16 where it is not written). The index is a packed R-tree
# of 40-byte nodes, four doubles and the offset of a feature behind the index; its leaves are last.
_MAGIC, _NODE = 8, 40


def _flatgeobuf(stream: BinaryIO, out: BinaryIO) -> int:
    """Write the header and blocks of features; return how many the header claims.

    0: it has no index, or ends before its first feature.
    """
    stream.seek(_MAGIC)
    (length,) = struct.unpack("<I", stream.read(4))
    stream.seek(0)
    head = bytearray(stream.read(_MAGIC + 4 + length))
    table = _MAGIC + 4 + struct.unpack_from("<I", head, _MAGIC + 4)[0]
    count_slot, node_slot = _slot(head, table, 8), _slot(head, table, 9)
    if not count_slot or not node_slot:
        return 0
    at_count, at_node = _at(head, table, count_slot), _at(head, table, node_slot)
    node = struct.unpack_from("<H", head, at_node)[0] if at_node else 16
    count = struct.unpack_from("<Q", head, at_count)[0] if at_count else 0
    if not node or count < BLOCKS * BLOCK_ROWS:
        return 0
    struct.pack_into("<Q", head, at_count, 0)
    # No index: its node size is read where the count, now zero, stands.
    struct.pack_into("<H", head, node_slot, at_count - table)
    out.write(head)
    leaves = len(head) + _NODE * (_nodes(count, node) - count)
    for first in starts(count):
        _copy_block(stream, out, leaves + _NODE * first, leaves + _NODE * count)
    return count if out.tell() > len(head) else 0


def _copy_block(stream: BinaryIO, out: BinaryIO, leaf: int, features: int) -> None:
    stream.seek(leaf)
    block = stream.read(_NODE * BLOCK_ROWS)
    for at in range(32, len(block), _NODE):
        stream.seek(features + struct.unpack_from("<Q", block, at)[0])
        size = stream.read(4)
        if len(size) < 4:
            return
        out.write(size + stream.read(struct.unpack("<I", size)[0]))


def _slot(head: bytearray, table: int, field: int) -> int:
    """Return where the offset of a field of a FlatBuffers table stands, 0 where there is none."""
    vtable = table - struct.unpack_from("<i", head, table)[0]
    (size,) = struct.unpack_from("<H", head, vtable)
    at = 4 + 2 * field
    return vtable + at if at + 2 <= size else 0


def _at(head: bytearray, table: int, slot: int) -> int:
    """Return where a field stands, 0 where it is not written."""
    (offset,) = struct.unpack_from("<H", head, slot)
    return table + offset if offset else 0


def _nodes(count: int, node: int) -> int:
    """Return how many nodes a packed R-tree over ``count`` features has."""
    total = level = count
    while level > 1:
        level = -(-level // node)
        total += level
    return total
