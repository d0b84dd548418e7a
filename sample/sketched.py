"""The sketch as tables: water, green, walls, railway, bridges, places, islands, region."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from sample.frame import VN2000_HUE, moved
from sample.ground import Ground
from sample.sketch import bridges as crossings
from sample.sketch import citadel, green, places
from sample.sketch.places import Place
from sample.sketch.region import regions
from sample.table import Table, in_degrees, points, table


def region() -> Table:
    """Return the sea and the rough land round Viet Nam, in longitude and latitude.

    It reaches far beyond the zone of EPSG:9214, so this one table stays in EPSG:4326.
    """
    found = regions()
    return in_degrees(
        table(
            [part.area for part in found],
            ten=[part.name for part in found],
            loai=[part.kind for part in found],
        )
    )


def water(ground: Ground) -> Table:
    """Return rivers, canals, lagoons, lakes and moats."""
    found = ground.waters
    return table(
        [body.surface for body in found],
        ten=[body.name for body in found],
        loai=[body.kind for body in found],
        dien_tich_ha=np.round([body.surface.area / 1e4 for body in found], 1),
    )


def greens() -> Table:
    """Return parks, hills, forests and the grounds of tombs and pagodas."""
    found = list(green.greens())
    return table(
        [surface for _, _, surface in found],
        ten=[name for name, _, _ in found],
        loai=[kind for _, kind, _ in found],
    )


def parks() -> Sequence[BaseGeometry]:
    """Return the grounds on which park trees stand."""
    return [surface for _, kind, surface in green.greens() if kind in {"cong_vien", "di_san"}]


def citadel_walls() -> Table:
    """Return the rampart of the Citadel, the wall of Hoàng thành and of Tử Cấm thành."""
    inner = [citadel.imperial_city(), citadel.forbidden_city()]
    rings = [shapely.difference(part, part.buffer(-4, join_style="mitre")) for part in inner]
    return table(
        [citadel.walls(), *rings],
        ten=["Kinh thành Huế", "Hoàng thành", "Tử Cấm thành"],
        loai=["kinh_thanh", "hoang_thanh", "tu_cam_thanh"],
        nam=np.array([1805, 1804, 1804]),
    )


def railway(ground: Ground) -> Table:
    """Return the Thống Nhất railway."""
    return table([ground.railway], ten=["Đường sắt Thống Nhất"], tuyen=["Hà Nội - TP. Hồ Chí Minh"])


def bridges() -> Table:
    """Return the bridges with the year they were built."""
    found = list(crossings.bridges())
    return table(
        [axis for _, _, axis in found],
        ten=[name for name, _, _ in found],
        nam=np.array([year for _, year, _ in found]),
        dai_m=np.round([axis.length for _, _, axis in found], 0),
    )


def heritage() -> Table:
    """Return heritage places."""
    return _places(places.HERITAGE, nien_dai=[place.note for place in places.HERITAGE])


def landmarks() -> Table:
    """Return station, airport, port, passes, beaches, lakes and offices."""
    return _places(places.LANDMARKS)


def archipelagos() -> Table:
    """Return Hoàng Sa and Trường Sa: the two archipelagos and some of their islands.

    They lie outside the zone of EPSG:9214, so this table stays in EPSG:4326.
    """
    found = places.ARCHIPELAGOS
    return in_degrees(
        table(
            points([(place.lon, place.lat) for place in found]),
            ten=[place.name for place in found],
            ten_en=[place.name_en for place in found],
            loai=[place.kind for place in found],
            thuoc=[place.note for place in found],
        )
    )


def _places(found: Sequence[Place], **more: Any) -> Table:
    lonlat = np.array([(place.lon, place.lat) for place in found])
    return table(
        points(moved(lonlat, 4326, VN2000_HUE)),
        ten=[place.name for place in found],
        ten_en=[place.name_en for place in found],
        loai=[place.kind for place in found],
        **more,
    )
