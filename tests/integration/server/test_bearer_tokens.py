"""Access tokens of the city's issuer at every door, beside the keys of programs."""

import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from starlette.middleware import Middleware

from gishue.accounts import claim_rules, store
from gishue.accounts.claim_rule import ClaimRule
from gishue.accounts.token import LOGOUT_EVENT
from gishue.core.access import Visibility
from gishue.core.actor import Role
from gishue.core.db import transaction
from gishue.server.app import make_app
from gishue.server.edges import Edges
from gishue.server.middleware import Rim
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer
from tests.support.issuer import CLIENT_ID
from tests.support.own_issuer import OwnIssuer, made_by_hand, own_issuer
from tests.support.settings import settings_in
from tiles import app as tiles_app

PASSWORD = "Trường Tiền 1899"
DOORS = (
    "/api/v1/layers/han_che",
    "/api/v1/layers/han_che/features",
    "/tiles/han_che/tilejson.json",
    "/tiles/han_che/14/13087/7431.mvt",
    "/ogc/collections/han_che/items",
    "/files/han_che/han_che.geojson",
)


@pytest.fixture
def issuer() -> Generator[OwnIssuer]:
    """An issuer of the test's own."""
    with own_issuer() as running:
        yield running


@pytest.fixture
async def app(own_database_url: str, tmp_path: Path, issuer: OwnIssuer) -> AsyncGenerator[FastAPI]:
    """The application, with one restricted layer of a unit that a rule leads to."""
    settings = settings_in(tmp_path, oidc_issuer=issuer.url, oidc_client_id=CLIENT_ID)
    made = make_app(settings, own_database_url)
    async with made.router.lifespan_context(made):
        services: Services = made.state.services
        async with transaction(services.pool) as conn:
            await people.add_unit(conn, "so_xd")
            await add_layer(conn, "han_che", visibility=Visibility.RESTRICTED, unit="so_xd")
            rule = ClaimRule(0, 1, "realm_access.roles", "gis-viewer", "so_xd", Role.VIEWER)
            await claim_rules.add(conn, rule)
        await services.registry.reload(services.pool)
        yield made


