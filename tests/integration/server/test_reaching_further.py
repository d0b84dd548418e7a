"""Insiders who reach further than they may: narrowed keys, editors, administrators of one unit."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gishue.accounts import store as accounts
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR, Limits, Role
from gishue.core.db import transaction
from gishue.core.errors import NotFound
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer

READS = Limits(None, frozenset({"read"}))


async def _key(
    app: FastAPI, role: Role, unit: str | None, limits: Limits = Limits()
) -> dict[str, str]:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        return {"x-api-key": await people.add_key(conn, role, unit, limits=limits)}


async def _city(app: FastAPI) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        for unit in ("so_xd", "so_yte"):
            await people.add_unit(conn, unit)
        await add_layer(conn, "mo", visibility=Visibility.OPEN, unit="so_xd")
    await services.registry.reload(services.pool)


NARROWED: tuple[tuple[str, str, dict[str, Any] | None], ...] = (
    ("POST", "/api/v1/claim-rules", {"claim": "sub", "value": "*", "role": "city_admin"}),
    ("GET", "/api/v1/claim-rules", None),
    ("PUT", "/api/v1/units/moi", {"title": "Mới"}),
    ("DELETE", "/api/v1/units/so_xd", None),
    ("POST", "/api/v1/units/so_xd/open", None),
    ("POST", "/api/v1/users", {"name": "lan", "role": "city_admin"}),
    ("POST", "/api/v1/keys", {"name": "k", "role": "city_admin"}),
)


@pytest.mark.parametrize(("method", "path", "body"), NARROWED)
async def test_a_narrowed_key_of_the_city_administers_nothing(
    app: FastAPI, client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    await _city(app)
    narrowed = await _key(app, Role.CITY_ADMIN, None, READS)
    answer = await client.request(method, path, json=body, headers=narrowed)
    assert answer.status_code == 403, answer.text


async def test_a_layer_is_not_pushed_onto_a_unit_that_did_not_ask(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _city(app)
    admin = await _key(app, Role.UNIT_ADMIN, "so_xd")
    pushed = await client.patch("/api/v1/layers/mo", json={"unit": "so_yte"}, headers=admin)
    assert pushed.status_code == 403


async def test_a_file_is_not_sent_in_the_name_of_another_unit(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _city(app)
    editor = await _key(app, Role.EDITOR, "so_xd")
    sent = await client.post(
        "/api/v1/uploads",
        files={"file": ("a.csv", b"x,y\n107.5,16.4\n")},
        data={"unit": "so_yte", "visibility": "open"},
        headers=editor,
    )
    assert sent.status_code == 403


async def test_names_in_a_history_are_for_staff(app: FastAPI, client: httpx.AsyncClient) -> None:
    await _city(app)
    viewer = await _key(app, Role.VIEWER, "so_yte")
    path = "/api/v1/layers/mo/history"
    told = [(await client.get(path, headers=who)).json()["items"] for who in ({}, viewer)]
    assert [{one["actor"] for one in items} for items in told] == [{""}, {"operator"}]


async def test_an_invitation_ends_when_its_account_gets_another_role(app: FastAPI) -> None:
    await _city(app)
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        number = await accounts.add(conn, "lan", None, unit="so_xd")
        token = await accounts.invite(conn, number, by=OPERATOR, now=services.now())
        await accounts.give(conn, number, Role.PUBLISHER, "so_yte")
        with pytest.raises(NotFound):
            await accounts.accept(conn, token, "một mật khẩu dài", services.now())


async def test_an_absurd_revision_does_not_have_the_registry_read(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await _city(app)
    services: Services = app.state.services
    before = -1
    while before != (before := services.registry.current.generation):
        await asyncio.sleep(0.5)  # the news of the new layer comes in
    for slug in ("mo", "vang"):
        await client.get(f"/tiles/{slug}/14/13087/7431.mvt?rev=999999")
    assert services.registry.current.generation == before
