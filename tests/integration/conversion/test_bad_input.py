"""Files that must not get in: refused in two languages, nothing left, and the next one works."""

import json
import socket
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely
from typer.testing import CliRunner

from conversion.ingest import ingest_file
from conversion.inspect import inspect_file
from conversion.options import IngestOptions
from gishue.cli.main import make_app
from gishue.core.actor import OPERATOR
from gishue.core.errors import GishueError
from layers.services import Services
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

type Making = Callable[[Path], bytes]

WGS84 = IngestOptions(crs="EPSG:4326")


def gpkg(folder: Path, *statements: str, count: int = 3) -> bytes:
    """Return a GeoPackage of ``count`` points after some SQL was run in it."""
    path = folder / "made.gpkg"
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapely.points(np.full((count, 2), (107.5, 16.4)))),
        field_data=[],
        fields=[],
        geometry_type="Point",
        crs="EPSG:4326",
        layer="diem",
        driver="GPKG",
    )
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path.read_bytes()


def cut_shapefile(keep: int) -> bytes:
    """Return a shapefile of which only the first ``keep`` bytes of shapes are left, zipped."""
    whole = parts(LEGACY, "ranhgioi_tcvn3", ".shp", ".shx", ".dbf")
    whole["ranhgioi_tcvn3.shp"] = whole["ranhgioi_tcvn3.shp"][:keep]
    return zipped(whole)


def deep(levels: int) -> bytes:
    return b'{"type":"FeatureCollection","features":' + b"[" * levels + b"]" * levels + b"}"


BAD: dict[str, tuple[str, str, Making]] = {
    "no dataset": ("thu.txt", "not-a-dataset", lambda _: b"Kinh gui quy co quan"),
    "a program": ("thu.shp", "not-a-dataset", lambda _: b"\x7fELF" + bytes(200)),
    "empty": ("thu.gpkg", "empty-file", lambda _: b""),
    "json of something else": ("thu.json", "not-a-dataset", lambda _: b'{"a": [1, 2]}'),
    "no features": ("thu.geojson", "empty-file", lambda _: geojson([])),
    "an empty layer": ("thu.gpkg", "empty-file", lambda folder: gpkg(folder, count=0)),
    "all shapes missing": ("thu.geojson", "broken-file", lambda _: geojson([None, None])),
    "all shapes cut off": ("thu.zip", "broken-file", lambda _: cut_shapefile(100)),
    "a cut database": ("thu.gpkg", "broken-file", lambda folder: gpkg(folder)[:9_000]),
    "cut json": ("thu.geojson", "not-a-dataset", lambda _: geojson(points(300))[:2_000]),
    "much json, cut": (
        "thu.geojson",
        "not-a-dataset",
        lambda _: geojson(points(90_000))[:9_000_000],
    ),
    "deep json": ("thu.geojson", "not-a-dataset", lambda _: deep(100_000)),
    "a format to come": ("thu.las", "format-later", lambda _: b"LASF" + bytes(400)),
    "XML that names another file": (
        "thu.kml",
        "not-a-dataset",
        lambda _: b'<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>',
    ),
    "XML without its end": ("thu.kml", "broken-file", lambda _: b"<kml><Placemark><name>a</name>"),
    "an empty KML": (
        "thu.kml",
        "empty-file",
        lambda _: (
            b"<kml xmlns='http://www.opengis.net/kml/2.2'><Document><Folder/></Document></kml>"
        ),
    ),
    "zip slip": (
        "thu.zip",
        "unsafe-archive",
        lambda _: (UPLOAD / "zip_slip.zip").read_bytes(),
    ),
    "zip bomb": (
        "thu.zip",
        "unsafe-archive",
        lambda _: zipped({"a.geojson": bytes(200 << 20)}),
    ),
    "a zip of nothing": ("thu.zip", "not-a-dataset", lambda _: zipped({"doc.txt": b"x"})),
    "a zip in a zip in a zip": (
        "thu.zip",
        "unsafe-archive",
        lambda _: zipped({"a.zip": zipped({"a.zip": zipped({"a.geojson": geojson(points(3))})})}),
    ),
    "a renamed member": (
        "thu.zip",
        "not-a-dataset",
        lambda _: zipped({"a.gpkg": b"<VRTDataset rasterXSize='1'/>"}),
    ),
}


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_file_is_refused_whole(services: Services, tmp_path: Path, case: str) -> None:
    name, slug, make = BAD[case]
    path = tmp_path / name
    path.write_bytes(make(tmp_path))
    with pytest.raises(GishueError) as caught:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert caught.value.slug == slug
    assert caught.value.detail_vi != caught.value.detail
    assert str(tmp_path) not in caught.value.detail
    assert "/in/" not in caught.value.detail
    await assert_clean(services)
    (stored,) = await rows(services, "SELECT state, refusal FROM gis.upload")
    assert stored[0] == "refused"
    assert stored[1]["type"] == f"/problems/{slug}"
    assert stored[1]["detail_vi"] == caught.value.detail_vi
    good = await ingest_file(services, OPERATOR, LEGACY / "nfd.geojson", IngestOptions())
    assert good.state == "published"


