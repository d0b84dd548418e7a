"""Downloads: the whole layer, its own CRS, its own values; made once a revision, in ranges."""

import asyncio
import io
import json
import zipfile
from pathlib import Path

import httpx
import pyogrio.raw
import pytest
import shapely
from fastapi import FastAPI
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from conversion.export.export import export_file
from conversion.export.formats import BY_KEY, OUT
from conversion.export.query import Part
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.crs import accepted, to_wgs84
from gishue.core.errors import UnsupportedMedia
from layers.description import Description
from layers.layer import Layer
from layers.publish import Mode
from layers.services import Services
from tests.support.closing import CLOSURE
from tests.support.registry import a_layer
from tests.support.upload import LEGACY, files_left, geojson, points, rows

RANHGIOI = LEGACY / "ranhgioi_tcvn3.shp"


async def test_a_geopackage_keeps_crs_and_coordinates_bit_for_bit(
    services: Services, tmp_path: Path
) -> None:
    await ingest_file(services, OPERATOR, RANHGIOI, IngestOptions())
    layer = services.registry.current.layers["ranhgioi_tcvn3"]
    target = tmp_path / "a.gpkg"
    assert (await export_file(services, layer, target)).features == 14
    meta, fids, shapes, columns = pyogrio.raw.read(target, return_fids=True)
    assert (meta["crs"], meta["geometry_type"]) == ("EPSG:9214", "MultiPolygon")
    assert fids.tolist() == list(range(1, 15))
    assert "Phường Phong Điền" in columns[list(meta["fields"]).index("TEN_XA")]
    sent = shapely.from_wkb(pyogrio.raw.read(RANHGIOI, encoding="ISO-8859-1")[2])
    back = shapely.get_coordinates(shapely.from_wkb(shapes))
    assert (back == shapely.get_coordinates(sent)).all()


