"""Downloads: the whole layer, its own CRS, its own values; made once a revision, in ranges."""

import asyncio
import json
from pathlib import Path

import httpx
import pyogrio.raw
import pytest
import shapely
from fastapi import FastAPI

from conversion.export import export_file
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.crs import to_wgs84
from gishue.core.errors import UnsupportedMedia
from layers.description import Description
from layers.publish import Mode
from layers.services import Services
from tests.support.upload import LEGACY

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
    said = Description("Xã", visibility=visibility)
    options = IngestOptions(layer="xa", description=said, mode=Mode.REPLACE)
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
    for name in ("khac.gpkg", "xa.shp", "xa", ".gpkg"):
        answer = await client.get(f"/files/xa/{name}")
        assert answer.status_code == 404
        assert answer.json()["type"] == "/problems/not-found"
