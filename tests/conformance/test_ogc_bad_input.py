"""Every malformed request is refused in one sentence that names the fault; none is a 5xx."""

from urllib.parse import quote

import pytest

from tests.conformance.conftest import Reader
from tests.support.ogc import ODD_NAME

ITEMS = "/ogc/collections/places/items"
LONG = "9" * 5000

BAD = [
    (f"{ITEMS}?limit=0", "limit"),
    (f"{ITEMS}?limit=-1", "limit"),
    (f"{ITEMS}?limit=1.5", "limit"),
    (f"{ITEMS}?limit=", "limit"),
    (f"{ITEMS}?limit=١٢", "limit"),
    (f"{ITEMS}?limit={LONG}", "limit"),
    (f"{ITEMS}?limit=1&limit=2", "limit"),
    (f"{ITEMS}?offset=-1", "offset"),
    (f"{ITEMS}?offset=x", "offset"),
    (f"{ITEMS}?offset=1&cursor=WzFd", "offset"),
    (f"{ITEMS}?cursor=", "cursor"),
    (f"{ITEMS}?cursor=%00", "cursor"),
    (f"{ITEMS}?cursor=WyJ4Il0", "cursor"),  # ["x"]
    (f"{ITEMS}?cursor=WzFlOTld", "cursor"),  # [1e99]
    (f"{ITEMS}?cursor={'W1tb' * 4000}", "cursor"),  # [[[…
    (f"{ITEMS}?bbox=", "bbox"),
    (f"{ITEMS}?bbox=1,2,3", "bbox"),
    (f"{ITEMS}?bbox=1,2,3,4,5", "bbox"),
    (f"{ITEMS}?bbox=a,b,c,d", "bbox"),
    (f"{ITEMS}?bbox=nan,16,108,17", "bbox"),
    (f"{ITEMS}?bbox=107,16,inf,17", "bbox"),
    (f"{ITEMS}?bbox=1_0,16,108,17", "bbox"),
    (f"{ITEMS}?bbox=107,17,108,16", "bbox"),
    (f"{ITEMS}?bbox=16,107,17,108", "latitude beyond 90"),
    (f"{ITEMS}?bbox=107,16,108,1e400", "bbox"),
    (f"{ITEMS}?bbox-crs=x", "bbox-crs"),
    (f"{ITEMS}?bbox=2,1,1,2&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/9214", "bbox"),
    (f"{ITEMS}?crs=x", "crs"),
    (f"{ITEMS}?datetime=", "datetime"),
    (f"{ITEMS}?datetime=yesterday", "datetime"),
    (f"{ITEMS}?datetime=2024-13-01T00:00:00Z", "datetime"),
    (f"{ITEMS}?datetime=2024-10-01T00:00:00", "datetime"),
    (f"{ITEMS}?datetime=2024-10-02T00:00:00Z/2024-10-01T00:00:00Z", "datetime"),
    (f"{ITEMS}?datetime=../..", "datetime"),
    (f"{ITEMS}?datetime=/", "datetime"),
    (f"{ITEMS}?datetime=a/b/c", "datetime"),
    (f"{ITEMS}?datetime=0001-01-01T00:00:00%2B23:59", "datetime"),
    (f"{ITEMS}?năm=old", "năm"),
    (f"{ITEMS}?năm={LONG}", "năm"),
    (f"{ITEMS}?năm=99999999999999999999", "năm"),
    (f"{ITEMS}?{quote(ODD_NAME)}=high", ODD_NAME),
    (f"{ITEMS}?mở=maybe", "mở"),
    (f"{ITEMS}?ngày=2024-02-30", "ngày"),
    (f"{ITEMS}?TÊN=x", "TÊN"),
    (f"{ITEMS}?geometry=x", "geometry"),
    (f"{ITEMS}?f=xml", "f"),
    (f"{ITEMS}?f=jsonld", "f"),
    (f"{ITEMS}?lang=fr", "lang"),
    (f"{ITEMS}?filter=1=1", "filter"),
    (f"{ITEMS}/1?limit=1", "limit"),
    (f"{ITEMS}/1?crs=x", "crs"),
    ("/ogc?f=png", "f"),
    ("/ogc/collections?limit=5", "limit"),
    ("/ogc/collections/places/schema?f=jsonld", "f"),
]

ABSENT = [
    "/ogc/collections/none",
    "/ogc/collections/none/items",
    "/ogc/collections/%00",
    "/ogc/collections/" + "x" * 3000,
    f"{ITEMS}/999",
    f"{ITEMS}/0",
    f"{ITEMS}/-1",
    f"{ITEMS}/01",
    f"{ITEMS}/1.0",
    f"{ITEMS}/x",
    f"{ITEMS}/%00",
    f"{ITEMS}/²",
    f"{ITEMS}/{LONG}",
    f"{ITEMS}/9223372036854775808",
    f"{ITEMS}/1%20OR%201=1",
    "/ogc/nothing",
]


@pytest.mark.parametrize(("path", "named"), BAD)
async def test_a_malformed_parameter_is_400_and_named(
    reader: Reader, path: str, named: str
) -> None:
    response = await reader.get(path)
    assert (response.status_code, response.headers["content-type"]) == (
        400,
        "application/problem+json",
    )
    problem = response.json()
    assert named in problem["detail"]
    assert problem["detail_vi"] != problem["detail"]
    assert len(response.content) < 2000


@pytest.mark.parametrize("path", ABSENT)
async def test_what_is_not_there_is_404(reader: Reader, path: str) -> None:
    response = await reader.get(path)
    assert (response.status_code, response.headers["content-type"]) == (
        404,
        "application/problem+json",
    )


async def test_a_value_with_a_nul_matches_nothing(reader: Reader) -> None:
    assert await reader.ids(f"{ITEMS}?tên=x%00y") == []


async def test_a_property_with_an_odd_name_is_found(reader: Reader) -> None:
    assert await reader.ids(f"{ITEMS}?{quote(ODD_NAME)}=1.5") == [3]


async def test_quotes_in_a_value_are_only_a_value(reader: Reader) -> None:
    assert await reader.ids(f"{ITEMS}?tên=' OR true --") == []


@pytest.mark.parametrize(
    "accept", ["", "*/*", "image/png", "text/html;q=0", ";;q=x,", "application/json"]
)
async def test_json_is_the_answer_when_no_page_is_wanted(reader: Reader, accept: str) -> None:
    response = await reader.get("/ogc/collections", accept=accept)
    assert response.headers["content-type"] == "application/json"


async def test_a_property_that_is_called_like_a_parameter_is_no_queryable(reader: Reader) -> None:
    names = (await reader.json("/ogc/collections/places/queryables"))["properties"]
    assert "limit" not in names
    assert "limit" in (await reader.json("/ogc/collections/places/schema"))["properties"]
