"""The service follows the registry without a restart; the hidden answers like the absent."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from psycopg.sql import SQL

from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import description, store, tables
from layers.layer import LayerState
from layers.publish import Mode
from layers.services import Services, open_services
from tests.support.city import PLACES, add_layer
from tests.support.ogc import make_client
from tests.support.people import add_unit
from tests.support.settings import settings_in

LAYER = "/ogc/collections/cay_xanh"
DOORS = [
    *("", "/items", "/items/1", "/items/99", "/schema", "/queryables", "/tiles"),
    *("?f=html", "/items?f=html", "/items/1?f=html", "?f=jsonld", "/tiles/WebMercatorQuad"),
]


@pytest.fixture
async def services(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Services]:
    settings = settings_in(tmp_path)
    async with open_services(settings, own_database_url) as opened:
        async with transaction(opened.pool) as conn:
            await add_unit(conn, "so-tnmt")
            await add_unit(conn, "so-xd")
        yield opened


@pytest.fixture
async def client(services: Services) -> AsyncGenerator[httpx.AsyncClient]:
    async with make_client(services) as made:
        yield made


async def publish(services: Services, visibility: Visibility = Visibility.OPEN) -> None:
    async with transaction(services.pool) as conn:
        await add_layer(conn, "cay_xanh", visibility=visibility, unit="so-tnmt")


async def change(services: Services, *, visibility: Visibility) -> None:
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, "cay_xanh")
        await store.describe(conn, layer.id, replace(description.of(layer), visibility=visibility))
        revision = await store.measure(conn, layer, layer.feature_count, layer.bounds, bulk=False)
        await store.note(conn, layer, revision, OPERATOR, "described")


async def move(services: Services, to: LayerState) -> None:
    async with transaction(services.pool) as conn:
        await store.move(conn, await store.by_slug(conn, "cay_xanh"), to, OPERATOR)


async def within_two_seconds(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait until ``check`` is true; nobody tells this process but the database."""
    for _ in range(80):
        if await check():
            return
        await asyncio.sleep(0.025)
    raise AssertionError("the service did not follow the registry")


async def becomes(client: httpx.AsyncClient, status: int, **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def is_so() -> bool:
        return (await client.get(LAYER, headers=named)).status_code == status

    await within_two_seconds(is_so)


async def listed(client: httpx.AsyncClient, actor: str = "") -> list[str]:
    response = await client.get("/ogc/collections", headers={"x-test": actor})
    return [one["id"] for one in response.json()["collections"]]


async def test_a_layer_published_now_appears(services: Services, client: httpx.AsyncClient) -> None:
    assert await listed(client) == []
    await publish(services)
    await becomes(client, 200)
    assert await listed(client) == ["cay_xanh"]
    for door in DOORS:
        expected = 404 if door == "/items/99" else 200
        assert (await client.get(LAYER + door)).status_code == expected


async def test_a_retired_layer_disappears_and_may_return(
    services: Services, client: httpx.AsyncClient
) -> None:
    await publish(services)
    await becomes(client, 200)
    await move(services, LayerState.RETIRED)
    await becomes(client, 404)
    assert await listed(client) == []
    for door in DOORS:
        assert (await client.get(LAYER + door)).status_code == 404
    await move(services, LayerState.PUBLISHED)
    await becomes(client, 200)


async def test_a_restricted_layer_disappears_for_others_only(
    services: Services, client: httpx.AsyncClient
) -> None:
    await publish(services)
    await becomes(client, 200)
    await change(services, visibility=Visibility.RESTRICTED)
    await becomes(client, 404)
    for actor, status in {"": 404, "other": 404, "staff": 200, "admin": 200}.items():
        for door in ("", "/items", "/items/1", "/schema", "?f=html", "/tiles"):
            response = await client.get(LAYER + door, headers={"x-test": actor})
            assert response.status_code == status, (actor, door)
        assert await listed(client, actor) == (["cay_xanh"] if status == 200 else [])


async def test_new_content_is_served_at_once(services: Services, client: httpx.AsyncClient) -> None:
    await publish(services)
    await becomes(client, 200)
    async with transaction(services.pool) as conn:
        await add_layer(conn, "cay_xanh", mode=Mode.REPLACE, points=PLACES[:1], unit="so-tnmt")

    async def is_new() -> bool:
        return (await client.get(f"{LAYER}/items")).json()["numberMatched"] == 1

    await within_two_seconds(is_new)
    assert len((await client.get(f"{LAYER}/items")).json()["features"]) == 1


@pytest.mark.parametrize("door", DOORS)
async def test_hidden_and_absent_get_the_same_answer(
    services: Services, client: httpx.AsyncClient, door: str
) -> None:
    await publish(services, Visibility.INTERNAL)
    await becomes(client, 200, x_test="other")
    hidden = await client.get(LAYER + door)
    absent = await client.get(f"/ogc/collections/cay_khac{door}")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.headers == absent.headers
    assert hidden.text.replace("cay_xanh", "cay_khac") == absent.text


async def test_a_viewer_never_gets_what_was_kept_for_an_editor(
    services: Services, client: httpx.AsyncClient
) -> None:
    # both are staff of the owning unit, but only the editor sees what is not live
    await publish(services)
    await becomes(client, 200)
    await move(services, LayerState.RETIRED)
    await becomes(client, 404)
    assert await listed(client, "editor") == ["cay_xanh"]
    assert await listed(client, "staff") == []
    assert (await client.get(LAYER, headers={"x-test": "staff"})).status_code == 404


async def test_a_read_that_takes_too_long_is_told_to_come_back(
    own_database_url: str, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path)
    async with (
        open_services(settings, own_database_url, statement_timeout_ms=150) as services,
        make_client(services) as client,
    ):
        async with transaction(services.pool) as conn:
            layer = await add_layer(conn, "cay_xanh")
        await becomes(client, 200)
        async with transaction(services.pool) as conn:
            lock = SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
            await conn.execute(lock.format(tables.table(layer.table_name or "")))
            response = await client.get(f"{LAYER}/items")
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert "smaller box" in response.json()["detail"]
