"""The reader of Parquet, with or without the metadata of GeoParquet.

What the metadata says of the geometry is a claim: the column must be there and hold WKB, or the
nested coordinates it names. A Parquet without it is read where one column of bytes is WKB.

Source: GeoParquet 1.1.0, "Column metadata"; without ``crs`` a column is in OGC:CRS84.
"""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet

from conversion.columns import field_type
from conversion.parquet_shapes import ENCODINGS, as_wkb
from conversion.reading import MAX_COLUMNS, Column, LayerHead, Note, Reading
from conversion.refusal import Refusal
from layers.fields import FieldType

_NAMES: Final = ("geometry", "geom", "wkb_geometry", "wkb", "the_geom", "shape")
_WGS84: Final = "OGC:CRS84"
_PAGE_BYTES: Final = 1 << 20
_MOST_METADATA: Final = 1 << 20
_BROKEN: Final = (pa.ArrowException, OSError)


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the geometry is: its column, how it is written, in which CRS, and how many more."""

    column: str
    encoding: str
    crs: str
    others: frozenset[str] = frozenset()


@contextmanager
def open_reading(job: Mapping[str, Any], batch_rows: int) -> Generator[Reading]:
    """Lend the table in the file; see ``conversion.reading.opened``.

    Raises:
        Refusal: it is damaged, or no column holds shapes.
    """
    try:
        file = parquet.ParquetFile(
            Path(job["file"]), buffer_size=_PAGE_BYTES, pre_buffer=False, memory_map=False
        )
    except _BROKEN as error:
        raise Refusal("unreadable") from error
    with file:
        schema = file.schema_arrow
        if len(schema) > MAX_COLUMNS:
            raise Refusal("too-many-columns")
        shape = _shape(file, schema)
        columns = _columns(schema, shape)
        notes = list(_notes(schema, shape, columns))
        yield Reading(
            driver="Parquet",
            layers=[LayerHead("parquet", "Unknown", file.metadata.num_rows)],
            layer="parquet",
            crs=shape.crs,
            columns=columns,
            batches=_batches(file, shape, columns, batch_rows),
            rows=file.metadata.num_rows,
            notes=notes,
        )


def _shape(file: parquet.ParquetFile, schema: pa.Schema) -> Shape:
    """Return where the geometry is, by the metadata where it is true, else by the bytes."""
    said = _metadata(file, schema)
    listed = said.get("columns")
    claims = (
        {n: c for n, c in listed.items() if isinstance(c, dict)} if isinstance(listed, dict) else {}
    )
    primary = str(said.get("primary_column", ""))
    for name in dict.fromkeys([primary, *claims]):
        claim = claims.get(name)
        if claim is not None and _is_true(schema, name, claim):
            others = frozenset(claims) - {name}
            return Shape(name, str(claim["encoding"]).lower(), _crs(claim), others)
    found = _by_bytes(file, schema)
    if found is None:
        raise Refusal("tables-only")
    return Shape(found, "wkb", "")


def _metadata(file: parquet.ParquetFile, schema: pa.Schema) -> dict[str, Any]:
    """Return what the file says of its geometry; writers put it beside the schema or into it."""
    beside = file.metadata.metadata or {}
    raw = beside.get(b"geo", b"") or (schema.metadata or {}).get(b"geo", b"")
    if not raw or len(raw) > _MOST_METADATA:
        return {}
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_true(schema: pa.Schema, name: str, claim: Mapping[str, Any]) -> bool:
    """Return whether the column that the metadata describes exists and is of the kind it says."""
    if schema.names.count(name) != 1:
        return False
    kind = _storage(schema.field(name).type)
    encoding = str(claim.get("encoding", "")).lower()
    if encoding == "wkb":
        return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)
    return encoding in ENCODINGS and pa.types.is_nested(kind)


def _crs(claim: Mapping[str, Any]) -> str:
    """Return the declared CRS as text that PROJ reads; absent it is CRS84, null it is unknown."""
    if "crs" not in claim:
        return _WGS84
    return json.dumps(claim["crs"]) if isinstance(claim["crs"], dict) else ""


def _by_bytes(file: parquet.ParquetFile, schema: pa.Schema) -> str | None:
    """Return the column of bytes that begin like WKB, likely names first."""
    binary = [
        one.name for one in schema if _is_bytes(one.type) and schema.names.count(one.name) == 1
    ]
    named = [name for name in binary if name.lower() in _NAMES]
    for name in [*named, *(other for other in binary if other not in named)]:
        if _looks_like_wkb(file, name):
            return name
    return None


def _is_bytes(kind: pa.DataType) -> bool:
    kind = _storage(kind)
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _looks_like_wkb(file: parquet.ParquetFile, name: str) -> bool:
    try:
        batch = next(file.iter_batches(batch_size=64, columns=[name]), None)
    except _BROKEN as error:
        raise Refusal("unreadable") from error
    values = [one for one in batch.column(0).to_pylist() if one] if batch is not None else []
    return bool(values) and all(len(one) >= 9 and one[0] in (0, 1) for one in values)


def _columns(schema: pa.Schema, shape: Shape) -> list[Column]:
    """Return the columns a layer can hold; nested ones as text, further shapes not at all."""
    kept: list[Column] = []
    for one in schema:
        if one.name in {shape.column, *shape.others} or _is_box(one):
            continue
        kind = _storage(one.type)
        type_ = FieldType.TEXT if pa.types.is_nested(kind) else field_type(kind)
        if type_ is not None and schema.names.count(one.name) == 1:
            kept.append(Column(len(kept), one.name, type_))
    return kept


def _is_box(one: pa.Field) -> bool:
    """Return whether a column repeats the bounds of the shapes, for readers that skip by them."""
    kind = one.type
    return one.name == "bbox" and pa.types.is_struct(kind) and kind.get_field_index("xmin") >= 0


def _notes(schema: pa.Schema, shape: Shape, columns: Sequence[Column]) -> Iterator[Note]:
    if shape.others:
        yield Note("geometries_left_out", values={"columns": len(shape.others)})
    boxes = sum(_is_box(one) for one in schema)
    left_out = len(schema) - len(columns) - len(shape.others) - 1 - boxes
    if left_out > 0:
        yield Note("columns_left_out", values={"columns": left_out})


def _batches(
    file: parquet.ParquetFile, shape: Shape, columns: Sequence[Column], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    wanted = [*(column.name for column in columns), shape.column]
    rows = file.iter_batches(batch_size=batch_rows, columns=wanted, use_threads=False)
    while True:
        try:
            batch = next(rows, None)
        except _BROKEN as error:
            raise Refusal("unreadable") from error
        if batch is None:
            return
        arrays = [_plain(batch.column(column.name)) for column in columns]
        geometry = as_wkb(_stored(batch.column(shape.column)), shape.encoding)
        names = [str(at) for at in range(len(arrays) + 1)]
        yield pa.RecordBatch.from_arrays([*arrays, geometry], names)


def _plain(values: pa.Array) -> pa.Array:
    values = _stored(values)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if not pa.types.is_nested(values.type):
        return values
    texts = (
        None if v is None else json.dumps(v, ensure_ascii=False, default=str)
        for v in values.to_pylist()
    )
    return pa.array(list(texts), pa.large_string())


def _stored(values: pa.Array) -> pa.Array:
    return values.storage if isinstance(values, pa.ExtensionArray) else values


def _storage(kind: pa.DataType) -> pa.DataType:
    kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind
    return kind.value_type if pa.types.is_dictionary(kind) else kind
