"""The street table: sketched roads with their real names, then the lanes between blocks."""

import numpy as np
import shapely

from sample.cadastre import Laid
from sample.ground import Ground
from sample.parcels import lanes
from sample.quarters import Kind
from sample.shapes import Shapes
from sample.table import Column, Table, joined, table

SHORTEST_M = 25.0
LANES = {
    Kind.TOWN: ("Kiệt", "kiet"),
    Kind.EDGE: ("Kiệt", "kiet"),
    Kind.VILLAGE: ("Đường thôn", "duong_thon"),
    Kind.FIELD: ("Đường nội đồng", "noi_dong"),
}


def streets(ground: Ground, laid: Laid) -> Table:
    """Return main roads, then the lanes of every quarter that is laid out."""
    return joined(_main(ground), _lanes(ground, laid))


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


def _lanes(ground: Ground, laid: Laid) -> Table:
    """Return the lanes of all quarters, in pieces where water or the rampart lies between."""
    found = [lanes(quarter, plan) for quarter, plan, _ in laid]
    counts = [len(part) for part in found]
    home = np.repeat(np.arange(len(laid)), counts)
    number = np.concatenate([np.arange(1, count + 1) for count in counts])
    axes = np.concatenate(found)
    shapely.prepare(ground.barred)
    crossing = np.flatnonzero(shapely.intersects(ground.barred, axes))
    axes[crossing] = shapely.difference(axes[crossing], ground.barred)
    pieces, index = shapely.get_parts(axes, return_index=True)
    keep = shapely.length(pieces) > SHORTEST_M
    return _named(laid, pieces[keep], home[index[keep]], number[index[keep]])


def _named(laid: Laid, axes: Shapes, home: Column, number: Column) -> Table:
    kinds = [LANES[laid[index][0].kind] for index in home]
    return table(
        axes,
        ten=[
            f"{word} {turn} {laid[index][0].street}"
            for (word, _), turn, index in zip(kinds, number, home, strict=True)
        ],
        cap=[rank for _, rank in kinds],
        rong_m=np.array([laid[index][1].pattern.lane - 3.0 for index in home]),
        dai_m=np.round(shapely.length(axes), 1),
        phuong=[laid[index][0].ward.full_name for index in home],
    )
