"""Evidence that only a whole upload has: the city's roads, file names, units."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import CRS

from conversion.crs.reference_roads import roads_of
from conversion.ingest import IngestResult, ingest_file
from conversion.inspect import inspect_file
from conversion.options import IngestOptions
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.crs import UnknownCrs, to_wgs84
from gishue.core.db import transaction
from layers.services import Services
from tests.support.closing import CLOSURE
from tests.support.upload import LEGACY, parts, zipped

STREETS = 40
ROADS = "duong_pho"


def streets() -> list[list[tuple[float, float]]]:
    """Return crooked streets (longitude, latitude), no two 225 m apart along their length."""
    spread = np.random.default_rng(5)
    start = np.column_stack(
        [spread.uniform(107.5, 107.65, STREETS), spread.uniform(16.38, 16.5, STREETS)]
    )
    return [
        [(float(x + dx), float(y + dy)) for dx, dy in np.cumsum(spread.normal(0, 4e-4, (9, 2)), 0)]
        for x, y in start
    ]


def lines(srid: int, scale: float = 1.0) -> bytes:
    """Return the streets as a GeoJSON in ``srid`` that does not say so."""
    way = to_wgs84(srid)
    features: list[dict[str, Any]] = []
    for number, line in enumerate(streets()):
        xy = [way.transform(lon, lat, direction="INVERSE") for lon, lat in line]
        there = [[x * scale, y * scale] for x, y in xy]
        geometry = {"type": "LineString", "coordinates": there}
        features.append({"type": "Feature", "properties": {"so": number}, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


async def bring(services: Services, path: Path, body: bytes, **options: Any) -> IngestResult:
    path.write_bytes(body)
    return await ingest_file(services, OPERATOR, path, IngestOptions(**options))


async def with_roads(services: Services, folder: Path, **said: Any) -> None:
    await bring(
        services, folder / "r.geojson", lines(4326), crs="EPSG:4326", layer=ROADS, said=said
    )


@pytest.mark.parametrize("srid", [3405, 32648])
async def test_the_published_roads_tell_twins_apart(
    services: Services, tmp_path: Path, srid: int
) -> None:
    with pytest.raises(UnknownCrs):
        await bring(services, tmp_path / "a.geojson", lines(srid))
    await with_roads(services, tmp_path)
    found = await bring(services, tmp_path / "b.geojson", lines(srid))
    assert found.crs == f"EPSG:{srid}"
    guessed = next(f for f in found.findings if f["code"] == "crs_guessed")
    assert "m from the nearest road" in guessed["message"]


async def test_restricted_roads_say_nothing(services: Services, tmp_path: Path) -> None:
    async with transaction(services.pool) as conn:
        assert await roads_of(conn, ROADS) is None
    await with_roads(services, tmp_path, visibility=Visibility.RESTRICTED, closure=CLOSURE)
    async with transaction(services.pool) as conn:
        assert await roads_of(conn, ROADS) is None


async def test_millimetres_arrive_as_metres(services: Services, tmp_path: Path) -> None:
    found = await bring(services, tmp_path / "mm.geojson", lines(9214, 1000.0), layer="mm")
    plain = await bring(services, tmp_path / "m.geojson", lines(9214), layer="m")
    assert found.crs == plain.crs == "EPSG:9214"
    assert "unit_mistaken" in [f["code"] for f in found.findings]
    assert "VN-2000 to WGS 84 (2)" in found.operation
    async with transaction(services.pool) as conn:
        cur = await conn.execute("SELECT bounds FROM gis.layer WHERE slug IN ('mm', 'm')")
        one, other = [row[0] for row in await cur.fetchall()]
    assert np.allclose(one, other, atol=1e-9)


async def test_the_name_of_a_member_is_a_hint(services: Services, tmp_path: Path) -> None:
    member = "VN-2000 UTM 48N/duong.geojson"
    path = tmp_path / "goi.zip"
    path.write_bytes(zipped({member: lines(3405)}))
    found = (await inspect_file(path, IngestOptions(), services.settings)).as_dict()
    assert found["crs"]["taken"] == "EPSG:3405"
    assert member in found["crs"]["candidates"][0]["hint"]


async def test_what_qgis_wrote_beside_a_shapefile_is_a_declaration(
    services: Services, tmp_path: Path
) -> None:
    members = parts(LEGACY, "utm48_noprj", ".shp", ".shx", ".dbf", ".cpg")
    path = tmp_path / "qgis.zip"
    path.write_bytes(zipped(members))
    asked = (await inspect_file(path, IngestOptions(), services.settings)).as_dict()
    assert asked["crs"]["taken"] is None
    written = CRS.from_epsg(32648).to_wkt().encode()
    path.write_bytes(zipped(members | {"utm48_noprj.qpj": written}))
    found = (await inspect_file(path, IngestOptions(), services.settings)).as_dict()
    assert (found["crs"]["taken"], found["crs"]["guessed"]) == ("EPSG:32648", False)
