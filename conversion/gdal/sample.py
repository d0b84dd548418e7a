"""Blocks of rows of a large file through GDAL, in the three ways its drivers allow.

A shapefile and a geodatabase go to any row at once, SQLite finds rows by their number, and of the
others a small file is cut out before the driver looks. Runs inside the sandbox.
"""

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyogrio.raw import open_arrow

from conversion import sampling
from conversion.excerpt import Excerpt, cut
from conversion.formats import Kind


def excerpt(job: Mapping[str, Any]) -> Excerpt | None:
    """Return a small file in place of the one that ``job`` names, None: read that one."""
    kind, path = Kind(job["kind"]), Path(job["file"])
    if not job.get("sample") or not sampling.has_excerpt(kind):
        return None
    return cut(path, kind, Path(tempfile.mkdtemp())) if sampling.is_large(kind, path) else None


def is_wanted(job: Mapping[str, Any], path: Path) -> bool:
    """Return whether some rows of the file at ``path`` are to be read in place."""
    kind = Kind(job["kind"])
    in_place = sampling.has_positions(kind) or sampling.has_rowids(kind)
    return bool(job.get("sample")) and in_place and sampling.is_large(kind, path)


def where(path: Path, kind: Kind, layer: str, fid: str) -> str | None:
    """Return the condition that picks the blocks, None where rows are picked by position."""
    return sampling.where(path, layer, fid) or None if sampling.has_rowids(kind) else None


def spread(
    reader: pa.RecordBatchReader, rows: int, path: Path, **said: Any
) -> pa.RecordBatchReader:
    """Return a reader of blocks in place of ``reader``; ``said``: how the layer is opened."""
    return pa.RecordBatchReader.from_batches(reader.schema, _blocks(rows, path, said))


def _blocks(rows: int, path: Path, said: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
    for first in sampling.starts(rows):
        with open_arrow(
            path, use_pyarrow=True, batch_size=sampling.BLOCK_ROWS, skip_features=first, **said
        ) as (_, reader):
            yield from itertools.islice(reader, 1)
