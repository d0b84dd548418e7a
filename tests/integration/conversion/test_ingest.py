"""Honest files through the whole way in: the sandbox, the decisions, the table, the layer."""

import asyncio
import dataclasses
import json
import shutil
import unicodedata
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyogrio
import pyogrio.raw
import pytest
import shapely
from psycopg.sql import SQL, Identifier
from pyproj import Transformer

from conversion import store
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from conversion.refusal import KeyNotUnique, NeedsAnswer
from gishue.cli.ingest import ingest
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.crs import UnknownCrs
from gishue.core.db import transaction
from layers import description
from layers.closure import ClosureMissing
from layers.description import Description
from layers.layer import DuplicateSlug, GeometryType, Layer
from layers.publish import Mode, SchemaMismatch
from layers.services import Services
from tests.support.closing import CLOSURE, SAID, UNTIL
from tests.support.upload import (
    LEGACY,
    UPLOAD,
    files_left,
    geojson,
    parts,
    points,
    rows,
    tables_left,
    zipped,
)

CASES: dict[str, dict[str, Any]] = {
    case["file"]: case
    for case in json.loads((LEGACY / "manifest.json").read_text("utf-8"))["cases"]
}
METRES_PER_DEGREE = 111_000


def layer_of(services: Services, slug: str) -> Layer:
    return services.registry.current.layers[slug]


async def values(services: Services, slug: str, *names: str) -> list[tuple[Any, ...]]:
    """Return fields of the layer by their names, then the geometry as WKB in its storage CRS."""
    layer = layer_of(services, slug)
    columns = [next(f.column for f in layer.fields if f.name == name) for name in names]
    query = SQL("SELECT {} ST_AsBinary(geom) FROM {} ORDER BY id").format(
        SQL("").join(SQL("{}, ").format(Identifier(column)) for column in columns),
        Identifier("data", layer.table_name or ""),
    )
    return await rows(services, query)


async def test_the_tcvn3_shapefile_arrives_in_nfc_and_in_its_place(services: Services) -> None:
    path = LEGACY / "ranhgioi_tcvn3.shp"
    result = await ingest_file(services, OPERATOR, path, IngestOptions())
    assert (result.state, result.layer, result.features) == ("published", "ranhgioi_tcvn3", 14)
    assert (result.crs, result.encoding) == ("EPSG:9214", "tcvn3")
    assert "VN-2000 to WGS 84 (2)" in result.operation
    stored = await values(services, "ranhgioi_tcvn3", "MA", "TEN_XA")
    names = {code: name for code, name, _ in stored}
    for sample in CASES["ranhgioi_tcvn3.shp"]["samples"]:
        assert names[sample["MA"]] == sample["TEN_XA"]
    assert all(unicodedata.is_normalized("NFC", name) for name in names.values())

    # The independent reading: the file's own coordinates, moved by pyproj with EPSG:6960.
    direct = pyogrio.raw.read(path, encoding="ISO-8859-1")[2]
    assert shapely.equals_identical(
        shapely.from_wkb([one[2] for one in stored]), promoted(direct)
    ).all()
    lonlat = await rows(
        services,
        SQL("SELECT ST_AsBinary(ST_Transform(geom, 4326)) FROM {} ORDER BY id").format(
            Identifier("data", layer_of(services, "ranhgioi_tcvn3").table_name or "")
        ),
    )
    there = Transformer.from_crs(9214, 4326, always_xy=True, allow_ballpark=False)
    xy = shapely.get_coordinates(shapely.from_wkb(direct))
    expected = shapely.points(*there.transform(xy[:, 0], xy[:, 1]))
    ours = shapely.points(shapely.get_coordinates(shapely.from_wkb([row[0] for row in lonlat])))
    assert shapely.distance(ours, expected).max() * METRES_PER_DEGREE < 0.01
    off = [
        abs(a - b) * METRES_PER_DEGREE
        for a, b in zip(
            layer_of(services, "ranhgioi_tcvn3").bounds or (),
            CASES["ranhgioi_tcvn3.shp"]["bbox_wgs84"],
            strict=True,
        )
    ]
    assert max(off) < 1.0


