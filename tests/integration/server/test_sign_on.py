"""Signing in at the city's issuer: a real one on loopback, through our whole application."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from psycopg.rows import TupleRow

from gishue.accounts import claim_rules, store
from gishue.accounts.claim_rule import ClaimRule
from gishue.core.actor import Role
from gishue.core.db import transaction
from gishue.server.app import make_app
from layers.services import Services
from tests.support import people
from tests.support.issuer import CLIENT_ID, SITE, MockIssuer, mock_issuer, path_of, query_of
from tests.support.settings import settings_in

PASSWORD = "Trường Tiền 1899"
COOKIE = "gishue"


@pytest.fixture(scope="module")
def issuer() -> Generator[MockIssuer]:
    """One issuer for the module; tests use subjects of their own."""
    with mock_issuer() as running:
        yield running


@pytest.fixture
async def app(own_database_url: str, tmp_path: Path, issuer: MockIssuer) -> AsyncGenerator[FastAPI]:
    """The application, signed on at that issuer."""
    settings = settings_in(
        tmp_path,
        oidc_issuer=issuer.url,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret="bí mật",
        public_url=SITE,
    )
    made = make_app(settings, own_database_url)
    async with made.router.lifespan_context(made):
        yield made


async def _rule(app: FastAPI, claim: str, value: str, role: Role, unit: str | None = None) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        if unit is not None:
            await people.add_unit(conn, unit)
        await claim_rules.add(conn, ClaimRule(0, 100, claim, value, unit, role))


async def _rows(app: FastAPI, query: str) -> list[TupleRow]:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        return await (await conn.execute(query.encode())).fetchall()


async def _begin(client: httpx.AsyncClient, next_page: str = "/studio") -> str:
    answer = await client.get("/auth/login", params={"next": next_page})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def _sign_on(
    client: httpx.AsyncClient, issuer: MockIssuer, subject: str, next_page: str = "/studio"
) -> httpx.Response:
    back = issuer.let_in(await _begin(client, next_page), subject)
    return await client.get(path_of(back))


async def _me(client: httpx.AsyncClient) -> dict[str, object]:
    return (await client.get("/api/v1/me")).json()


def _is_refused(answer: httpx.Response, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"/problems/{slug}"
    assert body["detail"]
    assert body["detail_vi"]
    assert body["detail"] != body["detail_vi"]


async def test_the_browser_goes_to_the_issuer_with_pkce_state_and_nonce(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    address = await _begin(client)
    asked = query_of(address)
    assert address.startswith(f"{issuer.url}/oauth2/authorize?")
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["redirect_uri"] == f"{SITE}/auth/callback"
    assert asked["scope"] == "openid profile email"
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43
    assert "code_verifier" not in asked


async def test_who_signs_in_there_is_known_here_with_the_roles_their_claims_give(
    app: FastAPI, client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    await _rule(app, "realm_access.roles", "gis-editor", Role.EDITOR, "so_xd")
    issuer.know(
        "lan-1",
        name="Nguyễn Đức Lan",
        preferred_username="Lan.Nguyễn",
        email="lan@hue.gov.vn",
        realm_access={"roles": ["gis-editor", "offline_access"]},
    )
    answer = await _sign_on(client, issuer, "lan-1")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/studio"
    me = await _me(client)
    assert (me["name"], me["unit"], me["roles"]) == ("lan.nguyen", "so_xd", {"so_xd": "editor"})
    assert me["csrf"]
    found = await _rows(app, "SELECT display, email, issuer, subject FROM gis.account")
    assert ("Nguyễn Đức Lan", "lan@hue.gov.vn", issuer.url, "lan-1") in found


async def test_the_second_sign_in_finds_the_same_account_and_replaces_its_roles(
    app: FastAPI, client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    await _rule(app, "groups", "/{unit}/bien-tap", Role.EDITOR)
    await _rule(app, "groups", "/so_yt", Role.VIEWER, "so_yt")
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await people.add_unit(conn, "so_xd")
    issuer.know("minh", preferred_username="minh", groups=["/so_xd/bien-tap", "/khong_co/bien-tap"])
    await _sign_on(client, issuer, "minh")
    assert (await _me(client))["roles"] == {"so_xd": "editor"}
    async with transaction(services.pool) as conn:
        number = (await store.by_name(conn, "minh")).id
        await people.add_unit(conn, "phong_tt")
        await store.give(conn, number, Role.VIEWER, "phong_tt")
    issuer.know("minh", preferred_username="minh-moi", groups=["/so_yt"])
    await _sign_on(client, issuer, "minh")
    me = await _me(client)
    assert (me["name"], me["unit"]) == ("minh", "so_yt")
    assert me["roles"] == {"so_yt": "viewer", "phong_tt": "viewer"}
    assert len(await _rows(app, "SELECT FROM gis.account WHERE issuer IS NOT NULL")) == 1


async def test_somebody_without_a_mapped_role_is_known_and_no_staff(
    app: FastAPI, client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    issuer.know("dan", preferred_username="dan")
    await _sign_on(client, issuer, "dan")
    me = await _me(client)
    assert (me["kind"], me["is_staff"], me["roles"]) == ("account", False, {})
    noted = "SELECT actor_name FROM {} WHERE act = 'session.sign_on'"
    said = await _rows(app, noted.format("gis.audit_pending"))
    said += await _rows(app, noted.format("gis.audit"))
    assert said == [("",)]


async def test_a_local_account_is_never_taken_over_by_name_or_email(
    app: FastAPI, client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await store.add(conn, "hoa", PASSWORD, email="hoa@hue.gov.vn", role=Role.CITY_ADMIN)
        await store.add(conn, "operator-2", PASSWORD)
    issuer.know("x1", preferred_username="hoa", email="hoa@hue.gov.vn", email_verified=True)
    await _sign_on(client, issuer, "x1")
    me = await _me(client)
    assert (me["name"], me["is_admin"]) == ("hoa-2", False)
    issuer.know("x2", preferred_username="admin", email="Quản trị@hue.gov.vn")
    await _sign_on(client, issuer, "x2")
    assert (await _me(client))["name"] == "quan-tri@hue.gov.vn"


async def test_a_blocked_account_does_not_come_in_through_the_issuer(
    app: FastAPI, client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    issuer.know("khoa", preferred_username="khoa")
    await _sign_on(client, issuer, "khoa")
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await store.deactivate(conn, "khoa")
    _is_refused(await _sign_on(client, issuer, "khoa"), 403, "forbidden")
    assert (await _me(client))["kind"] == "anonymous"


async def test_a_cookie_planted_before_signing_in_opens_nothing_after(
    app: FastAPI, client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await store.add(conn, "ke-gian", PASSWORD)
    await client.post("/api/v1/session", json={"name": "ke-gian", "password": PASSWORD})
    planted = client.cookies[COOKIE]
    issuer.know("nan-nhan", preferred_username="nan-nhan")
    await _sign_on(client, issuer, "nan-nhan")
    assert (await _me(client))["name"] == "nan-nhan"
    fresh = client.cookies[COOKIE]
    assert fresh != planted
    client.cookies.clear()
    client.cookies.set(COOKIE, planted, domain="localhost.local")
    assert (await _me(client))["kind"] == "anonymous"


async def test_a_replayed_answer_of_the_issuer_is_refused(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    back = path_of(issuer.let_in(await _begin(client), "lai"))
    kept = dict(client.cookies)
    assert (await client.get(back)).status_code == 303
    client.cookies.update(kept)
    _is_refused(await client.get(back), 401, "sign-on-refused")


async def test_a_used_code_is_refused_by_the_issuer_and_told_clearly(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    used = query_of(issuer.let_in(await _begin(client), "ma"))["code"]
    first = query_of(await _begin(client))["state"]
    await client.get("/auth/callback", params={"code": used, "state": first})
    second = query_of(await _begin(client))["state"]
    answer = await client.get("/auth/callback", params={"code": used, "state": second})
    _is_refused(answer, 401, "sign-on-refused")


async def test_the_answer_to_another_browsers_sign_in_is_refused(
    app: FastAPI, client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    theirs = issuer.let_in(await _begin(client), "ho")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as other:
        _is_refused(await other.get(path_of(theirs)), 401, "sign-on-refused")
        await _begin(other)
        _is_refused(await other.get(path_of(theirs)), 401, "sign-on-refused")
        assert (await _me(other))["kind"] == "anonymous"
    assert (await client.get(path_of(theirs))).status_code == 303


@pytest.mark.parametrize(
    "query",
    [{}, {"state": "bịa", "code": "x"}, {"code": "x"}, {"state": "\x00", "code": "\x00"}],
)
async def test_an_answer_to_nothing_is_refused(
    client: httpx.AsyncClient, query: dict[str, str]
) -> None:
    await _begin(client)
    _is_refused(await client.get("/auth/callback", params=query), 401, "sign-on-refused")


async def test_an_answer_that_names_another_issuer_is_refused(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    back = path_of(issuer.let_in(await _begin(client), "tron"))
    answer = await client.get(f"{back}&iss=https%3A%2F%2Fkhac.example")
    _is_refused(answer, 401, "sign-on-refused")


async def test_whoever_declines_at_the_issuer_is_told_so(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    back = issuer.turn_away(await _begin(client))
    answer = await client.get(path_of(back))
    _is_refused(answer, 401, "sign-on-refused")
    assert "access_denied" in answer.json()["detail"]


@pytest.mark.parametrize(
    "target",
    [
        "https://ke-gian.example/",
        "//ke-gian.example/",
        "/\\ke-gian.example",
        "\\\\ke-gian.example",
        "javascript:alert(1)",
        "/studio\nset-cookie: a=b",
        "/\tx",
        "studio",
        "http:///x",
        "/" + "a" * 3_000,
    ],
)
async def test_the_way_on_stays_on_this_site(client: httpx.AsyncClient, target: str) -> None:
    answer = await client.get("/auth/login", params={"next": target})
    _is_refused(answer, 400, "bad-request")
    assert "location" not in answer.headers


async def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(
    app: FastAPI, issuer: MockIssuer
) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as browser:
        began = await browser.get("/auth/login")
        attempt = began.headers["set-cookie"]
        back = issuer.let_in(began.headers["location"], "banh")
        finished = await browser.get(path_of(back))
        kept = finished.headers.get_list("set-cookie")
    assert attempt.startswith("__Host-gishue-sign-on=")
    session = next(one for one in kept if one.startswith("__Host-gishue="))
    forgotten = next(one for one in kept if one.startswith("__Host-gishue-sign-on="))
    for cookie in (attempt, session):
        assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/"} <= set(cookie.split("; "))
    assert "Max-Age=0" in forgotten
    assert finished.headers["referrer-policy"] == "no-referrer"
    assert finished.headers["cache-control"] == "no-store"


async def test_no_token_stands_in_any_address(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    address = await _begin(client)
    back = issuer.let_in(address, "kin")
    finished = await client.get(path_of(back))
    csrf = str((await _me(client))["csrf"])
    ended = await client.delete("/api/v1/session", headers={"x-csrf-token": csrf})
    seen = [address, back, finished.headers["location"], ended.json()["sign_out_at"]]
    assert [one for one in seen if "token" in one or "eyJ" in one] == []


async def test_signing_out_here_leads_to_the_end_of_the_session_there(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    await _sign_on(client, issuer, "ve")
    csrf = str((await _me(client))["csrf"])
    answer = await client.delete("/api/v1/session", headers={"x-csrf-token": csrf})
    assert answer.status_code == 200
    there = answer.json()["sign_out_at"]
    assert there.startswith(f"{issuer.url}/oauth2/end_session?")
    assert query_of(there) == {
        "client_id": CLIENT_ID,
        "post_logout_redirect_uri": f"{SITE}/",
    }
    assert httpx.get(there).status_code == 200
    assert (await _me(client))["kind"] == "anonymous"


async def test_a_local_account_signs_in_and_out_as_ever(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await store.add(conn, "noi-bo", PASSWORD)
    answer = await client.post("/api/v1/session", json={"name": "noi-bo", "password": PASSWORD})
    csrf = answer.json()["csrf"]
    ended = await client.delete("/api/v1/session", headers={"x-csrf-token": csrf})
    assert ended.status_code == 204


async def test_the_sign_in_page_shows_the_button_and_a_browser_sees_why_it_failed(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/login", params={"next": "/studio?a=1"})
    assert 'href="/auth/login?next=/studio%3Fa%3D1"' in page.text
    assert "Đăng nhập một lần của thành phố" in page.text
    english = await client.get(
        "/auth/callback",
        params={"lang": "en"},
        headers={"accept": "text/html,application/xhtml+xml"},
    )
    assert english.status_code == 401
    assert english.headers["content-type"].startswith("text/html")
    assert "City sign-on" in english.text
    assert "start signing in again" in english.text
    assert urlsplit(str(english.url)).path == "/auth/callback"


async def test_an_id_token_of_the_issuer_opens_nothing(
    client: httpx.AsyncClient, issuer: MockIssuer
) -> None:
    issuer.know("kim", preferred_username="kim")
    for written in issuer.id_tokens("kim"):
        answer = await client.get("/api/v1/me", headers={"authorization": f"Bearer {written}"})
        _is_refused(answer, 401, "token-refused")
