"""The doors of the web application, and that each asks the same question about access."""

import httpx
from fastapi import FastAPI

from gishue.accounts import store as accounts
from gishue.core.access import Visibility
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer

PASSWORD = "Trường Tiền 1899"


async def _publish(
    app: FastAPI, slug: str, visibility: Visibility, unit: str | None = None
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        if unit:
            await people.add_unit(conn, unit)
        await add_layer(conn, slug, visibility=visibility, unit=unit)
    await services.registry.reload(services.pool)


async def _account(app: FastAPI, name: str, role: Role, unit: str | None = None) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await accounts.add(conn, name, PASSWORD, unit=unit, role=role)


async def _sign_in(client: httpx.AsyncClient, name: str) -> str:
    answer = await client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["csrf"])


DOORS = (
    "/api/v1/layers/{slug}",
    "/api/v1/layers/{slug}/features",
    "/api/v1/layers/{slug}/features/1",
    "/api/v1/layers/{slug}/history",
    "/tiles/{slug}/tilejson.json",
    "/tiles/{slug}/style.json",
    "/tiles/{slug}/legend.json",
    "/tiles/{slug}/14/13087/7431.mvt",
    "/ogc/collections/{slug}",
    "/ogc/collections/{slug}/items",
    "/ogc/collections/{slug}/items/1",
    "/files/{slug}/{slug}.geojson",
    "/files/{slug}/{slug}.gpkg",
)


