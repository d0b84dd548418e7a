"""The table of vector tiles: whether a line is kept, and what stands in it without a figure."""

import pytest

from bench.table import LINES, PARTS, Figure, Line, Said, merged, row

LACKING = Said("máy này chưa cài nginx", "not installed here: nginx")
BY_KEY = {line.key: line for line in LINES}


def test_every_line_has_a_part_and_a_key_of_its_own() -> None:
    assert len(BY_KEY) == len(LINES)
    assert {line.part for line in LINES} == {part.key for part in PARTS}


@pytest.mark.parametrize(
    ("key", "measured", "kept"),
    [
        ("z16", 2.4, True),
        ("z16", 2.39, False),
        ("far_bytes", 500.0, False),
        ("far_bytes", 499.9, True),
        ("crowd_p99", 5.0, True),
        ("crowd_p99", 5.01, False),
        ("stale", 0, True),
        ("stale", 1, False),
    ],
)
def test_the_limit_counts_as_the_issue_words_it(key: str, measured: float, kept: bool) -> None:
    assert BY_KEY[key].is_kept(measured) is kept


def test_a_line_without_a_figure_stays_in_the_table_and_is_not_kept() -> None:
    told = row(BY_KEY["hit"], None, LACKING, "2026-01-01T00:00:00+00:00")
    assert told["measured"] is None
    assert told["ok"] is False
    assert told["lacking"]["en"] == "not installed here: nginx"


def test_a_line_beside_a_peer_tells_what_each_costs() -> None:
    figure = Figure(0.4, 5, 20_000, ours=70.0, peer=28.0)
    told = row(BY_KEY["hit"], figure, LACKING, "2026-01-01T00:00:00+00:00")
    assert told["ok"] is True
    assert told["cost"] == {
        "ours": 70.0,
        "peer": 28.0,
        "unit": {"vi": "µs CPU", "en": "µs CPU"},
    }
    assert "lacking" not in told


def test_a_line_without_a_peer_has_no_costs() -> None:
    told = row(BY_KEY["stale"], Figure(0, 320, 100_000), LACKING, "2026-01-01T00:00:00+00:00")
    assert "cost" not in told
    assert told["direction"] == "at most"


def test_what_is_measured_anew_takes_the_place_of_the_old_line() -> None:
    old = [_line(BY_KEY["stale"], 3), _line(BY_KEY["z16"], 1.0)]
    new = [_line(BY_KEY["stale"], 0)]
    assert [(one["key"], one["measured"]) for one in merged(old, new)] == [
        ("z16", 1.0),
        ("stale", 0),
    ]


def test_a_line_that_is_asked_no_more_leaves_the_table() -> None:
    assert merged([{"key": "once_asked"}], []) == []


def _line(line: Line, measured: float) -> dict[str, object]:
    return row(line, Figure(measured, 1, 1), LACKING, "2026-01-01T00:00:00+00:00")
