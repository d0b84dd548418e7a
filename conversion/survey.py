"""What a dataset says of itself, gathered inside the sandbox; nothing is decided here."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import shapely

from conversion.columns import TextTally, sound
from conversion.reading import Column, Reading, opened
from conversion.refusal import Refusal
from conversion.wkb import MULTI_POINT, Heads
from layers.fields import FieldType

SAMPLES = 2_000
_TEXT = 200
_BATCH = 16_384


@dataclass(slots=True)
class _Seen:
    """What one pass over the rows gathers; points and values of a sample stand side by side."""

    step: int
    rows: int = 0
    types: Counter[int] = field(default_factory=Counter[int])
    with_z: int = 0
    most_points: int = 0
    points: list[tuple[float, float] | None] = field(default_factory=list[Any])
    values: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Answer, as JSON, what is in the layer that ``job`` names."""
    with opened(job, _BATCH) as reading:
        step = 1 if reading.is_sampled else max(1, (reading.rows or 0) // SAMPLES)
        seen = _Seen(step)
        for batch in reading.batches:
            _look(batch, reading.columns, seen)
        if not seen.rows:
            raise Refusal("no-features")
        answer.write(json.dumps(_facts(reading, seen)).encode())


def _look(batch: pa.RecordBatch, columns: list[Column], seen: _Seen) -> None:
    heads = Heads(batch.column(batch.num_columns - 1))
    seen.types.update(Counter(heads.types.tolist()))
    seen.with_z += int(heads.has_z.sum())
    many = heads.parts[heads.types == MULTI_POINT]
    seen.most_points = max(seen.most_points, int(many.max(initial=0)))
    first = -seen.rows % seen.step
    picked = batch.take(pa.array(range(first, batch.num_rows, seen.step), pa.int64()))
    seen.points += _points(picked.column(picked.num_columns - 1))
    for column in columns:
        if column.type is FieldType.TEXT:
            texts = seen.values.setdefault(column.name, [])
            values = sound(picked.column(column.position), TextTally())  # the conversion counts
            texts += [_short(value) for value in values.to_pylist()]
    seen.rows += batch.num_rows


def _points(wkb: pa.Array) -> list[tuple[float, float] | None]:
    """Return one point on or near each geometry: enough to know where it lies."""
    shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    shapes[~np.isfinite(shapely.bounds(shapes)).all(axis=1)] = None  # absent, empty, not a number
    try:
        inner = shapely.point_on_surface(shapely.force_2d(shapes))
    except shapely.errors.GEOSException:
        inner = shapely.centroid(shapes)
    inner[shapely.is_empty(inner)] = None  # GEOS 3.14 refuses to name the place of an empty point
    pairs = zip(shapely.get_x(inner).tolist(), shapely.get_y(inner).tolist(), strict=True)
    return [(x, y) if x == x and y == y else None for x, y in pairs]  # noqa: PLR0124


def _short(value: object) -> str:
    return "" if value is None else str(value)[:_TEXT]


def _facts(reading: Reading, seen: _Seen) -> dict[str, Any]:
    return {
        "driver": reading.driver,
        "layers": [asdict(one) for one in reading.layers],
        "layer": reading.layer,
        "rows": (reading.rows or seen.rows) if reading.is_sampled else seen.rows,
        "sampled": seen.rows if reading.is_sampled else 0,
        "types": {str(code): count for code, count in seen.types.items()},
        "with_z": seen.with_z,
        "most_points": seen.most_points,
        "columns": [{"name": c.name, "type": c.type.value} for c in reading.columns],
        "raw_text": reading.raw_text,
        "crs": reading.crs,
        "points": seen.points[: 2 * SAMPLES],
        "values": seen.values,
        "plan": reading.plan,
        "notes": [asdict(note) for note in reading.notes],
        "hints": reading.hints,
        "chosen": reading.chosen,
    }
