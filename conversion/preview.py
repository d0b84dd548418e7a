"""A stand-alone preview of an upload: one HTML file that opens anywhere, without internet.

The map is folium's; its links to other people's servers are replaced by our own copy of Leaflet,
written into the file, and a policy in the file forbids every other request. What comes from a
stranger's file stays text: the map shows it through the DOM, the list of findings escaped.
"""

import html
import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

import folium
from branca.element import Element, Figure

from conversion.finding import Finding, Severity
from gishue.core.bounds import Bounds

MAX_FEATURES = 500
MAX_VERTICES = 200_000
MAX_PROPERTIES = 30
MAX_TEXT = 200

_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
_COLOURS = {Severity.INFO: "#2f6f9f", Severity.WARNING: "#b8860b", Severity.ERROR: "#c0392b"}
_LABELS = {
    Severity.INFO: "Thông tin / Info",
    Severity.WARNING: "Cảnh báo / Warning",
    Severity.ERROR: "Lỗi / Error",
}

_PICTURE = re.compile(r"url\((?:images/[^)]*|#default#VML)\)")
_SOURCE_MAP = re.compile(r"//# sourceMappingURL=\S+\s*$")

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

_CSS = """
html, body { margin: 0; height: 100%; color: #1d2b36; }
body { font: 14px/1.45 system-ui, "Noto Sans", sans-serif; }
body { display: flex; flex-direction: column; }
header { padding: .7rem 1rem; border-bottom: 1px solid #d5dde3; max-height: 40%; overflow: auto; }
h1 { font-size: 1.1rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
ul { margin: .4rem 0 0; padding: 0; list-style: none; }
li { padding: .15rem 0 .15rem .6rem; border-left: 4px solid var(--tint); margin: .25rem 0; }
li b { color: var(--tint); } li span { color: #51626f; }
.folium-map { position: relative !important; flex: 1; background: #eef2f4; }
.leaflet-control-scale-line:not(:first-child) { display: none; }
.leaflet-popup-content table { border-collapse: collapse; }
.leaflet-popup-content td { border-bottom: 1px solid #e2e8ec; padding: 1px 8px 1px 0; }
.leaflet-popup-content td:first-child { color: #51626f; }
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
) -> str:
    """Return the whole preview as one HTML document.

    Args:
        title: the file's or layer's name.
        features: GeoJSON features in EPSG:4326, longitude first; at most 500 are drawn.
        total: how many features the file has.
        bounds: box of the whole file in EPSG:4326.
        findings: what its owner should know.
    """
    shown = sample(features)
    figure = Figure(title=html.escape(title))
    for part in _head():
        figure.header.add_child(_raw(part))
    figure.html.add_child(_raw(_header(title, len(shown), total, findings)))
    layer = _layer()
    figure.html.add_child(_raw(_data(layer, shown)))
    _map(bounds).add_child(layer).add_to(figure)
    return str(figure.render())


def _map(bounds: Bounds | None) -> folium.Map:
    drawn = folium.Map(tiles=None, control_scale=True, attributionControl=False, prefer_canvas=True)
    drawn.default_js, drawn.default_css = [], []  # folium's own point to other people's servers
    if bounds is not None:
        drawn.fit_bounds([[bounds.ymin, bounds.xmin], [bounds.ymax, bounds.xmax]], max_zoom=18)
    return drawn


def _layer() -> folium.GeoJson:
    """Return the drawing, without features.

    Folium renders what it embeds twice as a template, where a file's ``{{ … }}`` would be run.
    """
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": []},
        marker=folium.CircleMarker(radius=5),
        style=_STYLE,
        on_each_feature=folium.JsCode(_POPUP),
    )


def _data(layer: folium.GeoJson, shown: Sequence[Mapping[str, Any]]) -> str:
    """Return the script that hands the features to the drawing once it stands."""
    collection = {"type": "FeatureCollection", "features": list(shown)}
    text = json.dumps(collection, ensure_ascii=False).replace("<", "\\u003c")
    ready = f'addEventListener("DOMContentLoaded", () => {layer.get_name()}_add(features));'
    return f"<script>const features = {text};\n{ready}</script>"


@cache
def _head() -> tuple[str, ...]:
    """Return the policy, the style and Leaflet itself, each ready to stand in the file's head."""
    folder = files("conversion").joinpath("data", "leaflet")
    style = folder.joinpath("leaflet.css").read_text("utf-8")
    script = folder.joinpath("leaflet.js").read_text("utf-8")
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<style>{_PICTURE.sub('none', style)}{_CSS}</style>",
        f"<script>{_SOURCE_MAP.sub('', script)}</script>",
    )


def _header(title: str, shown: int, total: int, findings: Sequence[Finding]) -> str:
    """Return what stands above the map: the name, how much is shown, what was found."""
    items = "".join(_item(finding) for finding in findings)
    return (
        f"<header><h1>{html.escape(title)}</h1>"
        f"<div>Xem trước {shown:,} trên {total:,} đối tượng / {shown:,} of {total:,} features</div>"
        f"<ul>{items}</ul></header>"
    )


def _item(finding: Finding) -> str:
    label, tint = _LABELS[finding.severity], _COLOURS[finding.severity]
    where = f" <span>({html.escape(finding.where)})</span>" if finding.where else ""
    vi, en = html.escape(finding.vi), html.escape(finding.message)
    return f'<li style="--tint: {tint}"><b>{label}</b>{where}: {vi} <span>/ {en}</span></li>'


def _raw(text: str) -> Element:
    """Return ``text`` as it is: folium's elements are templates, and a file's name is none."""
    element = Element("{{ this.raw }}")
    vars(element)["raw"] = text
    return element


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
