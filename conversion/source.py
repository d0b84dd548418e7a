"""A dataset opened inside the sandbox with exactly one driver: its layers, columns and batches."""

import os
import sqlite3
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow

from conversion.columns import field_type
from conversion.refusal import Refusal
from conversion.sniff import DRIVER, Kind
from layers.fields import FieldType

MAX_COLUMNS = 1_000
_RAW_TEXT = "ISO-8859-1"


@dataclass(frozen=True, slots=True)
class Source:
    """One layer of one dataset. ``encoding`` is what the reader is told, never what is believed:
    a shapefile's bytes come through as Latin-1, whatever its code page says.
    """

    path: Path
    kind: Kind
    layer: str
    encoding: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the source: its place in the reader's batches, its name, its type."""

    position: int
    name: str
    type: FieldType


def open_source(job: Mapping[str, Any]) -> Source:
    """Return the source that ``job`` names by file, kind and layer (empty: the only one).

    Raises:
        Refusal: it cannot be opened, or has no such layer.
    """
    kind = Kind(job["kind"])
    path = Path(job["file"])
    if kind is Kind.SHAPEFILE:
        path = _with_index(path)
    try:
        names = [name for name, _ in layer_names(path, kind)]
    except (DataSourceError, sqlite3.Error) as error:
        raise Refusal("no-geojson" if kind is Kind.GEOJSON else "unreadable") from error
    wanted = str(job.get("layer") or "")
    if not names:
        raise Refusal("no-layers")
    if wanted and kind is not Kind.SHAPEFILE and wanted not in names:
        raise Refusal("no-such-layer")
    layer = wanted if wanted in names else names[0]
    return Source(path, kind, layer, _RAW_TEXT if kind is Kind.SHAPEFILE else None)


def layer_names(path: Path, kind: Kind) -> list[tuple[str, str]]:
    """Return name and geometry type of each layer with geometry; only true tables of a GPKG."""
    listed = [(str(name), str(type_)) for name, type_ in pyogrio.list_layers(path)]
    if kind is Kind.GEOPACKAGE:
        tables = _tables(path)
        listed = [(name, type_) for name, type_ in listed if name in tables and type_ != "None"]
    return listed


def info(source: Source) -> dict[str, Any]:
    """Return what the driver says of the layer.

    Raises:
        Refusal: the driver fails, or is not the one this kind has.
    """
    try:
        said = pyogrio.read_info(
            source.path,
            layer=source.layer,
            encoding=source.encoding,
            force_feature_count=True,
        )
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise Refusal("unreadable") from error
    if said["driver"] != DRIVER[source.kind]:
        raise Refusal("wrong-driver")
    return said


@contextmanager
def batches(
    source: Source, batch_size: int
) -> Generator[tuple[list[Column], Iterator[pa.RecordBatch]]]:
    """Lend the layer's columns and its rows as record batches; the geometry comes last.

    Raises:
        Refusal: the driver fails on the way.
    """
    with ExitStack() as stack:
        try:
            meta, reader = stack.enter_context(
                open_arrow(
                    source.path,
                    layer=source.layer,
                    encoding=source.encoding,
                    use_pyarrow=True,
                    batch_size=batch_size,
                )
            )
        except (DataSourceError, DataLayerError) as error:
            raise Refusal("unreadable") from error
        geometry = str(meta["geometry_name"] or "wkb_geometry")
        yield columns(reader.schema, geometry), _rows(reader)


def _rows(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (pa.ArrowException, OSError) as error:
            raise Refusal("unreadable") from error
        yield batch


def columns(schema: pa.Schema, geometry: str) -> list[Column]:
    """Return the columns that a layer can hold, without the geometry.

    Raises:
        Refusal: there are too many, or no geometry.
    """
    if len(schema) > MAX_COLUMNS:
        raise Refusal("too-many-columns")
    if schema.names[-1:] != [geometry]:
        raise Refusal("no-layers")
    kept: list[Column] = []
    for position, one in enumerate(schema):
        type_ = field_type(one.type)
        if one.name != geometry and type_ is not None:
            kept.append(Column(position, one.name, type_))
    return kept


def _tables(path: Path) -> set[str]:
    """Return the true tables of an SQLite file: a view or virtual table may run for ever."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        rows = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        )
        return {str(row[0]) for row in rows}
    finally:
        connection.close()


def _with_index(path: Path) -> Path:
    """Return the shapefile, or where its .shx is missing a view of it that got a new one."""
    if path.with_suffix(".shx").exists():
        return path
    private = Path("/job") / path.name
    for suffix in (".shp", ".dbf", ".prj", ".cpg"):
        if path.with_suffix(suffix).exists() and not private.with_suffix(suffix).exists():
            os.symlink(path.with_suffix(suffix), private.with_suffix(suffix))
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    return private
