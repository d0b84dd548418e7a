"""The city's wards, drawn faintly beneath what a page shows of a file."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

import folium

from conversion.preview_page import hand_over

_EMPTY: Final[dict[str, Any]] = {"type": "FeatureCollection", "features": []}
_STYLE: Final = {"color": "#8695a0", "weight": 1, "fillColor": "#ffffff", "fillOpacity": 0.55}


def outlines() -> tuple[folium.GeoJson, str]:
    """Return the layer of the wards and the script that hands it its features."""
    layer = folium.GeoJson(_EMPTY, name="Xã, phường / Wards", style=_STYLE, interactive=False)
    return layer, hand_over(layer, _wards())


@cache
def _wards() -> list[dict[str, Any]]:
    text = files("conversion").joinpath("data", "hue_wards.geojson").read_text("utf-8")
    return json.loads(text)["features"]
