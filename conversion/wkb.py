"""Well-known binary in Arrow columns, read and wrapped without parsing a geometry.

Source: OGC 06-103r4 (Simple Features, part 1), clause 8: byte order, type, then for collections
the number of parts.
"""

import numpy as np
import pyarrow as pa

from conversion.arrow import pc

POINT, LINE, POLYGON, MULTI_POINT, MULTI_LINE, MULTI_POLYGON, COLLECTION = range(1, 8)
_HEAD = 9
_MULTI = {POINT: MULTI_POINT, LINE: MULTI_LINE, POLYGON: MULTI_POLYGON}

type Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


class Heads:
    """The first nine bytes of each geometry of a column; absent and empty ones have type 0.

    ``types`` without the Z and M part, ``has_z`` where there was one, ``parts`` the number that
    follows the type, ``plain`` where the bytes are little-endian and two-dimensional.
    """

    def __init__(self, column: pa.Array) -> None:
        wkb = column.cast(pa.large_binary())
        self.present: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.asarray(wkb.is_valid())
        starts, lengths, data = _layout(wkb)
        self.present &= lengths >= _HEAD
        at = np.where(self.present, starts, 0)
        padded = np.concatenate([data, np.zeros(_HEAD, np.uint8)])
        head = np.lib.stride_tricks.sliding_window_view(padded, _HEAD)[at]
        little = head[:, 0] == 1
        code = _uint(head[:, 1:5], little)
        kind = code & 0x0FFFFFFF
        self.parts: Ints = np.where(self.present, _uint(head[:, 5:9], little), 0)
        types = kind % 1000
        self.present &= (types == POINT) | (self.parts > 0)
        self.types: Ints = np.where(self.present, types, 0)
        self.has_z = self.present & ((kind >= 1000) | (code != kind))
        self.plain = self.present & little & ~self.has_z


def as_multi(wkb: pa.Array, heads: Heads) -> pa.Array:
    """Return the column with every point, line and polygon wrapped as a collection of one part."""
    prefix = np.array([b""] * 8, object)
    for single, multi in _MULTI.items():
        prefix[single] = b"\x01" + multi.to_bytes(4, "little") + b"\x01\0\0\0"
    before = pa.array(prefix, pa.large_binary()).take(pa.array(np.minimum(heads.types, 7)))
    nothing = pa.scalar(b"", pa.large_binary())
    return pc.binary_join_element_wise(before, wkb.cast(pa.large_binary()), nothing)


def _layout(wkb: pa.Array) -> tuple[Ints, Ints, np.ndarray[tuple[int], np.dtype[np.uint8]]]:
    _, offsets, data = wkb.buffers()
    bounds = np.frombuffer(offsets, np.int64)[wkb.offset : wkb.offset + len(wkb) + 1]
    held = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return bounds[:-1], np.diff(bounds), held


def _uint(
    four: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
    little: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> Ints:
    """Return each row of four bytes as a number, in the byte order of that row."""
    numbers = np.ascontiguousarray(four).view("<u4")[:, 0]
    return np.where(little, numbers, numbers.byteswap()).astype(np.int64)
