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
from conversion.crs import impossible
from conversion.findings import geometry_checks
from conversion.findings.sightings import Sightings
from conversion.findings.twins import Boxes
from conversion.measure import in_metres
from conversion.reproject import mover
from conversion.wkb import Heads
from layers.layer import GeometryType

type Shapes = np.ndarray[tuple[int], np.dtype[np.object_]]
type Bounds = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
type Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(slots=True)
class GeometryTally:
    """What was found and done; areas of what was repaired, in m²."""

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
    """What the layer wants: its type, its CRS; ``swap`` where the file has y before x.

    ``scale``: what makes the units of the source CRS of the file's numbers. ``turns``: the file
    says by the turn of a ring whether it is a hole (a shapefile does).
    """

    type: GeometryType
    swap: bool = False
    source_srid: int = 0
    srid: int = 0
    turns: bool = False
    scale: float = 1.0

    @property
    def moves(self) -> bool:
        """Whether coordinates change."""
        return self.swap or self.scale != 1 or self.source_srid != self.srid

    def in_source(self, bounds: Bounds) -> Bounds:
        """Return boxes of the file's numbers in the source CRS, x before y."""
        return (bounds[:, [1, 0, 3, 2]] if self.swap else bounds) * self.scale


def prepared(
    column: pa.Array,
    plan: GeometryPlan,
    tally: GeometryTally,
    seen: Sightings | None = None,
    *,
    boxes: Boxes | None = None,
    heads: Heads | None = None,
) -> pa.Array:
    """Return the geometries of a batch as the layer stores them, null where there is none.

    ``heads``: those of the column, where they are known. What is wrong with a feature, and what
    was done about it, is noted in ``seen``; its box, as the file has it, in ``boxes``.
    """
    seen = seen or Sightings()
    column = column.cast(pa.large_binary())
    heads = heads or Heads(column)
    shapes = shapely.from_wkb(column.to_numpy(zero_copy_only=False), on_invalid="ignore")
    bounds = shapely.bounds(shapes)
    usable = _usable(shapes, bounds) & ~impossible.slips(plan.in_source(bounds), plan.source_srid)
    if boxes is not None:
        boxes.look(bounds)
    _count(heads, usable, tally, seen)
    if plan.turns:
        geometry_checks.turned_holes(shapes, seen)
    invalid = usable & ~shapely.is_valid(shapes)
    unfit = plan.type is GeometryType.POINT and bool((heads.types == wkb.MULTI_POINT).any())
    if plan.moves or unfit or invalid.any() or not (heads.plain & usable)[usable].all():
        shapes = _worked(shapes, usable, invalid, plan, (tally, seen))
        column = pa.array(shapely.to_wkb(shapes, output_dimension=2), pa.large_binary())
        heads = Heads(column)
    elif not usable.all():
        column = pa.array(
            np.where(usable, column.to_numpy(zero_copy_only=False), None), pa.large_binary()
        )
    geometry_checks.look(shapes, usable & ~shapely.is_missing(shapes), plan.srid, seen)
    is_multi = plan.type in (GeometryType.LINE, GeometryType.POLYGON)
    return wkb.as_multi(column, heads) if is_multi else column


def _count(heads: Heads, usable: Flags, tally: GeometryTally, seen: Sightings) -> None:
    unreadable = heads.present & ~usable
    tally.null += int((~heads.present).sum())
    tally.unreadable += int(unreadable.sum())
    tally.flattened += int((heads.has_z & usable).sum())
    seen.add("null_geometry", np.flatnonzero(~heads.present))
    seen.add("geometry_lost", np.flatnonzero(unreadable))


def _usable(shapes: Shapes, bounds: Bounds) -> Flags:
    """Return where a shape is there, not empty, and finite throughout."""
    return ~shapely.is_missing(shapes) & np.isfinite(bounds).all(axis=1)


def _worked(
    shapes: Shapes,
    usable: Flags,
    invalid: Flags,
    plan: GeometryPlan,
    notes: tuple[GeometryTally, Sightings],
) -> Shapes:
    result = shapely.force_2d(shapes)
    result[~usable] = None
    if plan.swap:
        result = shapely.transform(result, lambda pairs: pairs[:, ::-1])
        notes[0].swapped += int(usable.sum())
    if plan.scale != 1:
        result = shapely.transform(result, lambda pairs: pairs * plan.scale)
    if plan.source_srid != plan.srid:
        result = shapely.transform(result, mover(plan.source_srid, plan.srid))
    if plan.type is GeometryType.POINT:
        many = shapely.get_type_id(result) == 4
        result[many] = shapely.get_geometry(result[many], 0)
    for at in np.flatnonzero(invalid).tolist():
        result[at] = _repaired(result[at], at, plan.srid, notes)
    return result


def _repaired(
    shape: BaseGeometry, at: int, srid: int, notes: tuple[GeometryTally, Sightings]
) -> BaseGeometry | None:
    """Return a valid shape of the same dimension, or None where nothing is left of it."""
    tally, seen = notes
    code, reason, point = geometry_checks.fault(shape)
    points = np.array([point])
    seen.add(code, [at], points=points, details=[{"reason": reason}])
    mended = _mended(shape)
    if mended is None:
        tally.lost += 1
        seen.add("geometry_lost", [at], points=points, details=[{"reason": reason}])
        return None
    before, after = shapely.area(in_metres(np.array([shape, mended], object), srid)).tolist()
    tally.repaired += 1
    tally.area_before += before
    tally.area_after += after
    areas = {"area_before_m2": round(before, 3), "area_after_m2": round(after, 3)}
    seen.add("geometry_repaired", [at], points=points, details=[{"reason": reason, **areas}])
    return mended


def _mended(shape: BaseGeometry) -> BaseGeometry | None:
    """Return ``shape`` made valid, None where that fails or leaves another dimension.

    Source: GEOS ``GEOSMakeValid``, structure method: holes stay holes, shells are united. In GEOS
    3.14 it now and then leaves two parts with a common edge, which a union of nothing but itself
    mends; each result is looked at again.
    """
    try:
        mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        if not mended.is_valid:
            mended = shapely.union_all(shapely.get_parts(mended))
    except shapely.errors.GEOSException:
        return None
    fits = mended.is_valid and not mended.is_empty and _dimension(mended) == _dimension(shape)
    return mended if fits else None


def _dimension(shape: BaseGeometry) -> int:
    return int(shapely.get_dimensions(shape))
