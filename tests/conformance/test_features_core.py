"""OGC API Features, Part 1 (OGC 17-069r4), class core: one test for each requirement."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely

from tests.conformance.conftest import Reader
from tests.support.ogc import (
    CRS84,
    EDGE_LONGITUDES,
    HERE,
    PARALLEL_DEG,
    control,
    edge,
    stations,
    ward_features,
)

COLLECTIONS = {"places", "stations", "edge", "wards", "empty"}


def links(document: dict[str, Any], rel: str) -> list[dict[str, Any]]:
    """Return the links of ``document`` in relation ``rel``."""
    return [link for link in document["links"] if link["rel"] == rel]


def parameter(definition: dict[str, Any], name: str) -> dict[str, Any]:
    """Return how the definition describes a parameter of ``items``."""
    operation = definition["paths"]["/collections/{collectionId}/items"]["get"]
    keys = [one["$ref"].rpartition("/")[2] for one in operation["parameters"]]
    described = [definition["components"]["parameters"][key] for key in keys]
    return next(one for one in described if one["name"] == name)


@pytest.mark.parametrize("path", ["/ogc", "/ogc/"])
async def test_root_op(reader: Reader, path: str) -> None:
    response = await reader.get(path)
    assert (response.status_code, response.history) == (200, [])


async def test_root_success(reader: Reader) -> None:
    document = await reader.json("/ogc/")
    assert document["title"].startswith("GISHue")
    assert links(document, "conformance")[0]["href"] == f"{HERE}/ogc/conformance"
    assert links(document, "data")[0]["href"] == f"{HERE}/ogc/collections"
    for link in document["links"]:
        if link["rel"] != "about":
            assert (await reader.get(link["href"])).status_code == 200


async def test_api_definition_op(reader: Reader) -> None:
    landing = await reader.json("/ogc")
    assert links(landing, "service-desc")
    assert links(landing, "service-doc")


async def test_api_definition_success(reader: Reader) -> None:
    (desc,) = links(await reader.json("/ogc"), "service-desc")
    response = await reader.get(desc["href"])
    assert response.headers["content-type"] == desc["type"]
    assert response.json()["servers"] == [{"url": f"{HERE}/ogc"}]


async def test_conformance_op(reader: Reader) -> None:
    assert (await reader.get("/ogc/conformance")).status_code == 200


async def test_conformance_success(reader: Reader) -> None:
    document = await reader.json("/ogc/conformance")
    core = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
    assert core in document["conformsTo"]


async def test_http(reader: Reader) -> None:
    response = await reader.client.request("HEAD", "/ogc/collections/places/items")
    assert (response.status_code, response.http_version) == (200, "HTTP/1.1")
    assert (await reader.client.delete("/ogc/collections/places")).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/ogc", "/ogc/conformance", "/ogc/openapi", "/ogc/collections", "/ogc/collections/places"]
    + [f"/ogc/collections/places/{end}" for end in ("items", "items/1", "schema", "queryables")],
)
async def test_query_param_unknown(reader: Reader, path: str) -> None:
    response = await reader.get(f"{path}?unheard_of=1")
    assert response.status_code == 400
    assert "'unheard_of'" in response.json()["detail"]


async def test_query_param_invalid(reader: Reader) -> None:
    response = await reader.get("/ogc/collections/places/items?limit=few")
    assert response.status_code == 400
    assert response.json()["detail"].startswith("limit: 'few'")


async def test_crs84(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/places/items?limit=4")
    for feature, point in zip(page["features"], control(), strict=True):
        found = feature["geometry"]["coordinates"]
        # 1e-7 degrees are 11 mm, the digits that are sent
        assert found == pytest.approx(point["wgs84_lonlat"], abs=1e-7)


async def test_fc_md_op(reader: Reader) -> None:
    assert (await reader.get("/ogc/collections")).status_code == 200


async def test_fc_md_success(reader: Reader) -> None:
    document = await reader.json("/ogc/collections")
    assert document.keys() >= {"links", "collections"}


async def test_fc_md_links(reader: Reader) -> None:
    document = await reader.json("/ogc/collections")
    (own,) = links(document, "self")
    assert own["type"] == "application/json"
    others = {link["type"]: link["href"] for link in links(document, "alternate")}
    assert others.keys() == {"text/html", "application/ld+json"}
    for media_type, href in others.items():
        assert (await reader.get(href)).headers["content-type"].startswith(media_type)


async def test_fc_md_items(reader: Reader) -> None:
    document = await reader.json("/ogc/collections")
    assert {one["id"] for one in document["collections"]} == COLLECTIONS


async def test_fc_md_items_links(reader: Reader) -> None:
    for one in (await reader.json("/ogc/collections"))["collections"]:
        items = {link["type"]: link["href"] for link in links(one, "items")}
        assert items.keys() == {"application/geo+json", "text/html"}
        for media_type, href in items.items():
            assert (await reader.get(href)).headers["content-type"].startswith(media_type)


async def test_fc_md_extent(reader: Reader) -> None:
    document = await reader.json("/ogc/collections")
    found = {one["id"]: one["extent"]["spatial"] for one in document["collections"]}
    wards = shapely.union_all([shapely.from_geojson(_text(f)) for f in ward_features()])
    assert found["wards"]["crs"] == CRS84
    assert found["wards"]["bbox"][0] == pytest.approx(wards.bounds, abs=1e-6)


async def test_fc_md_extent_multi(reader: Reader) -> None:
    for one in (await reader.json("/ogc/collections"))["collections"]:
        boxes = one["extent"]["spatial"]["bbox"]
        assert [len(box) for box in boxes] == [4]


async def test_sfc_md_op(reader: Reader) -> None:
    for slug in COLLECTIONS:
        assert (await reader.get(f"/ogc/collections/{slug}")).status_code == 200


async def test_sfc_md_success(reader: Reader) -> None:
    for one in (await reader.json("/ogc/collections"))["collections"]:
        assert await reader.json(f"/ogc/collections/{one['id']}") == one


async def test_fc_op(reader: Reader) -> None:
    for slug in COLLECTIONS:
        response = await reader.get(f"/ogc/collections/{slug}/items")
        assert response.headers["content-type"] == "application/geo+json"


async def test_fc_limit_definition(reader: Reader) -> None:
    limit = parameter(await reader.json("/ogc/openapi"), "limit")
    assert (limit["in"], limit["required"], limit["style"]) == ("query", False, "form")
    schema = {"type": "integer", "minimum": 1, "maximum": 10000, "default": 10}
    assert limit["schema"] == schema
    page = await reader.json("/ogc/collections/edge/items")
    assert len(page["features"]) == limit["schema"]["default"]


async def test_fc_limit_response_1(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/edge/items?limit=7")
    assert len(page["features"]) == 7
    whole = await reader.json("/ogc/collections/edge/items?limit=1000000")
    assert len(whole["features"]) == len(edge().rows)


async def test_fc_bbox_definition(reader: Reader) -> None:
    bbox = parameter(await reader.json("/ogc/openapi"), "bbox")
    assert (bbox["in"], bbox["required"], bbox["explode"]) == ("query", False, False)
    assert bbox["schema"]["type"] == "array"
    sizes = [(one["minItems"], one["maxItems"]) for one in bbox["schema"]["oneOf"]]
    assert sizes == [(4, 4), (6, 6)]


@pytest.mark.parametrize(
    "bbox",
    [
        "107.55,16.44,107.60,16.48",
        "107.55,16.44,-10,107.60,16.48,5000",
        "107.2,16.0,107.7,16.3",
        "-180,-90,180,90",
        "107.59,16.46,107.59,16.46",
        "107.55,16.44,-170,16.48",
        "20,10,30,20",
    ],
)
async def test_fc_bbox_response(reader: Reader, bbox: str) -> None:
    found = await reader.ids(f"/ogc/collections/wards/items?bbox={bbox}&limit=15")
    numbers = [float(part) for part in bbox.split(",")]
    west, south, east, north = (
        numbers[i] for i in ((0, 1, 3, 4) if len(numbers) == 6 else range(4))
    )
    box = shapely.box(west, south, east if east >= west else 180.0, north)
    shapes = [shapely.from_geojson(_text(feature)) for feature in ward_features()]
    assert found == [i for i, shape in enumerate(shapes, start=1) if shape.intersects(box)]


async def test_fc_bbox_response_is_exact_along_a_parallel(reader: Reader) -> None:
    # The parallel bends by 320 m over this width: a box of two transformed corners is wrong.
    west, east = EDGE_LONGITUDES[0] - 0.1, EDGE_LONGITUDES[-1] + 0.1
    above = f"{west},{PARALLEL_DEG},{east},17"
    below = f"{west},16,{east},{PARALLEL_DEG}"
    north = [i for i, (is_north, _) in enumerate(edge().rows, start=1) if is_north]
    south = [i for i, (is_north, _) in enumerate(edge().rows, start=1) if not is_north]
    assert await reader.ids(f"/ogc/collections/edge/items?limit=100&bbox={above}") == north
    assert await reader.ids(f"/ogc/collections/edge/items?limit=100&bbox={below}") == south


async def test_fc_bbox_response_holds_features_without_a_geometry(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/places/items?bbox=0,0,1,1")
    assert [feature["geometry"] for feature in page["features"]] == [None]
    assert page["numberMatched"] == 1


async def test_fc_time_definition(reader: Reader) -> None:
    described = parameter(await reader.json("/ogc/openapi"), "datetime")
    assert described["schema"] == {"type": "string"}
    assert (described["in"], described["required"], described["explode"]) == ("query", False, False)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2024-10-01T00:00:00Z", [1, 3]),
        ("2024-10-01T05:00:00Z", [2, 3]),
        ("2024-10-01", [1, 2, 3]),
        ("2024-10-01T00:00:01Z/..", [2, 3]),
        ("../2024-10-01T04:59:59Z", [1, 3]),
        ("/2024-09-30T23:59:59Z", [3]),
        ("2024-10-01T05:00:00%2B07:00/2024-10-01T05:00:00Z", [1, 2, 3]),
    ],
)
async def test_fc_time_response(reader: Reader, asked: str, found: list[int]) -> None:
    assert len(stations().rows) == 3
    assert await reader.ids(f"/ogc/collections/stations/items?datetime={asked}") == found


async def test_fc_response(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/wards/items?limit=40")
    names = [feature["properties"]["full_name"] for feature in page["features"]]
    assert names == [feature["properties"]["full_name"] for feature in ward_features()]


async def test_fc_links(reader: Reader) -> None:
    path = "/ogc/collections/places/items?limit=3&tên=Ô 1"
    page = await reader.json(path)
    (own,), (other,) = links(page, "self"), links(page, "alternate")
    assert (await reader.json(own["href"]))["features"] == page["features"]
    assert (await reader.get(other["href"])).headers["content-type"].startswith(other["type"])
    assert not links(page, "next")


async def test_fc_links_next_keeps_every_parameter(reader: Reader) -> None:
    asked = f"limit=2&bbox=107,16,108,17&lang=en&crs={CRS84}&mở=true"
    page = await reader.json(f"/ogc/collections/places/items?{asked}")
    (following,) = links(await reader.json("/ogc/collections/places/items?limit=2"), "next")
    assert following["type"] == "application/geo+json"
    assert [feature["id"] for feature in page["features"]] == [2, 4]
    # two match beside the one without a geometry; it has no "mở", so the page is the last
    assert not links(page, "next")
    every = await reader.ids(f"/ogc/collections/places/items?{asked.replace('&mở=true', '')}")
    assert every == list(range(1, 26))


async def test_fc_rel_type(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/places/items?limit=3")
    assert all(link["type"] for link in page["links"])


async def test_fc_time_stamp(reader: Reader) -> None:
    said = (await reader.json("/ogc/collections/places/items"))["timeStamp"]
    age = datetime.now(UTC) - datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(age) < timedelta(minutes=1)


@pytest.mark.parametrize("asked", ["", "&bbox=107.55,16.44,107.7,16.6", "&năm=5", "&mở=false"])
async def test_fc_number_matched(reader: Reader, asked: str) -> None:
    path = f"/ogc/collections/places/items?limit=2{asked}"
    assert (await reader.json(path))["numberMatched"] == len(await reader.ids(path))


async def test_fc_number_returned(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/places/items?limit=100")
    assert page["numberReturned"] == len(page["features"]) == 25


async def test_f_op(reader: Reader) -> None:
    response = await reader.get("/ogc/collections/places/items/1")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/geo+json")


async def test_f_success(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/places/items?limit=100")
    for feature in page["features"]:
        one = await reader.json(f"/ogc/collections/places/items/{feature['id']}")
        assert {name: one[name] for name in feature} == feature


async def test_f_links(reader: Reader) -> None:
    one = await reader.json("/ogc/collections/places/items/1")
    (own,), (other,) = links(one, "self"), links(one, "alternate")
    (collection,) = links(one, "collection")
    assert await reader.json(own["href"]) == one
    assert (await reader.get(other["href"])).headers["content-type"].startswith(other["type"])
    assert (await reader.json(collection["href"]))["id"] == "places"
    assert all(link["type"] for link in one["links"])


def _text(feature: dict[str, Any]) -> str:
    return json.dumps(feature["geometry"])