async def assert_clean(services: Services) -> None:
    assert await tables_left(services) == []
    assert files_left(services) == []
    await services.registry.reload(services.pool)
    assert services.registry.current.layers == {}


async def test_a_cut_shapefile_is_loaded_with_its_loss_counted_and_said(
    services: Services,
) -> None:
    result = await ingest_file(services, OPERATOR, UPLOAD / "cut.shp", IngestOptions())
    said = {one["code"]: one["message"] for one in result.findings}
    assert result.features == 14
    assert said["null_geometry"] == "6 of 14 features have no readable geometry"
    assert "18,067 bytes" in said["truncated"]


async def test_a_file_whose_coordinates_do_not_exist_is_refused(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "cuc.geojson"
    nowhere = {"type": "Point", "coordinates": [107.5, 95.0]}
    path.write_bytes(geojson([*points(20), *(5 * [nowhere])]))
    with pytest.raises(GishueError) as caught:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert caught.value.slug == "outside-crs"
    await assert_clean(services)


ODD: dict[str, Any] = {
    "latitude 95": {"type": "Point", "coordinates": [107.5, 95.0]},
    "1e300": {"type": "Point", "coordinates": [1e300, 16.4]},
    "not a number": {"type": "Point", "coordinates": [float("nan"), 16.4]},
    "empty polygon": {"type": "Polygon", "coordinates": []},
    "empty ring": {"type": "Polygon", "coordinates": [[]]},
    "empty line": {"type": "LineString", "coordinates": []},
    "empty parts": {"type": "MultiPolygon", "coordinates": []},
    "empty collection": {"type": "GeometryCollection", "geometries": []},
}


@pytest.mark.parametrize("odd", ODD)
async def test_one_impossible_geometry_costs_itself_and_nothing_else(
    services: Services, tmp_path: Path, odd: str
) -> None:
    path = tmp_path / "le.geojson"
    path.write_bytes(geojson([*points(15), ODD[odd], *points(5)]))
    result = await ingest_file(services, OPERATOR, path, IngestOptions(layer="le"))
    told = {one["code"]: one["count"] for one in result.findings}
    assert result.features == 21
    assert told.get("null_geometry", 0) + told.get("geometry_lost", 0) == 1


async def test_a_crs_that_nobody_knows_is_asked_for(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "la.geojson"
    local = [{"type": "Point", "coordinates": [12.0 + n, 7_000.0]} for n in range(5)]
    path.write_bytes(geojson(local, {"type": "name", "properties": {"name": "EPSG:2154"}}))
    with pytest.raises(GishueError) as caught:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert caught.value.slug == "unknown-crs"
    assert "--crs" in caught.value.detail
    assert await tables_left(services) == []
    for wrong in ("EPSG:2154", "EPSG:6956", "klingon"):
        with pytest.raises(GishueError) as caught:
            await ingest_file(services, OPERATOR, path, IngestOptions(crs=wrong))
        assert caught.value.slug == "unknown-crs"


async def test_a_position_that_is_no_number_costs_its_geometry_and_is_told(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "le.geojson"
    odd = [{"type": "Point", "coordinates": [107.5, one]} for one in (True, "x", None)]
    path.write_bytes(geojson([*points(15), *odd, *points(5)]))
    result = await ingest_file(services, OPERATOR, path, IngestOptions(layer="le"))
    told = {one["code"]: one for one in result.findings}
    assert result.features == 23
    assert told["null_geometry"]["count"] == 3
    assert "3 features have a position" in told["positions_unread"]["message"]
    assert "đối tượng thứ 16–18" in told["positions_unread"]["vi"]


async def test_text_with_a_zero_character_arrives_without_it_and_is_told(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "ky_tu.geojson"
    path.write_bytes(geojson(points(15)).replace(b"m 3", rb"m\u0000 3"))
    result = await ingest_file(services, OPERATOR, path, IngestOptions(layer="ky_tu"))
    told = {one["code"]: one["message"] for one in result.findings}
    assert "1 zero characters" in told["zeros_left_out"]
    found = await rows(services, "SELECT c1 FROM data.l1_r1 ORDER BY id")
    assert [name for (name,) in found] == [f"Điểm {number}" for number in range(15)]


PRJ: dict[str, bytes] = {
    "not closed": b'PROJCS["x"',
    "very long": b'PROJCS["x"' * 20_000,
    "cut": b'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.2',
    "random bytes": np.random.default_rng(1).bytes(500),
    "words": "hệ tọa độ VN-2000".encode(),
}


@pytest.mark.parametrize("case", PRJ)
async def test_a_crs_that_cannot_be_read_is_told_and_guessed(
    services: Services, tmp_path: Path, case: str
) -> None:
    path = tmp_path / "ranh.zip"
    whole = parts(LEGACY, "ranhgioi_tcvn3", ".shp", ".shx", ".dbf")
    path.write_bytes(zipped(whole | {"ranhgioi_tcvn3.prj": PRJ[case]}))
    found = await inspect_file(path, IngestOptions(), services.settings)
    told = {one.code: one for one in found.findings}
    assert "the declaration cannot be read" in told["crs_unmatched"].message
    bare = tmp_path / "khong.zip"
    bare.write_bytes(zipped(whole))
    expected = await inspect_file(bare, IngestOptions(), services.settings)
    assert found.crs is not None
    assert expected.crs is not None
    assert found.crs.candidates == expected.crs.candidates
    assert (found.crs.taken, found.crs.guessed) == (expected.crs.taken, expected.crs.guessed)


async def test_a_file_that_is_not_there_says_so(services: Services, tmp_path: Path) -> None:
    with pytest.raises(GishueError) as caught:
        await ingest_file(services, OPERATOR, tmp_path / "vang.gpkg", IngestOptions())
    assert (caught.value.slug, caught.value.status) == ("invalid-input", 422)


@pytest.mark.parametrize("word", ["inspect", "ingest"])
def test_a_folder_is_called_a_folder(tmp_path: Path, word: str) -> None:
    told = CliRunner().invoke(make_app(), [word, str(tmp_path)])
    assert isinstance(told.exception, GishueError)
    assert "is a folder" in told.exception.detail


async def test_a_crs_link_is_never_followed(services: Services, tmp_path: Path) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        done = threading.Event()
        watch = threading.Thread(target=_listen, args=(server, asked, done))
        watch.start()
        link = f"http://127.0.0.1:{server.getsockname()[1]}/crs.wkt"
        crs = {"type": "link", "properties": {"href": link, "type": "ogcwkt"}}
        path = tmp_path / "moi.geojson"
        path.write_bytes(geojson(points(20), crs))
        found = await inspect_file(path, IngestOptions(), services.settings)
        result = await ingest_file(services, OPERATOR, path, WGS84)
        done.set()
        watch.join()
    assert asked == []
    assert "127.0.0.1" not in json.dumps(found.as_dict())
    assert result.features == 20


def _listen(server: socket.socket, asked: list[bytes], done: threading.Event) -> None:
    while not done.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        with connection:
            asked.append(connection.recv(1_000))


async def test_a_document_that_names_another_file_reads_nothing(
    services: Services, tmp_path: Path
) -> None:
    secret = tmp_path / "bi_mat.csv"
    secret.write_text("lon,lat,ten\n107.5,16.4,BI MAT\n")
    for name in ("vrt.geojson", "vrt.gpkg", "vrt.shp", "vrt.json"):
        path = tmp_path / name
        path.write_text(
            f"<OGRVRTDataSource><OGRVRTLayer name='bi_mat'><SrcDataSource>{secret}</SrcDataSource>"
            "</OGRVRTLayer></OGRVRTDataSource>"
        )
        with pytest.raises(GishueError) as caught:
            await ingest_file(services, OPERATOR, path, IngestOptions())
        assert caught.value.slug == "not-a-dataset"


async def test_a_view_that_never_ends_is_not_run(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "vo_tan.gpkg"
    path.write_bytes(
        gpkg(
            tmp_path,
            "CREATE VIEW bay AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n)"
            " SELECT fid, (SELECT geom FROM diem LIMIT 1) AS geom FROM n",
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('bay', 'features', 'bay', 4326)",
            "INSERT INTO gpkg_geometry_columns VALUES ('bay', 'geom', 'POINT', 4326, 0, 0)",
        )
    )
    result = await ingest_file(services, OPERATOR, path, WGS84)
    assert result.features == 3
    again = IngestOptions(layer="bay", source_layer="bay", crs="EPSG:4326")
    with pytest.raises(GishueError) as caught:
        await ingest_file(services, OPERATOR, path, again)
    assert caught.value.slug == "no-such-source-layer"


async def test_hostile_text_arrives_as_text(services: Services, tmp_path: Path) -> None:
    hostile: dict[str, Any] = {
        "x'; DROP TABLE gis.layer; --": "<script>alert(1)</script>",
        'a"b': "=cmd|'/c calc'!A1",
        "geom": "{{ 7 * 7 }}",
        "id": "../../etc/passwd",
        "version": "\u202egpj.exe",
    }
    feature = {"type": "Feature", "properties": hostile, "geometry": points(1)[0]}
    path = tmp_path / "la.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature] * 9}), "utf-8")
    await ingest_file(services, OPERATOR, path, WGS84)
    layer = services.registry.current.layers["la"]
    assert [field.column for field in layer.fields] == [f"c{n}" for n in range(1, 6)]
    assert len({field.name.casefold() for field in layer.fields}) == 5
    (found,) = await rows(
        services,
        "SELECT c1, c2, c3, c4, c5 FROM data.l1_r1 ORDER BY id LIMIT 1",
    )
    assert set(found) == set(hostile.values())
