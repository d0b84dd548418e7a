"""Parcels: rows of lots in blocks along small streets, clipped to their quarter."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely

from sample.frame import Coordinates
from sample.quarters import Kind, Quarter
from sample.shapes import Shapes, lines, polygons

type Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The measure of one kind of quarter, in metres; ``uses`` are land codes with their share."""

    front: tuple[float, float]
    depth: tuple[float, float]
    block: float
    lane: float
    keep: float
    uses: tuple[tuple[str, float], ...]


PATTERNS = {
    Kind.TOWN: Pattern(
        (5.5, 10.5),
        (19.0, 29.0),
        125.0,
        9.0,
        0.74,
        (("ODT", 0.9), ("TMD", 0.05), ("CLN", 0.02), ("TSC", 0.01), ("DGD", 0.01), ("TIN", 0.01)),
    ),
    Kind.EDGE: Pattern(
        (11.0, 18.0),
        (24.0, 36.0),
        150.0,
        8.0,
        0.75,
        (("ODT", 0.62), ("CLN", 0.24), ("BHK", 0.09), ("TMD", 0.03), ("NTD", 0.02)),
    ),
    Kind.VILLAGE: Pattern(
        (13.0, 20.0),
        (26.0, 40.0),
        160.0,
        6.0,
        0.75,
        (("ONT", 0.6), ("CLN", 0.22), ("BHK", 0.12), ("DGD", 0.01), ("TIN", 0.02), ("NTD", 0.03)),
    ),
    Kind.FIELD: Pattern(
        (14.0, 22.0),
        (34.0, 52.0),
        240.0,
        4.0,
        0.8,
        (("LUC", 0.86), ("BHK", 0.08), ("NTS", 0.04), ("CLN", 0.02)),
    ),
}


@dataclass(frozen=True, slots=True)
class Lots:
    """Lots of one quarter: what is left of them, their uncut corners (n, 4, 2) and their block.

    Corner 0 and 1 stand on the lane, 2 and 3 at the back. ``whole`` is True where nothing was cut.
    """

    shapes: Shapes
    corners: np.ndarray
    block: Numbers
    whole: np.ndarray
    use: np.ndarray


@dataclass(frozen=True, slots=True)
class Grid:
    """Blocks over the box of a quarter, in the quarter's turned frame (metres)."""

    pattern: Pattern
    front_m: float
    depth_m: float
    west: float
    south: float
    columns: int
    rows: int

    @property
    def pitch(self) -> tuple[float, float]:
        """Distance from one block to the next, along and across."""
        return (self.pattern.block + self.pattern.lane, 2 * self.depth_m + self.pattern.lane)


def turned(coords: Coordinates, angle: float) -> Coordinates:
    """Return ``coords`` turned counter-clockwise by ``angle`` radians about the origin."""
    cos, sin = np.cos(angle), np.sin(angle)
    return coords @ np.array([[cos, sin], [-sin, cos]])


def grid(quarter: Quarter, rng: np.random.Generator) -> Grid:
    """Return the blocks that cover ``quarter``."""
    pattern = PATTERNS[quarter.kind]
    front, depth = rng.uniform(*pattern.front), rng.uniform(*pattern.depth)
    frame = turned(shapely.get_coordinates(quarter.ground), -quarter.angle)
    west, south = frame.min(axis=0)
    east, north = frame.max(axis=0)
    columns = int(np.ceil((east - west) / (pattern.block + pattern.lane)))
    rows = int(np.ceil((north - south) / (2 * depth + pattern.lane)))
    return Grid(pattern, front, depth, west, south, columns, rows)


