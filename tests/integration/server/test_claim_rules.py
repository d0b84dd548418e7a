"""The rules over claims through the API: for city administrators alone."""

import httpx
from fastapi import FastAPI

from gishue.accounts import sign_on, store
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers.services import Services
from tests.support import people

PASSWORD = "Trường Tiền 1899"
RULES = "/api/v1/claim-rules"


async def _signed_in(app: FastAPI, client: httpx.AsyncClient, role: Role) -> dict[str, str]:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await people.add_unit(conn, "so_xd")
        unit = None if role is Role.CITY_ADMIN else "so_xd"
        await store.add(conn, "quan-tri", PASSWORD, unit=unit, role=role)
    who = {"name": "quan-tri", "password": PASSWORD}
    return {"x-csrf-token": (await client.post("/api/v1/session", json=who)).json()["csrf"]}


async def test_an_administrator_of_the_city_adds_lists_and_removes_rules(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    csrf = await _signed_in(app, client, Role.CITY_ADMIN)
    rule = {"claim": "groups", "value": "/so_xd/*", "unit": "so_xd", "role": "editor"}
    added = await client.post(RULES, json=rule, headers=csrf)
    assert added.status_code == 201, added.text
    listed = (await client.get(RULES)).json()
    assert listed == {"items": [added.json()], "next": None}
    assert listed["items"][0] == rule | {"id": added.json()["id"], "position": 100}
    again = await client.post(RULES, json=rule, headers=csrf)
    assert again.status_code == 409
    gone = await client.delete(f"{RULES}/{added.json()['id']}", headers=csrf)
    assert gone.status_code == 204
    assert (await client.get(RULES)).json()["items"] == []
    assert (await client.delete(f"{RULES}/1", headers=csrf)).status_code == 404


async def test_a_rule_that_cannot_be_read_is_refused_in_two_languages(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    csrf = await _signed_in(app, client, Role.CITY_ADMIN)
    good = {"claim": "groups", "value": "x", "role": "viewer"}
    wrong: tuple[dict[str, object], ...] = (
        {"value": "a*b"},
        {"value": ""},
        {"unit": "khong_co"},
        {"role": "vua"},
        {"value": "/{unit}", "unit": "so_xd"},
        {"role": "city_admin", "unit": "so_xd"},
        {"position": -1},
        {"khac": 1},
    )
    for changed in wrong:
        answer = await client.post(RULES, json=good | changed, headers=csrf)
        assert answer.status_code in (404, 422), (changed, answer.text)
        assert answer.json()["detail"] != answer.json()["detail_vi"]
    for number in ("0", "-1", "x", str(2**70)):
        answer = await client.delete(f"{RULES}/{number}", headers=csrf)
        assert answer.status_code in (400, 404), answer.text


async def test_whoever_administers_a_unit_alone_does_not_see_the_rules(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    assert (await client.get(RULES)).status_code == 401
    csrf = await _signed_in(app, client, Role.UNIT_ADMIN)
    assert (await client.get(RULES)).status_code == 403
    rule = {"claim": "groups", "value": "x", "role": "viewer"}
    assert (await client.post(RULES, json=rule, headers=csrf)).status_code == 403
    assert (await client.delete(f"{RULES}/1", headers=csrf)).status_code == 403


async def test_an_account_of_the_sign_on_gets_no_password_of_its_own(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    csrf = await _signed_in(app, client, Role.CITY_ADMIN)
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await sign_on.signed_in(conn, "https://sso.example", "1", {"preferred_username": "lan"})
    answer = await client.post("/api/v1/users/lan/invitation", headers=csrf)
    assert answer.status_code == 409
    assert "sign-on" in answer.json()["detail"]
