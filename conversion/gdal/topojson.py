"""How much a TopoJSON grows when its shared arcs are followed, counted before a driver does it."""

import json
from pathlib import Path
from typing import Any, Final

from conversion.refusal import Refusal

MAX_BYTES: Final = 64 << 20
MAX_VERTICES: Final = 20_000_000
_MAX_DEPTH: Final = 32


def check_expansion(path: Path) -> None:
    """Raise Refusal where the file is no TopoJSON or stands for too many vertices."""
    if path.stat().st_size > MAX_BYTES:
        raise Refusal("topojson-large")
    try:
        said: Any = json.loads(path.read_bytes())
        sizes = [len(arc) for arc in said["arcs"]]
        total = sum(_vertices(one, sizes, 0) for one in said["objects"].values())
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Refusal("unreadable") from error
    if total > MAX_VERTICES:
        raise Refusal("too-many-vertices")


def _vertices(geometry: Any, sizes: list[int], depth: int) -> int:
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    inside = sum(_vertices(one, sizes, depth + 1) for one in geometry.get("geometries") or ())
    return inside + _of_arcs(geometry.get("arcs") or (), sizes, depth)


def _of_arcs(arcs: Any, sizes: list[int], depth: int) -> int:
    """Return the vertices of nested lists of arc numbers; ~n is arc n backwards."""
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    return sum(
        sizes[one if one >= 0 else ~one]
        if isinstance(one, int)
        else _of_arcs(one, sizes, depth + 1)
        for one in arcs
    )
