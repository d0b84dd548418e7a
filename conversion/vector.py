"""A vector layer as an Arrow stream in the types of a layer's table. Runs inside the sandbox.

The last batch is empty and carries the report of what was changed on the way.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

import pyarrow as pa

from conversion import columns, fitting
from conversion.claims import check_columns, check_geometry, read_claims
from conversion.findings import reader_places
from conversion.findings.twins import Boxes
from conversion.fitting import Target
from conversion.formats import Kind
from conversion.reading import opened
from conversion.refusal import Refusal
from conversion.repair import GeometryPlan, prepared
from conversion.stream import REPORT, Report, schema
from conversion.text import checks
from conversion.text.checks import Lengths
from conversion.text.encoding import Encoding
from conversion.wkb import Heads
from layers.fields import FieldType
from layers.layer import GeometryType

BATCH_ROWS = 8_192


@dataclass(frozen=True, slots=True)
class _Texts:
    """How text is read: encodings to undo by column; the lengths seen so far, by position.

    ``raw``: each character that comes is one byte of the file.
    """

    chains: Mapping[str, Sequence[Encoding]]
    raw: bool
    lengths: dict[int, Lengths] = field(default_factory=dict[int, Lengths])


@dataclass(frozen=True, slots=True)
class _Shapes:
    """What becomes of the geometries of a batch: the layer's plan, all boxes so far, its heads."""

    plan: GeometryPlan
    boxes: Boxes
    heads: Heads


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Write the layer that ``job`` names as an Arrow stream.

    ``job["chains"]`` gives, by column name, the encodings to undo; ``job["geometry"]`` the layer's
    geometry type; ``job["swap"]`` whether x and y are to be exchanged; ``job["scale"]`` what they
    are to be multiplied by.
    """
    chains = {name: [Encoding(one) for one in said] for name, said in job["chains"].items()}
    plan = GeometryPlan(
        GeometryType(job["geometry"]),
        bool(job["swap"]),
        int(job["from"]),
        int(job["to"]),
        turns=job["kind"] == Kind.SHAPEFILE,
        scale=float(job.get("scale", 1)),
    )
    report, boxes = Report(), Boxes()
    claims = read_claims(job)
    with opened(job, BATCH_ROWS) as reading:
        check_columns(claims, reading.columns)
        aims = fitting.targets(reading.columns, job.get("fields"))
        texts = _Texts(chains, reading.raw_text)
        wanted = schema([aim.type for aim in aims])
        with pa.ipc.new_stream(answer, wanted) as stream:
            for batch in reading.batches:
                heads = Heads(batch.column(batch.num_columns - 1))
                check_geometry(claims, heads)
                shapes = _Shapes(plan, boxes, heads)
                stream.write_batch(_converted(batch, aims, texts, shapes, report))
            if report.geometry.null + report.geometry.unreadable >= report.rows:
                raise Refusal("all-null" if report.rows else "no-features")
            for position, lengths in texts.lengths.items():
                checks.note_cut(lengths, position, report.seen)
            report.twins = boxes.twins()
            report.notes = [asdict(note) for note in reading.notes]
            reader_places.put(reading.sightings, plan, report.seen)
            nothing = pa.RecordBatch.from_pylist([], schema=wanted)
            stream.write_batch(nothing, {REPORT: json.dumps(asdict(report)).encode()})


def _converted(
    batch: pa.RecordBatch,
    aims: Sequence[Target],
    texts: _Texts,
    shapes: _Shapes,
    report: Report,
) -> pa.RecordBatch:
    report.seen.first = report.rows + 1
    report.rows += batch.num_rows
    arrays = [_column(batch, aim, texts, at, report) for at, aim in enumerate(aims, start=1)]
    geometry = prepared(
        batch.column(batch.num_columns - 1),
        shapes.plan,
        report.geometry,
        report.seen,
        boxes=shapes.boxes,
        heads=shapes.heads,
    )
    return pa.RecordBatch.from_arrays(
        [*arrays, geometry], schema=schema([aim.type for aim in aims])
    )


def _column(
    batch: pa.RecordBatch,
    aim: Target,
    texts: _Texts,
    position: int,
    report: Report,
) -> pa.Array:
    """Return one column of the stream, in the type of its field."""
    if aim.column is None:
        return fitting.empty(aim.type, batch.num_rows)
    values = batch.column(aim.column.position)
    if aim.column.type is FieldType.TEXT:
        lengths = texts.lengths.setdefault(position, Lengths())
        lengths.look(checks.byte_lengths(values, raw=texts.raw), report.seen.first)
        values = columns.as_text(values, texts.chains.get(aim.column.name, ()), report.text)
        checks.look(values, position, report.seen)
    else:
        values = columns.as_type(values, aim.column.type)
    return fitting.fitted(values, aim, position, report.seen)
