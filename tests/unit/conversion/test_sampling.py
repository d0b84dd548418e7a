"""Which rows of a large file are looked at, and what is cut out of it."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from conversion import excerpt, sampling
from conversion.excerpt import Excerpt
from conversion.formats import Kind
from tests.support.upload import geojson, points

ROWS = 6_000
CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9214"}}


@given(st.integers(0, 10**9))
def test_blocks_are_spread_and_none_lies_outside(total: int) -> None:
    found = sampling.starts(total)
    assert found[0] == 0
    assert found[-1] == max(0, total - sampling.BLOCK_ROWS)
    assert found == sorted(set(found))


def test_rows_of_sqlite_are_found_where_their_numbers_have_gaps(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    numbers = [*range(10, 20), *range(500_000, 506_000), 9_000_000_000]
    with sqlite3.connect(path) as connection:
        connection.execute('CREATE TABLE "thửa ""đất""" (fid INTEGER PRIMARY KEY, a TEXT)')
        rows = [(n, "x") for n in numbers]
        connection.executemany('INSERT INTO "thửa ""đất""" VALUES (?, ?)', rows)
        connection.commit()
        said = sampling.where(path, 'thửa "đất"', "fid")
        picked = connection.execute(f'SELECT fid FROM "thửa ""đất""" WHERE {said}').fetchall()
    connection.close()
    found = {row[0] for row in picked}
    assert {10, 9_000_000_000} <= found
    assert len(found) > 90
    assert sampling.where(path, "no such table", "fid") == ""


def cut(path: Path, kind: Kind) -> Excerpt | None:
    folder = path.parent / "small"
    folder.mkdir(exist_ok=True)
    return excerpt.cut(path, kind, folder)


def large_geojson(head: dict[str, Any] | None, tail: dict[str, Any] | None) -> bytes:
    """Return a GeoJSON of many points, the CRS before or after them, or nowhere."""
    features = json.loads(geojson(points(ROWS)))["features"]
    for number, feature in enumerate(features):
        feature["properties"] = {"so": number, "ten": 'Thửa "' + "đất " * 40 + "]}"}
    body = {"type": "FeatureCollection", **(head or {}), "features": features, **(tail or {})}
    return json.dumps(body, ensure_ascii=False).encode()


@pytest.mark.parametrize("place", ["before", "after", "nowhere"])
def test_an_excerpt_of_geojson_has_whole_features_and_the_crs(tmp_path: Path, place: str) -> None:
    path = tmp_path / "a.geojson"
    crs = {"crs": CRS}
    path.write_bytes(
        large_geojson(crs if place == "before" else None, crs if place == "after" else None)
    )
    small = cut(path, Kind.GEOJSON)
    assert small is not None
    assert abs(small.rows - ROWS) < ROWS * 0.05
    said = json.loads(small.path.read_bytes())
    numbers = [feature["properties"]["so"] for feature in said["features"]]
    assert numbers[0] == 0
    assert len(set(numbers)) == len(numbers) > sampling.BLOCKS
    assert max(numbers) > ROWS - 2_000
    assert said.get("crs") == (None if place == "nowhere" else CRS)


def test_an_excerpt_of_lines_of_geojson_is_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.geojsonl"
    features = json.loads(large_geojson(None, None))["features"]
    path.write_text("\n".join(json.dumps(one) for one in features) + "\n", "utf-8")
    small = cut(path, Kind.GEOJSONSEQ)
    assert small is not None
    lines = small.path.read_text("utf-8").splitlines()
    assert {json.loads(line)["type"] for line in lines} == {"Feature"}


def test_json_that_cannot_be_told_apart_has_no_excerpt(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    turned = b'{"properties":{},"geometry":null,"type":"Feature"}'
    path.write_bytes(b'{"features":[' + b",".join([turned] * 50_000) + b"]}")
    assert cut(path, Kind.GEOJSON) is None
    path.write_bytes(b'{"a": "' + bytes(100) + b'"}')
    assert cut(path, Kind.GEOJSON) is None


@pytest.mark.parametrize("index", ["YES", "NO"])
def test_an_excerpt_of_flatgeobuf_is_read_by_gdal(tmp_path: Path, index: str) -> None:
    path = tmp_path / "a.fgb"
    number = np.arange(ROWS)
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapely.points(107 + number / ROWS, np.full(ROWS, 16.4))),
        field_data=[number, np.array([f"thửa {n}" for n in number], object)],
        fields=["so", "ten"],
        geometry_type="Point",
        crs="EPSG:9214",
        driver="FlatGeobuf",
        layer_options={"SPATIAL_INDEX": index},
    )
    small = cut(path, Kind.FLATGEOBUF)
    if index == "NO":
        assert small is None
        return
    assert small is not None
    assert small.rows == ROWS
    info = pyogrio.read_info(small.path, force_feature_count=True)
    assert (info["features"], info["crs"], list(info["fields"])) == (
        2304,
        "EPSG:9214",
        ["so", "ten"],
    )
    _, _, shapes, (numbers, names) = pyogrio.raw.read(small.path)
    assert names.tolist() == [f"thửa {n}" for n in numbers]
    assert np.allclose(shapely.get_x(shapely.from_wkb(shapes)), 107 + numbers / ROWS)
