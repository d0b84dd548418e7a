"""Findings as files: GeoJSON that any reader takes, CSV that no spreadsheet runs."""

import csv
import io
import json
from collections.abc import AsyncGenerator, Sequence

import pytest

from conversion.findings import files
from conversion.findings.files import WRITERS, guarded
from conversion.findings.places import Place
from conversion.findings.rules import RULES, finding

POINT = {"type": "Point", "coordinates": [107.58, 16.46]}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[107.0, 16.0], [107.2, 16.0], [107.2, 16.2], [107.0, 16.2], [107.0, 16.0]]],
}
FOUND = [
    finding("overlap", 2, "", area=3.0, checked=5, rows=5),
    finding("null_geometry", 1, rows=5),
]
PLACES = [
    Place("overlap", 1, {"other": 2, "area_m2": 1.5}, SQUARE, 1),
    Place("text_formula", 3, {"field": "tên", "value": "=1+1"}, POINT, 2),
    Place("null_geometry", 4, {}, None, 3),
    Place("gap", 2, {"beside": [2, 3], "depth": "sâu"}, POINT, 4),
]


async def paged(*pages: Sequence[Place]) -> AsyncGenerator[Sequence[Place]]:
    for page in pages:
        yield page


async def written(suffix: str, *pages: Sequence[Place]) -> str:
    writer, _ = WRITERS[suffix]
    return "".join([text async for text in writer(FOUND, paged(*pages))])


async def test_geojson_holds_every_place_and_what_they_sum_up_to() -> None:
    whole = json.loads(await written(".geojson", PLACES[:3], [], PLACES[3:]))
    assert whole["type"] == "FeatureCollection"
    assert [one["count"] for one in whole["findings"]] == [2, 1]
    assert [one["geometry"] for one in whole["features"]] == [SQUARE, POINT, None, POINT]
    assert whole["features"][0]["properties"] == {
        "code": "overlap",
        "severity": "warning",
        "vi": "chồng lấn vùng khác",
        "en": "overlaps another polygon",
        "row": 1,
        "other": 2,
        "area_m2": 1.5,
    }


async def test_nothing_found_is_still_a_file() -> None:
    assert json.loads(await written(".geojson"))["features"] == []


async def test_csv_sums_up_and_lists() -> None:
    text = await written(".csv", PLACES)
    assert text.startswith("\ufeffcode,severity,count,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row["count"] for row in rows] == ["2", "1", "", "", "", ""]
    overlap, formula, nothing, gap = rows[2:]
    assert (overlap["row"], overlap["other_row"], overlap["area_m2"]) == ("1", "2", "1.5")
    assert 107 < float(overlap["lon"]) < 107.2
    assert (formula["value"], formula["lat"]) == ("'=1+1", "16.46")
    assert (nothing["lon"], nothing["lat"]) == ("", "")
    assert (gap["other_row"], json.loads(gap["more"])) == ("2 3", {"depth": "sâu"})


@pytest.mark.parametrize("value", ["=1", "+a", "-cmd", "@x", "\tx", "\rx", "＝1", "＠x", "-"])
def test_a_cell_that_would_run_gets_an_apostrophe(value: str) -> None:
    assert guarded(value) == f"'{value}"


@pytest.mark.parametrize("value", ["-5", "+5,2", "-1.5e3", "a=b", "", 7, -2.5, None])
def test_numbers_and_plain_text_stay(value: object) -> None:
    assert guarded(value) == value


def test_every_rule_can_be_said_in_both_languages() -> None:
    words = ("rows", "checked", "area", "field", "value", "bytes", "before", "after")
    more = ("check", "check_vi", "why", "why_vi", "points", "lines", "polygons")
    values = dict.fromkeys((*words, *more), "…")
    for code in RULES:
        said = finding(code, 1_234, "", **values)
        assert "{" not in said.message + said.vi
        assert said.vi != said.message
        assert bool(said.advice) == bool(said.advice_vi)
        assert files.meaning(code)["vi"] != files.meaning(code)["en"]
