"""The reader of the formats that GDAL opens, each with exactly one driver, through pyogrio."""

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
from conversion.formats import BY_KIND, Kind
from conversion.reading import MAX_COLUMNS, Column, LayerHead, Note, Reading
from conversion.refusal import Refusal

_RAW_TEXT = "ISO-8859-1"


@dataclass(frozen=True, slots=True)
class Source:
    """One layer of one dataset. ``encoding`` is what the reader is told, never what is believed:
    a shapefile's bytes come through as Latin-1, whatever its code page says.
    """

    path: Path
    kind: Kind
    layers: tuple[LayerHead, ...]
    layer: str
    encoding: str | None


@contextmanager
def open_reading(job: Mapping[str, Any], batch_rows: int) -> Generator[Reading]:
    """Lend the layer that ``job`` names; see ``conversion.reading.opened``.

    Raises:
        Refusal: the driver fails, or is not the one this kind has.
    """
    source = _source(job)
    said = _info(source)
    with _batches(source, batch_rows) as (columns, batches):
        yield Reading(
            driver=said["driver"],
            layers=list(source.layers),
            layer=source.layer,
            crs=said["crs"] or "",
            columns=columns,
            batches=batches,
            rows=int(said["features"]),
            raw_text=source.encoding == _RAW_TEXT,
            notes=[*_of_columns(said, columns), *_of_parts(source)],
        )


def _source(job: Mapping[str, Any]) -> Source:
    kind = Kind(job["kind"])
    path = Path(job["file"])
    if kind is Kind.SHAPEFILE:
        path = _with_index(path)
    try:
        layers = _layers(path, kind)
    except (DataSourceError, sqlite3.Error) as error:
        raise Refusal("no-geojson" if kind is Kind.GEOJSON else "unreadable") from error
    names = [one.name for one in layers]
    wanted = str(job.get("layer") or "")
    if not names:
        raise Refusal("no-layers")
    if wanted and kind is not Kind.SHAPEFILE and wanted not in names:
        raise Refusal("no-such-layer")
    layer = wanted if wanted in names else names[0]
    encoding = _RAW_TEXT if kind is Kind.SHAPEFILE else None
    return Source(path, kind, tuple(layers), layer, encoding)


def _layers(path: Path, kind: Kind) -> list[LayerHead]:
    """Return each layer with geometry; only true tables of a GeoPackage."""
    listed = [LayerHead(str(name), str(type_)) for name, type_ in pyogrio.list_layers(path)]
    if kind is Kind.GEOPACKAGE:
        tables = _tables(path)
        listed = [one for one in listed if one.name in tables and one.geometry != "None"]
    return listed


def _info(source: Source) -> dict[str, Any]:
    try:
        said = pyogrio.read_info(
            source.path,
            layer=source.layer,
            encoding=source.encoding,
            force_feature_count=True,
        )
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise Refusal("unreadable") from error
    if said["driver"] != BY_KIND[source.kind].driver:
        raise Refusal("wrong-driver")
    return said


@contextmanager
def _batches(
    source: Source, batch_rows: int
) -> Generator[tuple[list[Column], Iterator[pa.RecordBatch]]]:
    with ExitStack() as stack:
        try:
            meta, reader = stack.enter_context(
                open_arrow(
                    source.path,
                    layer=source.layer,
                    encoding=source.encoding,
                    use_pyarrow=True,
                    batch_size=batch_rows,
                )
            )
        except (DataSourceError, DataLayerError) as error:
            raise Refusal("unreadable") from error
        geometry = str(meta["geometry_name"] or "wkb_geometry")
        yield _columns(reader.schema, geometry), _rows(reader)


def _rows(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (pa.ArrowException, OSError) as error:
            raise Refusal("unreadable") from error
        yield batch


def _columns(schema: pa.Schema, geometry: str) -> list[Column]:
    """Return the columns that a layer can hold, without the geometry."""
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


def _of_columns(said: Mapping[str, Any], columns: list[Column]) -> Iterator[Note]:
    left_out = len(said["fields"]) - len(columns)
    if left_out:
        yield Note("columns_left_out", values={"columns": left_out})


def _of_parts(source: Source) -> Iterator[Note]:
    """Say what a shapefile's parts tell: bytes missing at its end, parts that are missing."""
    if source.kind is not Kind.SHAPEFILE:
        return
    with source.path.open("rb") as stream:
        stream.seek(24)
        claimed = 2 * int.from_bytes(stream.read(4), "big")
        held = stream.seek(0, 2)
    if claimed > held:
        yield Note("truncated", values={"bytes": claimed - held})
    for part in (".dbf", ".shx"):
        if not (Path("/in") / source.path.name).with_suffix(part).exists():
            yield Note(f"missing_{part[1:]}")


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
