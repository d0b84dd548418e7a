"""Schools and clinics: points on lots of every ward, with plain invented names."""

import numpy as np
import shapely

from sample.shapes import plane
from sample.sources import Ward
from sample.table import Table, points, table

LEVELS = (("Mầm non", "mam_non"), ("Tiểu học", "tieu_hoc"), ("THCS", "thcs"), ("THPT", "thpt"))
PUPILS = {"mam_non": (120, 420), "tieu_hoc": (280, 1200), "thcs": (320, 1400), "thpt": (700, 1900)}
HOSPITALS = (
    ("Bệnh viện Trung ương Huế", "107.5880 16.4620", 3200),
    ("Bệnh viện Trường Đại học Y - Dược Huế", "107.5925 16.4598", 700),
    ("Bệnh viện Trung ương Huế cơ sở 2", "107.4210 16.5480", 500),
    ("Bệnh viện Mắt Huế", "107.5905 16.4585", 150),
    ("Bệnh viện Y học cổ truyền", "107.5835 16.4560", 220),
)


def anchors(
    parcels: Table, wards: tuple[Ward, ...], each: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return up to ``each`` lot centres per ward code; a ward without lots gets its own middle."""
    homes = parcels.columns["ma_xa"]
    spots: dict[str, np.ndarray] = {}
    for ward in wards:
        found = np.flatnonzero(homes == ward.code)
        if len(found) == 0:
            spots[ward.code] = shapely.get_coordinates(ward.area.representative_point())
            continue
        chosen = np.sort(rng.choice(found, min(each, len(found)), replace=False))
        spots[ward.code] = shapely.get_coordinates(shapely.centroid(parcels.shapes[chosen]))
    return spots


def schools(parcels: Table, wards: tuple[Ward, ...], rng: np.random.Generator) -> Table:
    """Return schools of four levels, three to eight in a ward."""
    spots = anchors(parcels, wards, 8, rng)
    rows: list[tuple[np.ndarray, str, str, str]] = []
    for ward in wards:
        for index, spot in enumerate(spots[ward.code]):
            word, level = LEVELS[(0, 1, 2, 0, 1, 3, 2, 1)[index]]
            rows.append((spot, f"Trường {word} {ward.name} số {index + 1}", level, ward.full_name))
    pupils = [int(rng.integers(*PUPILS[level])) for _, _, level, _ in rows]
    return table(
        points([spot for spot, _, _, _ in rows]),
        ten=[name for _, name, _, _ in rows],
        cap_hoc=[level for _, _, level, _ in rows],
        hoc_sinh=np.array(pupils),
        so_lop=np.array([max(4, pupil // 36) for pupil in pupils]),
        phuong=[home for _, _, _, home in rows],
    )


def clinics(parcels: Table, wards: tuple[Ward, ...], rng: np.random.Generator) -> Table:
    """Return the hospitals of the sketch, a health station per ward and some private clinics."""
    spots = anchors(parcels, wards, 3, rng)
    rows = [(plane(at)[0], name, "benh_vien", beds, "") for name, at, beds in HOSPITALS]
    for ward in wards:
        for index, spot in enumerate(spots[ward.code]):
            name = f"Phòng khám số {index} {ward.name}" if index else f"Trạm Y tế {ward.full_name}"
            kind = "phong_kham" if index else "tram_y_te"
            rows.append((spot, name, kind, int(rng.integers(0, 12)), ward.full_name))
    return table(
        points([row[0] for row in rows]),
        ten=[row[1] for row in rows],
        loai=[row[2] for row in rows],
        so_giuong=np.array([row[3] for row in rows]),
        phuong=[row[4] for row in rows],
    )
