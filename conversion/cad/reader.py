"""The reader of drawings: DXF, DGN and DWG as layers of features.

A drawing offers each of its CAD layers, all of it, and what an editor most often wants: polygons
with the texts that stand in them. That one is its own choice where half of the texts and half of
the polygons find each other; otherwise a person is asked.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from conversion.cad import bind, fonts, layers, outlines, units
from conversion.cad import notes as cad_notes
from conversion.cad.bind import Bound, Row
from conversion.cad.drawing import Drawing, bounds_of, keep_finite
from conversion.cad.layers import COMPOSED, Table
from conversion.cad.lines import tolerance_for
from conversion.findings.sightings import Sighting
from conversion.formats import Kind
from conversion.reading import LayerHead, Note, Reading
from conversion.refusal import Refusal

_LOADERS: Final = {
    Kind.DXF: "conversion.cad.dxf",
    Kind.DGN: "conversion.cad.dgn",
    Kind.DGN8: "conversion.cad.dgn8",
    Kind.DWG: "conversion.cad.dwg",
}


@dataclass(frozen=True, slots=True)
class _Composed:
    """Polygons with their texts, whether they told each other, and what is to be said of them."""

    rows: Sequence[Row] = ()
    is_told: bool = False
    notes: Sequence[Note] = ()
    sightings: Sequence[Sighting] = ()


@contextmanager
def open_reading(job: Mapping[str, Any], batch_rows: int) -> Generator[Reading]:
    """Lend the layer that ``job`` names; see ``conversion.reading.opened``.

    Raises:
        Refusal: the drawing cannot be read, holds nothing, or has no such layer.
    """
    drawing: Drawing = import_module(_LOADERS[Kind(job["kind"])]).load(Path(job["file"]))
    keep_finite(drawing)
    if not drawing.entities:
        raise Refusal("no-features")
    scale = units.scaled(drawing)
    fonts.undo(drawing)
    wanted = str(job.get("layer") or "")
    asked = str((job.get("plan") or {}).get("layer") or "")
    composed = _Composed()
    if not asked or asked == COMPOSED:
        composed = _composed(drawing, metres=scale.metres)
    listed = layers.heads(drawing, composed.rows)
    layer = _layer(listed, wanted, composed)
    is_composed = layer == COMPOSED and bool(composed.rows)
    table = _table(drawing, layer, composed)
    yield Reading(
        driver=drawing.driver,
        layers=listed,
        layer=layer,
        crs="",
        columns=list(table.columns),
        batches=layers.batches(table, batch_rows),
        rows=len(table.geometry),
        raw_text=drawing.raw_text,
        plan={"layer": layer, "entities": drawing.count},
        notes=[*cad_notes.of_drawing(drawing), *(composed.notes if is_composed else ())],
        hints=cad_notes.hints(drawing),
        sightings=list(composed.sightings) if is_composed else [],
        chosen=is_composed or len({one.layer for one in drawing.entities}) == 1,
    )


def _composed(drawing: Drawing, *, metres: bool) -> _Composed:
    tolerance = tolerance_for(bounds_of(drawing.entities), metres=metres)
    found = outlines.outlines(drawing.entities, tolerance)
    bound: Bound = bind.bind(found, bind.labels(drawing.entities))
    rows = bind.rows(bound, metres=metres)
    used = {one.layer for one in bound.parcels}
    lines = [one for one in found if one.layer in used or not used]
    notes = [*cad_notes.of_lines(lines), *cad_notes.of_bound(bound, rows, metres=metres)]
    places = [*cad_notes.of_gaps(lines), *cad_notes.of_rows(bound, rows, metres=metres)]
    return _Composed(rows, bound.is_told, notes, places)


def _layer(listed: Sequence[LayerHead], wanted: str, composed: _Composed) -> str:
    """Return the layer to read: the one asked for, else the drawing's own choice, else the first.

    Raises:
        Refusal: there is none of that name.
    """
    names = [one.name for one in listed]
    if wanted:
        if wanted not in names:
            raise Refusal("no-such-layer")
        return wanted
    return COMPOSED if composed.is_told else next(one for one in names if one != COMPOSED)


def _table(drawing: Drawing, layer: str, composed: _Composed) -> Table:
    is_composed = layer == COMPOSED and bool(composed.rows)
    return layers.of_rows(composed.rows) if is_composed else layers.of_layer(drawing, layer)
