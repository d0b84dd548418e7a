"""Positions in GeoJSON and TopoJSON that are no pair of numbers: ``[107.5, true]``, ``[16.4]``.

GDAL 3.12 takes the whole geometry away, or, in silence, the ring or part that has one; of a vertex
of a TopoJSON arc it makes 0, 0.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from conversion.formats import Kind
from conversion.gdal import json_members
from conversion.reading import Note
from conversion.row_numbers import listed
from layers.plane import DEPTH

_GEOJSON: Final = frozenset({Kind.GEOJSON, Kind.GEOJSONSEQ})

_CHUNK: Final = 8 << 20
_LARGE: Final = 64 << 20
_LONGEST: Final = 16 << 20
_MAX_DEPTH: Final = 32
_MOST_LISTED: Final = 1_000
_GEOMETRY: Final = re.compile(r'"geometry"\s{0,8}:\s{0,8}')
# What is left of coordinates without the signs of numbers: brackets and commas, then the next
# member or the end. Faster by far than to decode them.
_NUMERIC: Final = b"0123456789+-.eE \t\r\n"
_ODD: Final = re.compile(rb'"coordinats":(?!\[(?!\])[\[\],]*+(?:(?<=\])\}|(?<=\],)"[^"\\]*+":))')
_LONE: Final = (b"[[]", b",[]")


def notes(path: Path, kind: Kind, *, all_of_it: bool) -> Iterator[Note]:
    """Say which features have such positions; a large file is read only for good."""
    if kind is Kind.TOPOJSON:
        yield from _of_topology(json.loads(path.read_bytes()))
    is_looked_at = kind in _GEOJSON and (all_of_it or path.stat().st_size <= _LARGE)
    if is_looked_at and _is_doubtful(path):
        yield from _told(json_members.values(path, _GEOMETRY, longest=_LONGEST))


def _of_topology(said: Any) -> Iterator[Note]:
    arcs = sum(not _holds(arc, 1) for arc in said["arcs"])
    if arcs:
        yield Note("arcs_unread", values={"count": arcs})
    yield from _told(_in_topology(said))


def _told(geometries: Iterator[Any]) -> Iterator[Note]:
    count, first = 0, list[int]()
    for number, geometry in enumerate(geometries, start=1):
        if not _is_sound(geometry):
            count += 1
            if count <= _MOST_LISTED:
                first.append(number)
    if count:
        yield Note("positions_unread", values={"count": count, "rows": listed(first)})


def _in_topology(said: Any) -> Iterator[Any]:
    """Yield the geometry of each feature, as the driver parts a topology into features."""
    for one in said["objects"].values():
        yield from one.get("geometries") or [one]


def _is_doubtful(path: Path) -> bool:
    """Return whether coordinates of a file hold anything but numbers, pairs of them at least."""
    waiting = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            text = waiting + chunk.translate(None, _NUMERIC)
            end = text.rfind(b"}") + 1
            whole, waiting = text[:end], text[end:]
            if any(one in whole for one in _LONE) or _ODD.search(whole):
                return True
            if len(waiting) > _LARGE:
                return True
    return False


def _is_sound(geometry: Any, inside: int = 0) -> bool:
    """Return whether every position is one; geometries of other kinds are told of elsewhere."""
    if not isinstance(geometry, dict) or inside > _MAX_DEPTH:
        return True
    if isinstance(parts := geometry.get("geometries"), list):
        return all(_is_sound(one, inside + 1) for one in parts)
    depth, found = DEPTH.get(str(geometry.get("type"))), geometry.get("coordinates")
    is_empty = found is None or found == []
    return depth is None or is_empty or _holds(found, depth)


def _holds(found: Any, depth: int) -> bool:
    """Return whether nested lists hold positions, and nothing else, at this depth."""
    if not isinstance(found, list):
        return False
    if depth:
        return all(_holds(one, depth - 1) for one in found)
    return len(found) > 1 and all(type(one) in {int, float} for one in found[:3])
