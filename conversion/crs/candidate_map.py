"""The question "which CRS?" on a map: each candidate's points in its own colour, over the wards.

One stand-alone page, as ``conversion.preview`` makes: what comes from the file stays text.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import folium
import numpy as np

from conversion.city import LonLat
from conversion.crs.weighing import lonlat
from conversion.findings.finding import Finding
from conversion.preview_page import empty_map, hand_over, items, page
from conversion.text_table import text_table
from conversion.ward_outlines import outlines
from gishue.core.bounds import Bounds
from gishue.core.crs import parse_crs

MOST_POINTS: Final = 500
MOST_CANDIDATES: Final = 8
_MARGIN: Final = 0.15

# Okabe and Ito's palette, told apart by colour-blind eyes too.
_COLOURS: Final = (
    "#d55e00",
    "#0072b2",
    "#009e73",
    "#cc79a7",
    "#e69f00",
    "#56b4e9",
    "#000000",
    "#8a7f00",
)
_ROAD: Final = {"color": "#b7a98c", "weight": 1.5, "fill": False}


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One candidate as it is drawn: ``at`` are the points where it puts them."""

    said: Mapping[str, Any]
    colour: str
    at: LonLat

    @property
    def centre(self) -> LonLat:
        """The middle of its points (longitude, latitude)."""
        return np.median(self.at, axis=0)

    @property
    def name(self) -> str:
        """Its code, and what is done to the coordinates first."""
        turned = " ⇄" if self.said.get("swapped") else ""
        scale = float(self.said.get("scale", 1))
        return f"{self.said['crs']}{turned}" + (f" × {scale:g}" if scale != 1 else "")


def candidate_map(
    title: str,
    inspection: Mapping[str, Any],
    candidates: Sequence[Mapping[str, Any]],
    *,
    roads: Sequence[Mapping[str, Any]] = (),
    findings: Sequence[Finding] = (),
) -> str:
    """Return the page that shows where each candidate of an upload's question would lie.

    Args:
        title: the file's name.
        inspection: as it stands on the upload; ``points`` are x and y as received.
        candidates: those of the question about the CRS; at most eight are drawn.
        roads: lines of the city's roads as GeoJSON features in EPSG:4326, to compare with.
        findings: what its owner should know.
    """
    drawn = _drawn(inspection.get("points") or [], candidates)
    shown = empty_map(_box(drawn))
    wards, script = outlines()
    shown.add_child(wards)
    scripts = [script]
    if roads:
        layer = folium.GeoJson(_EMPTY, name="Đường / Roads", style=_ROAD, interactive=False)
        shown.add_child(layer)
        scripts.append(hand_over(layer, roads))
    for number, one in reversed(list(enumerate(drawn, start=1))):
        layer = _points(number, one)
        shown.add_child(layer)
        scripts.append(hand_over(layer, [_feature(one)]))
    folium.LayerControl(collapsed=False).add_to(shown)
    header = f"<h1>{html.escape(title)}</h1>{_asked(drawn)}{items(findings)}"
    return page(title, header + text_table(inspection), shown, scripts)


_EMPTY: Final[dict[str, Any]] = {"type": "FeatureCollection", "features": []}


def _drawn(
    points: Sequence[Sequence[float]], candidates: Sequence[Mapping[str, Any]]
) -> list[_Drawn]:
    xy = np.asarray(points[:MOST_POINTS], dtype=np.float64).reshape(-1, 2)
    found: list[_Drawn] = []
    for said, colour in zip(candidates[:MOST_CANDIDATES], _COLOURS, strict=False):
        scale = float(said.get("scale", 1))
        at = lonlat(parse_crs(said["crs"]), xy, swapped=bool(said.get("swapped")), scale=scale)
        at = at[np.isfinite(at).all(axis=1)]
        if len(at):
            found.append(_Drawn(said, colour, at))
    return found


