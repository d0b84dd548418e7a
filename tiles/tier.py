"""What a vector tile of a layer holds at a zoom: which fields, and which features at all.

A layer of few features is always whole. A large one carries the few fields that drawing needs
below zoom 16, and at far zooms is read from its derived tables (:mod:`layers.tiers`). Until they
are made, and where it is of mixed geometry, it leaves out below zoom 13 what a person could not
see: lines and areas smaller than a pixel, points that share a small cell. What is left out or
counted together is said in a header, never hidden.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from layers import zoom
from layers.fields import Field
from layers.layer import GeometryType, Layer
from layers.style import LABELLED, drawn_names, label_layer
from layers.tiers import COUNT, LEAST_ROWS, Tier, tier_at
from tiles.grid import pixel_m

WHOLE_FROM: Final = 16
SEEN_FROM: Final = 13
FEW: Final = LABELLED
FIELDS: Final = 4
CELL_PX: Final = 4


class Choice(StrEnum):
    """Which features stand in a tile; the values name statements of ``tile.sql``."""

    WHOLE = "whole"
    LABELLED = "labelled"
    LARGER = "larger"
    THINNED = "thinned"
    MIXED = "mixed"


_BELOW: Mapping[GeometryType | None, Choice] = {
    GeometryType.POINT: Choice.THINNED,
    GeometryType.LINE: Choice.LARGER,
    GeometryType.POLYGON: Choice.LARGER,
    GeometryType.MIXED: Choice.MIXED,
}


def choice(layer: Layer, z: int) -> Choice:
    """Return which features of ``layer`` a tile at zoom ``z`` holds, read from its own table."""
    if label_layer(layer) is not None:
        return Choice.LABELLED
    is_light = layer.is_tiered and layer.feature_count > LEAST_ROWS and z >= base_from(layer)
    if z >= SEEN_FROM or layer.feature_count <= FEW or is_light:
        return Choice.WHOLE
    return _BELOW.get(layer.geometry_type, Choice.WHOLE)


def is_counted(layer: Layer, z: int) -> bool:
    """Return whether a question of ``layer`` counts at zoom ``z`` what is too small or too dense.

    It is asked of the layer's own rows, as many as may lie in the tile.
    """
    if layer.geometry_type not in (GeometryType.POINT, GeometryType.POLYGON):
        return False
    if layer.feature_count <= FEW or label_layer(layer) is not None:
        return False
    return z < (base_from(layer) if layer.is_tiered else SEEN_FROM)


def base_from(layer: Layer) -> int:
    """Return the farthest zoom at which every feature of ``layer`` is drawn itself."""
    return max((tier.z for tier in layer.tiers), default=-1) + 1


def tier_of(layer: Layer, z: int) -> Tier | None:
    """Return the derived table that a tile at zoom ``z`` is read from; None: from the layer's own.

    Where rows are kept back it is one that was made of those that are seen, never another.
    """
    tier = tier_at(layer.tiers, z)
    said = zoom.at(layer.zoom_overrides, z)
    if tier is None or tier.rule != layer.view.filter:
        return None
    if tier.filter != (said.filter if said else ""):
        return None
    needed = {field.name for field in shown_fields(layer, z)} - {COUNT}
    return tier if needed <= set(tier.fields) else None


def shown_fields(layer: Layer, z: int) -> tuple[Field, ...]:
    """Return the fields that a tile at zoom ``z`` carries, in the layer's order."""
    said = zoom.at(layer.zoom_overrides, z)
    if said is not None and said.fields is not None:
        return tuple(field for field in layer.fields if field.name in said.fields)
    is_far = z < base_from(layer)
    if not is_far and (z >= WHOLE_FROM or layer.feature_count <= FEW):
        return layer.fields
    needed = drawn_names(layer)
    room = FIELDS - len(needed) if z >= SEEN_FROM and not is_far else 0
    others = [field.name for field in layer.fields if field.name not in needed]
    chosen = needed | set(others[: max(room, 0)])
    return tuple(field for field in layer.fields if field.name in chosen)


def snap_m(layer: Layer, z: int) -> float | None:
    """Return the grid that shapes are to be drawn on at zoom ``z``, metres; None for the tile's."""
    said = zoom.at(layer.zoom_overrides, z)
    return said.simplify_px * pixel_m(z) if said and said.simplify_px else None


def is_other(before: Layer, after: Layer) -> bool:
    """Return whether an edit made of a layer one whose tiles everywhere hold other things."""
    return (before.feature_count <= FEW) is not (after.feature_count <= FEW) or (
        label_layer(before) != label_layer(after)
    )
