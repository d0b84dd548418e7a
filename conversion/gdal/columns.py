"""The columns of GDAL's Arrow batches as a layer can hold them: nothing nested, no bare labels."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from conversion.columns import field_type
from conversion.reading import MAX_COLUMNS, Column, Note
from conversion.refusal import Refusal
from layers.fields import FieldType

_EXTENSION: Final = b"ARROW:extension:name"
_GEOMETRY: Final = b"geoarrow.wkb"
_OGR_TYPE: Final = b"GDAL:OGR:type"
_LABEL: Final = "{} (nhãn)"


@dataclass(frozen=True, slots=True)
class _Taken:
    """One of our columns: where it is in GDAL's batch, and whether it is the label of a code."""

    source: int
    is_label: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How GDAL's batches become ours: ``columns`` at their positions, the geometry last."""

    columns: list[Column]
    taken: tuple[_Taken, ...]
    geometry: int
    is_bytes: bool
    notes: tuple[Note, ...]


def layout(schema: pa.Schema, said: Mapping[str, Any], *, is_bytes: bool) -> Layout:
    """Return the columns that a layer can hold, without the geometry.

    Args:
        schema: of GDAL's batches; with ``is_bytes`` its names are bytes that are no UTF-8.
        said: what pyogrio says of the layer; its names are one letter a byte where they are raw.
        is_bytes: whether text comes as bytes.

    Raises:
        Refusal: there is no geometry, or there are too many columns.
    """
    if len(schema) > MAX_COLUMNS:
        raise Refusal("too-many-columns")
    geometries = [at for at, one in enumerate(schema) if _is_geometry(one)]
    if not geometries:
        raise Refusal("no-layers")
    names = [str(name) for name in said["fields"]]
    columns: list[Column] = []
    taken: list[_Taken] = []
    for at, name in enumerate(names):
        for column, one in _columns(at, name, schema.field(at), len(columns)):
            columns.append(column)
            taken.append(one)
    left_out = len(names) - len({one.source for one in taken})
    notes = [Note("columns_left_out", values={"columns": left_out})] if left_out else []
    if len(geometries) > 1:
        notes.append(Note("geometries_left_out", values={"columns": len(geometries) - 1}))
    coded = [column.name for column, one in zip(columns, taken, strict=True) if one.is_label]
    if coded:
        notes.append(Note("labels_added", values={"columns": len(coded)}))
    return Layout(columns, tuple(taken), geometries[0], is_bytes, tuple(notes))


def arranged(batch: pa.RecordBatch, plan: Layout) -> pa.RecordBatch:
    """Return a batch of GDAL's in the shape of ``plan``."""
    arrays = [_plain(batch.column(one.source), one, is_bytes=plan.is_bytes) for one in plan.taken]
    names = [str(at) for at in range(len(arrays))] + ["geometry"]
    return pa.RecordBatch.from_arrays([*arrays, _storage(batch.column(plan.geometry))], names)


def _is_geometry(one: pa.Field) -> bool:
    return (one.metadata or {}).get(_EXTENSION, b"") == _GEOMETRY or _names_geometry(one)


def _names_geometry(one: pa.Field) -> bool:
    return isinstance(one.type, pa.BaseExtensionType) and "geoarrow" in one.type.extension_name


def _columns(at: int, name: str, one: pa.Field, position: int) -> Sequence[tuple[Column, _Taken]]:
    """Return what one of GDAL's columns becomes: a code of a domain gets its label beside it."""
    kind = one.type
    if (one.metadata or {}).get(_OGR_TYPE) == b"DateTime":
        return [(Column(position, name, FieldType.DATETIME), _Taken(at))]
    if pa.types.is_dictionary(kind):
        label = Column(position + 1, _LABEL.format(name), FieldType.TEXT)
        code = Column(position, name, FieldType.INTEGER)
        return [(code, _Taken(at)), (label, _Taken(at, is_label=True))]
    type_ = FieldType.TEXT if _is_nested(kind) else field_type(kind)
    return [(Column(position, name, type_), _Taken(at))] if type_ is not None else []


def _is_nested(kind: pa.DataType) -> bool:
    return pa.types.is_nested(kind) or isinstance(kind, pa.BaseExtensionType)


def _plain(values: pa.Array, one: _Taken, *, is_bytes: bool) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        return values.cast(values.type.value_type) if one.is_label else values.indices
    values = _storage(values)
    if pa.types.is_nested(values.type):
        return _as_json(values)
    is_text = pa.types.is_string(values.type) or pa.types.is_large_string(values.type)
    return _as_latin1(values) if is_bytes and is_text and not _is_ascii(values) else values


def _storage(values: pa.Array) -> pa.Array:
    return values.storage if isinstance(values, pa.ExtensionArray) else values


def _as_json(values: pa.Array) -> pa.Array:
    texts = [
        None if one is None else json.dumps(one, ensure_ascii=False, default=str)
        for one in values.to_pylist()
    ]
    return pa.array(texts, pa.large_string())


def _is_ascii(values: pa.Array) -> bool:
    """Return whether all bytes are ASCII: then text is the same in every code page."""
    data = values.buffers()[2]
    return data is None or data.to_pybytes().isascii()


def _as_latin1(values: pa.Array) -> pa.Array:
    """Return text whose bytes are of an unknown code page as one letter a byte."""
    coded = values.cast(pa.binary()).dictionary_encode()
    texts = [raw.decode("latin-1") for raw in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.large_string()).take(coded.indices)
