"""The places of findings on the preview's map: one layer a code, which may be turned on and off."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import folium

from conversion.findings.files import meaning
from conversion.findings.finding import Finding, Severity
from conversion.findings.places import Place
from conversion.preview_page import hand_over

MOST: Final = 200
"""So many places of a code are drawn."""

_COLOURS: Final = {Severity.INFO: "#2f6f9f", Severity.WARNING: "#d55e00", Severity.ERROR: "#c0392b"}
_EMPTY: Final[dict[str, Any]] = {"type": "FeatureCollection", "features": []}


def marks(
    findings: Sequence[Finding], places: Sequence[Place], popup: str
) -> Iterator[tuple[folium.GeoJson, str]]:
    """Yield the layer of each code that has drawn places, and the script that fills it.

    ``popup`` is the script that shows a feature's properties as text.
    """
    severities = {one.code: one.severity for one in findings}
    for code in dict.fromkeys(one.code for one in places if one.geometry is not None):
        own = [one for one in places if one.code == code and one.geometry is not None]
        tint = _COLOURS[severities.get(code, Severity.INFO)]
        said = meaning(code)
        layer = folium.GeoJson(
            _EMPTY,
            name=f"{said['vi']} / {said['en']} ({len(own):,})",
            marker=folium.CircleMarker(radius=7),
            style={"color": tint, "weight": 2.5, "fillColor": tint, "fillOpacity": 0.25},
            on_each_feature=folium.JsCode(popup),
        )
        yield layer, hand_over(layer, [_feature(one) for one in own[:MOST]])


def _feature(place: Place) -> dict[str, Any]:
    said = meaning(place.code)
    known = {"phát hiện": said["vi"], "finding": said["en"], "dòng / row": place.feature_id}
    shown = known | {str(name): str(value) for name, value in place.detail.items()}
    return {"type": "Feature", "geometry": place.geometry, "properties": shown}
