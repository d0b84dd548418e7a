"""OGC API Features, Part 1 (OGC 17-069r4), class geojson: one test for each requirement."""

import pytest
import shapely

from tests.conformance.conftest import Reader
from tests.support.ogc import ODD_NAME, ward_features


async def test_definition(reader: Reader) -> None:
    for end, media_type in {
        "": "application/json",
        "/items": "application/geo+json",
        "/items/1": "application/geo+json",
        "/schema": "application/schema+json",
    }.items():
        response = await reader.get(f"/ogc/collections/places{end}", accept="*/*")
        assert response.headers["content-type"] == media_type


async def test_content(reader: Reader) -> None:
    page = await reader.json("/ogc/collections/places/items?limit=100")
    assert page["type"] == "FeatureCollection"
    assert page["links"]
    for feature in page["features"]:
        assert feature["type"] == "Feature"
        assert feature.keys() == {"type", "id", "version", "geometry", "properties"}
    one = await reader.json("/ogc/collections/places/items/1")
    assert one.keys() == {"type", "id", "version", "geometry", "properties", "links"}


async def test_content_keeps_text_numbers_and_nothing(reader: Reader) -> None:
    first = (await reader.json("/ogc/collections/places/items/1"))["properties"]
    assert first == {
        "tên": "Ngọ Môn (gate, approx)",
        "năm": 1801,
        "ngày": "2024-01-01",
        ODD_NAME: 0.5,
        "mở": False,
        "limit": "x",
    }
    last = await reader.json("/ogc/collections/places/items/25")
    assert (last["geometry"], set(last["properties"].values())) == (None, {"Chưa rõ vị trí", None})


@pytest.mark.parametrize("number", [1, 17, 40])
async def test_content_has_the_shape_that_was_received(reader: Reader, number: int) -> None:
    one = await reader.json(f"/ogc/collections/wards/items/{number}")
    found = shapely.MultiPolygon([(p[0], p[1:]) for p in one["geometry"]["coordinates"]])
    source = ward_features()[number - 1]["geometry"]
    received = shapely.MultiPolygon([(p[0], p[1:]) for p in source["coordinates"]])
    assert shapely.hausdorff_distance(found, received) < 2e-7  # 2 cm, after VN-2000 and back
