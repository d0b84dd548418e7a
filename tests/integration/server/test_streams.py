"""A stream of events ends with the session, key or account that opened it."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from conversion import store as uploads
from conversion.options import IngestOptions
from gishue.accounts import keys, sessions
from gishue.accounts import store as accounts
from gishue.api import streams
from gishue.core import blobs, events
from gishue.core.access import Act, Visibility
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import Connection, transaction
from layers import closure_store, sharing_store, store
from layers.services import Services
from layers.sharing import Wish
from layers.snapshot import Registry
from tests.support.city import add_layer
from tests.support.closing import CLOSURE
from tests.support.line import listening
from tests.support.people import add_key, add_unit

EVENTS = "/api/v1/events"
type Headers = dict[str, str]


@pytest.fixture
async def city(app: FastAPI) -> Services:
    """A restricted layer ``kin`` of ``so_xd``."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        for unit in ("so_xd", "so_yte"):
            await add_unit(conn, unit)
        await add_layer(conn, "kin", unit="so_xd", visibility=Visibility.RESTRICTED)
        await add_layer(conn, "mo", unit="so_xd")
    await services.registry.reload(services.pool)
    return services


async def by_session(services: Services) -> Headers:
    async with transaction(services.pool) as conn:
        number = await accounts.add(conn, "lan", "một mật khẩu dài", unit="so_xd", role=Role.EDITOR)
        opened = await sessions.open_(conn, number, services.now(), hours=1)
    return {"cookie": f"gishue={opened.token}", "x-csrf-token": opened.csrf}


async def by_key(services: Services) -> Headers:
    async with transaction(services.pool) as conn:
        return {"x-api-key": await add_key(conn, Role.EDITOR, "so_xd")}


async def tell(services: Services, slug: str) -> None:
    """Let a change of the layer be heard."""
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, slug)
        revision = await store.measure(conn, layer, 2, layer.bounds, bulk=False)
        await store.note(conn, layer, revision, OPERATOR, "described")


async def session_ends(conn: Connection) -> None:
    await conn.execute("DELETE FROM gis.session")


async def account_is_blocked(conn: Connection) -> None:
    await accounts.deactivate(conn, "lan")


async def role_is_taken(conn: Connection) -> None:
    number = (await accounts.by_name(conn, "lan")).id
    await accounts.take(conn, number, "so_xd")


async def key_is_revoked(conn: Connection) -> None:
    (key,) = await keys.all_keys(conn)
    await keys.revoke(conn, key.id, OPERATOR)


WAYS: list[tuple[Callable[[Services], Awaitable[Headers]], Callable[..., Awaitable[None]]]] = [
    (by_session, session_ends),
    (by_session, account_is_blocked),
    (by_session, role_is_taken),
    (by_key, key_is_revoked),
]


@pytest.mark.parametrize(("enter", "end"), WAYS)
async def test_news_end_when_one_is_not_who_one_was(
    app: FastAPI,
    city: Services,
    enter: Callable[[Services], Awaitable[Headers]],
    end: Callable[[Connection], Awaitable[None]],
) -> None:
    async with listening(app, EVENTS, await enter(city)) as line:
        await line.until(streams.BEAT)
        await tell(city, "kin")
        await line.until('"slug": "kin", "action": "described"')
        async with transaction(city.pool) as conn:
            await end(conn)
        await tell(city, "kin")
        assert "kin" not in await line.rest()


@pytest.mark.parametrize(("enter", "end"), WAYS)
async def test_an_upload_is_watched_as_long_as_one_may(
    app: FastAPI,
    city: Services,
    enter: Callable[[Services], Awaitable[Headers]],
    end: Callable[[Connection], Awaitable[None]],
) -> None:
    headers = await enter(city)
    number = await sent(city)
    async with listening(app, f"/api/v1/uploads/{number}/events", headers) as line:
        await line.until("event: progress")
        async with transaction(city.pool) as conn:
            await end(conn)
        await progress(city, number)
        assert await line.rest() == ""


async def sent(services: Services) -> Any:
    """Return an upload of ``so_xd`` that nobody works on."""
    blob = services.blobs.put_stream(io.BytesIO(b"{}"))
    async with transaction(services.pool) as conn:
        await blobs.register(conn, blob, "a.geojson", "application/octet-stream")
        options = IngestOptions(layer="moi", said={"unit": "so_xd"})
        return await uploads.create(conn, "a.geojson", blob, options, OPERATOR)


async def progress(services: Services, number: Any) -> None:
    async with transaction(services.pool) as conn:
        await events.record(conn, "upload", {"id": str(number)})


async def test_a_visitor_hears_nothing_of_a_layer_once_it_is_closed(
    app: FastAPI, city: Services
) -> None:
    async with listening(app, EVENTS) as line:
        await line.until(streams.BEAT)
        await tell(city, "mo")
        await line.until('"revision": 2')
        async with transaction(city.pool) as conn:
            layer = await store.by_slug(conn, "mo")
            await closure_store.decide(conn, layer, Visibility.RESTRICTED, CLOSURE, OPERATOR)
        await tell(city, "mo")
        async with transaction(city.pool) as conn:
            await events.record(conn, "report", {"code": "7QX2K"})
        assert '"mo"' not in await line.until("7QX2K")


async def test_who_loses_a_closed_layer_hears_so_once_and_nothing_else_of_it(
    app: FastAPI, city: Services
) -> None:
    wish = Wish("so_yte", frozenset({Act.READ}))
    async with transaction(city.pool) as conn:
        key = await add_key(conn, Role.VIEWER, "so_yte")
    async with listening(app, EVENTS, {"x-api-key": key}) as line:
        await line.until(streams.BEAT)
        await tell(city, "kin")
        async with transaction(city.pool) as conn:
            layer = await store.by_slug(conn, "kin")
            await sharing_store.give(conn, layer, wish, OPERATOR, city.now())
        heard = await line.until('"action": "shared"')
        assert '"described"' not in heard
        async with transaction(city.pool) as conn:
            layer = await store.by_slug(conn, "kin")
            await sharing_store.revoke_unit(conn, layer, "so_yte", OPERATOR)
        gone = await line.until('"kin"')
        assert gone.endswith('data: {"slug": "kin", "action": "gone"}\n\n')
        await tell(city, "kin")
        async with transaction(city.pool) as conn:
            await events.record(conn, "report", {"code": "7QX2K"})
        assert '"kin"' not in await line.until("7QX2K")


async def test_it_is_asked_from_time_to_time_without_news() -> None:
    answers = iter([True, True, False])

    async def still() -> bool:
        return next(answers)

    registry = Registry()
    heard = [one async for one in streams.heard(registry, lambda _: True, still, 0.01)]
    assert heard == [None, None, None]
    assert registry.watchers == []
    assert streams.BEAT_S <= 15


async def test_a_page_that_only_listens_does_not_keep_its_session_alive(
    app: FastAPI, city: Services, client: httpx.AsyncClient
) -> None:
    headers = await by_session(city)
    async with listening(app, EVENTS, headers) as line:
        await line.until(streams.BEAT)
        async with transaction(city.pool) as conn:
            await conn.execute("UPDATE gis.session SET seen_at = now() - interval '10 minutes'")
        await tell(city, "kin")
        await line.until("event: layer")
        async with transaction(city.pool) as conn:
            row = await (await conn.execute("SELECT now() - seen_at FROM gis.session")).fetchone()
    assert row is not None
    assert row[0].total_seconds() >= 600
    await asyncio.wait_for(client.get("/api/v1/me", headers=headers), 10)
