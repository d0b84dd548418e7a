"""Tile ids of PMTiles: zoom after zoom, and in each along Hilbert's curve.

Four steps of the curve are taken at once from a table, which is what makes a look into an archive
cheap.

Source: PMTiles version 3 specification, section 4.1.
"""

from typing import Final

_STEP: Final = 4
_SIDE: Final = 1 << _STEP


def _walk(state: int, x: int, y: int) -> tuple[int, int]:
    """Return the way along a curve of four steps that begins in ``state``, and its new state.

    A state is how the curve lies: bit 0 says that x and y are swapped, bit 1 that both run
    backwards.
    """
    way = 0
    for level in range(_STEP - 1, -1, -1):
        right, low = (x >> level) & 1, (y >> level) & 1
        if state & 2:
            right, low = right ^ 1, low ^ 1
        if state & 1:
            right, low = low, right
        way = way << 2 | ((3 * right) ^ low)
        if low == 0:
            state ^= 1
            if right:
                state ^= 2
    return way, state


_TABLE: Final = [
    [_walk(state, x, y) for x in range(_SIDE) for y in range(_SIDE)] for state in range(4)
]


def tile_id(z: int, x: int, y: int) -> int:
    """Return the id of a tile that is on the matrix.

    >>> [tile_id(0, 0, 0), tile_id(1, 0, 0), tile_id(1, 1, 0), tile_id(2, 0, 0)]
    [0, 1, 4, 5]
    """
    # Above the top the curve begins swapped by as many levels as the padding to four has.
    levels = -z % _STEP
    way, state = 0, levels & 1
    for shift in range(z + levels - _STEP, -1, -_STEP):
        part, state = _TABLE[state][((x >> shift) & 15) << 4 | (y >> shift) & 15]
        way = way << 8 | part
    return ((1 << 2 * z) - 1) // 3 + way
