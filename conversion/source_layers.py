"""Of several layers in one file: which can be drawn, and the question which one is meant."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from conversion.reading import LayerHead

# GPX repeats the vertices of its lines as layers of points.
_REPEATS: Final[Mapping[str, str]] = {"route_points": "routes", "track_points": "tracks"}


def choices(layers: Sequence[LayerHead]) -> list[LayerHead]:
    """Return the layers a person would choose from: drawn ones that are not known to be empty.

    Sheets of a spreadsheet have no geometry of their own: where no layer has, all are choices.
    """
    drawn = [one for one in layers if one.geometry] or list(layers)
    drawn = [one for one in drawn if one.rows != 0]
    names = {one.name for one in drawn}
    return [one for one in drawn if _REPEATS.get(one.name) not in names]


def question(candidates: Sequence[LayerHead], prefix: str = "") -> dict[str, Any]:
    """Return the question which layer of the file is to be taken."""
    return {
        "code": "source_layer",
        "message": "the file holds several layers; which one?",
        "vi": "tệp có nhiều lớp; lấy lớp nào?",
        "candidates": [
            {"source_layer": prefix + one.name, "geometry": one.geometry, "features": one.rows}
            for one in candidates
        ],
    }