async def test_a_visitor_sees_open_layers_and_nothing_of_the_others(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _publish(app, "mo", Visibility.OPEN)
    await _publish(app, "noi_bo", Visibility.INTERNAL)
    await _publish(app, "han_che", Visibility.RESTRICTED)
    for door in DOORS:
        opened = await client.get(door.format(slug="mo"))
        assert opened.status_code in (200, 204), opened.text
        slugs = ("noi_bo", "han_che", "vang")
        told = [await client.get(door.format(slug=slug)) for slug in slugs]
        assert [answer.status_code for answer in told] == [404, 404, 404], door
        bodies = {a.text.replace(slug, "…") for a, slug in zip(told, slugs, strict=True)}
        assert len(bodies) == 1, bodies


async def test_the_owning_unit_sees_its_restricted_layer_through_every_door(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _publish(app, "han_che", Visibility.RESTRICTED, unit="so_xd")
    await _account(app, "lan", Role.VIEWER, "so_xd")
    await _sign_in(client, "lan")
    for door in DOORS:
        answer = await client.get(door.format(slug="han_che"))
        assert answer.status_code in (200, 204), answer.text
        assert "public" not in answer.headers.get("cache-control", ""), door


async def test_lists_hold_what_one_may_see(app: FastAPI, client: httpx.AsyncClient) -> None:
    await _publish(app, "mo", Visibility.OPEN)
    await _publish(app, "han_che", Visibility.RESTRICTED)
    listed = (await client.get("/api/v1/layers")).json()
    assert [layer["slug"] for layer in listed["items"]] == ["mo"]
    collections = (await client.get("/ogc/collections", params={"f": "json"})).json()
    assert [one["id"] for one in collections["collections"]] == ["mo"]
    found = (await client.get("/api/v1/search", params={"q": "ngo mon"})).json()
    assert {hit["layer"] for hit in found["items"]} == {"mo"}


async def test_a_wrong_key_is_refused_and_not_taken_for_a_visitor(
    client: httpx.AsyncClient,
) -> None:
    for headers in ({"x-api-key": "gh_x"}, {"authorization": "Bearer abc"}):
        answer = await client.get("/api/v1/layers", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/not-signed-in"
        assert answer.json()["detail_vi"]


async def test_a_key_opens_what_its_unit_owns(app: FastAPI, client: httpx.AsyncClient) -> None:
    await _publish(app, "han_che", Visibility.RESTRICTED, unit="so_xd")
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        key = await people.add_key(conn, Role.VIEWER, "so_xd")
    answer = await client.get("/tiles/han_che/tilejson.json", params={"key": key})
    assert answer.status_code == 200
    assert (await client.get("/api/v1/layers/han_che", params={"key": key})).status_code == 404


async def test_a_wrong_password_says_one_sentence_in_two_languages(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/api/v1/session", json={"name": "admin", "password": "sai"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (401, "/problems/wrong-password")
    assert "mật khẩu" in problem["detail_vi"]


async def test_an_unsafe_request_of_a_session_needs_its_token(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _publish(app, "mo", Visibility.OPEN)
    await _account(app, "quan_tri", Role.CITY_ADMIN)
    csrf = await _sign_in(client, "quan_tri")
    change = {"title": "Tên mới"}
    assert (await client.patch("/api/v1/layers/mo", json=change)).status_code == 403
    right = await client.patch("/api/v1/layers/mo", json=change, headers={"x-csrf-token": csrf})
    assert (right.status_code, right.json()["title"], right.json()["revision"]) == (
        200,
        "Tên mới",
        2,
    )
    forged = {"x-csrf-token": csrf, "sec-fetch-site": "cross-site"}
    assert (await client.patch("/api/v1/layers/mo", json=change, headers=forged)).status_code == 403


async def test_a_visitor_may_not_change_or_delete(app: FastAPI, client: httpx.AsyncClient) -> None:
    await _publish(app, "mo", Visibility.OPEN)
    assert (await client.patch("/api/v1/layers/mo", json={"title": "x"})).status_code == 401
    assert (await client.delete("/api/v1/layers/mo")).status_code == 401
    assert (await client.get("/api/v1/users")).status_code == 401
    assert (await client.post("/api/v1/uploads")).status_code == 401


async def test_a_retired_layer_is_gone_from_every_door_at_once(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _publish(app, "mo", Visibility.OPEN)
    await _account(app, "quan_tri", Role.CITY_ADMIN)
    csrf = {"x-csrf-token": await _sign_in(client, "quan_tri")}
    changed = await client.patch("/api/v1/layers/mo", json={"state": "retired"}, headers=csrf)
    assert changed.json()["state"] == "retired"
    await client.delete("/api/v1/session", headers=csrf)
    client.cookies.clear()
    for door in DOORS:
        assert (await client.get(door.format(slug="mo"))).status_code == 404, door


async def test_health_needs_nobody_and_readiness_names_what_is_missing(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/healthz")).status_code == 200
    ready = await client.get("/readyz")
    checks = ready.json()["checks"]
    assert (ready.status_code, checks.pop("queue")) == (503, "no worker runs")
    assert set(checks.values()) == {"ok"}


async def test_metrics_count_answers(client: httpx.AsyncClient) -> None:
    await client.get("/api/v1/layers")
    text = (await client.get("/metrics")).text
    assert 'gishue_http_answers_total{door="api",status="200"}' in text
    assert "gishue_jobs_waiting" in text


async def test_openapi_describes_the_api_and_its_page_needs_no_script(
    client: httpx.AsyncClient,
) -> None:
    paths = (await client.get("/api/v1/openapi.json")).json()["paths"]
    assert {"/api/v1/layers", "/api/v1/search", "/api/v1/uploads", "/api/v1/reports"} <= set(paths)
    page = (await client.get("/api/v1/docs")).text
    assert "/api/v1/layers/{slug}" in page
    assert "<script" not in page


MALFORMED = {
    "/api/v1/layers?limit=0": 400,
    "/api/v1/layers?cursor=zzz": 400,
    "/api/v1/layers/mo/features?bbox=1,2": 400,
    "/api/v1/layers/mo/features/99": 404,
    f"/api/v1/layers/mo/features/{'9' * 30}": 404,
    "/api/v1/search": 400,
    "/api/v1/nothing": 404,
    "/tiles/mo/99/0/0.mvt": 404,
    "/tiles/mo/abc/0/0.mvt": 404,
    "/api/v1/reports/%00": 404,
    "/api/v1/flights/%00": 400,
}


async def test_a_malformed_request_is_refused_in_words(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _publish(app, "mo", Visibility.OPEN)
    for address, status in MALFORMED.items():
        answer = await client.get(address)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


async def test_every_answer_carries_safe_headers_and_an_id(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/layers", headers={"x-request-id": "from-outside-1"})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"] == "from-outside-1"
