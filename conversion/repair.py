"""Geometry made fit for a layer: two-dimensional, valid, of one type; every change is counted.

Runs inside the sandbox. A column that needs nothing is passed through byte for byte, so surveyed
coordinates come back exactly as they were sent.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from shapely.geometry.base import BaseGeometry

from conversion import wkb
from conversion.reproject import mover
from conversion.wkb import Heads
from layers.layer import GeometryType

type Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(slots=True)
class GeometryTally:
    """What was found and done; areas in square units of the source CRS."""

    null: int = 0
    unreadable: int = 0
    lost: int = 0
    repaired: int = 0
    flattened: int = 0
    swapped: int = 0
    area_before: float = 0.0
    area_after: float = 0.0


@dataclass(frozen=True, slots=True)
class GeometryPlan:
    """What the layer wants: its type, its CRS; ``swap`` where the file has y before x."""

    type: GeometryType
    swap: bool = False
    source_srid: int = 0
    srid: int = 0

    @property
    def moves(self) -> bool:
        """Whether coordinates change."""
        return self.swap or self.source_srid != self.srid


def prepared(column: pa.Array, plan: GeometryPlan, tally: GeometryTally) -> pa.Array:
    """Return the geometries of a batch as the layer stores them, null where there is none."""
    column = column.cast(pa.large_binary())
    heads = Heads(column)
    shapes = shapely.from_wkb(column.to_numpy(zero_copy_only=False), on_invalid="ignore")
    usable = _usable(shapes)
    tally.null += int((~heads.present).sum())
    tally.unreadable += int((heads.present & ~usable).sum())
    tally.flattened += int((heads.has_z & usable).sum())
    invalid = usable & ~shapely.is_valid(shapes)
    unfit = plan.type is GeometryType.POINT and bool((heads.types == wkb.MULTI_POINT).any())
    if plan.moves or unfit or invalid.any() or not (heads.plain & usable)[usable].all():
        shapes = _worked(shapes, usable, invalid, plan, tally)
        column = pa.array(shapely.to_wkb(shapes, output_dimension=2), pa.large_binary())
    elif not usable.all():
        column = pa.array(np.where(usable, column.to_numpy(zero_copy_only=False), None))
    is_multi = plan.type in (GeometryType.LINE, GeometryType.POLYGON)
    return wkb.as_multi(column) if is_multi else column.cast(pa.large_binary())


def _usable(shapes: Shapes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return where a shape is there, not empty, and finite throughout."""
    return ~shapely.is_missing(shapes) & np.isfinite(shapely.bounds(shapes)).all(axis=1)


def _worked(
    shapes: Shapes,
    usable: np.ndarray[tuple[int], np.dtype[np.bool_]],
    invalid: np.ndarray[tuple[int], np.dtype[np.bool_]],
    plan: GeometryPlan,
    tally: GeometryTally,
) -> Shapes:
    result = shapely.force_2d(shapes)
    result[~usable] = None
    if plan.swap:
        result = shapely.transform(result, lambda pairs: pairs[:, ::-1])
        tally.swapped += int(usable.sum())
    if plan.source_srid != plan.srid:
        result = shapely.transform(result, mover(plan.source_srid, plan.srid))
    if plan.type is GeometryType.POINT:
        many = shapely.get_type_id(result) == 4
        result[many] = shapely.get_geometry(result[many], 0)
    for at in np.flatnonzero(invalid):
        result[at] = _repaired(result[at], tally)
    return result


def _repaired(shape: BaseGeometry, tally: GeometryTally) -> BaseGeometry | None:
    """Return a valid shape of the same dimension, or None where nothing is left of it.

    Source: GEOS ``GEOSMakeValid``, structure method: holes stay holes, shells are united.
    """
    try:
        mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    except shapely.errors.GEOSException:
        mended = None
    if mended is None or mended.is_empty or _dimension(mended) != _dimension(shape):
        tally.lost += 1
        return None
    tally.repaired += 1
    tally.area_before += shape.area
    tally.area_after += mended.area
    return mended


def _dimension(shape: BaseGeometry) -> int:
    return int(shapely.get_dimensions(shape))
