"""What the issuer says of who signed in, and that they left: each word of it must hold."""

import time
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey

from gishue.accounts.token import LOGOUT_EVENT, LOGOUT_MAX_AGE_S
from gishue.server.app import make_app
from tests.support.issuer import CLIENT_ID, query_of
from tests.support.own_issuer import DISCOVERY, OwnIssuer, made_by_hand, own_issuer
from tests.support.settings import settings_in

SUBJECT = "f3b1c6de-0000-4000-8000-000000000001"
LOGOUT = "/auth/backchannel-logout"


@pytest.fixture
def issuer() -> Generator[OwnIssuer]:
    """An issuer of the test's own."""
    with own_issuer() as running:
        yield running


@pytest.fixture
async def app(own_database_url: str, tmp_path: Path, issuer: OwnIssuer) -> AsyncGenerator[FastAPI]:
    """The application, a public client of that issuer."""
    settings = settings_in(tmp_path, oidc_issuer=issuer.url, oidc_client_id=CLIENT_ID)
    made = make_app(settings, own_database_url)
    async with made.router.lifespan_context(made):
        yield made


def _identity(issuer: OwnIssuer, asked: str, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": issuer.url, "aud": CLIENT_ID, "sub": SUBJECT, "iat": now, "exp": now + 60}
    said |= {"nonce": asked, "sid": "phien-1", "preferred_username": "lan"}
    return {name: value for name, value in (said | changed).items() if value is not None}


async def _come_back(
    client: httpx.AsyncClient, issuer: OwnIssuer, make: Callable[[str], str | None]
) -> httpx.Response:
    """Begin, and come back with the ID token that ``make`` writes for our nonce."""
    began = await client.get("/auth/login")
    asked = query_of(began.headers["location"])
    given = {"token_type": "Bearer", "access_token": "a", "id_token": make(asked["nonce"])}
    issuer.say("/token", given)
    return await client.get("/auth/callback", params={"code": "c", "state": asked["state"]})


async def _sign_on(client: httpx.AsyncClient, issuer: OwnIssuer, **changed: Any) -> None:
    def make(nonce: str) -> str:
        return issuer.sign(_identity(issuer, nonce, **changed))

    answer = await _come_back(client, issuer, make)
    assert answer.status_code == 303, answer.text


async def _is_signed_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/api/v1/me")).json()["kind"] == "account"


def _is_refused(answer: httpx.Response, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{slug}"
    assert answer.json()["detail"] != answer.json()["detail_vi"]


async def test_the_code_goes_with_the_verifier_and_no_secret_of_a_public_client(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    await _sign_on(client, issuer)
    (form,) = issuer.forms
    assert {form["grant_type"], form["code"], form["client_id"]} == {
        "authorization_code",
        "c",
        CLIENT_ID,
    }
    assert len(form["code_verifier"]) >= 43
    assert "client_secret" not in form
    assert await _is_signed_in(client)


WRONG: dict[str, dict[str, Any]] = {
    "without the nonce": {"nonce": None},
    "with another nonce": {"nonce": "khac"},
    "expired": {"exp": int(time.time()) - 600},
    "issued in the future": {"iat": int(time.time()) + 6_000},
    "of another issuer": {"iss": "https://khac.example"},
    "for another client": {"aud": "khac"},
    "for several, given to another": {"aud": [CLIENT_ID, "khac"], "azp": "khac"},
    "for several, given to nobody": {"aud": [CLIENT_ID, "khac"]},
    "of nobody": {"sub": None},
    "with the hash of another token": {"at_hash": "khac"},
}


@pytest.mark.parametrize("changed", WRONG.values(), ids=WRONG.keys())
async def test_an_identity_that_does_not_hold_signs_nobody_in(
    client: httpx.AsyncClient, issuer: OwnIssuer, changed: dict[str, Any]
) -> None:
    def make(nonce: str) -> str:
        return issuer.sign(_identity(issuer, nonce, **changed))

    _is_refused(await _come_back(client, issuer, make), 401, "token-refused")
    assert not await _is_signed_in(client)


async def test_an_identity_that_the_issuer_did_not_sign_signs_nobody_in(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    stranger = RSAKey.generate_key(2048, parameters={"kid": "rsa-1"})
    pem = issuer.key.as_pem(private=False)
    wrong: dict[str, Callable[[str], str | None]] = {
        "forged": lambda nonce: issuer.sign(_identity(issuer, nonce), stranger),
        "by the public key": lambda nonce: made_by_hand(_identity(issuer, nonce), "HS256", pem),
        "unsigned": lambda nonce: made_by_hand(_identity(issuer, nonce), "none"),
        "absent": lambda _: None,
        "no token": lambda _: "x",
    }
    for name, make in wrong.items():
        answer = await _come_back(client, issuer, make)
        assert answer.status_code == 401, (name, answer.text)
        _is_refused(answer, 401, "token-refused")
    assert not await _is_signed_in(client)


async def test_an_issuer_that_breaks_off_is_told_as_away(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    began = await client.get("/auth/login")
    state = query_of(began.headers["location"])["state"]
    issuer.is_up = False
    answer = await client.get("/auth/callback", params={"code": "c", "state": state})
    _is_refused(answer, 503, "unavailable")


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://khac.example"},
        {"issuer": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": None},
        {"authorization_endpoint": ["x"]},
    ],
)
async def test_a_document_of_another_issuer_or_none_is_not_believed(
    client: httpx.AsyncClient, issuer: OwnIssuer, described: dict[str, Any]
) -> None:
    issuer.say(DISCOVERY, issuer.described(**described))
    _is_refused(await client.get("/auth/login"), 503, "unavailable")


async def test_a_document_that_is_too_large_or_no_object_is_not_read(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    issuer.say(DISCOVERY, issuer.described(padding="x" * (2 << 20)))
    _is_refused(await client.get("/auth/login"), 503, "unavailable")


async def test_claims_of_the_userinfo_count_if_they_are_of_the_same_person(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    issuer.say(DISCOVERY, issuer.described(userinfo_endpoint=f"{issuer.url}/userinfo"))
    issuer.say("/userinfo", {"sub": SUBJECT, "preferred_username": "khong-tinh", "name": "Lan"})
    await _sign_on(client, issuer)
    assert (await client.get("/api/v1/me")).json()["name"] == "lan"
    issuer.say("/userinfo", {"sub": "nguoi-khac"})
    answer = await _come_back(client, issuer, lambda n: issuer.sign(_identity(issuer, n)))
    _is_refused(answer, 401, "token-refused")


def _logout(issuer: OwnIssuer, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": issuer.url, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": "j1"}
    said |= {"sid": "phien-1", "sub": SUBJECT, "events": {LOGOUT_EVENT: {}}} | changed
    return {name: value for name, value in said.items() if value is not None}


@pytest.fixture
async def line(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """The issuer's own line to us: no browser, no cookies."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as straight:
        yield straight


async def _send(line: httpx.AsyncClient, token: str) -> httpx.Response:
    return await line.post(LOGOUT, data={"logout_token": token})


def _is_no_logout(answer: httpx.Response) -> None:
    _is_refused(answer, 400, "logout-refused")
    assert answer.json()["error"] == "invalid_request"


async def test_the_issuer_ends_one_session_by_its_number(
    app: FastAPI, client: httpx.AsyncClient, line: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    await _sign_on(client, issuer, sid="phien-1")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as other:
        await _sign_on(other, issuer, sid="phien-2")
        answer = await _send(line, issuer.sign(_logout(issuer), typ="logout+jwt"))
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert not await _is_signed_in(client)
        assert await _is_signed_in(other)


async def test_the_issuer_ends_all_sessions_of_a_person(
    app: FastAPI, client: httpx.AsyncClient, line: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    transport = httpx.ASGITransport(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as other,
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as stranger,
    ):
        await _sign_on(client, issuer, sid="phien-1")
        await _sign_on(other, issuer, sid=None)
        await _sign_on(stranger, issuer, sub="nguoi-khac", sid="phien-3")
        answer = await _send(line, issuer.sign(_logout(issuer, sid=None)))
        assert answer.status_code == 200
        signed_in = [await _is_signed_in(one) for one in (client, other, stranger)]
    assert signed_in == [False, False, True]


async def test_a_logout_token_is_obeyed_once(
    client: httpx.AsyncClient, line: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    token = issuer.sign(_logout(issuer))
    assert (await _send(line, token)).status_code == 200
    await _sign_on(client, issuer)
    _is_no_logout(await _send(line, token))
    _is_no_logout(await _send(line, issuer.sign(_logout(issuer, exp=int(time.time()) + 99))))
    assert await _is_signed_in(client)


NO_LOGOUT: dict[str, dict[str, Any]] = {
    "with a nonce": {"nonce": "n"},
    "without events": {"events": None},
    "of another event": {"events": {"http://khac.example/event": {}}},
    "of an event that is no object": {"events": {LOGOUT_EVENT: True}},
    "of nobody": {"sub": None, "sid": None},
    "for another client": {"aud": "khac"},
    "for nobody": {"aud": None},
    "of another issuer": {"iss": "https://khac.example"},
    "expired": {"exp": int(time.time()) - 600},
    "too old": {"iat": int(time.time()) - LOGOUT_MAX_AGE_S - 3_600, "exp": None},
    "of no time": {"iat": None},
    "without a number": {"jti": None},
}


@pytest.mark.parametrize("changed", NO_LOGOUT.values(), ids=NO_LOGOUT.keys())
async def test_a_logout_token_that_does_not_hold_ends_nothing(
    client: httpx.AsyncClient,
    line: httpx.AsyncClient,
    issuer: OwnIssuer,
    changed: dict[str, Any],
) -> None:
    await _sign_on(client, issuer)
    _is_no_logout(await _send(line, issuer.sign(_logout(issuer, **changed))))
    assert await _is_signed_in(client)


async def test_a_forged_logout_ends_nothing(
    client: httpx.AsyncClient, line: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    await _sign_on(client, issuer)
    stranger = RSAKey.generate_key(2048, parameters={"kid": "rsa-1"})
    pem = issuer.key.as_pem(private=False)
    good = issuer.sign(_logout(issuer))
    wrong = (
        issuer.sign(_logout(issuer), stranger),
        made_by_hand(_logout(issuer), "HS256", pem),
        made_by_hand(_logout(issuer), "none"),
        issuer.sign(_logout(issuer), typ="at+jwt"),
        "",
        "a" * 40_000,
    )
    for token in wrong:
        _is_no_logout(await _send(line, token))
    _is_no_logout(await line.post(LOGOUT, data={"logout_token": [good, good]}))
    _is_no_logout(await line.post(LOGOUT, json={"logout_token": good}))
    _is_no_logout(await line.post(LOGOUT))
    _is_no_logout(await line.post(LOGOUT, params={"logout_token": good}))
    assert await _is_signed_in(client)


async def test_a_page_cannot_send_a_logout_with_a_persons_cookies(
    client: httpx.AsyncClient, issuer: OwnIssuer
) -> None:
    await _sign_on(client, issuer)
    answer = await _send(client, issuer.sign(_logout(issuer)))
    _is_refused(answer, 403, "forbidden")
    assert await _is_signed_in(client)
