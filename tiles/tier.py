"""What a vector tile of a layer holds at a zoom: which fields, and which features at all.

A layer of few features is always whole. A large one carries the few fields that drawing needs
below zoom 16, and below zoom 13 leaves out what a person could not see: lines and areas smaller
than a pixel, points that share a small cell. What is left out is said in a header, never hidden.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from layers.fields import Field
from layers.layer import GeometryType, Layer
from layers.style import LABELLED, label_layer, names_read

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


_BELOW: Mapping[GeometryType | None, Choice] = {
    GeometryType.POINT: Choice.THINNED,
    GeometryType.LINE: Choice.LARGER,
    GeometryType.POLYGON: Choice.LARGER,
}


def choice(layer: Layer, z: int) -> Choice:
    """Return which features of ``layer`` a tile at zoom ``z`` holds."""
    if label_layer(layer) is not None:
        return Choice.LABELLED
    if z >= SEEN_FROM or layer.feature_count <= FEW:
        return Choice.WHOLE
    return _BELOW.get(layer.geometry_type, Choice.WHOLE)


def shown_fields(layer: Layer, z: int) -> tuple[Field, ...]:
    """Return the fields that a tile at zoom ``z`` carries, in the layer's order."""
    if z >= WHOLE_FROM or layer.feature_count <= FEW:
        return layer.fields
    needed = drawn_names(layer)
    room = FIELDS - len(needed) if z >= SEEN_FROM else 0
    others = [field.name for field in layer.fields if field.name not in needed]
    chosen = needed | set(others[: max(room, 0)])
    return tuple(field for field in layer.fields if field.name in chosen)


def drawn_names(layer: Layer) -> frozenset[str]:
    """Return the names of the fields that the style and the labels of ``layer`` read."""
    known = {field.name for field in layer.fields}
    style: Mapping[str, Any] = layer.style or {}
    said = {layer.search_field, *names_read(style.get("layers", ()))}
    return frozenset(known & said)


def is_other(before: Layer, after: Layer) -> bool:
    """Return whether an edit made of a layer one whose tiles everywhere hold other things."""
    return (before.feature_count <= FEW) is not (after.feature_count <= FEW) or (
        label_layer(before) != label_layer(after)
    )
