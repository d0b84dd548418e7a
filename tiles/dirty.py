"""Which tiles of an archive edits have left behind: asked at every read, fed by every edit."""

from collections.abc import Iterable
from typing import Final

from gishue.core.bounds import Bounds
from tiles.grid import MARGIN, Range, Tile, tile_range

REACH: Final = MARGIN + 3 / 64
"""How far beyond its box an edit is seen, in sides of a tile: what is drawn over the rim, and a few
screen pixels over which far zooms thin and gather."""
_LISTED: Final = 256
"""A box of more tiles than that is remembered by its range, not tile by tile."""


class Dirty:
    """The dirty tiles of zooms ``minzoom`` to ``maxzoom``; all of them where ``is_whole``."""

    def __init__(self, minzoom: int, maxzoom: int) -> None:
        self.is_whole = False
        self._tiles: dict[int, set[tuple[int, int]]] = {
            z: set() for z in range(minzoom, maxzoom + 1)
        }
        self._ranges: dict[int, list[Range]] = {z: [] for z in self._tiles}

    def __bool__(self) -> bool:
        """Whether any tile is dirty."""
        return self.is_whole or any(self._tiles.values()) or any(self._ranges.values())

    def add(self, boxes: Iterable[Bounds] | None) -> None:
        """Mark what changes in ``boxes`` (EPSG:3857) reach; None: everything."""
        if boxes is None:
            self.is_whole = True
            return
        for box in boxes:
            for z, tiles in self._tiles.items():
                reached = tile_range(box, z, REACH)
                if reached.size > _LISTED:
                    self._ranges[z].append(reached)
                else:
                    tiles.update(reached.tiles())

    def holds(self, tile: Tile) -> bool:
        """Return whether ``tile``, of one of the zooms, is dirty."""
        z, x, y = tile
        return (
            self.is_whole
            or (x, y) in self._tiles[z]
            or any(reached.holds(x, y) for reached in self._ranges[z])
        )

    def tiles(self, z: int) -> set[tuple[int, int]]:
        """Return the columns and rows that are dirty at ``z``, where not everything is."""
        return self._tiles[z].union(*(reached.tiles() for reached in self._ranges[z]))
