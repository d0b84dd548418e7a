"""The layers a drawing offers as tables: each CAD layer, the whole, polygons with their texts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from conversion.cad.bind import Row
from conversion.cad.drawing import Drawing, Entity
from conversion.cad.roles import Role, number
from conversion.reading import Column, LayerHead
from layers.fields import FieldType

COMPOSED: Final = "vung_kem_chu"
"""Polygons with the texts that stand in them."""

WHOLE: Final = "toan_bo_ban_ve"
"""Everything the model holds, whatever its CAD layer."""

_OWN: Final = ("layer", "kind", "text", "font", "color", "block", "handle")
_GEOMETRY: Final = "geometry"
_SIMPLE: Final = {
    "Point": "Point", "MultiPoint": "Point", "LineString": "LineString",
    "MultiLineString": "LineString", "Polygon": "Polygon", "MultiPolygon": "Polygon",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to be: values by column, one a row, empty where there is none."""

    columns: tuple[Column, ...]
    values: tuple[Sequence[str | float | None], ...]
    geometry: Sequence[BaseGeometry]


def heads(drawing: Drawing, composed: Sequence[Row]) -> list[LayerHead]:
    """Return the layers on offer, the composed one first where there is one."""
    by_layer: dict[str, list[Entity]] = {}
    for one in drawing.entities:
        by_layer.setdefault(one.layer, []).append(one)
    listed = [LayerHead(name, _drawn_as(some), len(some)) for name, some in by_layer.items()]
    if composed:
        listed.insert(0, LayerHead(COMPOSED, "Polygon", len(composed)))
    if len(by_layer) > 1:
        listed.append(LayerHead(WHOLE, _drawn_as(drawing.entities), len(drawing.entities)))
    return listed


def _drawn_as(entities: Sequence[Entity]) -> str:
    types = {_SIMPLE.get(one.geometry.geom_type, "Unknown") for one in entities}
    return types.pop() if len(types) == 1 else "Unknown"


def of_layer(drawing: Drawing, layer: str) -> Table:
    """Return the entities of a CAD layer, or of all; columns without a value are left out."""
    some = [one for one in drawing.entities if layer in (one.layer, WHOLE)]
    named: dict[str, Sequence[str]] = {name: [getattr(e, name) for e in some] for name in _OWN}
    tags = dict.fromkeys(tag for one in some for tag in one.attributes)
    for tag in tags:
        name = _free(tag if tag != Role.AREA else f"{tag}_2", named)
        named[name] = [one.attributes.get(tag, "") for one in some]
    kept = {name: list(values) for name, values in named.items() if any(values)}
    return _table(kept, [one.geometry for one in some])


def of_rows(rows: Sequence[Row]) -> Table:
    """Return the polygons with their texts; several texts of one meaning stand in one value."""
    first = [str(role) for role in Role]
    tags = dict.fromkeys(str(name) for row in rows for name in row.values)
    names = [*(n for n in first if n in tags), *(n for n in tags if n not in first)]
    found: dict[str, list[str]] = {}
    for name in names:
        values = ["; ".join(row.values.get(name, [])) for row in rows]
        found[_free(name, found) if name not in first else name] = values
    found[_free("layer", found)] = [row.parcel.layer for row in rows]
    return _table(found, [row.parcel.polygon for row in rows])


def _free(name: str, taken: Mapping[str, object]) -> str:
    """Return ``name``, or with a number where another column of the same letters is there."""
    known = {one.casefold() for one in taken}
    turn, result = 1, name
    while result.casefold() in known:
        turn += 1
        result = f"{name}_{turn}"
    return result


def _table(named: Mapping[str, Sequence[str]], geometry: Sequence[BaseGeometry]) -> Table:
    columns: list[Column] = []
    values: list[Sequence[str | float | None]] = []
    for name, texts in named.items():
        is_area = name == Role.AREA
        type_ = FieldType.REAL if is_area else FieldType.TEXT
        columns.append(Column(len(columns), name, type_))
        values.append([number(one) if is_area else _sound(one) or None for one in texts])
    return Table(tuple(columns), tuple(values), geometry)


def _sound(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def batches(table: Table, batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Return the table as record batches, the geometry last as WKB."""
    fields = [pa.field(one.name, _ARROW[one.type]) for one in table.columns]
    schema = pa.schema([*fields, pa.field(_GEOMETRY, pa.binary())])
    for start in range(0, len(table.geometry), batch_rows):
        part = slice(start, start + batch_rows)
        wkb = shapely.to_wkb(np.array(table.geometry[part], object), byte_order=1)
        arrays = [
            pa.array(some[part], field.type)
            for some, field in zip(table.values, fields, strict=True)
        ]
        yield pa.RecordBatch.from_arrays([*arrays, pa.array(wkb, pa.binary())], schema=schema)


_ARROW: Final = {FieldType.TEXT: pa.string(), FieldType.REAL: pa.float64()}
