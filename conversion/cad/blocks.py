"""Blocks taken apart: what an insert draws, in the place, size and turn it has in the drawing."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import shapely

from conversion.cad.drawing import MAX_ENTITIES, Entity
from conversion.refusal import Refusal

_DEEPEST: Final = 32
_INHERITS: Final = "0"


@dataclass(frozen=True, slots=True)
class Insert:
    """A block put into a drawing: ``turn`` in radians; ``rows`` and ``columns`` repeat it."""

    block: str
    layer: str
    at: tuple[float, float]
    scale: tuple[float, float] = (1.0, 1.0)
    turn: float = 0.0
    mirrored: bool = False
    columns: int = 1
    rows: int = 1
    spacing: tuple[float, float] = (0.0, 0.0)


@dataclass(slots=True)
class Block:
    """A block's own entities and inserts, around its base point."""

    base: tuple[float, float] = (0.0, 0.0)
    entities: list[Entity] = field(default_factory=list[Entity])
    inserts: list[Insert] = field(default_factory=list[Insert])


def check_size(inserts: Sequence[Insert], blocks: Mapping[str, Block]) -> None:
    """Refuse inserts that would draw more than one drawing may hold.

    Raises:
        Refusal: they do; nothing has been drawn by then.
    """
    known: dict[str, int] = {}
    total = sum(_times(one) * _size(one.block, blocks, known, ()) for one in inserts)
    if total > MAX_ENTITIES:
        raise Refusal("cad-too-many")


def exploded(inserts: Sequence[Insert], blocks: Mapping[str, Block]) -> Iterator[Entity]:
    """Return what the inserts draw; entities of a block's layer 0 take the insert's layer.

    A block that inserts itself is drawn once. ``symbol`` marks blocks inserted more than once.
    """
    uses: Counter[str] = Counter()
    for one in inserts:
        uses[one.block] += _times(one)
    for one in inserts:
        yield from _drawn(one, blocks, uses[one.block] > 1, ())


def lost(used: Iterable[str], inside: Mapping[str, Iterable[str]]) -> int:
    """Return how many inserts have no block to draw, or one that they stand in themselves.

    Args:
        used: the blocks of the model's inserts.
        inside: the blocks of each block's inserts. A block is looked into once, however often used.
    """
    count, seen = 0, set[str]()
    open_blocks, left = dict[str, None](), [iter(used)]
    while left:
        name = next(left[-1], None)
        if name is None:
            left.pop()
            if open_blocks:
                open_blocks.popitem()
        elif name not in inside or name in open_blocks:
            count += 1
        elif name not in seen:
            seen.add(name)
            open_blocks[name] = None
            left.append(iter(inside[name]))
    return count


def _times(insert: Insert) -> int:
    return max(1, insert.columns) * max(1, insert.rows)


def _size(
    name: str, blocks: Mapping[str, Block], known: dict[str, int], above: tuple[str, ...]
) -> int:
    if name in above or name not in blocks:
        return 0
    if len(above) >= _DEEPEST:
        raise Refusal("cad-too-many")
    if name not in known:
        block = blocks[name]
        inner = (
            _times(one) * _size(one.block, blocks, known, (*above, name)) for one in block.inserts
        )
        known[name] = len(block.entities) + sum(inner)
    return known[name]


def _drawn(
    insert: Insert, blocks: Mapping[str, Block], symbol: bool, above: tuple[str, ...]
) -> Iterator[Entity]:
    if insert.block in above or insert.block not in blocks:
        return
    block = blocks[insert.block]
    parts = [
        *block.entities,
        *(
            part
            for inner in block.inserts
            for part in _drawn(inner, blocks, symbol, (*above, insert.block))
        ),
    ]
    shapes = np.array([part.geometry for part in parts], object)
    for offset in _offsets(insert):
        placed = shapely.transform(shapes, _placing(insert, block.base, offset))
        for part, shape in zip(parts, placed, strict=True):
            layer = insert.layer if part.layer == _INHERITS else part.layer
            name = part.block or insert.block
            yield replace(part, geometry=shape, layer=layer, block=name, symbol=symbol)


def _offsets(insert: Insert) -> Iterator[tuple[float, float]]:
    for row in range(max(1, insert.rows)):
        for column in range(max(1, insert.columns)):
            yield (column * insert.spacing[0], row * insert.spacing[1])


def _placing(insert: Insert, base: tuple[float, float], offset: tuple[float, float]):
    """Return the move of (n, 2) coordinates from a block's plane to the drawing's.

    Source: Autodesk DXF reference, INSERT: minus base point, scale, turn, then the insertion point;
    rows and columns are counted along the turned axes. A downward extrusion mirrors x.
    """
    cos, sin = math.cos(insert.turn), math.sin(insert.turn)
    turn = np.array([[cos, sin], [-sin, cos]])
    scale, at = np.array(insert.scale), np.array(insert.at)
    flip = np.array([-1.0 if insert.mirrored else 1.0, 1.0])

    def place(xy: np.ndarray[tuple[int, int], np.dtype[np.float64]]):
        return (((xy - np.array(base)) * scale + np.array(offset)) @ turn + at) * flip

    return place
