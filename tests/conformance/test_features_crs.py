"""OGC API Features, Part 2 (OGC 18-058r1), class crs: one test for each requirement."""

from typing import Any

import pytest

from tests.conformance.conftest import Reader
from tests.support.ogc import CRS84, EPSG, control, port_points

VN2000 = EPSG.format(9214)
LISTED = [
    CRS84,
    VN2000,
    *(EPSG.format(code) for code in (4326, 3857, 3405, 3406, 4756, 32648, 32649)),
]


def uri(code: int) -> str:
    return EPSG.format(code)


async def coordinates(reader: Reader, crs: str) -> list[list[float]]:
    """Return the four control points as the service gives them in ``crs``."""
    page = await reader.json(f"/ogc/collections/places/items?limit=4&crs={crs}")
    return [feature["geometry"]["coordinates"] for feature in page["features"]]


def parameter(definition: dict[str, Any], name: str) -> dict[str, Any]:
    return definition["components"]["parameters"][name]


async def test_crs_uri(reader: Reader) -> None:
    for slug in ("places", "stations", "empty"):
        for named in (await reader.json(f"/ogc/collections/{slug}"))["crs"]:
            assert named.startswith("http://www.opengis.net/def/crs/")


async def test_fc_md_crs_list(reader: Reader) -> None:
    assert (await reader.json("/ogc/collections/places"))["crs"] == LISTED
    for named in LISTED:
        response = await reader.get(f"/ogc/collections/places/items?crs={named}")
        assert response.status_code == 200


async def test_fc_md_crs_list_default_crs(reader: Reader) -> None:
    for one in (await reader.json("/ogc/collections"))["collections"]:
        assert one["crs"][0] == CRS84


async def test_fc_md_crs_list_global(reader: Reader) -> None:
    for one in (await reader.json("/ogc/collections"))["collections"]:
        assert "#/crs" not in one["crs"]  # every collection lists its own in full


async def test_fc_md_storage_crs(reader: Reader) -> None:
    assert (await reader.json("/ogc/collections/places"))["storageCrs"] == VN2000
    assert (await reader.json("/ogc/collections/stations"))["storageCrs"] == CRS84


async def test_fc_md_storage_crs_valid_value(reader: Reader) -> None:
    for one in (await reader.json("/ogc/collections"))["collections"]:
        assert one["storageCrs"] in one["crs"]


@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
async def test_fc_crs_definition(reader: Reader, name: str) -> None:
    described = parameter(await reader.json("/ogc/openapi"), name)
    assert (described["in"], described["required"], described["explode"]) == ("query", False, False)
    assert (described["schema"]["type"], described["schema"]["format"]) == ("string", "uri")


async def test_fc_bbox_crs_definition(reader: Reader) -> None:
    operation = (await reader.json("/ogc/openapi"))["paths"]["/collections/{collectionId}/items"]
    assert {"$ref": "#/components/parameters/bbox-crs"} in operation["get"]["parameters"]


async def test_fc_crs_default_value(reader: Reader) -> None:
    response = await reader.get("/ogc/collections/places/items/1")
    assert response.headers["content-crs"] == f"<{CRS84}>"
    assert (await coordinates(reader, CRS84))[0] == response.json()["geometry"]["coordinates"]


@pytest.mark.parametrize("code", [9214, 3405, 3406, 32648, 32649])
async def test_fc_crs_action(reader: Reader, code: int) -> None:
    expected = [point[f"EPSG:{code}"] for point in control()]
    for found, known in zip(await coordinates(reader, uri(code)), expected, strict=True):
        assert found == pytest.approx(known, abs=0.001)  # metres; sent to the millimetre


async def test_fc_crs_action_puts_latitude_first_where_epsg_does(reader: Reader) -> None:
    for found, point in zip(await coordinates(reader, uri(4326)), control(), strict=True):
        longitude, latitude = point["wgs84_lonlat"]
        assert found == pytest.approx([latitude, longitude], abs=1e-7)


