"""A vector layer as an Arrow stream in the types of a layer's table. Runs inside the sandbox.

The last batch is empty and carries the report of what was changed on the way.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

import pyarrow as pa

from conversion import columns
from conversion.encoding import Encoding
from conversion.reading import Column, opened
from conversion.refusal import Refusal
from conversion.repair import GeometryPlan, prepared
from conversion.stream import REPORT, Report, schema
from layers.fields import FieldType
from layers.layer import GeometryType

BATCH_ROWS = 8_192


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Write the layer that ``job`` names as an Arrow stream.

    ``job["chains"]`` gives, by column name, the encodings to undo; ``job["geometry"]`` the layer's
    geometry type; ``job["swap"]`` whether x and y are to be exchanged.
    """
    chains = {name: [Encoding(one) for one in said] for name, said in job["chains"].items()}
    plan = GeometryPlan(
        GeometryType(job["geometry"]), bool(job["swap"]), int(job["from"]), int(job["to"])
    )
    report = Report()
    with opened(job, BATCH_ROWS) as reading:
        wanted = schema([column.type for column in reading.columns])
        with pa.ipc.new_stream(answer, wanted) as stream:
            for batch in reading.batches:
                stream.write_batch(_converted(batch, reading.columns, chains, plan, report))
            if report.geometry.null + report.geometry.unreadable >= report.rows:
                raise Refusal("all-null" if report.rows else "no-features")
            report.notes = [asdict(note) for note in reading.notes]
            nothing = pa.RecordBatch.from_pylist([], schema=wanted)
            stream.write_batch(nothing, {REPORT: json.dumps(asdict(report)).encode()})


def _converted(
    batch: pa.RecordBatch,
    found: Sequence[Column],
    chains: Mapping[str, Sequence[Encoding]],
    plan: GeometryPlan,
    report: Report,
) -> pa.RecordBatch:
    report.rows += batch.num_rows
    arrays = [
        columns.as_text(values, chains.get(column.name, ()), report.text)
        if column.type is FieldType.TEXT
        else columns.as_type(values, column.type)
        for column, values in ((one, batch.column(one.position)) for one in found)
    ]
    geometry = prepared(batch.column(batch.num_columns - 1), plan, report.geometry)
    return pa.RecordBatch.from_arrays([*arrays, geometry], schema=schema([c.type for c in found]))