async def test_geojson_is_longitude_latitude_with_all_values(
    services: Services, tmp_path: Path
) -> None:
    await ingest_file(services, OPERATOR, LEGACY / "nfd.geojson", IngestOptions(layer="xa"))
    layer = services.registry.current.layers["xa"]
    target = tmp_path / "a.geojson"
    assert (await export_file(services, layer, target)).features == 40
    body = json.loads(target.read_text("utf-8"))
    assert "crs" not in body
    sent = json.loads((LEGACY / "nfd.geojson").read_text("utf-8"))["features"]
    for ours, theirs in zip(body["features"], sent, strict=True):
        lon, lat = to_wgs84(9214).transform(*theirs["geometry"]["coordinates"])
        assert ours["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=1e-7)
    assert body["features"][0]["properties"]["tên xã"] == "Phường Phú Xuân"


async def test_an_unknown_format_is_refused_and_leaves_nothing(
    services: Services, tmp_path: Path
) -> None:
    await ingest_file(services, OPERATOR, LEGACY / "nfd.geojson", IngestOptions(layer="xa"))
    layer = services.registry.current.layers["xa"]
    folder = tmp_path / "ra"
    folder.mkdir()
    with pytest.raises(UnsupportedMedia):
        await export_file(services, layer, folder / "a.dwg")
    assert list(folder.iterdir()) == []


async def brought(app: FastAPI, visibility: Visibility = Visibility.OPEN) -> Services:
    services: Services = app.state.services
    closure = None if visibility is Visibility.OPEN else CLOSURE
    said = Description("Xã", visibility=visibility, closure=closure)
    options = IngestOptions(layer="xa", description=said, mode=Mode.REPLACE, or_create=True)
    await ingest_file(services, OPERATOR, LEGACY / "nfd.geojson", options)
    return services


async def test_a_download_has_a_name_a_tag_and_ranges(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await brought(app)
    whole = await client.get("/files/xa/xa.geojson")
    assert whole.status_code == 200
    assert whole.headers["content-type"] == "application/geo+json"
    assert 'filename="xa.geojson"' in whole.headers["content-disposition"]
    assert whole.headers["etag"] == '"1-1.geojson"'
    tag = {"if-none-match": whole.headers["etag"]}
    assert (await client.get("/files/xa/xa.geojson", headers=tag)).status_code == 304
    part = await client.get("/files/xa/xa.geojson", headers={"range": "bytes=5-14"})
    assert (part.status_code, part.content) == (206, whole.content[5:15])


async def test_a_new_revision_makes_a_new_file_and_forgets_the_old(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services = await brought(app)
    first = await asyncio.gather(*(client.get("/files/xa/xa.gpkg") for _ in range(4)))
    assert {(answer.status_code, answer.headers["etag"]) for answer in first} == {
        (200, '"1-1.gpkg"')
    }
    await brought(app)
    again = await client.get("/files/xa/xa.gpkg")
    assert again.headers["etag"] == '"1-2.gpkg"'
    exports = services.settings.root / "exports"
    assert [path.name for path in exports.iterdir()] == ["xa-1-2.gpkg"]


async def test_a_closed_layer_is_not_handed_out(app: FastAPI, client: httpx.AsyncClient) -> None:
    await brought(app, Visibility.RESTRICTED)
    for name in ("xa.gpkg", "xa.geojson", "../xa.gpkg", "xa.dwg"):
        assert (await client.get(f"/files/xa/{name}")).status_code == 404


async def test_a_name_that_is_not_the_layers_is_not_found(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await brought(app)
    for name in ("khac.gpkg", "xa.shp", "xa", ".gpkg", "xa.zip", "xa.dwg"):
        answer = await client.get(f"/files/xa/{name}")
        assert answer.status_code == 404
        assert answer.json()["type"] == "/problems/not-found"


async def test_every_format_of_the_table_is_handed_out_and_listed(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await brought(app)
    listed = (await client.get("/api/v1/layers/xa")).json()["links"]["files"]
    assert list(listed) == [one.key for one in OUT]
    for out in OUT:
        answer = await client.get(listed[out.key])
        assert answer.status_code == 200, out.key
        assert answer.headers["content-type"] == out.media
        assert f'filename="xa{out.suffix}"' in answer.headers["content-disposition"]
        content = answer.content
        if out.packed:
            archive = zipfile.ZipFile(io.BytesIO(content))
            assert archive.testzip() is None
            main = "doc.kml" if out.key == "kmz" else f"xa{out.packed}"
            content = archive.read(main)
        assert len(content) > 100, out.key


async def test_an_archive_says_what_it_holds_and_what_was_changed(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await brought(app)
    answer = await client.get("/files/xa/xa.shp.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = {"xa.shp", "xa.shx", "xa.dbf", "xa.prj", "xa.cpg", "thong_tin.html"}
    assert set(archive.namelist()) == names
    page = archive.read("thong_tin.html").decode()
    assert "EPSG:9214" in page
    assert "tên xã → ten_xa" in page


async def test_a_part_in_another_system_is_made_for_one_and_kept_for_none(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    services = await brought(app)
    asked: dict[str, str] = {
        "crs": "EPSG:3405",
        "bbox": "107.55,16.40,107.65,16.55",
        "filter": "\"tên xã\" LIKE 'Phường%'",
    }
    answer = await client.get("/files/xa/xa.gpkg", params=asked)
    assert answer.status_code == 200
    (tmp_path / "a.gpkg").write_bytes(answer.content)
    meta, _, wkb, columns = pyogrio.raw.read(tmp_path / "a.gpkg")
    assert meta["crs"] == "EPSG:3405"
    names = columns[list(meta["fields"]).index("tên xã")]
    assert all(name.startswith("Phường") for name in names)
    pairs = shapely.get_coordinates(shapely.from_wkb(wkb))
    lons, lats = to_wgs84(3405).transform(pairs[:, 0], pairs[:, 1])
    inside = (lons > 107.55) & (lons < 107.65) & (lats > 16.40) & (lats < 16.55)
    assert inside.all()
    sent = json.loads((LEGACY / "nfd.geojson").read_text("utf-8"))["features"]
    there = [to_wgs84(9214).transform(*one["geometry"]["coordinates"]) for one in sent]
    expected = [(lon, lat) for lon, lat in there if 107.55 < lon < 107.65 and 16.40 < lat < 16.55]
    assert 0 < len(pairs) <= len(expected) < 40
    for lon, lat in zip(lons, lats, strict=True):
        assert min(abs(lon - x) + abs(lat - y) for x, y in expected) < 1e-9
    tag = {"if-none-match": answer.headers["etag"]}
    assert (await client.get("/files/xa/xa.gpkg", params=asked, headers=tag)).status_code == 304
    assert answer.headers["etag"] != (await client.get("/files/xa/xa.gpkg")).headers["etag"]
    assert list((services.settings.root / "tmp").iterdir()) == []
    assert [one.name for one in (services.settings.root / "exports").iterdir()] == ["xa-1-1.gpkg"]


NOT_ASKED: list[tuple[str, dict[str, str], int]] = [
    ("xa.gpkg", {"limit": "5"}, 400),
    ("xa.gpkg", {"crs": "EPSG:2000"}, 400),
    ("xa.gpkg", {"crs": "auto"}, 400),
    ("xa.kml", {"crs": "EPSG:9214"}, 400),
    ("xa.dgn", {"crs": "EPSG:4326"}, 400),
    ("xa.gpkg", {"bbox": "1,2,3"}, 400),
    ("xa.gpkg", {"bbox-crs": "mét"}, 400),
    ("xa.gpkg", {"filter": "khong_co = 1"}, 400),
    ("xa.gpkg", {"filter": "\"tên xã\" = 'x'", "filter-lang": "sql"}, 400),
    ("xa.gpkg", {"as_of": "hôm qua"}, 400),
    ("xa.gpkg", {"as_of": "0001-01-01"}, 404),
    ("xa.gpkg", {"as_of": "9999-12-31"}, 400),
    ("xa.pmtiles", {"filter": "\"tên xã\" = 'x'"}, 422),
    ("xa.fgb", {"filter": "\"tên xã\" = 'x'"}, 200),
    ("xa.gpkg", {"bbox": "-180,-90,180,90"}, 200),
]


async def test_what_cannot_be_asked_is_said_in_a_sentence(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services = await brought(app)
    for name, asked, status in NOT_ASKED:
        answer = await client.get(f"/files/xa/{name}", params=asked)
        assert answer.status_code == status, (asked, answer.text[:300])
        if status != 200:
            assert answer.json()["detail"] != answer.json()["detail_vi"]
    assert list((services.settings.root / "tmp").iterdir()) == []


async def test_a_layer_is_handed_out_as_it_was(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    services: Services = app.state.services
    sent = tmp_path / "diem.geojson"
    moments: list[str] = []
    for count in (3, 5):
        sent.write_bytes(geojson(points(count)))
        said = Description("Điểm", visibility=Visibility.OPEN)
        options = IngestOptions(
            layer="diem", description=said, mode=Mode.REPLACE, or_create=True, key="số"
        )
        await ingest_file(services, OPERATOR, sent, options)
        moments.append(services.now().isoformat())
    counted: dict[str, int] = {}
    for moment in moments:
        answer = await client.get("/files/diem/diem.csv", params={"as_of": moment})
        assert answer.status_code == 200, answer.text
        counted[moment] = len(answer.text.splitlines()) - 1
    assert list(counted.values()) == [3, 5]
    narrowed = {"as_of": moments[0], "filter": '"số" > 0'}
    answer = await client.get("/files/diem/diem.geojson", params=narrowed)
    assert [one["properties"]["số"] for one in answer.json()["features"]] == [1, 2]
    listed = await client.get("/api/v1/layers/diem/features", params=narrowed)
    assert [one["properties"]["số"] for one in listed.json()["features"]] == [1, 2]
    for door in ("/api/v1/layers/diem/features", "/files/diem/diem.csv"):
        beyond = await client.get(door, params={"filter": '"số" * 1e308 * 1e308 > 1'})
        assert beyond.status_code == 400
        assert "cannot be computed" in beyond.json()["detail"]


async def test_a_file_of_ours_sent_back_is_the_same_layer(
    services: Services, tmp_path: Path
) -> None:
    await ingest_file(services, OPERATOR, LEGACY / "nfd.geojson", IngestOptions(layer="xa"))
    layer = services.registry.current.layers["xa"]
    for key in ("shp", "tab", "kmz"):
        sent = tmp_path / f"tra_lai{BY_KEY[key].suffix}"
        await export_file(services, layer, sent)
        back = await ingest_file(services, OPERATOR, sent, IngestOptions(layer=f"xa_{key}"))
        assert (back.state, back.features) == ("published", 40)
        again = services.registry.current.layers[f"xa_{key}"]
        compared = SQL(
            "SELECT count(*), max(ST_Distance(a.geom, ST_Transform(b.geom, 9214))),"
            " bool_and(a.{own} = b.{other} AND b.{other} IS NFC NORMALIZED)"
            " FROM data.{a} a JOIN data.{b} b USING (id)"
        ).format(
            own=Identifier(column(layer, "tên xã")),
            other=Identifier(column(again, "tên xã" if key == "kmz" else "ten_xa")),
            a=Identifier(layer.table_name or ""),
            b=Identifier(again.table_name or ""),
        )
        count, apart_m, same = (await rows(services, compared))[0]
        assert (key, count, same) == (key, 40, True)
        assert apart_m < 0.001, key
    assert files_left(services) == []


def column(layer: Layer, name: str) -> str:
    """Return where the values of a field live."""
    return next(one.column for one in layer.fields if one.name == name)


async def test_every_accepted_system_is_reached_by_the_one_operation(
    conn: AsyncConnection[TupleRow],
) -> None:
    xs, ys = [561476.4762, 568237.6209, 524385.6996], [1821417.4543, 1830810.7110, 1800463.2605]
    lons, lats = to_wgs84(9214).transform(xs, ys)
    for srid in accepted():
        asked = Part(a_layer(), srid, Identifier("t"), SQL("true").format(), {})
        statement = SQL(
            "SELECT ST_X({0}), ST_Y({0})"
            " FROM (SELECT e::geometry AS geom FROM unnest(%s::text[]) e) t"
        )
        shapes = [f"SRID=9214;POINT({x} {y})" for x, y in zip(xs, ys, strict=True)]
        found = await conn.execute(statement.format(asked.geometry), [shapes])
        for (x, y), lon, lat in zip(await found.fetchall(), lons, lats, strict=True):
            expected = to_wgs84(srid).transform(lon, lat, direction="INVERSE")
            unit = 111_320 if srid in (4326, 4756) else 1
            assert abs(x - expected[0]) * unit < 0.001, srid
            assert abs(y - expected[1]) * unit < 0.001, srid
