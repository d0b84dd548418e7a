"""The files for the front door, and the manifest that says how each comes in."""

import hashlib
import json
import unicodedata
import zipfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from pyogrio import raw, read_info

from gishue.core.access import Visibility
from gishue.demo import options
from layers import closure
from sample import files as writers
from sample.files import PLAIN_PRJ
from sample.prepare import MANIFEST, WRITERS, prepare
from sample.sources import wards
from sample.table import points, table
from sample.tcvn3 import TO_UNICODE

MANIFESTO: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
LAYERS: list[dict[str, Any]] = MANIFESTO["layers"]
SKETCHED_FACTS = {"bien_dao"}  # names of the archipelagos are no invention


def opened(path: Path) -> str:
    return f"/vsizip/{path}" if path.suffix == ".zip" else str(path)


def by_slug(slug: str) -> dict[str, Any]:
    return next(layer for layer in LAYERS if layer["slug"] == slug)


def test_the_same_files_come_out_twice(files: Path, tmp_path: Path) -> None:
    prepare(tmp_path, small=True)
    first = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files.iterdir()}
    again = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in tmp_path.iterdir()}
    assert first == again


def test_every_layer_has_its_file_and_every_file_its_layer(files: Path) -> None:
    named = {layer["file"] for layer in LAYERS}
    assert named | {"city.json"} == {path.name for path in files.iterdir()}
    assert {layer["slug"] for layer in LAYERS} == {*WRITERS, "binh_do_anh"}


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer["slug"])
def test_the_fields_of_the_manifest_are_those_of_the_file(
    files: Path, layer: dict[str, Any]
) -> None:
    if layer.get("kind") == "raster":
        assert layer["fields"] == {}
        return
    info = read_info(opened(files / layer["file"]), encoding="ISO-8859-1")
    assert sorted(layer["fields"]) == sorted(info["fields"].tolist())
    assert layer["search_field"] in {None, *layer["fields"]}


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer["slug"])
def test_invented_layers_say_so_in_title_and_description(layer: dict[str, Any]) -> None:
    real = "Apache-2.0" not in layer["licence"] or layer["slug"] in SKETCHED_FACTS
    assert layer["simulated"] is not real
    assert ("(dữ liệu mô phỏng)" in layer["title"]) is layer["simulated"]
    assert layer["description"].startswith("Dữ liệu mô phỏng.") is layer["simulated"]
    assert layer["description_en"].startswith("Simulated data.") is layer["simulated"]
    assert layer["source"]
    assert layer["attribution"]


def test_units_and_themes_of_layers_are_listed() -> None:
    assert {layer["theme"] for layer in LAYERS} <= {item["code"] for item in MANIFESTO["themes"]}
    assert {layer["unit"] for layer in LAYERS} <= {item["code"] for item in MANIFESTO["units"]}


def test_styles_use_the_fonts_the_product_carries_and_fields_that_exist() -> None:
    for layer in LAYERS:
        for part in layer["style"]["layers"]:
            fonts = part.get("layout", {}).get("text-font", ["Noto Sans Regular"])
            assert fonts[0] in {"Noto Sans Regular", "Noto Sans Bold"}
            assert set(asked(part)) <= set(layer["fields"]), layer["slug"]


def asked(part: Any) -> list[str]:
    """Return the field names that ``["get", name]`` expressions in ``part`` read."""
    if isinstance(part, dict):
        return [name for value in part.values() for name in asked(value)]
    if isinstance(part, list):
        if len(part) == 2 and part[0] == "get":
            return [part[1]]
        return [name for value in part for name in asked(value)]
    return []


def test_wards_arrive_as_tcvn3_without_cpg_and_prj_and_read_back(files: Path) -> None:
    path = files / "phuong_xa.zip"
    assert {Path(name).suffix for name in zipfile.ZipFile(path).namelist()} == {
        ".shp",
        ".shx",
        ".dbf",
    }
    meta, _, shapes, columns = raw.read(opened(path), encoding="ISO-8859-1")
    names = columns[list(meta["fields"]).index("full_name")]
    read = ["".join(TO_UNICODE.get(ord(c), str(c)) for c in name) for name in names]
    assert [name.casefold() for name in read] == [w.full_name.casefold() for w in wards()]
    areas = shapely.area(shapely.from_wkb(shapes))
    assert areas == pytest.approx([w.area.area for w in wards()], rel=1e-9)


def test_the_city_boundary_has_a_plain_esri_prj(files: Path) -> None:
    with zipfile.ZipFile(files / "ranh_gioi_thanh_pho.zip") as archive:
        text = archive.read("ranhgioi_tp.prj").decode()
    assert text == PLAIN_PRJ
    assert "AUTHORITY" not in text
    assert "TOWGS84" not in text


def test_places_are_decomposed_and_in_vn2000(files: Path) -> None:
    document = json.loads((files / "dia_danh.geojson").read_text(encoding="utf-8"))
    assert document["crs"]["properties"]["name"].endswith("EPSG::9214")
    names = [item["properties"]["name"] for item in document["features"]]
    assert "Huế" not in names
    assert "Huế" in [unicodedata.normalize("NFC", name) for name in names]
    east, north = document["features"][0]["geometry"]["coordinates"]
    assert 500_000 < east < 630_000
    assert 1_760_000 < north < 1_860_000


@pytest.mark.parametrize(
    ("slug", "crs"),
    [("thua_dat", 9214), ("duong_chinh", 3405), ("thuy_dien", 32648), ("truong_hoc", 32649)],
)
def test_other_files_declare_their_crs(files: Path, slug: str, crs: int) -> None:
    info = read_info(opened(files / by_slug(slug)["file"]))
    assert info["crs"] == f"EPSG:{crs}"


def test_the_small_city_is_small(files: Path) -> None:
    counts = {
        layer["slug"]: read_info(opened(files / layer["file"]), encoding="ISO-8859-1")["features"]
        for layer in LAYERS
        if layer.get("kind") != "raster"
    }
    assert counts["thua_dat"] == 300
    assert counts["phuong_xa"] == 40
    assert max(counts.values()) <= 300


def test_the_picture_is_a_north_up_vn2000_geotiff_of_the_citadel(files: Path) -> None:
    with rasterio.open(files / "binh_do_anh.tif") as picture:
        assert picture.crs.to_epsg() == 9214
        assert picture.count == 4
        assert picture.bounds.left < 561476 < picture.bounds.right
        assert picture.bounds.bottom < 1821417 < picture.bounds.top
        red, green, blue = (picture.read(band).astype(int) for band in (1, 2, 3))
        water = (blue > red + 5) & (green > red + 10)
        assert 0.05 < water.mean() < 0.4


def test_times_are_kept_in_utc(tmp_path: Path) -> None:
    made = table(points([(1.0, 2.0)]), at=np.array(["2026-11-19T17:00:00"], dtype="datetime64[ms]"))
    writers.geopackage(tmp_path / "one.gpkg", made, "one")
    _, _, _, columns = raw.read(tmp_path / "one.gpkg", datetime_as_string=True)
    assert str(columns[0][0]).startswith("2026-11-19T17:00:00")
    assert str(columns[0][0]).endswith(("Z", "+00:00"))


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer["slug"])
def test_a_layer_of_the_sample_that_is_not_open_says_why(layer: dict[str, Any]) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    said = options(layer, now).description
    assert said is not None
    settled = closure.settled(said, None)
    assert (settled.closure is None) == (settled.visibility is Visibility.OPEN)
    if settled.closure is not None:
        assert closure.read(asdict(settled.closure), now) == settled.closure
