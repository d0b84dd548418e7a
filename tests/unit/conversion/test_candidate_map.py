"""The candidates for an asked CRS on a stand-alone map."""

import json
import re
from typing import Any

import pytest

from conversion.crs.candidate_map import MOST_CANDIDATES, MOST_POINTS, box_of, candidate_map
from conversion.crs.guess import guess
from gishue.core.crs import to_wgs84

HOSTILE = "</script><script>alert(1)</script>{{ 7*7 }}{% raw %}"
CENTRE = (107.58, 16.46)


def asked(srid: int = 3405) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return an inspection's points and the candidates of a small file in UTM."""
    x, y = to_wgs84(srid).transform(*CENTRE, direction="INVERSE")
    points = [(x + n, y + n) for n in range(30)]
    found = guess(None, points)
    return {"points": [list(one) for one in points]}, [c.as_dict() for c in found.candidates]


def drawn(page: str) -> list[list[dict[str, Any]]]:
    """Return the features that each script hands over."""
    return [json.loads(one)["features"] for one in re.findall(r"const features = (.*);\n", page)]


def test_every_candidate_is_drawn_in_its_own_colour_with_distances() -> None:
    inspection, candidates = asked()
    page = candidate_map("duong.shp", inspection, candidates)
    points = [f[0]["geometry"]["coordinates"] for f in drawn(page) if len(f) == 1]
    assert len(points) == len(candidates)
    assert all(len(one) == 30 for one in points)
    first = next(one for one in candidates if one["crs"] == "EPSG:3405")
    at = points[len(candidates) - 1 - candidates.index(first)][0]
    assert at == pytest.approx(CENTRE, abs=1e-6)
    for said in ("EPSG:3405", "EPSG:32648", "225 m", "hệ quy chiếu", "reference system"):
        assert said in page
    colours = re.findall(r'<td style="color: (#\w+)">● \d', page)
    assert len(set(colours)) == len(candidates)


def test_the_wards_and_roads_lie_beneath() -> None:
    inspection, candidates = asked()
    line = {"type": "LineString", "coordinates": [[107.57, 16.45], [107.59, 16.47]]}
    road = {"type": "Feature", "properties": {}, "geometry": line}
    features = drawn(candidate_map("a", inspection, candidates, roads=[road, road]))
    assert len(features[0]) == 40
    assert features[1] == [road, road]


def test_the_box_holds_the_twins_and_not_what_is_far_away() -> None:
    inspection, candidates = asked()
    box = box_of(inspection, candidates)
    assert box is not None
    assert box.xmin < CENTRE[0] < box.xmax
    assert box.xmax - box.xmin < 0.1
    assert box_of({}, candidates) is None


def test_what_the_file_says_stays_text() -> None:
    inspection, candidates = asked()
    candidates[0]["hint"] = HOSTILE
    preview = [[HOSTILE, HOSTILE]]
    inspection["fields"] = [{"name": HOSTILE, "encoding": "tcvn3", "preview": preview}]
    page = candidate_map(HOSTILE, inspection, candidates)
    assert "<script>alert(1)" not in page
    assert "{{ 7*7 }}" in page
    markup = re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)
    assert not re.search(r"https?://|<img|<link|src=", markup)


def test_no_more_is_drawn_than_can_be_seen() -> None:
    inspection, candidates = asked()
    inspection["points"] *= 100
    page = candidate_map("a", inspection, candidates * 5)
    points = [f[0]["geometry"]["coordinates"] for f in drawn(page) if len(f) == 1]
    assert len(points) == MOST_CANDIDATES
    assert len(points[0]) == MOST_POINTS


def test_a_question_without_points_has_a_page_too() -> None:
    assert "No candidate can be drawn" in candidate_map("a", {}, [])
