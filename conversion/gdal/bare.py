"""The shapes of a shapefile beyond the last record of its table, which the driver passes over.

Without the table beside it the driver gives every shape, so the rest is read from such a view.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa
from pyogrio.raw import open_arrow

from conversion.gdal.parts import part, records

_INDEX_HEAD: Final = 100
_INDEX_RECORD: Final = 8


def count(path: Path) -> int:
    """Return how many shapes of a shapefile have no record; 0 where it has no table at all."""
    table, index = part(path, ".dbf"), part(path, ".shx")
    if table is None or index is None:
        return 0
    shapes = (index.stat().st_size - _INDEX_HEAD) // _INDEX_RECORD
    return max(0, shapes - records(table)[0])


def followed(reader: pa.RecordBatchReader, path: Path, batch_rows: int) -> pa.RecordBatchReader:
    """Return a reader of the rows of ``reader``, then of the shapes that have no record."""
    batches = _chained(reader, path, batch_rows)
    return pa.RecordBatchReader.from_batches(reader.schema, batches)


def _chained(reader: pa.RecordBatchReader, path: Path, batch_rows: int) -> Iterator[pa.RecordBatch]:
    yield from reader
    table = part(path, ".dbf")
    first = 0 if table is None else records(table)[0]
    with open_arrow(_view(path), use_pyarrow=True, batch_size=batch_rows, skip_features=first) as (
        _,
        shapes,
    ):
        for batch in shapes:
            yield _widened(batch, reader.schema)


def _widened(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch of shapes with the columns of the table, all empty."""
    found = dict(zip(batch.schema.names, batch.columns, strict=True))
    rows = batch.num_rows
    arrays = [found[one.name] if one.name in found else pa.nulls(rows, one.type) for one in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _view(path: Path) -> Path:
    """Return the shapefile as it stands without its table."""
    private = Path(tempfile.mkdtemp()) / path.name
    for suffix in (".shp", ".shx"):
        held = part(path, suffix)
        if held is not None:
            os.symlink(held, private.with_suffix(suffix))
    return private
