"""Derived tables for far zooms: which there are, what a cell of them is called, what they draw.

A large layer is not read row by row where a tile would hold too many rows. Below its nearest zoom
whose fullest tile is light, each zoom has a table of its own, made from the one of the next nearer
zoom. Areas of at least one cell, and points alone in theirs, stay themselves under their own ids;
the others of a cell become one row that counts them. Of lines the heaviest of each cell stay.

Where a row rule keeps rows back its audience has tiers of its own, made of the rows that it sees:
no count and no value in them tells of another.

A cell is 8 pixels of a tile of 512 (64 × 64 of them a tile), one of points 32, so that a circle
with a number has room. Cells are nested in each other from zoom to zoom, and in tiles. A feature
lies in the cell that holds the middle of its bounds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from gishue.core.access import Audience
from gishue.core.bounds import Bounds
from gishue.core.mercator import HALF_M
from layers import zoom
from layers.fields import Field
from layers.zoom import ZoomOverride

EXTENT: Final = 4096
"""Units along the side of a tile."""
CELLS_LOG2: Final = 6
"""A tile has 2^6 × 2^6 cells."""
POINTS_COARSER: Final = 2
"""Points are counted in the cells of a zoom so much farther."""
LEAST_ROWS: Final = 2_000
"""A layer of at most so many features is never too much for one tile."""
MOST_ROWS: Final = 6_000
MOST_VERTICES: Final = 60_000
"""What the fullest tile of a zoom may hold to be read row by row."""
NEAREST: Final = 18
"""From here on every layer is read row by row."""
FARTHEST: Final = 6
"""Down to here each zoom has a table; farther ones share the last that is small."""
SMALL_ROWS: Final = 4_096
LINES_A_CELL: Final = 2
SNAP_PX: Final = 0.5
"""Half a pixel: shapes lose vertices that nobody sees, and shared edges stay shared."""
FIRST_CELL_ID: Final = 2**52
"""Ids of cells begin here; those of features are counted from 1 and never get there."""
COUNT: Final = "point_count"
"""The property of a tile's feature that says how many it stands for."""


class TierKind(StrEnum):
    """What a tier is made of."""

    POLYGON = "polygon"
    LINE = "line"
    POINT = "point"


_MOST_NEAR: Final = {TierKind.POINT: 200, TierKind.LINE: 1_000, TierKind.POLYGON: 1_000}
"""And what the fullest sixteenth of a tile may hold, 128 pixels wide, to be told apart by eye."""


class Fullest(NamedTuple):
    """What the fullest tile of a zoom holds."""

    rows: int
    vertices: int


class Cell(NamedTuple):
    """One cell of a grid, of which a tile of zoom ``grid`` has 64 × 64.

    Column 0 is the westernmost, row 0 the northernmost.
    """

    grid: int
    gx: int
    gy: int


@dataclass(frozen=True, slots=True)
class Tier:
    """One derived table: the zoom it is for, and what it was made with.

    ``from_base``: made from the layer's own table and not from the next nearer tier; ``fields``:
    names of those it carries; ``filter``: CQL2 of the rows it was made of; ``rule``: the row rule
    of the audience that it is for, empty for those who see all.
    """

    z: int
    table_name: str
    kind: TierKind
    from_base: bool
    fields: tuple[str, ...]
    filter: str = ""
    snap_px: float = SNAP_PX
    rule: str = ""

    @property
    def is_drawn(self) -> bool:
        """Whether its rows hold their shape as tiles of its zoom draw it: what clipping costs."""
        return self.kind is TierKind.POLYGON

    @property
    def grid(self) -> int:
        """The grid of its cells."""
        return self.z - (POINTS_COARSER if self.kind is TierKind.POINT else 0)


class Tiered(Protocol):
    """What a plan needs to know of a layer."""

    @property
    def zoom_overrides(self) -> tuple[ZoomOverride, ...]:
        """What the layer says of its zooms."""
        ...

    @property
    def fields(self) -> tuple[Field, ...]:
        """Its fields."""
        ...

    @property
    def row_rules(self) -> Mapping[Audience, str]:
        """The filter of the features that an audience sees."""
        ...


def rules(layer: Tiered) -> tuple[str, ...]:
    """Return whose tiers a layer has: of those who see all, and of each of its row rules."""
    return ("", *sorted(set(layer.row_rules.values())))


def chain(tiers: Sequence[Tier], rule: str) -> tuple[Tier, ...]:
    """Return the tiers that are for the audience of that row rule."""
    return tuple(tier for tier in tiers if tier.rule == rule)


def planned(
    layer: Tiered, kind: TierKind, drawn: frozenset[str], base_from: int, rule: str = ""
) -> Sequence[Tier]:
    """Return the tiers of a layer that is read row by row from ``base_from`` on, nearest first.

    ``drawn``: the fields that its style and labels read; ``rule``: for whom. The tables have no
    names yet.
    """
    names = carried(layer, drawn)
    tiers: list[Tier] = []
    for z in range(base_from - 1, -1, -1):
        said = zoom.at(layer.zoom_overrides, z)
        text = said.filter if said else ""
        snap = snap_px(layer, z)
        from_base = not tiers or tiers[-1].filter != text
        tiers.append(Tier(z, "", kind, from_base, names, text, snap, rule))
    return tiers


