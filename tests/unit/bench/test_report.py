"""The page of the table: lengths of bars, both languages, and nothing from elsewhere."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from bench.report import STYLE, bars, page
from bench.table import LINES, Figure, Said, row

AT = "2026-11-29T10:00:00+00:00"
LACKING = Said("máy này chưa cài <nginx>", "not installed here: <nginx>")
BY_KEY = {line.key: line for line in LINES}


def told(key: str, figure: Figure | None) -> dict[str, Any]:
    return row(BY_KEY[key], figure, LACKING, AT)


def test_the_limit_of_a_ratio_is_the_peers_cost_divided_by_it() -> None:
    drawn = bars(told("z16", Figure(2.0, 5, 1, ours=20.0, peer=48.0)))
    assert drawn is not None
    assert drawn.limit == pytest.approx(20.0)
    half = bars(told("hit", Figure(0.5, 5, 1, ours=56.0, peer=28.0)))
    assert half is not None
    assert half.limit == pytest.approx(80.0)


def test_a_peer_far_beyond_does_not_press_ours_to_nothing() -> None:
    drawn = bars(told("far_cpu", Figure(100.0, 3, 1, ours=20.0, peer=2_000.0)))
    assert drawn is not None
    assert drawn.end == 125.0
    assert drawn.percent(drawn.ours) == 16.0
    assert drawn.percent(2_000.0) == 100.0


def test_a_peer_that_is_near_sets_the_scale() -> None:
    drawn = bars(told("z16", Figure(1.9, 5, 1, ours=20.0, peer=38.0)))
    assert drawn is not None
    assert drawn.end == pytest.approx(47.5)


def test_nothing_asked_and_nothing_found_is_an_empty_track() -> None:
    drawn = bars(told("stale", Figure(0, 320, 1)))
    assert drawn is not None
    assert drawn.percent(0) == 0.0


def whole() -> str:
    figures = {
        "z16": Figure(1.9, 5, 100_000, (1.7, 2.0), 19.1, 36.2),
        "far_cpu": Figure(90.0, 3, 1_000_000, (80.0, 99.0), 17.4, 1567.0),
        "stale": Figure(0, 320, 100_000),
        "hit": None,
    }
    lines = [told(key, figure) | {"load": 2.5} for key, figure in figures.items()]
    return page({"lines": lines, "machine": {"cores": 2, "python": "3.13.1"}})


def test_the_page_needs_nothing_from_elsewhere() -> None:
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import|<script|https?:", whole())


def test_the_page_is_well_formed_and_says_everything_twice() -> None:
    body = whole().split("<body>")[1].split("</body>")[0]
    tree = ET.fromstring(
        "<body>" + re.sub(r"(<input[^>]*?)( checked)?>", r"\1/>", body) + "</body>"
    )
    count = {lang: len(tree.findall(f".//span[@lang='{lang}']")) for lang in ("vi", "en")}
    assert count["vi"] == count["en"] > 20


def test_a_line_without_a_figure_says_why() -> None:
    said = whole()
    assert "not installed here: &lt;nginx&gt;" in said
    assert "chưa có số đo" in said


def test_a_line_that_is_not_kept_is_told_in_words_too() -> None:
    said = whole()
    assert said.count("✗ not kept") == 1
    assert said.count("✓ kept") == 2
    assert "1,9 lần" in said
    assert "tải máy 2,5" in said
    assert "2 of 4 lines are kept" in said


def test_a_bar_that_goes_on_is_shown_broken() -> None:
    assert whole().count('class="gap"') == 2


def test_every_zoom_is_told_with_its_heaviest_tile() -> None:
    far = {"z": 6, "most_bytes": 24_200, "cpu_ms": 2.1, "peer_cpu_ms": 2332.0}
    near = {"z": 15, "most_bytes": 600_000, "cpu_ms": 44.0}
    lines = [told("stale", Figure(0, 320, 1))]
    said = page({"lines": lines}, {"rows": 1_000_000, "zooms": [far, near]})
    assert "24,2 kB" in said
    assert "2.332 ms CPU" in said
    assert '<rect class="fill-ours" width="3.87%"' in said
    assert '<rect class="fill-miss" width="96.0%"' in said
    assert said.count(">–</td>") == 1


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours. Source: WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_words_and_bars_can_be_told_from_what_they_lie_on() -> None:
    themes = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.S)
    assert len(themes) == 2
    for theme in themes:
        colour = dict(re.findall(r"--(\w+): (#\w{6})", theme))
        for words in ("ink", "faint", "ours", "miss"):
            assert ratio(colour[words], colour["paper"]) >= 4.5
        for fill in ("ours", "miss", "peer"):
            assert ratio(colour[fill], colour["track"]) >= 3
