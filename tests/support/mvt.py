"""A vector tile read as the specification says, and held to all that it demands.

Source: Mapbox Vector Tile specification 2.1 (github.com/mapbox/vector-tile-spec, 2.1/README.md).
The protobuf is decoded by Google's library from the specification's own schema.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mapbox_vector_tile.Mapbox import vector_tile_pb2

MOVE, LINE, CLOSE = 1, 2, 7
POINT, LINESTRING, POLYGON = 1, 2, 3
Place = tuple[int, int]


@dataclass(frozen=True)
class Part:
    """A ring, a line, or the points of a multipoint."""

    places: Sequence[Place]
    is_closed: bool


@dataclass(frozen=True)
class Feature:
    """One feature of a layer of a tile."""

    id: int
    type: int
    tags: dict[str, Any]
    parts: Sequence[Part]


def read(body: bytes) -> dict[str, list[Feature]]:
    """Return the features of a tile by layer; an AssertionError says what breaks the rules."""
    made: Any = vector_tile_pb2
    tile = made.tile()
    tile.ParseFromString(body)
    names = [layer.name for layer in tile.layers]
    assert len(set(names)) == len(names), "two layers of one name (4.1)"
    return {layer.name: _features(layer) for layer in tile.layers}


def _features(layer: Any) -> list[Feature]:
    assert layer.version == 2, "the version is not 2 (4.1)"
    assert layer.name, "a layer without a name (4.1)"
    assert layer.extent > 0
    assert len(layer.features) > 0, "a layer without features (4.1)"
    assert len(set(layer.keys)) == len(layer.keys), "a key twice (4.1)"
    values = [_value(value) for value in layer.values]
    told = [(type(value), value) for value in values]
    assert len(set(told)) == len(told), "a value twice (4.1)"
    found = [_feature(one, layer.keys, values) for one in layer.features]
    ids = [one.id for one in found if one.id]
    assert len(set(ids)) == len(ids), "an id twice (4.2)"
    return found


def _value(value: Any) -> Any:
    fields = value.ListFields()
    assert len(fields) == 1, "a value is of exactly one kind (4.1)"
    return fields[0][1]


def _feature(one: Any, keys: Sequence[str], values: Sequence[Any]) -> Feature:
    tags = list(one.tags)
    assert len(tags) % 2 == 0, "tags come in pairs (4.4)"
    names = [keys[int(tag)] for tag in tags[::2]]
    assert len(set(names)) == len(names), "a key twice in a feature (4.4)"
    parts = _parts(list(one.geometry), one.type)
    _CHECKS[one.type](parts)
    said = dict(zip(names, [values[tag] for tag in tags[1::2]], strict=True))
    return Feature(int(one.id), int(one.type), said, parts)


def _parts(words: list[int], kind: int) -> list[Part]:
    parts: list[list[Place]] = []
    closed: set[int] = set()
    x = y = at = 0
    while at < len(words):
        command, count = words[at] & 7, words[at] >> 3
        at += 1
        assert count > 0, "a command that does nothing (4.3.3)"
        assert command in (MOVE, LINE, CLOSE), "no such command (4.3.3)"
        if command == CLOSE:
            assert count == 1
            assert kind == POLYGON, "only rings are closed (4.3.3.3)"
            closed.add(len(parts) - 1)
            continue
        for step in range(count):
            dx, dy = _signed(words[at]), _signed(words[at + 1])
            x, y, at = x + dx, y + dy, at + 2
            if command == MOVE and not (kind == POINT and step):
                parts.append([])
            assert command == MOVE or (dx or dy), "a line of no length (4.3.3.2)"
            parts[-1].append((x, y))
    return [Part(places, i in closed) for i, places in enumerate(parts)]


def _signed(word: int) -> int:
    return (word >> 1) ^ -(word & 1)


def _points(parts: Sequence[Part]) -> None:
    assert len(parts) == 1, "points are one MoveTo (4.3.4.2)"


def _lines(parts: Sequence[Part]) -> None:
    assert parts
    assert all(len(part.places) >= 2 for part in parts), "a line of one place (4.3.4.3)"


def _rings(parts: Sequence[Part]) -> None:
    assert parts
    assert all(part.is_closed for part in parts), "a ring that is not closed (4.3.4.4)"
    assert all(len(part.places) >= 3 for part in parts), "a ring of two places (4.3.4.4)"
    areas = [_area(part.places) for part in parts]
    assert all(areas), "a ring of no area (4.3.4.4)"
    assert areas[0] > 0, "the first ring is an outer one (4.3.4.4)"
    firsts = [part.places[0] != part.places[-1] for part in parts]
    assert all(firsts), "ClosePath closes, not a repeated place (4.3.3.3)"


def _area(places: Sequence[Place]) -> int:
    """Return twice the area by the surveyor's formula; positive for an outer ring, y downwards."""
    ends = zip(places, [*places[1:], places[0]], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in ends)


_CHECKS = {POINT: _points, LINESTRING: _lines, POLYGON: _rings}
