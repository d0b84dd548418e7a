"""The program that writes a file of a layer: rows on standard input as an Arrow stream.

The first column is the feature's id, the last its geometry (WKB, x first) in the CRS of the spec,
which is the only argument. Standard output is one JSON object: how many features, what was lost.
GDAL, and every library that writes files, stay out of the web process by this.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module

import pyarrow as pa

from conversion.export import spec as export_spec
from conversion.export.fit import Tally, fitted
from conversion.export.spec import Spec, Unwritable


def main(argument: str) -> None:
    """Write the stream on standard input as the spec says, and print what came of it."""
    spec = export_spec.read(argument)
    tally: Tally = {}
    stream = pa.ipc.open_stream(sys.stdin.buffer)
    try:
        rows = fitted(spec.out, _counted(stream, tally), stream.schema, tally)
        import_module(spec.out.writer).write(spec, rows, tally)
    except Unwritable as refusal:
        print(json.dumps({"refused": refusal.code}))
        sys.exit(3)
    print(json.dumps(tally | {"renamed": _renamed(spec, stream.schema, rows.schema)}))


def _counted(stream: pa.RecordBatchReader, tally: Tally) -> Iterator[pa.RecordBatch]:
    tally["features"] = 0
    for batch in stream:
        tally["features"] += batch.num_rows
        yield batch


def _renamed(spec: Spec, before: pa.Schema, after: pa.Schema) -> dict[str, str]:
    if spec.out.is_drawing:
        return {}
    pairs = zip(before.names[1:-1], after.names[1:-1], strict=True)
    return {old: new for old, new in pairs if old != new}


if __name__ == "__main__":
    main(sys.argv[1])
