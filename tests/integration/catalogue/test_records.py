"""OGC API Records: a record for each layer, by the rules of OGC 20-004r1."""

import re
from typing import Any

import httpx
import pytest

CATALOGUE = "/ogc/collections/_records"
ITEMS = f"{CATALOGUE}/items"


async def test_the_landing_page_leads_to_the_records(reader: httpx.AsyncClient) -> None:
    links = (await reader.get("/ogc", params={"f": "json"})).json()["links"]
    (link,) = [one for one in links if one["rel"].endswith("/ogc-catalog")]
    document = (await reader.get(link["href"])).json()
    assert (document["type"], document["itemType"]) == ("Catalog", "record")
    (items,) = [one["href"] for one in document["links"] if one["rel"] == "items"]
    assert (await reader.get(items)).json()["numberMatched"] == 2


def holds(record: dict[str, Any]) -> None:
    """Hold a record against Table 9 and the schema recordGeoJSON of OGC 20-004r1."""
    assert {"id", "type", "geometry", "properties", "time", "links"} <= record.keys()
    assert record["type"] == "Feature"
    assert (
        "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core" in record["conformsTo"]
    )
    said = record["properties"]
    assert said["type"] == "dataset"
    assert said["title"]
    for name in ("created", "updated"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said[name])
    for theme in said["themes"]:
        assert theme["scheme"]
        assert all(concept["id"] for concept in theme["concepts"])
    assert all(one.get("name") or one.get("organization") for one in said["contacts"])
    assert all(one["href"] and one["rel"] for one in record["links"])
    assert said["language"]["code"] in ("vi", "en")


@pytest.mark.parametrize("slug", ["cau", "la_lung"])
async def test_a_record_has_what_the_standard_asks_for(
    reader: httpx.AsyncClient, slug: str
) -> None:
    answer = await reader.get(f"{ITEMS}/{slug}")
    assert answer.headers["content-type"] == "application/geo+json"
    holds(answer.json())


async def test_a_record_says_what_the_registry_holds(reader: httpx.AsyncClient) -> None:
    record = (await reader.get(f"{ITEMS}/cau", params={"lang": "en"})).json()
    said = record["properties"]
    assert said["title"] == "Road bridges"
    assert said["license"] == "CC-BY-4.0"
    assert record["time"] == {"interval": ["2024-01-01", "2025-12-31"]}
    ring = record["geometry"]["coordinates"][0]
    layer = (await reader.get("/api/v1/layers/cau")).json()
    west, south, east, north = layer["bounds"]
    assert {tuple(corner) for corner in ring} == {
        (west, south),
        (east, south),
        (east, north),
        (west, north),
    }


async def test_every_link_of_a_record_answers(reader: httpx.AsyncClient) -> None:
    links = (await reader.get(f"{ITEMS}/cau")).json()["links"]
    own = [one["href"] for one in links if one["rel"] != "license"]
    answers = {one: (await reader.get(one)).status_code for one in own}
    assert len(answers) == 15 + 7
    assert set(answers.values()) == {200}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "cau duong"}, ["cau"]),
        ({"q": "bridges"}, ["cau"]),
        ({"q": "khong"}, []),
        ({"ids": "cau,khong_co"}, ["cau"]),
        ({"ids": "noi_bo"}, []),
        ({"type": "dataset"}, ["cau", "la_lung"]),
        ({"type": "service"}, []),
        ({"bbox": "107.5,16.4,107.6,16.5"}, ["cau", "la_lung"]),
        ({"bbox": "1,1,2,2"}, []),
    ],
)
async def test_records_are_found_by(
    reader: httpx.AsyncClient, asked: dict[str, str], found: list[str]
) -> None:
    document = (await reader.get(ITEMS, params=asked)).json()
    assert [one["id"] for one in document["features"]] == found
    assert document["numberMatched"] == document["numberReturned"] == len(found)


async def test_next_links_lead_through_every_record_once(reader: httpx.AsyncClient) -> None:
    address: str | None = f"{ITEMS}?limit=1"
    seen: list[str] = []
    while address is not None:
        document = (await reader.get(address)).json()
        seen += [one["id"] for one in document["features"]]
        following = [one["href"] for one in document["links"] if one["rel"] == "next"]
        address = following[0] if following else None
    assert seen == ["cau", "la_lung"]


async def test_a_prev_link_leads_back(reader: httpx.AsyncClient) -> None:
    second = (await reader.get(ITEMS, params={"limit": "1", "offset": "1"})).json()
    (before,) = [one["href"] for one in second["links"] if one["rel"] == "prev"]
    assert [one["id"] for one in (await reader.get(before)).json()["features"]] == ["cau"]


@pytest.mark.parametrize(
    "asked",
    [
        {"datetime": "yesterday"},
        {"limit": "0"},
        {"limit": "x"},
        {"offset": "-1"},
        {"bbox": "1,2"},
        {"frob": "1"},
    ],
)
async def test_a_parameter_that_makes_no_sense_is_refused(
    reader: httpx.AsyncClient, asked: dict[str, str]
) -> None:
    answer = await reader.get(ITEMS, params=asked)
    assert answer.status_code == 400
    assert answer.json()["detail_vi"]


async def test_what_one_may_not_read_has_no_record(
    reader: httpx.AsyncClient, administrator: httpx.AsyncClient
) -> None:
    assert (await reader.get(f"{ITEMS}/noi_bo")).status_code == 404
    assert (await administrator.get(f"{ITEMS}/noi_bo")).status_code == 200


async def test_the_records_are_no_collection_of_features(reader: httpx.AsyncClient) -> None:
    listed = (await reader.get("/ogc/collections", params={"f": "json"})).json()["collections"]
    assert "_records" not in [one["id"] for one in listed]
