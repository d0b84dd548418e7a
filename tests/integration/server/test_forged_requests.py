"""Requests that another site makes a person's browser send, against the whole application."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from gishue.core.access import Visibility
from gishue.core.actor import Role
from tests.support.site import PASSWORD, Site, open_site

type Said = dict[str, str]

FOREIGN: list[Said] = [
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": "https://other.localhost"},
    {"sec-fetch-site": "cross-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://localhost.evil.example"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost"},
]
OWN: list[Said] = [
    {},
    {"sec-fetch-site": "same-origin", "origin": "http://localhost"},
    {"sec-fetch-site": "none"},
    {"origin": "http://localhost"},
]
CREDENTIALS = {"name": "lan", "password": PASSWORD}


@pytest.fixture
async def site(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Site]:
    """A city with one open layer and its administrator."""
    async with open_site(own_database_url, tmp_path) as opened:
        await opened.publish("mo", Visibility.OPEN)
        await opened.account("lan", Role.CITY_ADMIN)
        yield opened


def _told_alike(answer: httpx.Response) -> None:
    assert answer.status_code == 403, answer.text
    body = answer.json()
    assert body["type"] == "/problems/forbidden"
    assert "page of ours" in body["detail"]
    assert "trang của hệ thống" in body["detail_vi"]


@pytest.mark.parametrize("said", FOREIGN)
async def test_a_foreign_page_changes_nothing_even_with_the_token(site: Site, said: Said) -> None:
    csrf = await site.sign_in("lan")
    for headers in (said, said | {"x-csrf-token": csrf}):
        change = await site.client.patch(
            "/api/v1/layers/mo", json={"title": "Bị đổi"}, headers=headers
        )
        _told_alike(change)
        _told_alike(await site.client.delete("/api/v1/session", headers=headers))
        _told_alike(await site.client.delete("/api/v1/layers/mo", headers=headers))
    assert (await site.client.get("/api/v1/layers/mo")).json()["title"] == "Lớp mo"
    assert (await site.client.get("/api/v1/me")).json()["name"] == "lan"


@pytest.mark.parametrize("said", OWN)
async def test_our_own_page_needs_the_token(site: Site, said: Said) -> None:
    csrf = await site.sign_in("lan")
    change = {"title": "Tên mới"}
    for token in ("", "x", csrf[:-1], csrf.swapcase(), f"{csrf}x"):
        headers = said | {"x-csrf-token": token}
        _told_alike(await site.client.patch("/api/v1/layers/mo", json=change, headers=headers))
    right = said | {"x-csrf-token": csrf}
    answer = await site.client.patch("/api/v1/layers/mo", json=change, headers=right)
    assert answer.status_code == 200


async def test_forms_and_pieces_of_files_need_the_token_too(site: Site) -> None:
    await site.sign_in("lan")
    files = {"file": ("a.geojson", b"{}", "text/plain")}
    _told_alike(await site.client.post("/api/v1/uploads", files=files))
    tus = {"tus-resumable": "1.0.0", "upload-length": "3"}
    _told_alike(await site.client.post("/api/v1/uploads/tus", headers=tus))
    piece = {"tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream"}
    _told_alike(await site.client.patch("/api/v1/uploads/tus/x", content=b"abc", headers=piece))
    _told_alike(await site.client.post("/api/v1/reports", data={"category": "road"}))


@pytest.mark.parametrize(
    "method", ["PROPFIND", "PROPPATCH", "MKCOL", "MOVE", "COPY", "LOCK", "PUT", "TRACE", "FOO"]
)
async def test_no_method_but_reads_goes_by_the_cookie_alone(site: Site, method: str) -> None:
    await site.sign_in("lan")
    _told_alike(await site.client.request(method, "/api/v1/layers/mo"))
    _told_alike(await site.client.request(method, "/ogc/collections/mo"))


async def test_a_method_is_the_one_of_the_request_line(site: Site) -> None:
    await site.sign_in("lan")
    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        answer = await site.client.get("/api/v1/layers/mo", headers={name: "DELETE"})
        assert answer.status_code == 200
    assert (await site.client.get("/api/v1/layers/mo", params={"_method": "DELETE"})).is_success
    assert (await site.client.get("/api/v1/layers/mo")).status_code == 200


@pytest.mark.parametrize("said", FOREIGN)
async def test_nobody_is_signed_in_by_a_foreign_page(site: Site, said: Said) -> None:
    for headers in (said, said | {"content-type": "text/plain"}):
        answer = await site.client.post("/api/v1/session", json=CREDENTIALS, headers=headers)
        _told_alike(answer)
        assert "set-cookie" not in answer.headers
    taken = {"token": "x", "password": PASSWORD}
    _told_alike(await site.client.post("/api/v1/invitations/accept", json=taken, headers=said))


async def test_a_form_of_another_kind_signs_nobody_in(site: Site) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        said = '{"name": "lan", "password": "' + PASSWORD + '"}'
        headers = {"content-type": kind}
        answer = await site.client.post("/api/v1/session", content=said.encode(), headers=headers)
        assert answer.status_code == 422, answer.text


async def test_a_cookie_known_before_the_sign_in_opens_nothing_after_it(site: Site) -> None:
    """Session fixation: the cookie is new at each sign-in, and the one before it ends."""
    tokens = ["planted-by-somebody-else"]
    for _ in range(3):
        async with site.browser() as victim:
            cookie = {"cookie": f"gishue={tokens[-1]}"}
            answer = await victim.post("/api/v1/session", json=CREDENTIALS, headers=cookie)
            tokens.append(answer.cookies["gishue"])
    assert len(set(tokens)) == 4
    for token in tokens:
        async with site.browser() as browser:
            me = await browser.get("/api/v1/me", headers={"cookie": f"gishue={token}"})
            assert (me.json()["kind"] == "account") == (token == tokens[-1])


async def test_over_https_only_a_cookie_that_https_set_is_a_session(site: Site) -> None:
    """A page of a neighbouring host can plant ``gishue``, never ``__Host-gishue``."""
    await site.sign_in("lan")
    token = site.client.cookies["gishue"]
    https = {"x-forwarded-proto": "https"}
    async with site.browser() as browser:
        for name, kind in (("gishue", "anonymous"), ("__Host-gishue", "account")):
            headers = https | {"cookie": f"{name}={token}"}
            assert (await browser.get("/api/v1/me", headers=headers)).json()["kind"] == kind


async def test_programs_with_a_key_are_no_browsers(site: Site) -> None:
    wrong = {"x-api-key": "gh_x", "sec-fetch-site": "cross-site"}
    answer = await site.client.patch("/api/v1/layers/mo", json={"title": "x"}, headers=wrong)
    assert answer.status_code == 401
    keyed = await site.client.patch("/api/v1/layers/mo?key=gh_x", json={"title": "x"})
    assert keyed.status_code == 401
    assert keyed.json()["type"] == "/problems/not-signed-in"