def snap_px(layer: Tiered, z: int) -> float:
    """Return the side of the grid that shapes of zoom ``z`` lie on, pixels of a tile of 512."""
    said = zoom.at(layer.zoom_overrides, z)
    return said.simplify_px if said and said.simplify_px else SNAP_PX


def base_from(kind: TierKind, fullest: Sequence[Fullest]) -> int:
    """Return the farthest zoom from which on all tiles are light enough to be read row by row.

    ``fullest``: the fullest tile of each zoom, from 0 to ``NEAREST``.
    """
    heavy = [
        z
        for z, tile in enumerate(fullest)
        if tile.rows > MOST_ROWS
        or tile.vertices > MOST_VERTICES
        or fullest[min(z + 2, NEAREST)].rows > _MOST_NEAR[kind]
    ]
    return min(max(heavy, default=-1) + 1, NEAREST)


def carried(layer: Tiered, drawn: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the fields that tiers carry: those drawn or asked for at some zoom.

    A field of the name of the count would stand beside it, and is left out.
    """
    asked = {name for one in layer.zoom_overrides for name in one.fields or ()}
    wanted = drawn | asked
    return tuple(f.name for f in layer.fields if f.name in wanted and f.name != COUNT)


def tier_at(tiers: Sequence[Tier], z: int) -> Tier | None:
    """Return the tier that zoom ``z`` is drawn from: its own, or the last one for farther zooms."""
    if not tiers or z > max(tier.z for tier in tiers):
        return None
    return next((tier for tier in tiers if tier.z == z), min(tiers, key=lambda tier: tier.z))


def is_as_planned(tiers: Sequence[Tier], plan: Sequence[Tier]) -> bool:
    """Return whether what was made is what would be made now, whatever the tables are called."""
    if not tiers:
        return not plan
    lowest = min(tiers, key=lambda tier: tier.z)
    made = {replace(tier, table_name="") for tier in tiers}
    wanted = {tier for tier in plan if tier.z >= lowest.z}
    return made == wanted and is_alike_below(plan, lowest)


def is_alike_below(plan: Sequence[Tier], lowest: Tier) -> bool:
    """Return whether the tier can stand for all farther ones of the plan."""
    farther = [tier for tier in plan if tier.z < lowest.z]
    return all(tier.filter == lowest.filter for tier in farther)


def cell_m(grid: int) -> float:
    """Return the side of a cell, EPSG:3857 metres.

    >>> round(cell_m(12), 1)
    152.9
    """
    return 2 * HALF_M / (1 << (grid + CELLS_LOG2))


def snap_m(tier: Tier) -> float:
    """Return the side of the grid that the shapes of a tier lie on, EPSG:3857 metres."""
    return cell_m(tier.z) / 8 * tier.snap_px


def first_id(grid: int) -> int:
    """Return the id of the first cell of a grid: all cells of coarser ones come before it.

    >>> first_id(0) - FIRST_CELL_ID, first_id(1) - first_id(0)
    (1365, 4096)
    """
    return FIRST_CELL_ID + (4 ** (grid + CELLS_LOG2) - 1) // 3


def cell_id(cell: Cell) -> int:
    """Return the id that a cell has in tiles: the same at every time, and that of no feature."""
    return first_id(cell.grid) + (cell.gy << (cell.grid + CELLS_LOG2)) + cell.gx


def cell_of(id_: int) -> Cell | None:
    """Return the cell of that id, or None if it is not one of a cell.

    >>> cell_of(cell_id(Cell(12, 209000, 118000)))
    Cell(grid=12, gx=209000, gy=118000)
    """
    grids = range(-POINTS_COARSER, NEAREST + 1)
    if not first_id(grids[0]) <= id_ < first_id(NEAREST + 1):
        return None
    grid = max(grid for grid in grids if first_id(grid) <= id_)
    gy, gx = divmod(id_ - first_id(grid), 1 << (grid + CELLS_LOG2))
    return Cell(grid, gx, gy)


def cell_bounds(cell: Cell) -> Bounds:
    """Return the ground that a cell covers, EPSG:3857 metres."""
    side = cell_m(cell.grid)
    west, north = cell.gx * side - HALF_M, HALF_M - cell.gy * side
    return Bounds(west, north - side, west + side, north)


def cell_at(x: float, y: float, grid: int) -> Cell:
    """Return the cell that holds a place, EPSG:3857 metres."""
    side = cell_m(grid)
    return Cell(grid, math.floor((x + HALF_M) / side), math.floor((HALF_M - y) / side))


def least_weight(tier: Tier) -> int:
    """Return from which weight a feature of the tier stays itself.

    Areas weigh their dm², one cell at least; lines their cm, one unit of a tile (1/8 pixel) at
    least, since a tile holds nothing shorter; points nothing.
    """
    side = cell_m(tier.grid)
    if tier.kind is TierKind.POLYGON:
        return max(1, round(side * side * 100))
    return max(1, round(side / 64 * 100)) if tier.kind is TierKind.LINE else 1
