"""Many tiles by one statement, in which stands for each the very statement that makes it alone.

So an archived tile is a dynamic one bit for bit, whatever a tile of that layer is made of.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final, LiteralString, NamedTuple, cast

from psycopg.sql import SQL, Composable, Composed, Literal

from layers.layer import Layer
from tiles.archive_store import SQL_OF_ARCHIVES
from tiles.dirty import Dirty
from tiles.grid import Tile
from tiles.vector import question

_PLACE: Final = re.compile(r"\$\d+")


class Metatile(NamedTuple):
    """Neighbouring tiles of one zoom."""

    z: int
    xs: range
    ys: range

    def tiles(self) -> Iterator[Tile]:
        """Yield each of them."""
        return (Tile(self.z, x, y) for x, y in product(self.xs, self.ys))


def parent_zoom(z: int) -> int:
    """Return the zoom of the square that holds the tiles of one statement at ``z``."""
    return max(z - (4 if z >= 12 else 2), 0)


def metatiles(
    occupied: set[tuple[int, int, int]], minzoom: int, maxzoom: int
) -> Iterator[Metatile]:
    """Yield what must be asked for all tiles of these zooms, far ones first."""
    for z in range(minzoom, maxzoom + 1):
        above = parent_zoom(z)
        side = 1 << (z - above)
        for _, x, y in sorted(at for at in occupied if at[0] == above):
            yield Metatile(z, range(x * side, (x + 1) * side), range(y * side, (y + 1) * side))


def dirty_metatiles(dirty: Dirty, minzoom: int, maxzoom: int) -> Iterator[Metatile]:
    """Yield what must be asked for the dirty tiles, of each square what lies between them."""
    for z in range(minzoom, maxzoom + 1):
        shift = z - parent_zoom(z)
        squares: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for x, y in dirty.tiles(z):
            squares.setdefault((x >> shift, y >> shift), []).append((x, y))
        for _, tiles in sorted(squares.items()):
            columns, rows = [x for x, _ in tiles], [y for _, y in tiles]
            yield Metatile(
                z, range(min(columns), max(columns) + 1), range(min(rows), max(rows) + 1)
            )


def statement(layer: Layer, table: str, asked: Metatile) -> Composed:
    """Return the statement for all tiles of ``asked``: x, y, and what the one tile's gives."""
    alone, values = question(layer, table, Tile(asked.z, 0, 0))
    words = {"$1": str(asked.z), "$2": "c.x", "$3": "c.y"}
    for position, value in enumerate(values[3:], start=4):
        words[f"${position}"] = f"{value!r}::{'int' if isinstance(value, int) else 'float8'}"
    return SQL(SQL_OF_ARCHIVES["many"]).format(
        west=Literal(asked.xs.start),
        east=Literal(asked.xs.stop - 1),
        north=Literal(asked.ys.start),
        south=Literal(asked.ys.stop - 1),
        alone=_placed(alone, words),
    )


def signature(layer: Layer, table: str, minzoom: int, maxzoom: int) -> str:
    """Return what tells by which statements the tiles of these zooms are made."""
    said = (_said(layer, table, z) for z in range(minzoom, maxzoom + 1))
    return _digest(said)


def _said(layer: Layer, table: str, z: int) -> str:
    alone, values = question(layer, table, Tile(z, 0, 0))
    return f"{alone.as_string()}{values!r}"


def _digest(said: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]


def _placed(part: Composable, words: Mapping[str, str]) -> Composable:
    """Return ``part`` with words for its numbered places; names and values stay as they are."""
    if isinstance(part, Composed):
        return Composed([_placed(one, words) for one in part])
    if isinstance(part, SQL):
        text = _PLACE.sub(lambda found: words[found[0]], part.as_string())
        # It was a literal of ours, and so are the words.
        return SQL(cast("LiteralString", text))
    return part
