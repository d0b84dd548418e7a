"""Every case of the departments' manifest, through the sandbox: count, place, text, findings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely

from tests.support.department import METRES_PER_DEGREE, Taken, take
from tests.support.upload import LEGACY, UPLOAD

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case for case in json.loads((LEGACY / "manifest.json").read_text("utf-8"))["cases"]
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a person would answer, and what must be told."""

    answers: Mapping[str, str]
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


PLAIN = Given({})
GIVEN: dict[str, Given] = {
    "P01": Given({}, ("crs_undeclared", "crs_guessed", "encoding_guessed")),
    "P02": Given({}, ("encoding_guessed",)),
    "P03": Given({}, ("datum_suspect",)),
    "P04": Given({}, ("datum_suspect", "encoding_guessed")),
    "P05": Given({}, ("crs_guessed", "encoding_guessed")),
    "P06": Given({}, ("crs_guessed", "encoding_guessed")),
    "P07": Given({}, ("crs_guessed", "encoding_guessed")),
    "P09": Given({}, ("encoding_guessed",)),
    "P10": Given({}, ("crs_guessed", "encoding_guessed")),
    "P12": Given({}, ("encoding_guessed",)),
    "P15": Given({}, ("crs_declared_false", "crs_guessed")),
    "P19": Given({}, ("reprojected", "encoding_guessed")),
    "P20": Given({"crs": "EPSG:32648"}, (), ("crs",)),
    "P21": Given({}, ("null_geometry", "geometry_repaired")),
    "P24": Given({}, ("truncated", "null_geometry")),
    "P26": Given({"crs": "EPSG:9214"}, ("missing_dbf", "missing_shx")),
}
REFUSED = {
    "P25": ("broken-file", "missing-parts"),
    "P27": ("unsafe-archive", "archive-path"),
    "P28": ("unsafe-archive", "archive-bomb"),
}
DRAWN = {
    "P06": CASES["P06"]["entities"]["level_10_outlines"],
    "P07": CASES["P07"]["features_by_layer"]["RANH_XA"],
}
READ = [case for case in CASES if case not in REFUSED]
PLACED = [case for case in READ if CASES[case].get("bbox_wgs84")]
SAMPLED = [case for case in READ if CASES[case].get("samples") and case != "P14"]


def path_of(case: str) -> Path:
    name = CASES[case]["file"]
    return LEGACY / name if (LEGACY / name).exists() else UPLOAD / name


@cache
def taken(case: str) -> Taken:
    """Return what becomes of a case; each is taken once for all tests of this module."""
    return take(path_of(case), GIVEN.get(case, PLAIN).answers)


def test_every_case_of_the_manifest_is_here() -> None:
    assert list(CASES) == [f"P{number:02}" for number in range(1, 29)]


@pytest.mark.parametrize("case", [case for case in READ if case not in DRAWN])
def test_nothing_is_lost(case: str) -> None:
    got = taken(case)
    assert got.refusal is None
    wanted = CASES[case]["features"]
    assert len(got.rows) == (wanted if wanted is not None else CASES[case]["features_expected"])


@pytest.mark.parametrize("case", DRAWN)
def test_a_drawing_gives_every_outline_and_every_ward(case: str) -> None:
    got = taken(case)
    assert len(got.rows) == DRAWN[case]
    assert len({row["text"] for row in got.rows} - {None}) == CASES[case]["features"]


@pytest.mark.parametrize("case", PLACED)
def test_it_lies_where_it_truly_is(case: str) -> None:
    wanted = CASES[case]["bbox_wgs84"]
    tolerance_m = 1.0 if case == "P03" else CASES[case]["bbox_tolerance_m"]
    for got, want in zip(taken(case).bounds, wanted, strict=True):
        assert abs(got - want) * METRES_PER_DEGREE < tolerance_m


@pytest.mark.parametrize("case", SAMPLED)
def test_its_text_is_unicode_in_nfc(case: str) -> None:
    rows = [{title: str(value) for title, value in row.items()} for row in taken(case).rows]
    for sample in CASES[case]["samples"]:
        assert any(_agrees(row, sample) for row in rows), sample


def _agrees(row: Mapping[str, str], sample: Mapping[str, str]) -> bool:
    """Return whether a row has the values of a sample.

    The names of CAD texts are the reader's; a header of two rows has both ("Tọa độ / X").
    """
    if set(sample) <= {"Text", "text"}:
        return set(sample.values()) <= set(row.values())
    last = {title.split(" / ")[-1]: value for title, value in row.items()}
    return all(last.get(title) == value for title, value in sample.items())


@pytest.mark.parametrize("case", READ)
def test_its_owner_is_told_what_was_doubtful(case: str) -> None:
    given = GIVEN.get(case, PLAIN)
    assert set(given.told) <= set(taken(case).codes)
    assert set(given.asked) <= set(taken(case).asked)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_refused_in_two_languages(case: str) -> None:
    refusal = taken(case).refusal
    assert refusal is not None
    slug, code = REFUSED[case]
    assert (refusal.slug, refusal.problem()["code"]) == (slug, code)
    assert refusal.detail
    assert refusal.detail_vi != refusal.detail


def test_the_missing_parts_of_a_table_are_named() -> None:
    refusal = taken("P25").refusal
    assert refusal is not None
    assert refusal.detail_vi.startswith(".DAT, .MAP, .ID")


def test_the_shapes_of_a_cut_file_are_counted_not_invented() -> None:
    got = taken("P24")
    missing = sum(shape is None for shape in got.shapes)
    assert 0 < missing < len(got.rows)
    assert "null_geometry" in got.codes


def test_a_shapefile_without_attributes_has_its_shapes() -> None:
    got = taken("P26")
    assert got.rows[0] == {}
    assert not shapely.is_empty(got.shapes).any()


@pytest.mark.parametrize("case", ["P22", "P23"])
def test_a_name_in_an_archive_is_read_in_its_code_page(case: str) -> None:
    inspection = taken(case).inspection
    assert inspection is not None
    assert inspection.dataset.name == Path(CASES[case]["inner"]).stem


def test_old_addresses_are_placed_in_the_wards_of_today() -> None:
    rows = {str(row["id"]): row for row in taken("P14").rows}
    for sample in CASES["P14"]["samples"]:
        values = {str(value) for value in rows[str(sample["id"])].values()}
        assert sample["new_ward_code"] in values, sample


def test_the_table_of_a_description_becomes_fields() -> None:
    assert list(taken("P18").rows[0]) == ["name", "Mã", "Huyện"]
    assert {row["Huyện"] for row in taken("P18").rows} == {"Thành phố Huế"}


@pytest.mark.parametrize("case", ["P06", "P07"])
def test_a_drawing_binds_its_texts_to_the_outlines(case: str) -> None:
    names = [sample for one in CASES[case]["samples"] for sample in one.values()]
    got = taken(case)
    texts = [set(map(str, row.values())) for row in got.rows]
    for name in names:
        at = next(index for index, values in enumerate(texts) if name in values)
        assert shapely.get_type_id(got.shapes[at]) in (3, 6)
