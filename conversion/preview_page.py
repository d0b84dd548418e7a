"""The frame of a stand-alone page with a map: Leaflet of our own inside, no request outside.

Folium renders what it embeds twice as a template, where a file's ``{{ … }}`` would be run: only
what is ours goes through it, all else is added as it stands.
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import folium
from branca.element import Element, Figure

from conversion.findings.finding import Finding, Severity
from gishue.core.bounds import Bounds

_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
_COLOURS = {Severity.INFO: "#2f6f9f", Severity.WARNING: "#b8860b", Severity.ERROR: "#c0392b"}
_LABELS = {
    Severity.INFO: "Thông tin / Info",
    Severity.WARNING: "Cảnh báo / Warning",
    Severity.ERROR: "Lỗi / Error",
}

_PICTURE = re.compile(r"url\((?:images/[^)]*|#default#VML)\)")
_SOURCE_MAP = re.compile(r"//# sourceMappingURL=\S+\s*$")

_CSS = """
html, body { margin: 0; width: 100%; height: 100%; color: #1d2b36; }
body { font: 14px/1.45 system-ui, "Noto Sans", sans-serif; }
body { display: flex; flex-direction: column; }
header { padding: .7rem 1rem; border-bottom: 1px solid #d5dde3; max-height: 40%; overflow: auto; }
h1 { font-size: 1.1rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
ul { margin: .4rem 0 0; padding: 0; list-style: none; }
li { padding: .15rem 0 .15rem .6rem; border-left: 4px solid var(--tint); margin: .25rem 0; }
li b { color: var(--tint); } li span { color: #51626f; }
@media (max-height: 500px) { header { display: none; } }
.folium-map { position: relative !important; flex: 1; background: #eef2f4; }
.leaflet-control-scale-line:not(:first-child) { display: none; }
header table { border-collapse: collapse; margin: .4rem 0; }
header th { text-align: left; font-weight: 600; }
header th, header td { border-bottom: 1px solid #e2e8ec; padding: 2px 12px 2px 0; }
header td { vertical-align: top; } header td:first-child { white-space: nowrap; }
header td span, header small { color: #51626f; } header p { margin: .2rem 0; }
.leaflet-control-layers { max-width: 45vw; max-height: 40vh; overflow: auto; font-size: 12px; }
@media (max-width: 600px) { .leaflet-control-layers { font-size: 11px; max-height: 25vh; } }
.leaflet-popup-content table { border-collapse: collapse; }
.leaflet-popup-content td { border-bottom: 1px solid #e2e8ec; padding: 1px 8px 1px 0; }
.leaflet-popup-content td:first-child { color: #51626f; }
"""


def page(title: str, header: str, drawn: folium.Map, scripts: Sequence[str]) -> str:
    """Return a page: ``header`` and ``scripts`` are markup of ours with all else escaped."""
    figure = Figure(title=html.escape(title))
    for part in _head():
        figure.header.add_child(raw(part))
    figure.html.add_child(raw(f"<header>{header}</header>"))
    for script in scripts:
        figure.html.add_child(raw(script))
    drawn.add_to(figure)
    return str(figure.render())


def empty_map(bounds: Bounds | None) -> folium.Map:
    """Return a map without a base map, which would come from other people's servers."""
    drawn = folium.Map(tiles=None, control_scale=True, attributionControl=False, prefer_canvas=True)
    drawn.default_js, drawn.default_css = [], []  # folium's own point to other people's servers
    if bounds is not None:
        drawn.fit_bounds([[bounds.ymin, bounds.xmin], [bounds.ymax, bounds.xmax]], max_zoom=18)
    return drawn


def hand_over(layer: folium.GeoJson, features: Sequence[Mapping[str, Any]]) -> str:
    """Return the script that hands GeoJSON features to a drawing once it stands."""
    collection = {"type": "FeatureCollection", "features": list(features)}
    text = json.dumps(collection, ensure_ascii=False).replace("<", "\\u003c")
    name = layer.get_name()
    ready = f'addEventListener("DOMContentLoaded", () => {name}_add(features));'
    return f"<script>{{const features = {text};\n{ready}}}</script>"


def items(findings: Sequence[Finding]) -> str:
    """Return the findings as a list."""
    return f"<ul>{''.join(map(_item, findings))}</ul>"


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


def _item(finding: Finding) -> str:
    label, tint = _LABELS[finding.severity], _COLOURS[finding.severity]
    where = f" <span>({html.escape(finding.where)})</span>" if finding.where else ""
    vi, en = html.escape(finding.vi), html.escape(finding.message)
    return f'<li style="--tint: {tint}"><b>{label}</b>{where}: {vi} <span>/ {en}</span></li>'


def raw(text: str) -> Element:
    """Return ``text`` as it is: folium's elements are templates, and a file's name is none."""
    element = Element("{{ this.raw }}")
    vars(element)["raw"] = text
    return element
