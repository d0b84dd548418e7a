"""A department's file taken through the real sandbox: inspected and converted, no database.

The same two steps as an upload takes; what comes out is what would be copied into the table.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from conversion import filling, staging
from conversion.dataset import open_file
from conversion.findings import of_file
from conversion.gather import gather
from conversion.inspect import Inspection, inspect
from conversion.options import IngestOptions
from conversion.sandbox import Limits, started
from conversion.stream import REPORT
from gishue.core.crs import to_wgs84
from gishue.core.errors import GishueError

METRES_PER_DEGREE = 111_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file: refused, asked, or converted.

    ``rows`` by field title; ``shapes`` in EPSG:``srid``; ``codes`` of all findings; ``asked`` the
    codes of the questions that were open without the answers given.
    """

    inspection: Inspection | None = None
    refusal: GishueError | None = None
    asked: Sequence[str] = ()
    rows: Sequence[dict[str, Any]] = ()
    shapes: Any = ()
    srid: int = 0
    codes: Sequence[str] = ()

    @property
    def bounds(self) -> list[float]:
        """Return (lon, lat, lon, lat) of the shapes."""
        at = shapely.get_coordinates(self.shapes)
        lon, lat = to_wgs84(self.srid).transform(at[:, 0], at[:, 1])
        return [np.min(lon), np.min(lat), np.max(lon), np.max(lat)]


def take(path: Path, answers: Mapping[str, str], options: IngestOptions | None = None) -> Taken:
    """Return what becomes of the file at ``path``; ``answers`` are given where it asks."""
    options = options or IngestOptions()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            whole = gather(path, folder)
            inside = folder / "in"
            inside.mkdir()
            opened = open_file(whole, whole.name, inside, Limits())
            found = inspect(opened, options, Limits())
            asked = [str(one["code"]) for one in found.questions]
            if asked and set(asked) <= set(answers):
                given = {code: answers[code] for code in asked}
                found = inspect(opened, replace(options, **given), Limits())
            if found.questions:
                return Taken(inspection=found, asked=asked)
            return _converted(found, asked)
        except GishueError as error:
            return Taken(refusal=error)


def _converted(found: Inspection, asked: Sequence[str]) -> Taken:
    made = staging.plan(found)
    batches: list[pa.RecordBatch] = []
    said = b""
    with started(made.job, found.dataset.place, Limits()) as child:
        with pa.ipc.open_stream(child.stdout) as stream:
            for batch, metadata in _read(stream):
                batches.append(batch)
                said = metadata.get(REPORT, said)
        child.finish()
    table = pa.Table.from_batches(batches)
    titles = [field.title for field in made.fields]
    columns = [table.column(at).to_pylist() for at in range(len(titles))]
    count = table.num_rows
    rows = [
        {t: column[at] for t, column in zip(titles, columns, strict=True)} for at in range(count)
    ]
    shapes = shapely.from_wkb(np.array(table.column(-1).to_pylist(), object))
    report = filling.read_report(said)
    later = of_file.of_conversion(report, made.fields)
    codes = [one.code for one in (*found.findings, *later)]
    return Taken(found, None, asked, rows, shapes, made.srid, codes)


def _read(stream: Any) -> Iterator[tuple[pa.RecordBatch, dict[bytes, bytes]]]:
    while True:
        try:
            batch, metadata = stream.read_next_batch_with_custom_metadata()
        except StopIteration:
            return
        yield batch, dict(metadata or {})