def _points(number: int, one: _Drawn) -> folium.GeoJson:
    style = {"color": one.colour, "weight": 1, "fillColor": one.colour, "fillOpacity": 0.75}
    marker = folium.CircleMarker(radius=4)
    name = f'<span style="color: {one.colour}">● {number}</span> {html.escape(one.name)}'
    return folium.GeoJson(_EMPTY, name=name, marker=marker, style=style, interactive=False)


def _feature(one: _Drawn) -> dict[str, Any]:
    pairs = np.round(one.at, 7).tolist()
    geometry = {"type": "MultiPoint", "coordinates": pairs}
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def box_of(inspection: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]) -> Bounds | None:
    """Return the box (EPSG:4326) that the page opens with, None where nothing can be drawn."""
    return _box(_drawn(inspection.get("points") or [], candidates))


def _box(drawn: Sequence[_Drawn]) -> Bounds | None:
    """Return the box round the candidates; those far from the first do not stretch it much."""
    if not drawn:
        return None
    near = [one.at for one in drawn if _apart(drawn[0], one) < 5_000]
    west, south = np.concatenate(near).min(axis=0).tolist()
    east, north = np.concatenate(near).max(axis=0).tolist()
    edge = max(_MARGIN * max(east - west, north - south), 0.002)
    return Bounds(west - edge, south - edge, east + edge, north + edge)


def _asked(drawn: Sequence[_Drawn]) -> str:
    """Return the question with the legend: colour, system, distances, evidence."""
    if not drawn:
        return "<p>Không vẽ được phương án nào / No candidate can be drawn</p>"
    rows = "".join(_row(number, one, drawn) for number, one in enumerate(drawn, start=1))
    return (
        "<p><b>Tọa độ thuộc hệ quy chiếu nào? Hãy chọn phương án nằm đúng chỗ.</b> / "
        "In which reference system are the coordinates? Choose what lies in the right place.</p>"
        "<table><tr><th></th><th>Hệ tọa độ / System</th><th>Cách nhau / Apart</th>"
        f"<th>Căn cứ / Evidence</th></tr>{rows}</table>"
        "<p><small>⇄ đảo hai cột / columns turned. Ranh giới xã, phường giản lược, lệch tới 40 m "
        "/ ward outlines are simplified by up to 40 m.</small></p>"
    )


def _row(number: int, one: _Drawn, drawn: Sequence[_Drawn]) -> str:
    said = one.said
    title = f"{html.escape(str(said['title_vi']))} <span>/ {html.escape(str(said['title']))}</span>"
    others = [
        f"{at}: {_metres(_apart(one, other))}"
        for at, other in enumerate(drawn, start=1)
        if other is not one
    ]
    return (
        f'<tr><td style="color: {one.colour}">● {number}</td>'
        f"<td><b>{html.escape(one.name)}</b> {title}</td>"
        f"<td>{'<br>'.join(others)}</td><td>{_evidence(said)}</td></tr>"
    )


def _evidence(said: Mapping[str, Any]) -> str:
    """Return what speaks for a candidate, in both languages."""
    parts = [
        f"{said['inside_city']:.0%} trong thành phố, {said['wards']} xã phường "
        f"<span>/ in the city, over {said['wards']} wards</span>"
    ]
    if said.get("in_named_ward") is not None:
        share = f"{said['in_named_ward']:.0%}"
        parts.append(f"{share} đúng xã phường mang tên <span>/ in the ward they name</span>")
    if said.get("roads_m") is not None:
        metres = f"{said['roads_m']:.1f} m"
        parts.append(f"cách đường {metres} <span>/ from the nearest road</span>")
    if said.get("hint"):
        parts.append(f"tệp ghi / the file says: “{html.escape(str(said['hint']))}”")
    return "<br>".join(parts)


def _apart(one: _Drawn, other: _Drawn) -> float:
    """Return metres on the ground between the middles of two candidates."""
    east, north = (one.centre - other.centre) * (111_320, 110_650)
    return float(np.hypot(east * np.cos(np.radians(one.centre[1])), north))


def _metres(distance: float) -> str:
    return f"{distance:,.0f} m" if distance < 10_000 else f"{distance / 1000:,.0f} km"
