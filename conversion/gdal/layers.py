"""The layers that a file of GDAL's offers, and which of them is read."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from conversion.formats import Kind
from conversion.reading import LayerHead
from conversion.refusal import Refusal
from conversion.source_layers import choices

_DATABASES: Final = frozenset({Kind.GEOPACKAGE, Kind.SPATIALITE})
_UNCOUNTED: Final = frozenset({Kind.GPX})
_LOOKED_AT_BYTES: Final = 200 << 20
_NAMED: Final = 5


def heads(path: Path, kind: Kind) -> list[LayerHead]:
    """Return each layer; of a database only true tables, which cannot run anything.

    Rows are counted where that does not mean reading the file once for each layer.
    """
    listed = [(str(name), str(type_ or "")) for name, type_ in pyogrio.list_layers(path)]
    if kind in _DATABASES:
        tables = _tables(path)
        listed = [one for one in listed if one[0].partition("(")[0].casefold() in tables]
    size = path.stat().st_size if path.is_file() else 0
    is_cheap = kind in _DATABASES or len(listed) * size <= _LOOKED_AT_BYTES
    counts = len(listed) > 1 and is_cheap
    return [
        LayerHead(
            name, "" if type_ == "None" else type_, _rows(path, name, kind) if counts else None
        )
        for name, type_ in listed
    ]


def chosen(kind: Kind, layers: Sequence[LayerHead], wanted: str) -> str:
    """Return the name of the layer to read: ``wanted``, or the first that can be drawn.

    Raises:
        Refusal: there is none of that name, or none with geometry.
    """
    named = [one for one in layers if one.name == wanted]
    if wanted and not named and kind is not Kind.SHAPEFILE:
        raise Refusal("no-such-layer")
    if named and not named[0].geometry:
        raise Refusal("tables-only", wanted[:100])
    offered = choices([one for one in layers if one.geometry])
    if named or offered:
        return (named or offered)[0].name
    if not layers or any(one.geometry for one in layers):
        raise Refusal("no-features" if layers else "no-layers")
    shown = ", ".join(one.name for one in layers[:_NAMED])
    raise Refusal("tables-only", shown[:100])


def _rows(path: Path, layer: str, kind: Kind) -> int | None:
    force = kind in _UNCOUNTED
    try:
        found = int(pyogrio.read_info(path, layer=layer, force_feature_count=force)["features"])
    except (DataSourceError, DataLayerError, ValueError):
        return None
    return found if found >= 0 else None


def _tables(path: Path) -> set[str]:
    """Return the true tables of an SQLite file: a view or virtual table may run for ever."""
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    except sqlite3.Error as error:
        raise Refusal("unreadable") from error
    try:
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"
        )
        return {str(row[0]).casefold() for row in rows}
    except sqlite3.Error as error:
        raise Refusal("unreadable") from error
    finally:
        connection.close()
