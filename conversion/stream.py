"""The pipe between the sandboxed reader and us: the same schema and report at both ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from conversion.columns import ARROW, TextTally
from conversion.findings.sightings import Sightings
from conversion.repair import GeometryTally
from layers.fields import FieldType

REPORT = b"gishue.report"
"""Key of the last batch's metadata; the value is a ``Report`` as JSON."""


@dataclass(slots=True)
class Report:
    """What the conversion did; the parent turns it into findings.

    ``twins``: the rows that may have the geometry of another (``conversion.findings.twins``), None
    where that is not known.
    """

    rows: int = 0
    geometry: GeometryTally = field(default_factory=GeometryTally)
    text: TextTally = field(default_factory=TextTally)
    notes: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    seen: Sightings = field(default_factory=Sightings)
    twins: list[int] | None = None


def schema(types: Sequence[FieldType]) -> pa.Schema:
    """Return the schema of the stream: columns c1 … cn and ``geom``, as in the table."""
    fields = [pa.field(f"c{i}", ARROW[type_]) for i, type_ in enumerate(types, start=1)]
    return pa.schema([*fields, pa.field("geom", pa.large_binary())])
