"""The reader of the formats that GDAL opens, each with exactly one driver, through pyogrio."""

import warnings
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError
from pyogrio.raw import open_arrow

from conversion import sampling
from conversion.formats import BY_KIND, Kind
from conversion.gdal import bare as gdal_bare
from conversion.gdal import (
    columns,
    curves,
    iso_texts,
    json_numbers,
    json_positions,
    json_types,
    json_zeros,
    mapinfo_names,
    parts,
    sample,
)
from conversion.gdal import extras as gdal_extras
from conversion.gdal import layers as gdal_layers
from conversion.gdal.columns import Layout
from conversion.gdal.extras import Extras
from conversion.gdal.iso_texts import Dated
from conversion.reading import LayerHead, Note, Reading
from conversion.refusal import Refusal

_RAW_TEXT: Final = "ISO-8859-1"
# Of the other drivers' Arrow the zone of a time is lost in silence (GDAL 3.12); as text it stays.
_KEEPS_ZONES: Final = frozenset({Kind.GEOPACKAGE})
_FAILED: Final = (DataSourceError, DataLayerError, FieldError, ValueError)


@dataclass(frozen=True, slots=True)
class Source:
    """One layer of one dataset.

    ``raw_text``: the reader hands over bytes, whatever code page the file claims. A shapefile's
    come through as Latin-1, those of a MapInfo file without charset as they are. ``names``: its
    columns, where the driver sees others. ``has_bare``: shapes stand beyond its last record.
    """

    path: Path
    kind: Kind
    layers: tuple[LayerHead, ...]
    layer: str
    raw_text: bool
    notes: list[Note] = field(default_factory=list[Note])
    names: list[str] = field(default_factory=list[str])
    has_bare: bool = False

    @property
    def is_bytes(self) -> bool:
        """Whether text comes as bytes that nobody made letters of."""
        return self.raw_text and self.kind is not Kind.SHAPEFILE

    @property
    def encoding(self) -> str | None:
        """What the driver is told."""
        return _RAW_TEXT if self.raw_text and self.kind is Kind.SHAPEFILE else None


