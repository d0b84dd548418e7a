import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from conversion.findings.finding import Finding, Severity
from conversion.preview import MAX_FEATURES, MAX_VERTICES, preview_html, sample
from gishue.core.bounds import Bounds

HOSTILE = "</script><script>alert(1)</script><img src=https://evil.test/a.png>{{ 7*7 }}{% raw %}"


def point(**properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [107.58, 16.46]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def preview(title: str = "ranh_gioi.zip", **properties: Any) -> str:
    return preview_html(
        title,
        [point(**properties)],
        total=1,
        bounds=Bounds(107.5, 16.4, 107.6, 16.5),
        findings=[Finding("x", Severity.WARNING, HOSTILE, HOSTILE, HOSTILE)],
    )


class Tags(HTMLParser):
    """Collects every tag with its attributes, and what stands in the scripts."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_preview_asks_nobody_for_anything() -> None:
    document = preview()
    for tag, attributes in Tags(document).tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base")
        assert not {"src", "href", "srcset"} & attributes.keys()
    assert not re.search(r"@import|url\((?!data:)", document.split("</style>")[0])


def test_the_file_itself_forbids_every_request() -> None:
    [policy] = [
        attributes["content"]
        for _, attributes in Tags(preview()).tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_leaflet_stands_in_the_file() -> None:
    assert "Leaflet 1.9.4" in preview()


def test_a_strangers_text_stays_text() -> None:
    document = preview(HOSTILE, **{HOSTILE: HOSTILE})
    tags = [tag for tag, _ in Tags(document).tags]
    assert tags.count("script") == Tags(preview()).tags.count(("script", {}))
    assert "img" not in tags
    assert "alert(1)</script>" not in document
    assert "{{ 7*7 }}" in document  # shown, not computed


def test_every_finding_is_told_in_both_languages() -> None:
    finding = Finding("no-crs", Severity.ERROR, "no CRS", "thiếu hệ tọa độ", "a.shp")
    document = preview_html("a", [], total=0, bounds=None, findings=[finding])
    for said in ("no CRS", "thiếu hệ tọa độ", "a.shp", "Lỗi / Error"):
        assert said in document


def test_values_reach_the_map_as_they_are() -> None:
    document = preview(ten="Phường Phú Xuân", dan_so=None, cao=1.5)
    wards, own = re.findall(r"const features = (.*);\n", document)
    assert len(json.loads(wards)["features"]) == 40
    [feature] = json.loads(own)["features"]
    assert feature["properties"] == {"ten": "Phường Phú Xuân", "dan_so": None, "cao": 1.5}
    assert feature["geometry"]["coordinates"] == [107.58, 16.46]


@pytest.mark.parametrize("count", [1, 499, 500, 501, 12_345])
def test_a_sample_is_spread_over_the_whole_file(count: int) -> None:
    shown = sample([point(n=n) for n in range(count)])
    numbers = [feature["properties"]["n"] for feature in shown]
    assert min(MAX_FEATURES, count) / 2 < len(numbers) <= MAX_FEATURES
    assert numbers[0] == 0
    assert numbers[-1] >= count * 0.99 - 1


def test_features_without_place_are_not_drawn() -> None:
    assert sample([{"type": "Feature", "geometry": None, "properties": {}}]) == []


def test_a_giant_shape_is_left_out() -> None:
    ring = [[107.0, 16.0]] * (MAX_VERTICES + 1)
    giant = {"type": "Polygon", "coordinates": [ring]}
    whole = {"type": "GeometryCollection", "geometries": [giant]}
    features = [{"geometry": whole, "properties": {}}, point(n=1)]
    assert [feature["properties"] for feature in sample(features)] == [{"n": 1}]


def test_long_texts_and_many_columns_are_cut() -> None:
    [feature] = sample([point(**{f"c{n}": "x" * 10_000 for n in range(100)})])
    assert len(feature["properties"]) == 30
    assert all(len(value) <= 201 for value in feature["properties"].values())
