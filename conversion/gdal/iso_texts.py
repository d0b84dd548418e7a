"""Texts that are dates: a format without a type for them holds dates and times as ISO 8601.

A text column is a date where every value of it is one, as GDAL takes them in GeoJSON. It is passed
over once before the rows; most columns are given up at their first batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pyarrow as pa

from conversion.arrow import pc
from conversion.columns import as_type
from conversion.formats import Kind
from conversion.gdal.columns import Layout
from conversion.reading import Column
from layers.fields import FieldType

_BOTH: Final = frozenset({FieldType.DATE, FieldType.DATETIME})
_UNTYPED: Final[Mapping[Kind, frozenset[FieldType]]] = {
    Kind.KML: _BOTH,
    Kind.KMZ: _BOTH,
    Kind.FLATGEOBUF: frozenset({FieldType.DATE}),
    Kind.SHAPEFILE: frozenset({FieldType.DATETIME}),
}
"""Which types a format has no column for."""
_SHAPES: Final = {
    FieldType.DATE: r"^\d{4}-\d\d-\d\d$",
    FieldType.DATETIME: (r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?$"),
}
_BROKEN: Final = (pa.ArrowException, OSError)


@dataclass(frozen=True, slots=True)
class Dated:
    """The columns that turned out to be dates: type by position."""

    types: Mapping[int, FieldType] = field(default_factory=dict[int, FieldType])

    def columns(self, found: Sequence[Column]) -> list[Column]:
        """Return the columns with the types they turned out to have."""
        return [replace(one, type=self.types.get(one.position, one.type)) for one in found]

    def read(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch with dates for their texts; an empty text is no date."""
        if not self.types:
            return batch
        arrays = [
            _read(values, self.types[at]) if at in self.types else values
            for at, values in enumerate(batch.columns)
        ]
        return pa.RecordBatch.from_arrays(arrays, batch.schema.names)


def may_hold(kind: Kind, layout: Layout) -> bool:
    """Return whether a layer of this kind may have dates among its texts."""
    return kind in _UNTYPED and any(one.type is FieldType.TEXT for one in layout.columns)


def find(kind: Kind, layout: Layout, batches: Iterable[pa.RecordBatch]) -> Dated:
    """Return which text columns hold nothing but dates; ``batches``: of the driver, as they are."""
    texts = [one.position for one in layout.columns if one.type is FieldType.TEXT]
    open_to = {at: set(_UNTYPED[kind]) for at in texts}
    seen: set[int] = set()
    try:
        for batch in batches:
            for at, types in open_to.items():
                some = _some(batch.column(layout.taken[at].source))
                seen |= {at} if len(some) else set()
                types -= {one for one in types if not _fits(some, one)}
            open_to = {at: types for at, types in open_to.items() if types}
            if not open_to:
                break
    except _BROKEN:
        pass  # the reading of the rows ends here too, and says so
    return Dated({at: types.pop() for at, types in open_to.items() if at in seen})


def _some(values: pa.Array) -> pa.Array:
    return values.filter(pc.fill_null(pc.not_equal(values, ""), False))


def _fits(some: pa.Array, wanted: FieldType) -> bool:
    if not pc.all(pc.match_substring_regex(some, _SHAPES[wanted]), min_count=0).as_py():
        return False
    try:
        _read(some, wanted)
    except pa.ArrowInvalid:
        return False
    return True


def _read(values: pa.Array, wanted: FieldType) -> pa.Array:
    nothing = pa.scalar(None, values.type)
    return as_type(pc.if_else(pc.equal(values, ""), nothing, values), wanted)