def _with(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _is_refused(answer: httpx.Response, status: int = 401, slug: str = "token-refused") -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"/problems/{slug}"
    assert body["detail"] != body["detail_vi"]
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"


async def _me(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/api/v1/me", headers=_with(token))


async def test_a_token_opens_at_every_door_what_its_claims_give(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    token = issuer.token(time.time())
    for door in DOORS:
        assert (await client.get(door)).status_code == 404, door
        answer = await client.get(door, headers=_with(token))
        assert answer.status_code in (200, 204), (door, answer.text)
        assert "public" not in answer.headers.get("cache-control", ""), door
    me = (await _me(client, token)).json()
    assert (me["name"], me["roles"], me["csrf"]) == ("lan", {"so_xd": "viewer"}, None)


@pytest.mark.parametrize("alg", ["RS256", "RS512", "PS256", "ES256"])
async def test_signatures_by_public_keys_are_taken(
    client: httpx.AsyncClient, issuer: OwnIssuer, alg: str
) -> None:
    key = issuer.curve_key if alg == "ES256" else issuer.key
    token = issuer.sign(issuer.claims(time.time()), key, alg=alg, typ="at+jwt")
    assert (await _me(client, token)).json()["name"] == "lan"


WRONG: dict[str, dict[str, Any]] = {
    "expired": {"exp": -60},
    "expiring never": {"exp": None},
    "not valid yet": {"nbf": 3_600},
    "issued in the future": {"iat": 3_600},
    "issued at no time": {"iat": None},
    "of another issuer": {"iss": "https://khac.example"},
    "of no issuer": {"iss": None},
    "for another service": {"aud": ["account"]},
    "for another service, given to us": {"aud": "dich-vu-khac", "azp": CLIENT_ID},
    "for nobody, given to another": {"aud": None},
    "of nobody": {"sub": None},
    "of a nameless one": {"sub": ""},
    "of somebody unprintable": {"sub": "a\x00b"},
    "an ID token of Keycloak": {"typ": "ID"},
    "an ID token": {"typ": None, "nonce": "n"},
    "an ID token without any mark": {"typ": None},
    "a refresh token": {"typ": "Refresh"},
    "a logout token": {"events": {LOGOUT_EVENT: {}}},
    "with times that are none": {"exp": "mai"},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG.keys())
async def test_a_token_that_does_not_hold_is_refused(
    client: httpx.AsyncClient, issuer: OwnIssuer, changed: dict[str, Any]
) -> None:
    now = time.time()
    times = {name: now + value for name, value in changed.items() if isinstance(value, int)}
    token = issuer.sign(issuer.claims(now, **(changed | times)))
    _is_refused(await client.get("/api/v1/layers", headers=_with(token)))


async def test_a_token_that_the_issuer_did_not_sign_is_refused(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    claims = issuer.claims(time.time())
    stranger = RSAKey.generate_key(2048, parameters={"kid": "rsa-1"})
    pem, modulus = issuer.key.as_pem(private=False), str(issuer.key.as_dict()["n"]).encode()
    good = issuer.sign(claims)
    head, body, signature = good.split(".")
    wrong = {
        "forged": issuer.sign(claims, stranger),
        "signed by the public key as a secret": made_by_hand(claims, "HS256", pem),
        "signed by its number": made_by_hand(claims, "HS256", modulus),
        "unsigned": made_by_hand(claims, "none"),
        "unsigned, spelled otherwise": made_by_hand(claims, "NonE"),
        "of no algorithm": made_by_hand(claims, ""),
        "stripped": f"{head}.{body}.",
        "changed": f"{head}.{body[:-4]}AAAA.{signature}",
        "of five parts": f"{good}.a.b",
        "none": "",
        "words": "không phải mã",
        "long": "a" * 20_000,
    }
    for name, token in wrong.items():
        bearer = [(b"authorization", b"Bearer " + token.encode())]
        answer = await client.get("/api/v1/layers", headers=bearer)
        assert answer.status_code == 401, name
        _is_refused(answer)


async def test_a_token_in_the_address_is_no_key(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    token = issuer.token(time.time())
    for name in ("key", "access_token", "token"):
        answer = await client.get("/tiles/han_che/tilejson.json", params={name: token})
        assert answer.status_code in (401, 404), name


async def test_a_key_of_ours_works_beside_the_issuer(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        key = await people.add_key(conn, Role.VIEWER, "so_xd")
    for headers in (_with(key), {"x-api-key": key}):
        assert (await client.get(DOORS[0], headers=headers)).status_code == 200
    _is_refused(await client.get(DOORS[0], headers=_with("gh_x")), slug="not-signed-in")


async def test_a_token_has_what_it_says_itself_and_what_was_given_here(
    app: FastAPI, client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    token = issuer.token(time.time())
    assert (await _me(client, token)).json()["roles"] == {"so_xd": "viewer"}
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await people.add_unit(conn, "so_yt")
        number = (await store.by_name(conn, "lan")).id
        await store.give(conn, number, Role.EDITOR, "so_yt")
    assert (await _me(client, token)).json()["roles"] == {"so_xd": "viewer", "so_yt": "editor"}
    bare = issuer.token(time.time(), realm_access=None)
    assert (await _me(client, bare)).json()["roles"] == {"so_yt": "editor"}


async def test_the_token_of_a_blocked_account_is_refused(
    app: FastAPI, client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    token = issuer.token(time.time())
    await _me(client, token)
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await store.deactivate(conn, "lan")
    _is_refused(await _me(client, token), 403, "forbidden")


async def test_a_program_with_a_token_needs_no_csrf_token(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    token = issuer.token(time.time())
    answer = await client.put("/api/v1/session/unit", json={"unit": "so_xd"}, headers=_with(token))
    _is_refused(answer, 401, "not-signed-in")


async def test_unknown_keys_do_not_make_us_ask_the_issuer_again_and_again(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    await _me(client, issuer.token(time.time()))
    for number in range(5):
        key = RSAKey.generate_key(2048, parameters={"kid": f"la-{number}"})
        _is_refused(await _me(client, issuer.sign(issuer.claims(time.time()), key)))
    assert issuer.asked["/jwks"] == 1


async def test_without_the_issuer_its_tokens_answer_503_and_local_accounts_sign_in(
    app: FastAPI, client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    issuer.is_up = False
    answer = await _me(client, issuer.token(time.time()))
    _is_refused(answer, 503, "unavailable")
    assert "retry-after" in answer.headers
    assert "local account" in answer.json()["detail"]
    _is_refused(await client.get("/auth/login"), 503, "unavailable")
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await store.add(conn, "noi-bo", PASSWORD)
    signed = await client.post("/api/v1/session", json={"name": "noi-bo", "password": PASSWORD})
    assert signed.status_code == 200
    assert (await client.get("/api/v1/layers")).status_code == 200


async def test_what_is_known_of_the_issuer_outlives_its_outage(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    assert (await _me(client, issuer.token(time.time()))).status_code == 200
    issuer.is_up = False
    assert (await _me(client, issuer.token(time.time()))).status_code == 200


async def test_the_tile_process_takes_the_same_tokens(app: FastAPI, issuer: OwnIssuer) -> None:
    services: Services = app.state.services
    edges = Edges.of(services.settings)
    made = tiles_app.make_app(services.settings, services.url, [Middleware(Rim, edges)])
    transport = httpx.ASGITransport(made)
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser,
    ):
        address = "/tiles/han_che/tilejson.json"
        token = issuer.token(time.time())
        assert (await browser.get(address)).status_code == 404
        assert (await browser.get(address, headers=_with(token))).status_code == 200
        _is_refused(await browser.get(address, headers=_with(f"{token}x")))


async def test_without_a_sign_on_a_token_is_a_wrong_key(
    own_database_url: str, tmp_path: Path, issuer: OwnIssuer
) -> None:
    made = make_app(settings_in(tmp_path), own_database_url)
    transport = httpx.ASGITransport(made)
    async with (
        made.router.lifespan_context(made),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser,
    ):
        answer = await _me(browser, issuer.token(time.time()))
        _is_refused(answer, slug="not-signed-in")
        for path in ("/auth/login", "/auth/callback"):
            _is_refused(await browser.get(path), 404, "not-found")
        page = await browser.get("/login")
        assert "/auth/login" not in page.text
