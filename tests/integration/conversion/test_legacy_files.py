"""Department files as they arrive: text in NFC and places in the right system."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio.raw
import pytest
import shapely

from conversion.city import hue, ward_column
from conversion.columns import decoded
from conversion.crs.candidate import CrsGuess
from conversion.crs.guess import guess
from conversion.text import columns as text_columns
from gishue.core.crs import to_wgs84

LEGACY = Path(__file__).parents[2] / "data/legacy"
MANIFEST: dict[str, dict[str, Any]] = {
    case["file"]: case
    for case in json.loads((LEGACY / "manifest.json").read_text("utf-8"))["cases"]
}
FILES = [
    "ranhgioi_tcvn3.shp",
    "diem_xa_cu.shp",
    "vn2000_noibo.shp",
    "utm48_noprj.shp",
    "hn72_mui18.shp",
    "nfd.geojson",
    "mojibake.geojson",
    "sai_srs.gpkg",
]
METRES_PER_DEGREE = 111_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it comes out of the reader, its text decoded."""

    declared: str | None
    shapes: Any
    text: dict[str, list[str]]


def opened(name: str) -> Opened:
    """Read ``name`` with its bytes as they are, and decode its text columns."""
    options: dict[str, Any] = {"encoding": "ISO-8859-1"} if name.endswith(".shp") else {}
    meta, _, shapes, columns = pyogrio.raw.read(LEGACY / name, **options)
    raw = {
        field: [str(value) for value in values]
        for field, values in zip(meta["fields"], columns, strict=True)
        if values.dtype == object
    }
    plan = text_columns.plan(raw, raw=bool(options))
    text = {
        plan.name_of(field): [decoded(value, plan.chains[field]) for value in values]
        for field, values in raw.items()
    }
    return Opened(meta["crs"], shapely.from_wkb(shapes), text)


def guessed(name: str, *, undeclared: bool = False) -> CrsGuess:
    file = opened(name)
    inner = shapely.get_coordinates(shapely.point_on_surface(file.shapes))
    column = ward_column(hue(), file.text)
    assert column is not None
    points = [(float(x), float(y)) for x, y in inner]
    return guess(None if undeclared else file.declared, points, file.text[column])


def truth(name: str) -> int:
    return int(MANIFEST[name]["crs_true"].split()[0].removeprefix("EPSG:"))


@pytest.mark.parametrize("name", FILES)
def test_names_come_out_as_the_manifest_says(name: str) -> None:
    case, text = MANIFEST[name], opened(name).text
    rows = [dict(zip(text, values, strict=True)) for values in zip(*text.values(), strict=True)]
    assert len(rows) == case["features"]
    for sample in case["samples"]:
        assert any(sample.items() <= row.items() for row in rows), sample


def test_the_other_tcvn3_columns_come_out_too() -> None:
    capitals = opened("ranhgioi_tcvn3.shp").text["TEN_HOA"]
    assert capitals[:4] == ["PHÚ XUÂN", "KIM LONG", "VỸ DẠ", "THUẬN HOÁ"]
    assert all(name.isupper() for name in capitals)
    districts = set(opened("diem_xa_cu.shp").text["HUYEN"])
    assert "Thành phố Huế" in districts


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("undeclared", [False, True], ids=["as it is", "undeclared"])
def test_the_true_system_ranks_first(name: str, undeclared: bool) -> None:
    found = guessed(name, undeclared=undeclared)
    assert truth(name) in [c.srid for c in found.candidates if c.rank == 1]
    assert found.taken in (None, truth(name))


@pytest.mark.parametrize("name", [name for name in FILES if name != "utm48_noprj.shp"])
def test_bounds_arrive_where_the_manifest_says(name: str) -> None:
    found = guessed(name)
    assert found.taken == truth(name)
    corners = shapely.get_coordinates(opened(name).shapes)
    lon, lat = to_wgs84(found.taken).transform(corners[:, 0], corners[:, 1])
    tolerance = 1.0 if name == "vn2000_noibo.shp" else MANIFEST[name]["bbox_tolerance_m"]
    wanted = MANIFEST[name]["bbox_wgs84"]
    for got, want in zip([min(lon), min(lat), max(lon), max(lat)], wanted, strict=True):
        assert abs(got - want) * METRES_PER_DEGREE < tolerance


def test_the_utm_file_without_a_prj_asks_between_twins() -> None:
    found = guessed("utm48_noprj.shp")
    assert found.asks
    assert {3405, 32648} <= {candidate.srid for candidate in found.candidates}
    assert found.findings[-1].code == "crs_ambiguous"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("ranhgioi_tcvn3.shp", ["crs_undeclared", "crs_guessed"]),
        ("diem_xa_cu.shp", []),
        ("vn2000_noibo.shp", ["datum_suspect"]),
        ("nfd.geojson", []),
        ("mojibake.geojson", []),
        ("sai_srs.gpkg", ["crs_declared_false", "crs_guessed"]),
    ],
)
def test_findings_tell_what_was_doubtful(name: str, codes: list[str]) -> None:
    assert [finding.code for finding in guessed(name).findings] == codes