def promoted(wkb: Any) -> Any:
    """Return the shapes as collections of polygons."""
    return [
        shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
        for shape in shapely.from_wkb(wkb)
    ]


@pytest.mark.parametrize(
    ("name", "encoding", "finding"),
    [
        ("diem_xa_cu.shp", "tcvn3", "encoding_guessed"),
        ("vn2000_noibo.shp", "utf-8", "datum_suspect"),
        ("hn72_mui18.shp", "vni", "reprojected"),
        ("nfd.geojson", "utf-8", None),
        ("mojibake.geojson", "utf8-as-1252", "encoding_guessed"),
        ("sai_srs.gpkg", "utf-8", "crs_declared_false"),
    ],
)
async def test_a_department_file_arrives_as_its_manifest_says(
    services: Services, name: str, encoding: str, finding: str | None
) -> None:
    case = CASES[name]
    result = await ingest_file(services, OPERATOR, LEGACY / name, IngestOptions(layer="thu"))
    assert (result.features, result.encoding) == (case["features"], encoding)
    assert finding is None or finding in {one["code"] for one in result.findings}
    layer = layer_of(services, "thu")
    tolerance_m = min(case["bbox_tolerance_m"], 6.0)
    for ours, theirs in zip(layer.bounds or (), case["bbox_wgs84"], strict=True):
        assert abs(ours - theirs) * METRES_PER_DEGREE <= tolerance_m
    for sample in case["samples"]:
        found = {one[:-1] for one in await values(services, "thu", *sample)}
        assert tuple(sample.values()) in found


@pytest.mark.parametrize("name", ["zip_utf8.zip", "zip_tcvn3_names.zip"])
async def test_a_zip_with_vietnamese_member_names_loads_exactly(
    services: Services, name: str
) -> None:
    result = await ingest_file(services, OPERATOR, UPLOAD / name, IngestOptions(layer="diem"))
    assert (result.features, result.encoding, result.crs) == (40, "tcvn3", "EPSG:9214")
    async with transaction(services.pool) as conn:
        upload = await store.by_id(conn, UUID(result.upload))
    assert (upload.inspection or {})["name"].startswith("Điểm xã cũ")


async def test_parts_of_a_shapefile_are_found_whatever_their_case(
    services: Services, tmp_path: Path
) -> None:
    for suffix in (".shp", ".shx", ".dbf"):
        shutil.copy(LEGACY / f"ranhgioi_tcvn3{suffix}", tmp_path / f"Ranh giới{suffix.upper()}")
    result = await ingest_file(services, OPERATOR, tmp_path / "Ranh giới.SHP", IngestOptions())
    assert (result.layer, result.features) == ("ranh_gioi", 14)


async def test_values_of_every_type_come_back_as_they_were(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "kieu.gpkg"
    table = pa.table(
        {
            "số nguyên": pa.array([1, None, -(2**62)], pa.int64()),
            "thực": pa.array([0.1, None, -1e300]),
            "đúng": pa.array([True, None, False]),
            "ngày": pa.array([date(1975, 3, 26), None, date(2025, 7, 1)]),
            "lúc": pa.array([datetime(2025, 7, 1, 1, 2, 3, tzinfo=UTC), None, None]).cast(
                pa.timestamp("ms", "UTC")
            ),
            "chữ": pa.array(["Huế\t\\N'\"", None, ""]),
            "geom": pa.array(shapely.to_wkb(shapely.points([[107.5, 16.4]] * 3))),
        }
    )
    pyogrio.write_arrow(
        table, path, driver="GPKG", crs="EPSG:4326", geometry_name="geom", geometry_type="Point"
    )
    await ingest_file(services, OPERATOR, path, IngestOptions(layer="kieu"))
    assert [f.type for f in layer_of(services, "kieu").fields] == [
        *("integer", "real", "boolean", "date", "datetime", "text")
    ]
    stored = await values(services, "kieu", *table.column_names[:-1])
    expected = zip(*(table[name].to_pylist() for name in table.column_names[:-1]), strict=True)
    assert [row[:-1] for row in stored] == list(expected)


async def test_mixed_geometries_become_a_mixed_layer(services: Services, tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[107.5, 16.4], [107.6, 16.5]]}
    path = tmp_path / "hon_hop.geojson"
    path.write_bytes(geojson([*points(3), line, None]))
    result = await ingest_file(services, OPERATOR, path, IngestOptions(crs="EPSG:4326"))
    assert layer_of(services, "hon_hop").geometry_type is GeometryType.MIXED
    assert [f["message"] for f in result.findings if f["code"] == "null_geometry"] == [
        "1 of 5 features have no readable geometry"
    ]


