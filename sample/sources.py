"""The real open data of the sample, as it was published (licences in ``LICENSES.md``)."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from sample.frame import on_plane

FOLDER = Path(__file__).parent / "sources"


class Feature(NamedTuple):
    """One real feature: its attributes, and its geometry in longitude and latitude."""

    values: Mapping[str, Any]
    geometry: BaseGeometry


class Ward(NamedTuple):
    """One of the forty units: code, short and full name, and its area on the plane."""

    code: str
    name: str
    full_name: str
    area: BaseGeometry


@cache
def features(name: str) -> tuple[Feature, ...]:
    """Return the features of ``sources/<name>.geojson``."""
    document = json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))
    return tuple(
        Feature(item["properties"], shapely.from_geojson(json.dumps(item["geometry"])))
        for item in document["features"]
    )


@cache
def wards() -> tuple[Ward, ...]:
    """Return the forty units with their areas on the plane, in the order of the source."""
    return tuple(
        Ward(
            str(item.values["code"]),
            str(item.values["name"]),
            str(item.values["full_name"]),
            on_plane(item.geometry),
        )
        for item in features("hue_wards_2025")
    )
