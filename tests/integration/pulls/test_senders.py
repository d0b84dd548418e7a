"""A source is fetched with the rights that whoever began the pull has then, and ends with them."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from conversion.options import IngestOptions
from gishue.accounts import keys
from gishue.accounts import store as accounts
from gishue.core.actor import UNLIMITED, Actor, Limits, Role
from gishue.core.db import transaction
from gishue.pulls import looking, store
from gishue.pulls.pull import Outcome, Pull, PullId, PullKind
from gishue.server.app import make_app
from layers import store as layer_store
from layers.publish import Mode
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer
from tests.support.settings import settings_in
from tests.support.source import Site, served
from tests.support.upload import geojson, points, rows

PULLS = "/api/v1/pulls"


@pytest.fixture
def site() -> Generator[Site]:
    """A source of five stations."""
    with served() as running:
        running.files["/tram.geojson"] = geojson(points(5))
        yield running


@pytest.fixture
async def app(own_database_url: str, tmp_path: Path, site: Site) -> AsyncGenerator[FastAPI]:
    """The application, which may ask the source."""
    settings = settings_in(tmp_path, pull_hosts=site.host, pull_networks="127.0.0.0/8")
    made = make_app(settings, own_database_url)
    async with made.router.lifespan_context(made):
        async with transaction(made.state.services.pool) as conn:
            await people.add_unit(conn, "so_xd")
        yield made


@pytest.fixture
def here(app: FastAPI) -> Services:
    """The services of the application."""
    return app.state.services


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A program that sends no credential by itself."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as made:
        yield made


async def key_of(
    services: Services, unit: str | None = "so_xd", limits: Limits = UNLIMITED
) -> dict[str, str]:
    """Return the headers of a new publisher's key; all of them have one name."""
    async with transaction(services.pool) as conn:
        return {"x-api-key": await people.add_key(conn, Role.PUBLISHER, unit, "lgsp", limits)}


async def added(
    client: httpx.AsyncClient, site: Site, who: dict[str, str], layer: str = "tram"
) -> PullId:
    body = {"url": site.url("/tram.geojson"), "layer": layer}
    answer = await client.post(PULLS, headers=who, json=body)
    assert answer.status_code == 201, answer.text
    return PullId(answer.json()["id"])


async def pull_of(services: Services, pull_id: PullId) -> Pull:
    async with transaction(services.pool) as conn:
        return await store.by_id(conn, pull_id)


@pytest.mark.parametrize("end", ["revoked_at = now()", "expires_at = now()", "layers = '{y}'"])
async def test_the_pull_of_a_key_that_ended_or_was_narrowed_asks_and_publishes_nothing(
    here: Services, client: httpx.AsyncClient, site: Site, end: str
) -> None:
    pull = await added(client, site, await key_of(here))
    async with transaction(here.pool) as conn:
        await conn.execute(f"UPDATE gis.api_key SET {end}".encode())
    assert await looking.look(here, pull) is Outcome.REFUSED
    assert site.asked == []
    after = await pull_of(here, pull)
    assert after.problem is not None
    assert after.problem["type"] == "/problems/sender-gone"
    assert "lgsp" in after.problem["detail"]
    assert "làm lại" in after.problem["detail_vi"]
    assert await rows(here, "SELECT count(*) FROM gis.layer WHERE slug = 'tram'") == [(0,)]


async def test_an_editor_of_the_unit_sees_why_a_pull_is_refused(
    here: Services, client: httpx.AsyncClient, site: Site
) -> None:
    gone, other = await key_of(here), await key_of(here)
    pull = await added(client, site, gone)
    async with transaction(here.pool) as conn:
        key_id = (await keys.bearer(conn, gone["x-api-key"], here.now())).key_id
        await conn.execute("UPDATE gis.api_key SET revoked_at = now() WHERE id = %s", [key_id])
    await looking.look(here, pull)
    shown = (await client.get(f"{PULLS}/{pull}", headers=other)).json()
    assert (shown["outcome"], shown["problem"]["status"]) == ("refused", 403)


async def test_a_source_is_asked_once_an_account_that_was_blocked_may_publish_again(
    here: Services, site: Site
) -> None:
    async with transaction(here.pool) as conn:
        await accounts.add(conn, "truong", "một mật khẩu dài", role=Role.CITY_ADMIN)
        number = await accounts.add(
            conn, "lan", "một mật khẩu dài", unit="so_xd", role=Role.PUBLISHER
        )
        lan = await accounts.actor_by_id(conn, number)
        assert lan is not None
    pull = await began(here, site, lan, "tram")
    async with transaction(here.pool) as conn:
        await accounts.deactivate(conn, "lan")
    assert await looking.look(here, pull) is Outcome.REFUSED
    assert "lan" in ((await pull_of(here, pull)).problem or {})["detail"]
    async with transaction(here.pool) as conn:
        await accounts.activate(conn, "lan")
        await accounts.give(conn, number, Role.EDITOR, "so_xd")
    assert await looking.look(here, pull) is Outcome.REFUSED
    assert site.asked == []
    async with transaction(here.pool) as conn:
        await accounts.give(conn, number, Role.PUBLISHER, "so_xd")
    assert await looking.look(here, pull) is Outcome.PUBLISHED


async def began(services: Services, site: Site, actor: Actor, layer: str) -> PullId:
    options = IngestOptions(layer=layer, mode=Mode.REPLACE, or_create=True)
    async with transaction(services.pool) as conn:
        url = site.url("/tram.geojson")
        return await store.create(conn, url, PullKind.FILE, options, 3_600, actor)


@pytest.mark.parametrize(
    ("unit", "limits"),
    [(None, UNLIMITED), ("so_xd", Limits(None, frozenset({"read", "edit"})))],
    ids=["of no unit", "made to edit"],
)
async def test_a_pull_replaces_no_layer_that_its_key_could_not(
    here: Services, site: Site, unit: str | None, limits: Limits
) -> None:
    key = await key_of(here, unit, limits)
    async with transaction(here.pool) as conn:
        await add_layer(conn, "tram", unit=unit)
        actor = (await keys.bearer(conn, key["x-api-key"], here.now())).actor
    pull = await began(here, site, actor, "tram")
    assert await looking.look(here, pull) is Outcome.REFUSED
    assert ((await pull_of(here, pull)).problem or {})["type"] == "/problems/forbidden"
    assert site.asked == []
    async with transaction(here.pool) as conn:
        assert (await layer_store.by_slug(conn, "tram")).revision == 1


async def test_a_key_for_one_layer_sees_and_works_its_pulls_alone(
    here: Services, client: httpx.AsyncClient, site: Site
) -> None:
    whole, narrow = await key_of(here), await key_of(here, limits=Limits(frozenset({"x"})))
    mine = await added(client, site, narrow, "x")
    others = await added(client, site, whole, "x_tram")
    listed = (await client.get(PULLS, headers=narrow)).json()["items"]
    assert [one["id"] for one in listed] == [mine]
    assert len((await client.get(PULLS, headers=whole)).json()["items"]) == 2
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"every_s": 60}),
        ("POST", "/run", None),
        ("DELETE", "", None),
    ):
        answer = await client.request(method, f"{PULLS}/{others}{path}", headers=narrow, json=body)
        assert answer.status_code == 404, (method, answer.text)
    body = {"url": site.url("/tram.geojson"), "layer": "x_tram"}
    assert (await client.post(PULLS, headers=narrow, json=body)).status_code == 403
    assert (await client.delete(f"{PULLS}/{mine}", headers=narrow)).status_code == 204