def lots(quarter: Quarter, plan: Grid, rng: np.random.Generator) -> Lots:
    """Return the lots of ``quarter``: whole ones inside, cut ones along its edge."""
    corners, block = _corners(plan, rng)
    corners = turned(corners.reshape(-1, 2), quarter.angle).reshape(-1, 4, 2)
    shapes = polygons(corners)
    shapely.prepare(quarter.ground)
    whole = shapely.contains_properly(quarter.ground, shapes)
    edge = np.flatnonzero(~whole & shapely.intersects(quarter.ground, shapes))
    cut = shapely.intersection(shapes[edge], quarter.ground)
    fair = (shapely.get_type_id(cut) == 3) & (shapely.area(cut) > 0.4 * shapely.area(shapes[edge]))
    shapes[edge[fair]] = cut[fair]
    kept = np.union1d(np.flatnonzero(whole), edge[fair])
    codes, share = zip(*plan.pattern.uses, strict=True)
    use = rng.choice(np.array(codes), size=len(kept), p=np.array(share) / sum(share))
    return Lots(shapes[kept], corners[kept], block[kept], whole[kept], use)


def _corners(plan: Grid, rng: np.random.Generator) -> tuple[np.ndarray, Numbers]:
    """Return corners (n, 4, 2) of all lots in the turned frame, and the block of each."""
    per_row = max(2, round(plan.pattern.block / plan.front_m))
    bands = plan.columns * plan.rows * 2
    kept = rng.random((bands, per_row + 1)) < plan.pattern.keep
    kept[:, [0, -1]] = True
    band, mark = np.nonzero(kept)
    wobble = rng.uniform(-0.18, 0.18, (bands, per_row + 1))
    wobble[:, [0, -1]] = 0.0
    edge = (mark + wobble[band, mark]) * plan.pattern.block / per_row
    same = band[:-1] == band[1:]
    left, right, band = edge[:-1][same], edge[1:][same], band[:-1][same]
    return _placed(plan, band, np.column_stack([left, right]), rng), band // 2


def _placed(plan: Grid, band: Numbers, sides: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the four corners of lots given their band and their sides along the block."""
    block, upper = band // 2, band % 2 == 1
    along, across = plan.pitch
    x = plan.west + (block % plan.columns)[:, None] * along + sides
    middle = plan.depth_m * (1 + rng.uniform(-0.12, 0.12, plan.columns * plan.rows))[block]
    base = plan.south + (block // plan.columns) * across
    front = base + np.where(upper, 2 * plan.depth_m, 0.0)
    back = base + middle
    points = np.stack(
        [
            np.column_stack([x[:, 0], front]),
            np.column_stack([x[:, 1], front]),
            np.column_stack([x[:, 1], back]),
            np.column_stack([x[:, 0], back]),
        ],
        axis=1,
    )
    return points


def lanes(quarter: Quarter, plan: Grid) -> Shapes:
    """Return the axes of the small streets between the blocks of ``quarter``."""
    along, across = plan.pitch
    half = plan.pattern.lane / 2
    x = plan.west - half + np.arange(plan.columns + 1) * along
    y = plan.south - half + np.arange(plan.rows + 1) * across
    level = np.array([[(x[0], v), (x[-1], v)] for v in y]).reshape(-1, 2)
    cross = np.array([[(u, y[0]), (u, y[-1])] for u in x]).reshape(-1, 2)
    coords = turned(np.concatenate([level, cross]), quarter.angle).reshape(-1, 2, 2)
    reach = quarter.ground.buffer(14.0, quad_segs=2)
    parts = shapely.get_parts(shapely.intersection(lines(coords), reach))
    return parts[shapely.length(parts) > 45.0]


def laid_out(
    found: Iterable[Quarter], count: int, rng: np.random.Generator
) -> list[tuple[Quarter, Grid, Lots]]:
    """Return quarters with their lots, oldest first, until ``count`` lots are laid out."""
    laid: list[tuple[Quarter, Grid, Lots]] = []
    for quarter in found:
        if count <= 0:
            break
        plan = grid(quarter, rng)
        made = lots(quarter, plan, rng)
        if len(made.shapes) > count:
            made = Lots(*(getattr(made, name)[:count] for name in Lots.__slots__))
        count -= len(made.shapes)
        laid.append((quarter, plan, made))
    return laid