async def test_fc_crs_action_in_vn2000_degrees(reader: Reader) -> None:
    page = await reader.json(f"/ogc/collections/stations/items?crs={uri(4756)}")
    for feature, point in zip(page["features"], port_points(), strict=True):
        longitude, latitude = point["vn2000_lonlat"]  # as the port notice publishes them
        assert feature["geometry"]["coordinates"] == pytest.approx([latitude, longitude], abs=1e-7)


async def test_fc_crs_valid_value(reader: Reader) -> None:
    for wrong in ("EPSG:9214", uri(5899), uri(999999), "CRS84", "", "%00"):
        response = await reader.get(f"/ogc/collections/places/items?crs={wrong}")
        assert response.status_code == 400


@pytest.mark.parametrize("path", ["items", "items/1"])
async def test_fc_crs_action_exception(reader: Reader, path: str) -> None:
    response = await reader.get(f"/ogc/collections/places/{path}?crs={uri(2154)}")
    assert response.status_code == 400
    assert response.json()["detail"].startswith("crs: ")


async def test_fc_bbox_crs_valid_values(reader: Reader) -> None:
    page = "/ogc/collections/places/items?bbox=107,16,108,17"
    for named in (uri(2154), "4326", "EPSG:4326"):
        response = await reader.get(f"{page}&bbox-crs={named}")
        assert response.status_code == 400
        assert response.json()["detail"].startswith("bbox-crs: ")


async def test_fc_bbox_crs_default_value(reader: Reader) -> None:
    page = "/ogc/collections/places/items?bbox=107.5,16.4,107.6,16.5"
    assert await reader.ids(page) == await reader.ids(f"{page}&bbox-crs={CRS84}")


@pytest.mark.parametrize("code", [9214, 3405, 3406, 32648, 32649])
async def test_fc_bbox_crs_action(reader: Reader, code: int) -> None:
    for number, point in enumerate(control(), start=1):
        x, y = point[f"EPSG:{code}"]
        box = f"{x - 0.01},{y - 0.01},{x + 0.01},{y + 0.01}"
        asked = f"/ogc/collections/places/items?bbox={box}&bbox-crs={uri(code)}"
        assert await reader.ids(asked) == [number, 25]
        beside = f"{x + 0.01},{y - 0.01},{x + 0.03},{y + 0.01}"
        asked = f"/ogc/collections/places/items?bbox={beside}&bbox-crs={uri(code)}"
        assert await reader.ids(asked) == [25]  # 25 has no geometry and matches every box


async def test_fc_bbox_crs_action_reads_latitude_first_where_epsg_does(reader: Reader) -> None:
    swapped = f"/ogc/collections/places/items?bbox=16.4,107.5,16.5,107.6&bbox-crs={uri(4326)}"
    plain = "/ogc/collections/places/items?bbox=107.5,16.4,107.6,16.5"
    assert await reader.ids(swapped) == await reader.ids(plain)
    assert len(await reader.ids(plain)) > 2


async def test_fc_bbox_crs_action_beyond_the_layer(reader: Reader) -> None:
    for code, box in ((9214, "-1e9,-1e9,1e9,1e9"), (3857, "-2.1e7,-2.1e7,2.1e7,2.1e7")):
        asked = f"/ogc/collections/places/items?bbox={box}&bbox-crs={uri(code)}&limit=100"
        assert len(await reader.ids(asked)) == 25


@pytest.mark.parametrize("path", ["items", "items/1", "items?f=html"])
async def test_ogc_crs_header(reader: Reader, path: str) -> None:
    assert "content-crs" in (await reader.get(f"/ogc/collections/places/{path}")).headers


@pytest.mark.parametrize("named", LISTED)
async def test_ogc_crs_header_value(reader: Reader, named: str) -> None:
    response = await reader.get(f"/ogc/collections/places/items?crs={named}")
    assert response.headers["content-crs"] == f"<{named}>"


async def test_geojson(reader: Reader) -> None:
    # RFC 7946, 4: another CRS by prior arrangement; no ``crs`` member says otherwise.
    page = await reader.json(f"/ogc/collections/places/items?crs={VN2000}")
    assert "crs" not in page
    assert all(
        "crs" not in feature["geometry"] for feature in page["features"] if feature["geometry"]
    )
