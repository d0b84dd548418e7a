"""The street table: sketched roads with their real names, then the lanes between blocks."""

import numpy as np
import shapely

from sample.cadastre import Laid
from sample.ground import Ground
from sample.parcels import lanes
from sample.quarters import Kind
from sample.table import Table, joined, table

LANES = {
    Kind.TOWN: ("Kiệt", "kiet"),
    Kind.EDGE: ("Kiệt", "kiet"),
    Kind.VILLAGE: ("Đường thôn", "duong_thon"),
    Kind.FIELD: ("Đường nội đồng", "noi_dong"),
}


def streets(ground: Ground, laid: Laid) -> Table:
    """Return main roads, then the lanes of every quarter that is laid out."""
    return joined(_main(ground), _lanes(laid))


def _main(ground: Ground) -> Table:
    roads = ground.roads
    return table(
        [road.axis for road in roads],
        ten=[road.name for road in roads],
        cap=[road.rank for road in roads],
        rong_m=np.array([road.width_m for road in roads]) - 4.0,
        dai_m=np.round([road.axis.length for road in roads], 1),
        phuong=[""] * len(roads),
    )


def _lanes(laid: Laid) -> Table:
    shapes: list[shapely.Geometry] = []
    names: list[str] = []
    ranks: list[str] = []
    widths: list[float] = []
    homes: list[str] = []
    for quarter, plan, _ in laid:
        found = lanes(quarter, plan)
        word, rank = LANES[quarter.kind]
        shapes += list(found)
        names += [f"{word} {number} {quarter.street}" for number in range(1, len(found) + 1)]
        ranks += [rank] * len(found)
        widths += [plan.pattern.lane - 3.0] * len(found)
        homes += [quarter.ward.full_name] * len(found)
    length = np.round(shapely.length(np.array(shapes, dtype=object)), 1)
    return table(shapes, ten=names, cap=ranks, rong_m=widths, dai_m=length, phuong=homes)
