"""The places that a reader's notes speak of, in the layer's CRS. Runs inside the sandbox."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from conversion.findings.sightings import Sighting, Sightings
from conversion.repair import GeometryPlan
from conversion.reproject import mover


def put(found: Sequence[Sighting], plan: GeometryPlan, seen: Sightings) -> None:
    """Count a reader's places by code, and keep those there is room for, in the storage CRS.

    They go the way of the features: turned, scaled, moved.
    """
    placed = [one for one in found if one.x is not None and one.y is not None]
    if not placed:
        return
    pairs = np.array([(one.x, one.y) for one in placed], float)
    pairs = (pairs[:, ::-1] if plan.swap else pairs) * plan.scale
    if plan.source_srid != plan.srid:
        pairs = mover(plan.source_srid, plan.srid)(pairs)
    for one, (x, y) in zip(placed, pairs.tolist(), strict=True):
        if seen.room(one.code) and np.isfinite([x, y]).all():
            seen.kept.append(replace(one, x=x, y=y))
        seen.tally(one.code, 1, one.column)
