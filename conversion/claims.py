"""What the sample of a large file said, held against every row. Runs inside the sandbox.

A sample can miss a point among polygons or a column that few features have. The conversion meets
them all; then it breaks off, and the file is inspected again as a whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversion.reading import Column
from conversion.refusal import Refusal
from conversion.wkb import LINE, MULTI_LINE, MULTI_POINT, MULTI_POLYGON, POINT, POLYGON, Heads
from layers.layer import GeometryType

_FIT: Mapping[GeometryType, frozenset[int]] = {
    GeometryType.POINT: frozenset({0, POINT, MULTI_POINT}),
    GeometryType.LINE: frozenset({0, LINE, MULTI_LINE}),
    GeometryType.POLYGON: frozenset({0, POLYGON, MULTI_POLYGON}),
}


@dataclass(frozen=True, slots=True)
class Claims:
    """What is to be true of every row: the type of the geometries, name and type of each column."""

    geometry: GeometryType
    columns: Sequence[tuple[str, str]]


def read_claims(job: Mapping[str, Any]) -> Claims | None:
    """Return what ``job["claims"]`` says, None where the inspection saw every row."""
    said = job.get("claims")
    if said is None:
        return None
    return Claims(GeometryType(job["geometry"]), [(str(n), str(t)) for n, t in said])


def check_columns(claims: Claims | None, columns: Sequence[Column]) -> None:
    """Raise Refusal where the columns are others than in the sample."""
    if claims and [(one.name, one.type.value) for one in columns] != list(claims.columns):
        raise Refusal("sample-missed")


def check_geometry(claims: Claims | None, heads: Heads) -> None:
    """Raise Refusal where a geometry of a batch does not fit the layer of the sample."""
    if claims is None or claims.geometry not in _FIT:
        return
    is_one = claims.geometry is not GeometryType.POINT or not bool(
        ((heads.types == MULTI_POINT) & (heads.parts > 1)).any()
    )
    if not is_one or not set(heads.types.tolist()) <= _FIT[claims.geometry]:
        raise Refusal("sample-missed")