@contextmanager
def open_reading(job: Mapping[str, Any], batch_rows: int) -> Generator[Reading]:
    """Lend the layer that ``job`` names; see ``conversion.reading.opened``.

    Raises:
        Refusal: the driver fails, or is not the one this kind has.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyogrio's words on measures; the notes say what matters
        small = sample.excerpt(job)
        source = _source(job if small is None else {**job, "file": str(small.path)})
        said = _info(source)
        in_place = sample.is_wanted(job, source.path)
        extras = gdal_extras.of(source.path, source.kind, source.layer)
        picked = _picked(source, said) if in_place else None
        with _opened(source, batch_rows, where=picked) as reader:
            layout = columns.layout(reader.schema, said, is_bytes=source.is_bytes)
            dated = _dated(source, layout, batch_rows, begin_only=in_place)
            source.notes.extend((*layout.notes, *extras.notes))
            yield Reading(
                driver=said["driver"],
                layers=list(source.layers),
                layer=source.layer,
                crs=said["crs"] or parts.crs_beside(Path(job["file"]), source.kind),
                columns=extras.columns(dated.columns(layout.columns)),
                batches=_straight(
                    said["geometry_type"],
                    source,
                    _batches(
                        _rows(reader, source, said, batch_rows, in_place=in_place and not picked),
                        layout,
                        (dated, extras),
                        source,
                        claimed=0 if in_place or small is not None else int(said["features"]),
                    ),
                ),
                rows=int(said["features"]) if small is None else small.rows,
                is_sampled=in_place or small is not None,
                raw_text=source.raw_text,
                notes=source.notes,
            )


def _source(job: Mapping[str, Any]) -> Source:
    kind, given = Kind(job["kind"]), Path(job["file"])
    parts.check(given, kind)
    gdal_extras.prepare(kind)
    raw_text = kind is Kind.SHAPEFILE or parts.is_neutral(given, kind)
    is_whole, names = not job.get("sample"), list[str]()
    path, zeros = json_zeros.without(given, kind, all_of_it=is_whole)
    if kind is Kind.SHAPEFILE:
        path = parts.with_plain_crs(parts.with_index(given))
    elif raw_text:
        path, names = mapinfo_names.plain(given, kind)
    try:
        layers = gdal_layers.heads(path, kind)
    except (*_FAILED, OSError) as error:
        if kind in json_numbers.KINDS and json_numbers.beyond(given):
            raise Refusal("number-beyond") from error
        raise Refusal("no-geojson" if kind is Kind.GEOJSON else "unreadable") from error
    wanted = str(job.get("layer") or "")
    layer = gdal_layers.chosen(kind, layers, wanted)
    bare = gdal_bare.count(path) if kind is Kind.SHAPEFILE else 0
    notes = [
        *parts.notes(given, kind),
        *([Note("attributes_missing", values={"records": bare})] if bare else []),
        *zeros,
        *json_numbers.notes(given, kind, all_of_it=is_whole),
        *json_positions.notes(path, kind, all_of_it=is_whole),
    ]
    return Source(path, kind, tuple(layers), layer, raw_text, notes, names, has_bare=bare > 0)


def _info(source: Source) -> dict[str, Any]:
    try:
        said = pyogrio.read_info(
            source.path,
            layer=source.layer,
            encoding=_RAW_TEXT if source.raw_text else None,
            force_feature_count=True,
        )
    except _FAILED as error:
        raise Refusal("unreadable") from error
    if said["driver"] != BY_KIND[source.kind].driver:
        raise Refusal("wrong-driver")
    return {**said, "fields": source.names} if source.names else said


@contextmanager
def _opened(
    source: Source, batch_rows: int, *, where: str | None = None, read_geometry: bool = True
) -> Generator[pa.RecordBatchReader]:
    with ExitStack() as stack:
        try:
            _, reader = stack.enter_context(
                open_arrow(
                    source.path,
                    layer=source.layer,
                    encoding=source.encoding,
                    use_pyarrow=True,
                    batch_size=batch_rows,
                    where=where,
                    read_geometry=read_geometry,
                    datetime_as_string=source.kind not in _KEEPS_ZONES,
                )
            )
        except _FAILED as error:
            raise Refusal("unreadable") from error
        yield reader


def _dated(source: Source, layout: Layout, batch_rows: int, *, begin_only: bool) -> Dated:
    """Return which texts of the layer are dates; of a sample by its first rows."""
    if not iso_texts.may_hold(source.kind, layout):
        return Dated()
    with _opened(source, batch_rows, read_geometry=False) as reader:
        return iso_texts.find(source.kind, layout, islice(reader, 1) if begin_only else reader)


def _picked(source: Source, said: Mapping[str, Any]) -> str | None:
    return sample.where(source.path, source.kind, source.layer, str(said["fid_column"]))


def _rows(
    reader: pa.RecordBatchReader,
    source: Source,
    said: Mapping[str, Any],
    batch_rows: int,
    *,
    in_place: bool,
) -> pa.RecordBatchReader:
    """Return all rows, or the blocks of a sample; a table without row numbers is read whole."""
    if in_place and sampling.has_positions(source.kind):
        rows = int(said["features"])
        return sample.spread(
            reader, rows, source.path, layer=source.layer, encoding=source.encoding
        )
    return gdal_bare.followed(reader, source.path, batch_rows) if source.has_bare else reader


def _straight(
    geometry_type: str | None, source: Source, batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows with lines for arcs, where the layer may have any."""
    if not curves.may_hold(source.kind, geometry_type):
        yield from batches
        return
    count = 0
    for batch in batches:
        column, odd = curves.straightened(batch.columns[-1])
        count += odd
        arrays = [*batch.columns[:-1], column]
        yield pa.RecordBatch.from_arrays(arrays, batch.schema.names)
    if count:
        source.notes.append(Note("curves_straightened", values={"features": count}))


def _batches(
    reader: pa.RecordBatchReader,
    layout: Layout,
    more: tuple[Dated, Extras],
    source: Source,
    *,
    claimed: int,
) -> Iterator[pa.RecordBatch]:
    """Yield the rows in our shape; a file that breaks off keeps what came before, and says so."""
    rows = 0
    dated, extras = more
    watch = json_types.Watch(source.kind, layout.columns)
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            break
        except (pa.ArrowException, OSError) as error:
            if not rows:
                raise Refusal("unreadable") from error
            source.notes.append(Note("breaks_off", values={"rows": rows}))
            return
        rows += batch.num_rows
        arranged = columns.arranged(batch, layout)
        watch.look(arranged)
        yield extras.added(dated.read(arranged))
    source.notes.extend(watch.notes(source.path))
    source.notes.extend(parts.lost(source.path, source.kind, rows, claimed))
