"""OGC API Records, Part 1 (OGC 20-004r1), class record-core-query-parameters.

``cau`` covers 2024 and 2025 and is called "Cầu đường bộ" or "Road bridges"; ``la_lung`` tells none.
"""

from typing import Any
from urllib.parse import quote

import pytest

from tests.conformance.conftest import Reader
from tests.support.ogc import HERE

ITEMS = "/ogc/collections/_records/items"
BOTH = ["cau", "la_lung"]


async def found(librarian: Reader, **asked: str) -> list[Any]:
    """Return the ids of the records that are found."""
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items())
    return [one["id"] for one in (await librarian.json(f"{ITEMS}?{query}"))["features"]]


async def described(librarian: Reader, name: str) -> dict[str, Any]:
    """Return how the definition describes a parameter of the records."""
    definition = await librarian.json("/ogc/openapi")
    operation = definition["paths"]["/collections/_records/items"]["get"]
    keys = [one["$ref"].rpartition("/")[2] for one in operation["parameters"]]
    named = [definition["components"]["parameters"][key] for key in keys]
    (one,) = [one for one in named if one["name"] == name]
    return one


async def is_list_of_texts(librarian: Reader, name: str) -> None:
    """Hold the description of a parameter against that of the standard."""
    one = await described(librarian, name)
    assert (one["in"], one["required"], one["explode"]) == ("query", False, False)
    assert one["schema"] == {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("box", "ids"),
    [
        ("107.5,16.4,107.6,16.5", BOTH),
        ("107.5,16.4,-10,107.6,16.5,4000", BOTH),
        ("170,16,-170,17", []),
        ("100,16,-170,17", BOTH),
        ("1,1,2,2", []),
    ],
)
async def test_bbox(librarian: Reader, box: str, ids: list[str]) -> None:
    assert await found(librarian, bbox=box) == ids


@pytest.mark.parametrize(
    ("time", "ids"),
    [
        ("2024-06-01", BOTH),
        ("2023-12-31T23:59:59Z", ["la_lung"]),
        ("2025-12-31T23:00:00Z/..", BOTH),
        ("../2023-12-31", ["la_lung"]),
        ("2026-01-01/2027-01-01", ["la_lung"]),
        ("2020-01-01/2030-01-01", BOTH),
    ],
)
async def test_datetime(librarian: Reader, time: str, ids: list[str]) -> None:
    assert await found(librarian, datetime=time) == ids


@pytest.mark.parametrize(
    "name", ["q", "ids", "externalIds", "type", "bbox", "datetime", "limit", "offset"]
)
async def test_empty_value(librarian: Reader, name: str) -> None:
    assert await found(librarian, **{name: ""}) == BOTH


async def test_limit(librarian: Reader) -> None:
    schema = (await described(librarian, "limit"))["schema"]
    assert (schema["minimum"], schema["default"], schema["maximum"]) == (1, 100, 1000)
    page = await librarian.json(f"{ITEMS}?limit=1")
    assert (page["numberReturned"], page["numberMatched"]) == (1, 2)
    assert await found(librarian, limit="5000") == BOTH


async def test_q_definition(librarian: Reader) -> None:
    await is_list_of_texts(librarian, "q")
    assert await found(librarian, q="CẦU ĐƯỜNG") == await found(librarian, q="cầu đường") == ["cau"]


@pytest.mark.parametrize(
    ("terms", "ids"),
    [
        ("bridges", ["cau"]),
        ("road   bridges", ["cau"]),
        ("bridges road", []),
        ("khong co,bridges", ["cau"]),
        ("cong,bridges", BOTH),
        ("khong co", []),
    ],
)
async def test_q_response(librarian: Reader, terms: str, ids: list[str]) -> None:
    assert await found(librarian, q=terms) == ids


async def test_a_phrase_is_sought_within_one_text(librarian: Reader) -> None:
    # "Cầu đường bộ" ends where "Road bridges" begins
    assert await found(librarian, q="bo road") == []


async def test_type_definition(librarian: Reader) -> None:
    await is_list_of_texts(librarian, "type")


async def test_type_response(librarian: Reader) -> None:
    assert await found(librarian, type="service,dataset") == BOTH
    assert await found(librarian, type="service") == []


async def test_ids_definition(librarian: Reader) -> None:
    await is_list_of_texts(librarian, "ids")


async def test_ids_response(librarian: Reader) -> None:
    assert await found(librarian, ids="cau,khong_co") == ["cau"]
    assert await found(librarian, ids="noi_bo") == []


async def test_externalids_definition(librarian: Reader) -> None:
    await is_list_of_texts(librarian, "externalIds")


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        ("cau", ["cau"]),
        (f"{HERE}/data:cau", ["cau"]),
        (f"{HERE}/data:", BOTH),
        ("elsewhere:cau", []),
        ("elsewhere:", []),
        ("elsewhere:cau,la_lung", ["la_lung"]),
    ],
)
async def test_externalids_response(librarian: Reader, names: str, ids: list[str]) -> None:
    assert await found(librarian, externalIds=names) == ids
    (known,) = (await librarian.json(f"{ITEMS}/cau"))["properties"]["externalIds"]
    assert known == {"scheme": f"{HERE}/data", "value": "cau"}
