"""Metres out of drawing units: what the file says, checked against where Viet Nam is.

A header that says millimetres is often the template's and not the draughtsman's; a drawing that
falls on the coordinates of a Vietnamese grid in metres is in metres whatever it says.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from conversion.cad.drawing import Drawing, Entity, moved
from conversion.reading import Note

UNITS_M: Final = {  # $INSUNITS → metres. Source: Autodesk DXF reference, header variables.
    1: 0.0254, 2: 0.3048, 4: 0.001, 5: 0.01, 6: 1.0, 7: 1000.0, 14: 0.1,
}  # fmt: skip

_EASTINGS: Final = ((70_000.0, 950_000.0), (18_050_000.0, 19_950_000.0))
_NORTHING: Final = (880_000.0, 2_650_000.0)
_LON: Final = (102.0, 118.0)
_LAT: Final = (5.0, 24.0)
_SCALES: Final = (0.001, 0.01)


@dataclass(frozen=True, slots=True)
class Scale:
    """``factor``: metres in a drawing unit, as place shows it; ``metres``: whether it does.

    ``degrees``: the drawing is in degrees of longitude and latitude.
    """

    factor: float
    metres: bool
    degrees: bool = False


def scale_of(drawing: Drawing) -> Scale:
    """Return the scale under which the drawing falls on a Vietnamese grid.

    Its own unit is tried first, then the sheet units; a drawing that falls nowhere stays as drawn.
    """
    at = _middle(drawing.entities)
    if at is None:
        return Scale(1.0, metres=False)
    said = (drawing.unit_m,) if drawing.unit_m else ()
    for factor in (1.0, *said, *_SCALES):
        if _is_grid(at[0] * factor, at[1] * factor):
            return Scale(factor, metres=True)
    degrees = _within(at[0], _LON) and _within(at[1], _LAT)
    return Scale(1.0, metres=False, degrees=degrees)


def scaled(drawing: Drawing) -> Scale:
    """Bring the drawing into metres where place shows its unit, and note what was done."""
    scale = scale_of(drawing)
    if scale.factor != 1.0:
        shapes = np.array([one.geometry for one in drawing.entities], object)
        metres = shapely.transform(shapes, lambda xy: xy * scale.factor)
        drawing.entities = [
            moved(one, shape) for one, shape in zip(drawing.entities, metres, strict=True)
        ]
        drawing.notes.append(Note("cad_scaled", values={"factor": scale.factor}))
    if scale.factor == 1.0 and scale.metres and drawing.unit_m not in (None, 1.0):
        drawing.notes.append(Note("cad_units", values={"unit": f"{drawing.unit_m:g}"}))
    if not (scale.metres or scale.degrees) and drawing.entities:
        unit = f"{drawing.unit_m:g} m" if drawing.unit_m else "?"
        drawing.notes.append(Note("cad_local", values={"unit": unit}))
    return scale


def _middle(entities: list[Entity]) -> tuple[float, float] | None:
    """Return the median of the entities' places: a few strays do not move it."""
    if not entities:
        return None
    boxes = shapely.bounds(np.array([one.geometry for one in entities], object))
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    finite = middles[np.isfinite(middles).all(axis=1)]
    if not len(finite):
        return None
    x, y = np.median(finite, axis=0).tolist()
    return (x, y)


def _is_grid(x: float, y: float) -> bool:
    """Return whether a place is on a Vietnamese grid in metres, in either order of the axes."""
    return _is_place(x, y) or _is_place(y, x)


def _is_place(east: float, north: float) -> bool:
    return any(_within(east, one) for one in _EASTINGS) and _within(north, _NORTHING)


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]
