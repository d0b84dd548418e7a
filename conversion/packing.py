"""Record batches as rows of PostgreSQL's binary COPY, made by Arrow without touching a row.

Each value becomes its length and its bytes in two columns of binary; joining the columns row by
row gives the stream. Source: PostgreSQL manual, COPY, "Binary Format"; dates and times count from
2000-01-01.
"""

import numpy as np
import pyarrow as pa

from conversion.arrow import pc
from layers.fields import FieldType

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

_EPOCH_DAYS = 10_957
_EPOCH_US = 946_684_800_000_000
_BINARY = pa.large_binary()

type Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def rows(batch: pa.RecordBatch, types: list[FieldType], first_id: int) -> pa.Buffer:
    """Return the batch as COPY rows: id (from ``first_id``), the columns, the geometry."""
    count = batch.num_rows
    width = (len(types) + 2).to_bytes(2, "big")
    ids = pa.array(np.arange(first_id, first_id + count, dtype=np.int64))
    parts = [_repeat(width, count), *_fixed(ids, ">i8")]
    for position, type_ in enumerate(types):
        parts += _column(batch.column(position), type_)
    parts += _variable(batch.column(len(types)))
    joined = pc.binary_join_element_wise(*parts, pa.scalar(b"", _BINARY))
    return _content(joined)


def _column(values: pa.Array, type_: FieldType) -> list[pa.Array]:
    match type_:
        case FieldType.TEXT:
            return _variable(values.cast(_BINARY))
        case FieldType.INTEGER:
            return _fixed(values, ">i8")
        case FieldType.REAL:
            return _fixed(values, ">f8")
        case FieldType.BOOLEAN:
            return _fixed(values.cast(pa.uint8()), "u1")
        case FieldType.DATE:
            return _fixed(pc.subtract(values.cast(pa.int32()), _EPOCH_DAYS), ">i4")
        case FieldType.DATETIME:
            return _fixed(pc.subtract(values.cast(pa.int64()), _EPOCH_US), ">i8")


def _fixed(values: pa.Array, kind: str) -> list[pa.Array]:
    """Return length and bytes of each number, as ``kind`` (a NumPy type, big-endian)."""
    size = np.dtype(kind).itemsize
    valid = np.asarray(values.is_valid())
    numbers = values.drop_null().to_numpy(zero_copy_only=False).astype(kind)
    body = _binary(np.ascontiguousarray(numbers).view(np.uint8), np.where(valid, size, 0))
    return [_lengths(np.full(len(values), size, np.int64), valid), body]


def _variable(values: pa.Array) -> list[pa.Array]:
    """Return length and bytes of each value."""
    valid = np.asarray(values.is_valid())
    lengths = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
    return [_lengths(lengths, valid), pc.fill_null(values, pa.scalar(b"", _BINARY))]


def _lengths(
    lengths: np.ndarray[tuple[int], np.dtype[np.int64]],
    valid: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> pa.Array:
    words = np.where(valid, lengths, -1).astype(">i4").view(np.uint8)
    return _binary(words, np.full(len(valid), 4, np.int64))


def _repeat(value: bytes, count: int) -> pa.Array:
    return _binary(np.frombuffer(value * count, np.uint8), np.full(count, len(value), np.int64))


def _binary(data: Bytes, lengths: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    """Return ``data`` cut into values of these lengths."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(data))]
    return pa.Array.from_buffers(_BINARY, len(lengths), buffers)


def _content(values: pa.Array) -> pa.Buffer:
    """Return the bytes of all values, one after another."""
    _, offsets, data = values.buffers()
    bounds = np.frombuffer(offsets, np.int64)[values.offset : values.offset + len(values) + 1]
    if data is None:
        return pa.py_buffer(b"")
    return data.slice(int(bounds[0]), int(bounds[-1] - bounds[0]))
