"""Samples of other programs, some broken on purpose: what is in them, or why it is refused."""

import json
import shutil
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from conversion.options import IngestOptions
from tests.support.department import Taken, take
from tests.support.upload import DATA

FOLDER = DATA / "gdal_autotest"
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text("utf-8"))[
    "files"
]
CRS = {"crs": "EPSG:4326", "encoding": "utf-8"}
WHOLE = "toan_bo_ban_ve"

REFUSED = {
    "cad/AC1018_signature.dwg": "dwg-unreadable",
    "dxf/insert-too-many-errors.dxf": "unreadable",
    "kml/truncated.kml": "cut-off",
    "shp/buggymultipoly.shp": "all-null",  # its one shape has no ring that GDAL can build
    "xls/test972000xp.xls": "table-no-place",
    "xlsx/test.xlsx": "table-no-place",
}
DRAWINGS = {"dgn/smalltest.dgn", "dxf/assorted.dxf", "cad/triple_circles_r2000.dwg"}
# GDAL counts 19 objects in the .mif and gives 16, the number of the golden list beside it.
COUNTED = {"mitab/all_geoms.mif": EXPECTED["mitab/all_geoms.mif.golden.csv"]["features"]}
LAYERED = {"filegdb/testopenfilegdb.gdb.zip": "point", "kml/samples.kml": "Placemarks"}
READ = [name for name in EXPECTED if name not in {*REFUSED, *LAYERED, "cad/attribs.dwg"}]


def features(name: str) -> int:
    said = EXPECTED[name]
    count = said["features"] if "features" in said else said["ezdwg_modelspace_entities"]
    return int(COUNTED.get(name, count))


@cache
def taken(name: str, layer: str = "") -> Taken:
    """Return what becomes of a sample; each is taken once for all tests of this module."""
    return take(FOLDER / name, CRS, IngestOptions(source_layer=layer))


def rows(name: str) -> int:
    return len(taken(name, WHOLE if name in DRAWINGS else "").rows)


def test_every_sample_is_here() -> None:
    assert {*READ, *REFUSED, *LAYERED, "cad/attribs.dwg"} == set(EXPECTED)
    assert all((FOLDER / name).is_file() for name in EXPECTED)


@pytest.mark.parametrize("name", READ)
def test_all_features_come_out(name: str) -> None:
    assert rows(name) == features(name)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_why(name: str) -> None:
    refusal = taken(name).refusal
    assert refusal is not None
    assert refusal.problem()["code"] == REFUSED[name]
    assert refusal.detail_vi != refusal.detail


@pytest.mark.parametrize("name", LAYERED)
def test_of_several_layers_a_person_chooses(name: str) -> None:
    got = taken(name)
    assert "source_layer" in got.asked
    assert got.inspection is not None
    assert got.inspection.facts is not None
    assert len(got.inspection.facts.layers) == EXPECTED[name]["layers"]
    [question] = [one for one in got.inspection.questions if one["code"] == "source_layer"]
    offered = {one["source_layer"]: one for one in question["candidates"]}
    layer = LAYERED[name]
    assert offered[layer]["features"] == len(taken(name, layer).rows)
    assert all(one["geometry"] for one in offered.values())


def test_a_table_without_geometry_is_listed_and_not_offered() -> None:
    name = "filegdb/testopenfilegdb.gdb.zip"
    first = EXPECTED[name]["first_layer"]
    got = taken(name)
    assert got.inspection is not None
    assert got.inspection.facts is not None
    heads = {one.name: one for one in got.inspection.facts.heads}
    assert (heads[first].geometry, heads[first].rows) == ("", EXPECTED[name]["features"])
    [question] = [one for one in got.inspection.questions if one["code"] == "source_layer"]
    assert first not in [one["source_layer"] for one in question["candidates"]]
    refusal = taken(name, first).refusal
    assert refusal is not None
    assert refusal.problem()["code"] == "tables-only"


def test_a_drawing_with_attributes_explodes_its_blocks() -> None:
    name = "cad/attribs.dwg"
    assert len(taken(name, WHOLE).rows) >= EXPECTED[name]["ezdwg_modelspace_entities"]


@pytest.mark.parametrize(
    ("name", "title", "value"),
    [("mitab/tab-win1251.TAB", "Поле_А", None), ("mitab/utf8.mif", "Поле_А", "Значение А")],
)
def test_a_declared_charset_is_read_once(name: str, title: str, value: str | None) -> None:
    first: Mapping[str, Any] = taken(name).rows[0]
    assert title in first
    assert value is None or first[title] == value


def test_a_geodatabase_folder_of_this_machine_is_gathered(tmp_path: Path) -> None:
    with zipfile.ZipFile(FOLDER / "filegdb/testopenfilegdb.gdb.zip") as archive:
        archive.extractall(tmp_path)
    got = take(tmp_path / "testopenfilegdb.gdb", CRS, IngestOptions(source_layer="polygon"))
    assert len(got.rows) == 5
    shutil.rmtree(tmp_path / "testopenfilegdb.gdb")
