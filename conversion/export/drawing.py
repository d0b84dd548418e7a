"""Features as a drawing has them: shapes without attributes, and the label as text beside."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import shapely

from conversion.export.fit import Tally
from conversion.export.spec import Spec

TEXT_HEIGHT_M: Final = 2.0
"""What reads well on a sheet of 1:1,000."""


class Figure(NamedTuple):
    """One feature: its shape, its label (empty without one) and where that stands."""

    shape: Any
    label: str
    anchor: tuple[float, float]


def figures(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> Iterator[Figure]:
    """Yield each feature that has a shape; the others are counted.

    The label stands on a point, inside an area and on a line: there a reader binds it again.
    """
    at = rows.schema.names.index(spec.label) if spec.label else 0
    for batch in rows:
        shapes = shapely.from_wkb(np.asarray(batch.column(-1).to_pylist(), dtype=object))
        there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        if not there.all():
            tally["without-geometry"] = tally.get("without-geometry", 0) + int((~there).sum())
        labels = batch.column(at).to_pylist() if at else [None] * len(shapes)
        anchors = shapely.get_coordinates(shapely.point_on_surface(shapes[there])).tolist()
        kept = [label for label, keep in zip(labels, there, strict=True) if keep]
        for shape, label, anchor in zip(shapes[there], kept, anchors, strict=True):
            yield Figure(shape, "" if label is None else str(label).strip(), tuple(anchor))
