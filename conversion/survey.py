"""What a dataset says of itself, gathered inside the sandbox; nothing is decided here."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import shapely

from conversion import source
from conversion.refusal import Refusal
from conversion.sniff import Kind
from conversion.source import Column, Source
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
    opened = source.open_source(job)
    said = source.info(opened)
    seen = _Seen(step=max(1, int(said["features"]) // SAMPLES))
    with source.batches(opened, _BATCH) as (columns, reader):
        for batch in reader:
            _look(batch, columns, seen)
    if not seen.rows:
        raise Refusal("no-features")
    answer.write(json.dumps(_facts(opened, said, columns, seen)).encode())


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
            texts += [_short(value) for value in picked.column(column.position).to_pylist()]
    seen.rows += batch.num_rows


def _points(wkb: pa.Array) -> list[tuple[float, float] | None]:
    """Return one point on or near each geometry: enough to know where it lies."""
    shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False), on_invalid="ignore")
    try:
        inner = shapely.point_on_surface(shapely.force_2d(shapes))
    except shapely.errors.GEOSException:
        inner = shapely.centroid(shapes)
    pairs = zip(shapely.get_x(inner).tolist(), shapely.get_y(inner).tolist(), strict=True)
    return [(x, y) if x == x and y == y else None for x, y in pairs]  # noqa: PLR0124


def _short(value: object) -> str:
    return "" if value is None else str(value)[:_TEXT]


def _facts(
    opened: Source, said: Mapping[str, Any], columns: list[Column], seen: _Seen
) -> dict[str, Any]:
    names = source.layer_names(opened.path, opened.kind)
    is_raw = opened.kind is Kind.SHAPEFILE
    return {
        "driver": said["driver"],
        "layers": [{"name": name, "geometry": type_} for name, type_ in names],
        "layer": opened.layer,
        "rows": seen.rows,
        "types": {str(code): count for code, count in seen.types.items()},
        "with_z": seen.with_z,
        "most_points": seen.most_points,
        "columns": [{"name": c.name, "type": c.type.value} for c in columns],
        "left_out": len(said["fields"]) - len(columns),
        "raw_text": is_raw,
        "crs": said["crs"] or "",
        "points": seen.points[: 2 * SAMPLES],
        "values": seen.values,
        "bounds": [float(edge) for edge in said["total_bounds"] if edge is not None],
        **(_shapefile(opened.path) if is_raw else {}),
    }


def _shapefile(path: Path) -> dict[str, Any]:
    """Return what a shapefile's parts say: bytes missing at its end, parts that are missing."""
    with path.open("rb") as stream:
        stream.seek(24)
        claimed = 2 * int.from_bytes(stream.read(4), "big")
        held = stream.seek(0, 2)
    parts = (".shx", ".dbf", ".prj", ".cpg")
    return {
        "missing_bytes": max(0, claimed - held),
        "missing_parts": [part for part in parts if not _there(path, part)],
        "cpg": _read(path.with_suffix(".cpg"))[:40],
    }


def _there(path: Path, part: str) -> bool:
    return (Path("/in") / path.name).with_suffix(part).exists()


def _read(path: Path) -> str:
    return path.read_text("latin-1").strip() if path.exists() else ""
