"""MicroStation DGN v7, in the units of a cadastral sheet: metre, millimetre, one step each.

GDAL makes the design file and then adds elements to it; it takes no fields but its own.
Source: TT 25/2014/TT-BTNMT, article 5.4 (working unit, storage centre).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from conversion.export.crs import declared
from conversion.export.drawing import Figure, figures
from conversion.export.fit import Tally, clipped
from conversion.export.spec import Spec, Unwritable

_UNITS: Final = {
    "MASTER_UNIT_NAME": "m",
    "SUB_UNIT_NAME": "mm",
    "SUB_UNITS_PER_MASTER_UNIT": "1000",
    "UOR_PER_SUB_UNIT": "1",
}
_NORTH: Final = 1_000_000
_EASTS: Final = {2044: 18_500_000, 2045: 19_500_000, 3857: 12_000_000}
_EAST: Final = 500_000
_REACH_M: Final = 2_147_483
_TEXT_BYTES: Final = 255
_SHAPES_LEVEL, _LABELS_LEVEL = 1, 2
_BATCH: Final = 4_096
_SCHEMA: Final = pa.schema(
    [("Level", pa.int32()), ("Text", pa.string()), ("geom", pa.large_binary())]
)


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``: shapes on level 1, labels on level 2.

    Raises:
        Unwritable: the coordinates lie beyond the design plane.
    """
    centre = (_EASTS.get(spec.srid, _EAST), _NORTH)
    _check(spec, centre)
    elements = _elements(spec, figures(spec, rows, tally), centre, tally)
    try:
        _write(spec, pa.RecordBatchReader.from_batches(_SCHEMA, []), centre, append=False)
        _write(spec, pa.RecordBatchReader.from_batches(_SCHEMA, elements), centre, append=True)
    except (DataLayerError, DataSourceError) as error:
        raise Unwritable("not-written") from error


def _write(
    spec: Spec, rows: pa.RecordBatchReader, centre: tuple[int, int], *, append: bool
) -> None:
    empty = pa.RecordBatchReader.from_batches(pa.schema([_SCHEMA.field("geom")]), [])
    pyogrio.write_arrow(
        rows if append else empty,
        Path(spec.path),
        driver="DGN",
        layer="elements",
        append=append,
        crs=declared(spec.format, spec.srid),
        geometry_name="geom",
        geometry_type="Unknown",
        dataset_options={"ORIGIN": f"-{centre[0]},-{centre[1]},0", **_UNITS} if not append else {},
    )


def _check(spec: Spec, centre: tuple[int, int]) -> None:
    corners = spec.extent or (*centre, *centre)
    far = max(abs(number - centre[axis % 2]) for axis, number in enumerate(corners))
    if far > _REACH_M:
        raise Unwritable("beyond-design-plane")


def _elements(
    spec: Spec, drawn: Iterator[Figure], centre: tuple[int, int], tally: Tally
) -> Iterator[pa.RecordBatch]:
    held: list[tuple[int, str | None, bytes]] = []
    for figure in drawn:
        held += _figure(figure, centre, tally)
        if len(held) >= _BATCH:
            yield _batch(held)
            held = []
    yield _batch(held)


def _figure(
    figure: Figure, centre: tuple[int, int], tally: Tally
) -> Iterator[tuple[int, str | None, bytes]]:
    is_label = figure.shape.geom_type == "Point" and bool(figure.label)
    if not is_label:
        yield _SHAPES_LEVEL, None, shapely.to_wkb(_on_grid(figure.shape, centre))
    if figure.label:
        text = clipped(" ".join(figure.label.split()), _TEXT_BYTES)
        if text != figure.label:
            tally["text-cut"] = tally.get("text-cut", 0) + 1
        yield _LABELS_LEVEL, text, shapely.to_wkb(_on_grid(shapely.Point(figure.anchor), centre))


def _on_grid(shape: Any, centre: tuple[int, int]) -> Any:
    """Return the shape on whole millimetres, a little beyond: GDAL cuts, and does not round."""

    def rounded(pairs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        from_centre = np.round(pairs - centre, 3)
        return from_centre + np.copysign(1e-4, from_centre) + centre

    return shapely.transform(shape, rounded)


def _batch(held: list[tuple[int, str | None, bytes]]) -> pa.RecordBatch:
    columns = list(zip(*held, strict=True)) or [(), (), ()]
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns, _SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA)
