"""Street lights and trees: points along the streets, nearest the centre first."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sample.quarters import CENTRE
from sample.shapes import plane
from sample.table import Column, Table, points, table

LIT = ("truc_chinh", "pho_chinh", "pho", "kiet")
SPECIES = (
    ("Phượng vĩ", "Delonix regia", 0.14),
    ("Long não", "Cinnamomum camphora", 0.16),
    ("Bằng lăng", "Lagerstroemia speciosa", 0.12),
    ("Lim xẹt", "Peltophorum pterocarpum", 0.12),
    ("Nhạc ngựa", "Swietenia macrophylla", 0.1),
    ("Muối", "Mangifera foetida", 0.08),
    ("Sao đen", "Hopea odorata", 0.1),
    ("Ngô đồng", "Firmiana simplex", 0.03),
    ("Me", "Tamarindus indica", 0.07),
    ("Thông nhựa", "Pinus merkusii", 0.08),
)


def _along(lines: Column, every_m: float, off_m: Column) -> tuple[np.ndarray, np.ndarray]:
    """Return points every ``every_m`` along ``lines``, in turn left and right, with their line."""
    counts = np.maximum(1, (shapely.length(lines) // every_m).astype(int))
    owner = np.repeat(np.arange(len(lines)), counts)
    step = np.concatenate([np.arange(count) for count in counts])
    at = (step + 0.5) * every_m
    here = shapely.get_coordinates(shapely.line_interpolate_point(lines[owner], at))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines[owner], at + 1.0))
    behind = shapely.get_coordinates(shapely.line_interpolate_point(lines[owner], at - 1.0))
    turn = ahead - behind
    turn /= np.maximum(np.hypot(*turn.T), 1e-6)[:, None]
    side = np.where(step % 2 == 0, 1.0, -1.0) * off_m[owner]
    return here + np.column_stack([-turn[:, 1], turn[:, 0]]) * side[:, None], owner


def _near_first(coords: np.ndarray) -> np.ndarray:
    centre = plane(CENTRE)[0]
    return np.argsort(np.hypot(*(coords - centre).T), kind="stable")


def _dry(coords: np.ndarray, water: BaseGeometry) -> np.ndarray:
    shapely.prepare(water)
    return ~shapely.intersects_xy(water, coords[:, 0], coords[:, 1])


def lights(streets: Table, water: BaseGeometry, count: int, rng: np.random.Generator) -> Table:
    """Return ``count`` street lights of the lit streets, on dry ground."""
    lit = np.isin(streets.columns["cap"], LIT)
    lines, names = streets.shapes[lit], streets.columns["ten"][lit]
    coords, owner = _along(lines, 34.0, streets.columns["rong_m"][lit] / 2 + 0.6)
    keep = np.flatnonzero(_dry(coords, water))
    keep = keep[_near_first(coords[keep])][:count]
    n = len(keep)
    led = rng.random(n) < 0.7
    return table(
        points(coords[keep]),
        ma_den=[f"DCS-{number:06d}" for number in range(1, n + 1)],
        loai_den=list(np.where(led, "LED", "Cao áp sodium")),
        cong_suat=np.where(led, rng.choice([60, 80, 100, 120], n), rng.choice([150, 250], n)),
        chieu_cao=rng.choice([7.0, 8.0, 9.0, 10.0], n),
        tinh_trang=list(rng.choice(["Tốt", "Hỏng", "Chập chờn"], n, p=[0.94, 0.035, 0.025])),
        duong=list(names[owner[keep]]),
        nam_lap=rng.integers(2008, 2026, n),
    )


def trees(
    streets: Table,
    parks: Sequence[BaseGeometry],
    water: BaseGeometry,
    count: int,
    rng: np.random.Generator,
) -> Table:
    """Return ``count`` trees: four fifths along main streets, the rest in the parks."""
    main = np.isin(streets.columns["cap"], LIT[:3])
    lines, names = streets.shapes[main], streets.columns["ten"][main]
    coords, owner = _along(lines, 6.0, streets.columns["rong_m"][main] / 2 + 2.4)
    order = _near_first(coords)[: count * 2]
    order = order[_dry(coords[order], water)][: count * 4 // 5]
    inside = _scattered(parks, count - len(order), water, rng)
    where = list(names[owner[order]]) + ["Công viên"] * len(inside)
    return _planted(np.concatenate([coords[order], inside]), where, rng)


def _planted(coords: np.ndarray, where: list[str], rng: np.random.Generator) -> Table:
    n = len(coords)
    kind = rng.choice(len(SPECIES), n, p=[share for _, _, share in SPECIES])
    height = np.round(rng.gamma(6.0, 1.4, n) + 2.0, 1)
    return table(
        points(coords),
        ma_cay=[f"CX-{number:06d}" for number in range(1, n + 1)],
        loai=[SPECIES[index][0] for index in kind],
        ten_khoa_hoc=[SPECIES[index][1] for index in kind],
        chieu_cao_m=height,
        duong_kinh_cm=np.round(height * rng.uniform(2.0, 4.5, n)),
        tinh_trang=list(rng.choice(["Tốt", "Sâu bệnh", "Nguy hiểm"], n, p=[0.93, 0.05, 0.02])),
        vi_tri=where,
    )


def _scattered(
    parks: Sequence[BaseGeometry], count: int, water: BaseGeometry, rng: np.random.Generator
) -> np.ndarray:
    """Return ``count`` dry points inside ``parks``, more where a park is larger."""
    found = np.empty((0, 2))
    area = shapely.difference(shapely.union_all(list(parks)), water)
    shapely.prepare(area)
    boxes = np.array([part.bounds for part in shapely.get_parts(area)])
    size = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while len(found) < count:
        box = boxes[rng.choice(len(boxes), 2 * count + 16, p=size / size.sum())]
        spot = box[:, :2] + rng.random((len(box), 2)) * (box[:, 2:] - box[:, :2])
        found = np.concatenate([found, spot[shapely.contains_xy(area, spot)]])
    return found[:count]
