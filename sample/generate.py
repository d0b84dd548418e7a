"""Lay out the sample city: a seeded, deterministic generator of everything without open data.

``python -m sample.generate --parcels 1000000`` prints what it makes, without writing files.
"""

import argparse
import time
from dataclasses import dataclass

import numpy as np

from sample import buildings, cadastre, levels, parcels, roadside, services, sketched, streets
from sample.ground import Ground, survey
from sample.quarters import quarters
from sample.table import Table

SEED = 1_802
PARCELS = 200_000
SMALL = 300


@dataclass(frozen=True, slots=True)
class Order:
    """How much to make: features per layer."""

    parcels: int = PARCELS
    buildings: int = 60_000
    lights: int = 20_000
    trees: int = 20_000


def order_for(count: int) -> Order:
    """Return an order for ``count`` parcels, the rest in proportion below the default."""
    share = min(1.0, count / PARCELS)
    return Order(
        count,
        max(SMALL, round(0.3 * count)) if count >= PARCELS else max(SMALL, round(60_000 * share)),
        max(SMALL, round(20_000 * share)),
        max(SMALL, round(20_000 * share)),
    )


def generate(order: Order, seed: int = SEED) -> dict[str, Table]:
    """Return the layers of the sample city by slug, on the plane; equal for equal arguments."""
    ground = survey()
    laid = parcels.laid_out(quarters(ground, _rng(seed, 1)), order.parcels, _rng(seed, 2))
    plots = cadastre.cadastre(laid, _rng(seed, 3))
    made = {"thua_dat": plots, "nha": buildings.buildings(laid, order.buildings, _rng(seed, 4))}
    made["khu_dan_cu"] = cadastre.settlements(laid)
    made["duong_pho"] = streets.streets(ground, laid)
    made["den_chieu_sang"] = roadside.lights(
        made["duong_pho"], ground.water, order.lights, _rng(seed, 5)
    )
    made["cay_xanh"] = roadside.trees(
        made["duong_pho"], sketched.parks(), ground.water, order.trees, _rng(seed, 6)
    )
    made["truong_hoc"] = services.schools(plots, ground.wards, _rng(seed, 7))
    made["co_so_y_te"] = services.clinics(plots, ground.wards, _rng(seed, 8))
    made["tram_muc_nuoc"] = levels.stations(_rng(seed, 9))
    made["so_lieu_muc_nuoc"] = levels.readings(_rng(seed, 9))
    return made | _sketch(ground)


def _sketch(ground: Ground) -> dict[str, Table]:
    return {
        "nen_khu_vuc": sketched.region(),
        "mat_nuoc": sketched.water(ground),
        "khong_gian_xanh": sketched.greens(),
        "kinh_thanh": sketched.citadel_walls(),
        "duong_sat": sketched.railway(ground),
        "cau": sketched.bridges(),
        "di_tich": sketched.heritage(),
        "diem_noi_bat": sketched.landmarks(),
        "bien_dao": sketched.archipelagos(),
    }


def _rng(seed: int, stream: int) -> np.random.Generator:
    return np.random.default_rng([seed, stream])


def main() -> None:
    """Make the city and print how many features each layer has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=PARCELS)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    began = time.perf_counter()
    made = generate(order_for(asked.parcels), asked.seed)
    for slug, content in made.items():
        print(f"{slug:20s} {len(content):>9,d}")
    print(f"{time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
