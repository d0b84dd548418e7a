"""A collection as it was: its features, their count and one of them, as of a time."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from gishue.core.db import transaction
from layers import store
from layers.services import Services, open_services
from tests.support import edits
from tests.support.city import add_layer
from tests.support.ogc import make_client
from tests.support.settings import settings_in

ITEMS = "/ogc/collections/cay_xanh/items"
BEFORE = {f"p{i}" for i in range(3)}


@pytest.fixture
async def services(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Services]:
    async with open_services(settings_in(tmp_path), own_database_url) as opened:
        yield opened


@pytest.fixture
async def client(services: Services) -> AsyncGenerator[httpx.AsyncClient]:
    async with make_client(services) as made:
        yield made


@pytest.fixture
async def then(services: Services) -> str:
    """Publish three points, change all of them, and return a time between."""
    async with transaction(services.pool) as conn:
        await add_layer(conn, "cay_xanh", points=[(f"p{i}", i, 568000, 1821000) for i in range(3)])
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, "cay_xanh")
        held = await edits.versions(conn, layer)
        first, second, _ = sorted(held)
        said = [
            edits.change(first, held[first], None, tên="mới"),
            edits.remove(second, held[second]),
            edits.add(tên="thêm"),
        ]
        await edits.apply(conn, "cay_xanh", said)
        lines = await store.history(conn, layer)
        before = next(line.at for line in lines if line.revision == 1)
    await services.registry.reload(services.pool)
    return quote((before + timedelta(microseconds=1)).isoformat())


def names(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    return {one["properties"]["tên"] for one in answer.json()["features"]}


async def test_items_are_those_of_then(client: httpx.AsyncClient, then: str) -> None:
    old, now = await client.get(f"{ITEMS}?as_of={then}"), await client.get(ITEMS)

    assert names(old) == BEFORE
    assert names(now) == {"mới", "p2", "thêm"}
    assert old.json()["numberMatched"] == 3


async def test_what_chooses_and_pages_chooses_among_the_features_of_then(
    client: httpx.AsyncClient, then: str
) -> None:
    here = f"{ITEMS}?as_of={then}"
    one = await client.get(f"{here}&{quote('tên')}=p1&bbox=107,16,108,17")
    crs = quote("http://www.opengis.net/def/crs/EPSG/0/9214")
    page: dict[str, Any] = (await client.get(f"{here}&limit=2&crs={crs}")).json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    rest = await client.get(following)

    assert names(one) == {"p1"}
    assert one.json()["numberMatched"] == 1
    assert len(page["features"]) == 2
    assert page["features"][0]["geometry"]["coordinates"] == [568000, 1821000]
    assert len(names(rest)) == 1
    assert names(rest) | {f["properties"]["tên"] for f in page["features"]} == BEFORE


async def test_one_feature_is_read_that_is_gone_by_now(
    client: httpx.AsyncClient, then: str
) -> None:
    listed = (await client.get(f"{ITEMS}?as_of={then}")).json()["features"]
    gone = next(one["id"] for one in listed if one["properties"]["tên"] == "p1")

    assert (await client.get(f"{ITEMS}/{gone}")).status_code == 404
    was = await client.get(f"{ITEMS}/{gone}?as_of={then}")
    page = await client.get(f"{ITEMS}?as_of={then}&f=html")

    assert was.json()["properties"]["tên"] == "p1"
    assert page.status_code == 200
    assert "p1" in page.text


@pytest.mark.parametrize(
    ("when", "status"), [("gestern", 400), ("1990-01-01", 404), ("", 400), ("9999-99-99", 400)]
)
async def test_a_time_that_cannot_be_read_or_is_not_kept(
    client: httpx.AsyncClient, then: str, when: str, status: int
) -> None:
    for path in (ITEMS, f"{ITEMS}/1"):
        answer = await client.get(f"{path}?as_of={when}")
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
