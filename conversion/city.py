"""The city as a yardstick for places and names: its ground, its wards, the names of elsewhere.

Made for guessing a CRS, from simplified outlines (``data/README.md``); never shown on a map.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gishue.core.vietnamese import vn_key

type LonLat = npt.NDArray[np.float64]
"""Points as rows of (longitude, latitude) in EPSG:4326; infinite where there is none."""

NOWHERE: Final = -1

_TYPE_WORDS = re.compile(r"^(phuong|xa|thi tran|dac khu|tt|p|x) (?=.)")


@dataclass(frozen=True, slots=True)
class City:
    """Ground and names of one city. ``area`` reaches 2 km beyond its wards.

    ``by_key``: the wards of a name, of today or of before July 2025; a name of both lists has the
    wards of both.
    """

    area: BaseGeometry
    wards: STRtree
    by_key: Mapping[str, frozenset[int]]
    elsewhere: frozenset[str]


@cache
def hue() -> City:
    """Return Huế with its forty units of 1 July 2025."""
    wards = _features("hue_wards.geojson")
    area = shape(_features("hue_area.geojson")[0]["geometry"])
    shapely.prepare(area)
    by_key: dict[str, frozenset[int]] = {}
    for index, ward in enumerate(wards):
        key = ward_key(ward["properties"]["name"])
        by_key[key] = by_key.get(key, frozenset()) | {index}
    by_code = {str(ward["properties"]["code"]): index for index, ward in enumerate(wards)}
    for old in csv.DictReader(_text("hue_old_to_new_wards.csv").splitlines()):
        key = ward_key(old["old_name"])
        by_key[key] = by_key.get(key, frozenset()) | {by_code[old["new_code"]]}
    tree = STRtree([shape(ward["geometry"]) for ward in wards])
    return City(area, tree, by_key, frozenset(_text("wards_elsewhere.txt").split("\n")) - {""})


def ward_key(name: str) -> str:
    """Return the search key of a ward's name without its type word.

    >>> ward_key("Phường Phú Xuân"), ward_key("P. PHÚ XUÂN"), ward_key("Xã A Lưới 1")
    ('phu xuan', 'phu xuan', 'a luoi 1')
    """
    return _TYPE_WORDS.sub("", vn_key(name))


def inside(city: City, points: LonLat) -> npt.NDArray[np.bool_]:
    """Return for each point whether it lies in the city or within 2 km of it."""
    return shapely.contains_xy(city.area, points[:, 0], points[:, 1])


def ward_of(city: City, points: LonLat) -> npt.NDArray[np.int64]:
    """Return for each point the index of the ward it lies in, ``NOWHERE`` outside all."""
    found = np.full(len(points), NOWHERE, dtype=np.int64)
    finite = np.flatnonzero(np.isfinite(points).all(axis=1))
    at, ward = city.wards.query(shapely.points(points[finite]), predicate="within")
    found[finite[at]] = ward
    return found


def ward_column(city: City, columns: Mapping[str, Sequence[str]]) -> str | None:
    """Return the column that names wards in most of its values, or None.

    Values must be Unicode already (``conversion.text.encoding``).
    """
    shares = {name: _naming_share(city, values) for name, values in columns.items()}
    best = max(shares, key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= 0.5 else None


def _naming_share(city: City, values: Sequence[str]) -> float:
    keys = [ward_key(value) for value in values if value]
    named = sum(key in city.by_key or key in city.elsewhere for key in keys)
    return named / len(keys) if keys else 0.0


def _features(name: str) -> list[dict[str, Any]]:
    return json.loads(_text(name))["features"]


def _text(name: str) -> str:
    return files("conversion").joinpath("data", name).read_text("utf-8")
