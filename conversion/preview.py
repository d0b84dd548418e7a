"""A stand-alone preview of an upload: one HTML file that opens anywhere, without internet.

The map is folium's; its links to other people's servers are replaced by our own copy of Leaflet,
written into the file, and a policy in the file forbids every other request. What comes from a
stranger's file stays text: the map shows it through the DOM, the list of findings escaped.
"""

import html
import math
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import folium

from conversion.findings.finding import Finding
from conversion.findings.marks import marks
from conversion.findings.places import Place
from conversion.preview_page import empty_map, hand_over, items, page
from conversion.ward_outlines import outlines
from gishue.core.bounds import Bounds

MAX_FEATURES = 500
MAX_VERTICES = 200_000
MAX_PROPERTIES = 30
MAX_TEXT = 200

_STYLE = {"color": "#1f5f8b", "weight": 1.5, "fillColor": "#4a90c2", "fillOpacity": 0.3}

# Leaflet takes an element as a pop-up; textContent cannot become markup.
_POPUP = """
(feature, layer) => layer.bindPopup(() => {
  const table = document.createElement("table");
  for (const [name, value] of Object.entries(feature.properties)) {
    const row = table.insertRow();
    row.insertCell().textContent = name;
    row.insertCell().textContent = value === null ? "" : String(value);
  }
  return table;
}, {maxWidth: 420, maxHeight: 320})
"""


def sample(
    features: Sequence[Mapping[str, Any]], limit: int = MAX_FEATURES
) -> list[dict[str, Any]]:
    """Return at most ``limit`` of the features that have a geometry, spread over the whole file.

    Those beyond ``MAX_VERTICES`` in all are left out; each keeps its first ``MAX_PROPERTIES``
    properties, cut to ``MAX_TEXT`` characters.
    """
    drawn = [feature for feature in features if feature.get("geometry")]
    step = max(1, math.ceil(len(drawn) / limit))
    chosen: list[dict[str, Any]] = []
    room = MAX_VERTICES
    for feature in drawn[::step]:
        cost = _vertices(feature["geometry"])
        if cost <= room:
            room -= cost
            chosen.append(_slim(feature))
    return chosen


def preview_html(
    title: str,
    features: Sequence[Mapping[str, Any]],
    *,
    total: int,
    bounds: Bounds | None,
    findings: Sequence[Finding] = (),
    places: Sequence[Place] = (),
) -> str:
    """Return the whole preview as one HTML document.

    Args:
        title: the file's or layer's name.
        features: GeoJSON features in EPSG:4326, longitude first; at most 500 are drawn.
        total: how many features the file has.
        bounds: box of the whole file in EPSG:4326.
        findings: what its owner should know.
        places: where it lies; each code is a layer of the map that can be turned off.
    """
    shown = sample(features)
    layer, drawn = _layer(), empty_map(bounds)
    wards, script = outlines()
    drawn.add_child(wards)
    drawn.add_child(layer)
    scripts = [script, hand_over(layer, shown)]
    for mark, script in marks(findings, places, _POPUP):
        drawn.add_child(mark)
        scripts.append(script)
    folium.LayerControl(collapsed=False).add_to(drawn)
    header = _header(title, len(shown), total, findings)
    return page(title, header, drawn, scripts)


def _layer() -> folium.GeoJson:
    """Return the drawing, without features: a file's text never goes through folium."""
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": []},
        name="Dữ liệu / Data",
        marker=folium.CircleMarker(radius=5),
        style=_STYLE,
        on_each_feature=folium.JsCode(_POPUP),
    )


def _header(title: str, shown: int, total: int, findings: Sequence[Finding]) -> str:
    """Return what stands above the map: the name, how much is shown, what was found."""
    return (
        f"<h1>{html.escape(title)}</h1>"
        f"<div>Xem trước {shown:,} trên {total:,} đối tượng / {shown:,} of {total:,} features</div>"
        f"{items(findings)}"
    )


def _slim(feature: Mapping[str, Any]) -> dict[str, Any]:
    said: Mapping[str, Any] = feature.get("properties") or {}
    kept = islice(said.items(), MAX_PROPERTIES)
    return {
        "type": "Feature",
        "geometry": feature["geometry"],
        "properties": {str(name)[:MAX_TEXT]: _short(value) for name, value in kept},
    }


def _short(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"


def _vertices(geometry: Mapping[str, Any]) -> int:
    """Return how many positions a GeoJSON geometry has."""
    parts = geometry.get("geometries")
    if parts is not None:
        return sum(_vertices(part) for part in parts)
    return _positions(geometry.get("coordinates") or ())


def _positions(nested: Sequence[Any]) -> int:
    if nested and isinstance(nested[0], int | float):
        return 1
    return sum(_positions(inner) for inner in nested)