async def test_broken_geometries_are_repaired_and_told(services: Services) -> None:
    result = await ingest_file(services, OPERATOR, UPLOAD / "hinhhoc_loi.shp", IngestOptions())
    codes = {finding["code"] for finding in result.findings}
    assert {"geometry_repaired", "null_geometry"} <= codes
    shapes = [one[0] for one in await values(services, "hinhhoc_loi")]
    assert sum(shape is None for shape in shapes) == 1
    assert shapely.is_valid(shapely.from_wkb([one for one in shapes if one])).all()


async def test_replacing_keeps_titles_and_raises_the_revision(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "den.geojson"
    path.write_bytes(geojson(points(3)))
    first = IngestOptions(fields={"tên": ("Tên đèn", "Name")}, crs="EPSG:4326")
    await ingest_file(services, OPERATOR, path, first)
    path.write_bytes(geojson(points(5)))
    again = IngestOptions(mode=Mode.REPLACE, crs="EPSG:4326")
    result = await ingest_file(services, OPERATOR, path, again)
    assert (result.revision, result.features) == (2, 5)
    assert layer_of(services, "den").fields[0].title == "Tên đèn"


@pytest.mark.parametrize("mode", [Mode.REPLACE, Mode.APPEND])
async def test_only_what_is_said_of_an_existing_layer_changes(
    services: Services, tmp_path: Path, mode: Mode
) -> None:
    path = tmp_path / "den.geojson"
    path.write_bytes(geojson(points(3)))
    style = {"layers": [{"type": "circle", "paint": {"circle-color": "#c00"}}]}
    whole = Description(
        "Đèn",
        visibility=Visibility.RESTRICTED,
        closure=CLOSURE,
        search_field="tên",
        style=style,
        licence="nội bộ",
    )
    await ingest_file(services, OPERATOR, path, IngestOptions(description=whole, crs="EPSG:4326"))
    again = IngestOptions(mode=mode, crs="EPSG:4326")
    await ingest_file(services, OPERATOR, path, again)
    assert description.of(layer_of(services, "den")) == whole
    said = {"title": "Đèn đường", "visibility": Visibility.INTERNAL}
    await ingest_file(services, OPERATOR, path, dataclasses.replace(again, said=said))
    assert description.of(layer_of(services, "den")) == dataclasses.replace(whole, **said)


@pytest.mark.parametrize("how", ["replace", "append"])
async def test_the_command_changes_only_what_its_options_say(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("GISHUE_DATABASE_URL", services.url)
    monkeypatch.setenv("GISHUE_DATA_DIR", str(tmp_path))
    path = tmp_path / "đèn.geojson"
    path.write_bytes(geojson(points(3)))
    first = partial(ingest, str(path), title="Đèn", visibility=Visibility.RESTRICTED)
    with pytest.raises(ClosureMissing, match="missing in closure: legal_basis, approver"):
        await asyncio.to_thread(
            first, crs="EPSG:4326", reason="Thử", closed_until=SAID["expires_at"]
        )
    said = {"reason": "Thử", "legal_basis": "QĐ 1", "approver": "An"}
    first = partial(first, **said, closed_until=SAID["expires_at"])
    await asyncio.to_thread(first, crs="EPSG:4326")
    again = partial(ingest, str(path), crs="EPSG:4326", **{how: True})
    await asyncio.to_thread(again)
    await services.registry.reload(services.pool)
    layer = layer_of(services, "den")
    assert (layer.title, layer.visibility, layer.revision) == ("Đèn", Visibility.RESTRICTED, 2)
    await asyncio.to_thread(again, layer="den", title="Đèn đường", visibility=Visibility.INTERNAL)
    await services.registry.reload(services.pool)
    layer = layer_of(services, "den")
    assert (layer.title, layer.visibility) == ("Đèn đường", Visibility.INTERNAL)
    assert layer.closure is not None
    assert (layer.closure.approver, layer.closure.expires_at) == ("An", UNTIL)


async def test_appending_adds_rows_and_refuses_other_columns(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "cay.geojson"
    path.write_bytes(geojson(points(3)))
    more = IngestOptions(mode=Mode.APPEND, crs="EPSG:4326", layer="cay")
    await ingest_file(services, OPERATOR, path, IngestOptions(crs="EPSG:4326"))
    assert (await ingest_file(services, OPERATOR, path, more)).features == 6
    with pytest.raises(SchemaMismatch):
        await ingest_file(services, OPERATOR, LEGACY / "mojibake.geojson", more)
    assert layer_of(services, "cay").feature_count == 6


async def test_a_taken_name_is_refused_before_anything_is_stored(services: Services) -> None:
    path = LEGACY / "nfd.geojson"
    await ingest_file(services, OPERATOR, path, IngestOptions())
    before = await tables_left(services)
    with pytest.raises(DuplicateSlug) as caught:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert "đã được dùng" in caught.value.detail_vi
    assert await rows(services, "SELECT count(*) FROM gis.upload") == [(1,)]
    assert await tables_left(services) == before


async def test_a_key_that_is_not_unique_stops_the_publishing(services: Services) -> None:
    with pytest.raises(KeyNotUnique, match="earlier one"):
        await ingest_file(
            services, OPERATOR, LEGACY / "nfd.geojson", IngestOptions(key="quận/huyện")
        )
    # What was staged stays for a day, for whoever looks at its findings.
    assert [name.partition(".")[0] for name in await tables_left(services)] == ["staging"]
    assert not services.registry.current.layers
    with pytest.raises(KeyNotUnique, match="no field"):
        await ingest_file(services, OPERATOR, LEGACY / "nfd.geojson", IngestOptions(key="x"))
    result = await ingest_file(services, OPERATOR, LEGACY / "nfd.geojson", IngestOptions(key="mã"))
    assert result.state == "published"


async def test_an_unknown_crs_asks_and_an_answer_settles_it(services: Services) -> None:
    path = LEGACY / "utm48_noprj.shp"
    with pytest.raises(UnknownCrs) as caught:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert {"EPSG:3405", "EPSG:32648"} <= {
        one["crs"] for one in caught.value.extra["questions"][0]["candidates"]
    }
    assert services.registry.current.layers == {}
    result = await ingest_file(services, OPERATOR, path, IngestOptions(crs="EPSG:32648"))
    assert (result.crs, result.features) == ("EPSG:32648", 12)


async def test_of_several_layers_one_must_be_chosen(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "hai.gpkg"
    for name, count in (("đèn", 3), ("cây", 5)):
        table = pa.table({"geom": shapely.to_wkb(shapely.points([[107.5, 16.4]] * count))})
        pyogrio.write_arrow(
            table,
            path,
            layer=name,
            append=path.exists(),
            driver="GPKG",
            crs="EPSG:4326",
            geometry_name="geom",
            geometry_type="Point",
        )
    with pytest.raises(NeedsAnswer) as caught:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert "--source-layer: đèn, cây" in caught.value.detail
    result = await ingest_file(services, OPERATOR, path, IngestOptions(source_layer="cây"))
    assert result.features == 5


async def test_of_several_datasets_in_a_zip_one_must_be_chosen(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "hai.zip"
    wards = parts(LEGACY, "ranhgioi_tcvn3", ".shp", ".shx", ".dbf")
    path.write_bytes(zipped(wards | {"xã/điểm.geojson": (LEGACY / "nfd.geojson").read_bytes()}))
    with pytest.raises(NeedsAnswer):
        await ingest_file(services, OPERATOR, path, IngestOptions())
    chosen = IngestOptions(source_layer="điểm")
    assert (await ingest_file(services, OPERATOR, path, chosen)).features == 40


async def test_nothing_of_the_work_is_left_over(services: Services) -> None:
    await ingest_file(services, OPERATOR, UPLOAD / "zip_utf8.zip", IngestOptions())
    assert files_left(services) == []
    assert [name for name in await tables_left(services) if name.startswith("staging.")] == []
