"""What a reader lends inside the sandbox: one layer of a stranger's file, whatever its format.

A reader is a module with ``open_reading(job, batch_rows)``; ``formats.FORMATS`` names it. The same
reader runs twice: to inspect and, with the plan it made then, to convert.
"""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pyarrow as pa

from conversion.findings.sightings import Sighting
from conversion.formats import BY_KIND, Kind
from conversion.refusal import Refusal
from layers.fields import FieldType

MAX_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the source: its place in the reader's batches, its name, its type."""

    position: int
    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class LayerHead:
    """A layer that the file offers; ``rows`` None where only a full reading would tell."""

    name: str
    geometry: str = ""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader saw or did: a code of ``reader_findings``, and what its sentence says."""

    code: str
    where: str = ""
    values: Mapping[str, str | int | float] = field(default_factory=dict[str, str | int | float])


@dataclass(slots=True)
class Reading:
    """One opened layer.

    ``crs``: the declaration as the file has it (WKT, code), empty where it has none.
    ``raw_text``: each character of a text is one byte of the file, and not Unicode yet.
    ``batches``: record batches that hold ``columns`` at their positions, and last the geometry as
    WKB (x first, whatever the file's order). ``rows``: how many the file claims; None: not known.
    ``plan``: what the second reading must know of the first, as JSON. ``notes``: for the findings,
    complete when the batches are. ``hints``: titles and file properties that may name a CRS.
    ``is_sampled``: the batches are some rows of a large file, spread over it; only a job with
    ``sample`` is answered so, and only by readers that can.
    ``chosen``: the layer is the reader's own choice among several, and needs no question.
    ``sightings``: places that notes speak of, in the file's CRS, row 0 where it is no feature's;
    complete when the batches are.
    """

    driver: str
    layers: list[LayerHead]
    layer: str
    crs: str
    columns: list[Column]
    batches: Iterator[pa.RecordBatch]
    rows: int | None = None
    raw_text: bool = False
    plan: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: list[Note] = field(default_factory=list[Note])
    hints: list[str] = field(default_factory=list[str])
    chosen: bool = False
    is_sampled: bool = False
    sightings: list[Sighting] = field(default_factory=list[Sighting])


@contextmanager
def opened(job: Mapping[str, Any], batch_rows: int) -> Generator[Reading]:
    """Lend the layer that ``job`` names.

    ``job`` has ``kind``, ``file``, ``layer`` (empty: the reader's own choice), ``plan`` (what an
    earlier reading of the same layer returned, else empty) and ``options`` (what a person said of
    the columns: ``x``, ``y``, ``address``).

    Raises:
        Refusal: it cannot be opened, has no such layer, or nothing in it.
    """
    known = BY_KIND.get(Kind(job["kind"]))
    if known is None or not known.reader:
        raise Refusal("unreadable")
    with import_module(known.reader).open_reading(job, batch_rows) as reading:
        if len(reading.columns) > MAX_COLUMNS:
            raise Refusal("too-many-columns")
        yield reading
