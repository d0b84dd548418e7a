"""Which rows of a large file are looked at first. Runs inside the sandbox.

A file of a gigabyte is inspected in seconds by blocks of rows spread over it. What is found so is
a claim: the conversion reads every row, and where it meets something else the file is inspected
again as a whole.
"""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conversion.formats import Kind

LARGE_BYTES: Final = 64 << 20
"""From this size on a file is sampled; a smaller one is read whole."""

BLOCKS, BLOCK_ROWS = 24, 96

_BY_POSITION = frozenset({Kind.SHAPEFILE, Kind.FILEGDB})
_BY_ROWID = frozenset({Kind.GEOPACKAGE, Kind.SPATIALITE})
_BY_EXCERPT = frozenset({Kind.GEOJSON, Kind.GEOJSONSEQ, Kind.FLATGEOBUF})
SAMPLED: Final = _BY_POSITION | _BY_ROWID | _BY_EXCERPT
"""Kinds of which some rows can be read without reading those before them."""


def is_large(kind: Kind, path: Path) -> bool:
    """Return whether a dataset is to be sampled; a shapefile counts with its attributes."""
    return kind in SAMPLED and _size(path) >= LARGE_BYTES


def has_positions(kind: Kind) -> bool:
    """Return whether the driver of a kind goes to a row by its position at no cost."""
    return kind in _BY_POSITION


def has_rowids(kind: Kind) -> bool:
    """Return whether a kind is kept in SQLite."""
    return kind in _BY_ROWID


def has_excerpt(kind: Kind) -> bool:
    """Return whether pieces of a file of this kind make a file of the same kind."""
    return kind in _BY_EXCERPT


def starts(total: int, blocks: int = BLOCKS, block: int = BLOCK_ROWS) -> list[int]:
    """Return where each of ``blocks`` spread blocks of ``total`` begins, first and last included.

    >>> starts(1_000, blocks=3, block=100)
    [0, 450, 900]
    """
    last = max(0, total - block)
    return sorted({round(at * last / max(1, blocks - 1)) for at in range(blocks)})


def where(path: Path, table: str, fid: str) -> str:
    """Return the condition that picks blocks of rows of an SQLite table; empty: read them all.

    ``fid``: the column that carries the row number, as GDAL calls it.
    """
    if not fid:
        return ""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        found = list(_ranges(connection, _quoted(table)))
    except sqlite3.Error:
        return ""
    finally:
        connection.close()
    return " OR ".join(f"{_quoted(fid)} BETWEEN {low} AND {high}" for low, high in found)


def _ranges(connection: sqlite3.Connection, table: str) -> Iterator[tuple[int, int]]:
    """Yield lowest and highest row number of each block of rows that are there."""
    low, high = connection.execute(f"SELECT min(rowid), max(rowid) FROM {table}").fetchone()  # noqa: S608  an identifier
    if low is None:
        return
    block = f"SELECT min(rowid), max(rowid) FROM (SELECT rowid FROM {table} WHERE rowid >= ? ORDER BY rowid LIMIT {BLOCK_ROWS})"  # noqa: E501, S608
    reached = low - 1
    for start in starts(high - low + 1):
        first, last = connection.execute(block, [max(low + start, reached + 1)]).fetchone()
        if first is None:
            return
        yield first, last
        reached = last


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(entry.stat().st_size for entry in os.scandir(path) if entry.is_file())
    parts = (path, path.with_suffix(".dbf")) if path.suffix == ".shp" else (path,)
    return sum(part.stat().st_size for part in parts if part.exists())
