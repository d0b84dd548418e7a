"""Desktop clients read the service: GDAL of the system, and the newer one that pyogrio brings."""

import asyncio
import json
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import shapely
import uvicorn
from pyproj import Geod

from layers.services import Services
from tests.support.ogc import control, make_app, places, ward_features


@pytest.fixture(scope="module")
async def address(services: Services) -> AsyncGenerator[str]:
    """The service on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        config = uvicorn.Config(make_app(services), log_level="critical", lifespan="off")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{port}/ogc"
        server.should_exit = True
        await running


async def output(*command: str) -> str:
    """Return what a command prints; it must succeed."""
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    said, wrong = await process.communicate()
    assert process.returncode == 0, wrong.decode()
    return said.decode()


async def ogrinfo(*arguments: str) -> str:
    """Return what the system's ogrinfo prints."""
    return await output("ogrinfo", *arguments)


@pytest.mark.parametrize("slash", ["", "/"])
async def test_gdal_lists_the_collections(address: str, slash: str) -> None:
    said = await ogrinfo("-q", f"OAPIF:{address}{slash}")
    found = {line.split()[1] for line in said.splitlines() if ": " in line}
    assert found == {"places", "stations", "edge", "wards", "empty"}


async def test_gdal_counts_and_reads_every_feature(address: str) -> None:
    # 25 features in pages of 10: the count is numberMatched, the rest came by the next links
    said = await ogrinfo("-al", "-geom=AS_WKT", f"OAPIF:{address}/", "places")
    assert "Feature Count: 25" in said
    assert said.count("OGRFeature(places):") == 25
    first = next(line for line in said.splitlines() if "POINT (" in line)
    longitude, latitude = (float(part) for part in first.strip()[7:-1].split())
    assert (longitude, latitude) == pytest.approx(control()[0]["wgs84_lonlat"], abs=1e-7)
    assert "tên (String) = Ngọ Môn (gate, approx)" in said


async def test_gdal_filters_by_a_box(address: str) -> None:
    x, y = control()[2]["wgs84_lonlat"]
    box = [str(side) for side in (x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6)]
    said = await ogrinfo("-al", "-spat", *box, f"OAPIF:{address}/", "places")
    assert "Thuận An port" in said
    assert "Ngọ Môn" not in said


async def pyogrio_read(address: str, layer: str) -> dict[str, Any]:
    """Return what pyogrio reads; in a process of its own, for it holds the GIL while it waits."""
    script = """
import json, sys, pyogrio, pyogrio.raw, shapely
source, layer = sys.argv[1:]
info = pyogrio.read_info(source, layer=layer)
meta, _, shapes, columns = pyogrio.raw.read(source, layer=layer)
shapes = shapely.from_wkb(shapes)
print(json.dumps({
    "told": [info["features"], info["crs"], list(info["fields"])], "crs": meta["crs"],
    "names": list(columns[list(meta["fields"]).index(info["fields"][0])]),
    "areas": shapely.area(shapes).tolist(),
    "points": [[one.x, one.y] for one in shapes if one is not None and one.geom_type == "Point"],
}))
"""
    return json.loads(await output(sys.executable, "-c", script, f"OAPIF:{address}/", layer))


async def test_newer_gdal_reads_in_the_storage_crs(address: str) -> None:
    read = await pyogrio_read(address, "places")
    assert read["crs"] == "EPSG:9214"
    assert len(read["names"]) == len(places().rows)
    assert len(read["points"]) == len(places().rows) - 1
    for found, point in zip(read["points"], control(), strict=False):
        assert found == pytest.approx(point["EPSG:9214"], abs=0.001)


async def test_newer_gdal_reads_polygons_whole(address: str) -> None:
    read = await pyogrio_read(address, "wards")
    assert read["told"] == [40, "EPSG:9214", ["code", "full_name"]]
    # areas on the ellipsoid, of the wards as received; the zone's scale is 0.9999 to 1.0003
    geod = Geod(ellps="WGS84")
    received = [shapely.from_geojson(json.dumps(one["geometry"])) for one in ward_features()]
    known = [abs(geod.geometry_area_perimeter(shape)[0]) for shape in received]
    assert read["areas"] == pytest.approx(known, rel=1e-3)
