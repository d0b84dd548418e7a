"""Buildings with heights: houses on residential lots, and the landmarks of the sketch."""

import numpy as np
import shapely

from sample.cadastre import Laid
from sample.frame import Coordinates
from sample.quarters import CENTRE, Kind
from sample.shapes import plane, polygons
from sample.sketch import citadel, landmarks
from sample.table import Table, joined, table

STOREY_M = 3.4
WEIGHT = {Kind.TOWN: 1.0, Kind.EDGE: 0.5, Kind.VILLAGE: 0.12, Kind.FIELD: 0.0}
BUILT = ("ODT", "ONT", "TMD", "TSC", "DGD", "TIN")
USES = {
    "ODT": "Nhà ở",
    "ONT": "Nhà ở",
    "TMD": "Thương mại, dịch vụ",
    "TSC": "Trụ sở cơ quan",
    "DGD": "Trường học",
    "TIN": "Tín ngưỡng",
}
TALL = 9
PODIUM_STOREYS = 3


def buildings(laid: Laid, count: int, rng: np.random.Generator) -> Table:
    """Return about ``count`` buildings on whole lots, then the landmarks by name."""
    corners, use, weight = _sites(laid)
    keys = rng.random(len(corners)) ** (1 / weight)
    chosen = np.sort(np.argsort(-keys, kind="stable")[:count])
    corners, use = corners[chosen], use[chosen]
    footprints = polygons(_footprints(corners, rng))
    storeys = _storeys(footprints, use, weight[chosen], rng)
    houses = _houses(footprints, use, storeys, rng)
    return joined(houses, _towers(houses), _landmarks())


def _sites(laid: Laid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return corners, land use and weight of every lot that may carry a building."""
    whole = np.concatenate([lots.whole for _, _, lots in laid])
    use = np.concatenate([lots.use for _, _, lots in laid])
    weight = np.concatenate([np.full(len(lots.use), WEIGHT[q.kind]) for q, _, lots in laid])
    corners = np.concatenate([lots.corners for _, _, lots in laid])
    fit = whole & np.isin(use, BUILT) & (weight > 0)
    return corners[fit], use[fit], weight[fit]


def _footprints(corners: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return rings (n, 4, 2): each lot less a yard in front, a garden behind, a gap at the side."""
    n = len(corners)
    width = np.hypot(*(corners[:, 1] - corners[:, 0]).T)
    side = np.clip(rng.uniform(0.2, 1.0, n) + (width > 10) * 1.6, None, width * 0.3) / width
    front, back = rng.uniform(0.06, 0.16, n), rng.uniform(0.55, 0.85, n)
    marks = ((side, front), (1 - side, front), (1 - side, back), (side, back))
    return np.stack([_within(corners, s, t) for s, t in marks], axis=1)


def _within(corners: np.ndarray, s: np.ndarray, t: np.ndarray) -> Coordinates:
    """Return the point of each quadrilateral at ``s`` along and ``t`` away from the lane."""
    s, t = s[:, None], t[:, None]
    near = corners[:, 0] * (1 - s) + corners[:, 1] * s
    far = corners[:, 3] * (1 - s) + corners[:, 2] * s
    return near * (1 - t) + far * t


def _storeys(
    footprints: np.ndarray, use: np.ndarray, weight: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return storeys: low in the Citadel and the villages, taller round Hùng Vương street."""
    n = len(footprints)
    middle = shapely.centroid(footprints)
    away = shapely.distance(middle, shapely.Point(plane(CENTRE)[0]))
    low = 1 + rng.binomial(3, np.clip(0.55 - away / 1.2e4, 0.12, 0.55), n)
    trade = np.isin(use, ("TMD", "TSC"))
    tall = low + rng.integers(1, 4, n) + rng.binomial(9, np.clip(0.62 - away / 3000, 0, 1), n)
    storeys = np.where(trade, tall, low)
    rampart = citadel.rampart()
    shapely.prepare(rampart)
    walled = shapely.contains(rampart, middle)
    return np.where(walled | (weight < 0.2), np.minimum(storeys, 2), storeys)


def _houses(
    footprints: np.ndarray, use: np.ndarray, storeys: np.ndarray, rng: np.random.Generator
) -> Table:
    heights = np.round(storeys * STOREY_M + rng.uniform(0.3, 1.6, len(storeys)), 1)
    podium = np.where(storeys >= TALL, PODIUM_STOREYS * STOREY_M + 1, heights)
    return table(
        footprints,
        ten=[""] * len(use),
        cong_nang=[USES[code] for code in use],
        so_tang=storeys.astype(np.int64),
        height=np.round(podium, 1),
        min_height=np.zeros(len(use)),
        nam_xd=rng.integers(1975, 2026, len(use)),
    )


def _towers(houses: Table) -> Table:
    """Return the upper part of tall buildings: a narrower block that starts above the podium."""
    tall = np.flatnonzero(houses.columns["so_tang"] >= TALL)
    inner = shapely.buffer(houses.shapes[tall], -1.2, join_style="mitre")
    wide = ~shapely.is_empty(inner)
    columns = {name: values[tall[wide]] for name, values in houses.columns.items()}
    columns["min_height"] = columns["height"]
    columns["height"] = np.round(columns["so_tang"] * STOREY_M, 1)
    return Table(inner[wide], columns)


def _landmarks() -> Table:
    found = landmarks.landmarks()
    return table(
        [mark.footprint for mark in found],
        ten=[mark.name for mark in found],
        cong_nang=[mark.use for mark in found],
        so_tang=np.array([mark.storeys for mark in found], dtype=np.int64),
        height=np.array([mark.height_m for mark in found]),
        min_height=np.array([mark.base_m for mark in found]),
        nam_xd=np.array([mark.year for mark in found], dtype=np.int64),
    )
