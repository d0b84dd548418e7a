"""The edges of the whole application: proxies, hosts, other origins, rates, bodies."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gishue.accounts import keys
from gishue.core.access import Visibility
from gishue.core.actor import Role
from gishue.core.db import transaction
from gishue.core.errors import InvalidInput
from gishue.server.app import make_app
from gishue.server.bodies import OWN_LIMIT, is_changeset
from tests.support.settings import settings_in
from tests.support.site import PASSWORD, Site, open_site

STRANGER = "198.51.100.9"
CITY = "https://hue.gov.vn"
ELSEWHERE = "https://elsewhere.example"
WRONG = {"name": "lan", "password": "sai mật khẩu"}


@pytest.fixture
async def site(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Site]:
    """The application as it is without settings."""
    async with open_site(own_database_url, tmp_path) as opened:
        yield opened


async def _key(site: Site, **said: Any) -> str:
    async with transaction(site.services.pool) as conn:
        expires_at = datetime.now(UTC) + timedelta(days=1)
        return await keys.add(
            conn, "lgsp", role=Role.VIEWER, unit=None, expires_at=expires_at, **said
        )


def _is_problem(answer: httpx.Response, status: int, slug: str) -> bool:
    body = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["detail"] != body["detail_vi"]
    return body["type"] == f"/problems/{slug}"


# --- proxies and hosts -------------------------------------------------------------------------


async def test_links_and_cookies_follow_a_trusted_proxy_and_nobody_else(site: Site) -> None:
    await site.publish("mo", Visibility.OPEN)
    await site.account("lan", Role.VIEWER)
    said = {"x-forwarded-for": STRANGER, "x-forwarded-proto": "https", "host": "gis.example.vn"}
    credentials = {"name": "lan", "password": PASSWORD}
    for peer, start, cookie in (
        ("127.0.0.1", "https://gis.example.vn/", "__Host-gishue="),
        ("::ffff:127.0.0.1", "https://gis.example.vn/", "__Host-gishue="),
        (STRANGER, "http://gis.example.vn/", "gishue="),
    ):
        async with site.browser(peer) as browser:
            tiles = (await browser.get("/tiles/mo/tilejson.json", headers=said)).json()["tiles"][0]
            landing = await browser.get("/ogc/", params={"f": "json"}, headers=said)
            answer = await browser.post("/api/v1/session", json=credentials, headers=said)
            set_cookie = answer.headers["set-cookie"]
            assert tiles.startswith(start)
            assert landing.json()["links"][0]["href"].startswith(start)
            assert set_cookie.startswith(cookie)
            assert "HttpOnly" in set_cookie
            assert "SameSite=lax" in set_cookie
            assert ("Secure" in set_cookie) == (cookie == "__Host-gishue=")
            assert ("strict-transport-security" in answer.headers) == start.startswith("https")


async def test_a_made_up_host_gets_no_links(own_database_url: str, tmp_path: Path) -> None:
    url = "https://gis.example.vn"
    async with open_site(own_database_url, tmp_path, public_url=url) as site:
        await site.publish("mo", Visibility.OPEN)
        for said in ({"host": "evil.example"}, {"x-forwarded-host": "evil.example"}):
            answer = await site.client.get("/tiles/mo/tilejson.json", headers=said)
            assert _is_problem(answer, 421, "wrong-host")
        async with site.browser(STRANGER) as browser:
            spoofed = {"x-forwarded-host": "evil.example"}
            answer = await browser.get("/tiles/mo/tilejson.json", headers=spoofed)
            assert answer.json()["tiles"][0].startswith(url)
        probe = await site.client.get("/healthz", headers={"host": "10.1.2.3:8000"})
        assert probe.status_code == 200


async def test_a_request_that_names_no_single_host_is_refused(site: Site) -> None:
    for host in ("a.vn/x", "a.vn, b.vn", ""):
        answer = await site.client.get("/api/v1/layers", headers={"host": host})
        assert _is_problem(answer, 400, "bad-request")


@pytest.mark.parametrize(
    "said", [{"trusted_proxies": "nginx"}, {"cors_origins": "*"}, {"cors_origins": "hue.gov.vn"}]
)
def test_a_setting_that_cannot_be_read_stops_the_start(said: Any, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="GISHUE_"):
        make_app(settings_in(tmp_path, **said), "postgresql:///nowhere")


# --- ids of requests ---------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f g h", "<script>alert(1)", ""])
async def test_an_unsafe_request_id_is_replaced(site: Site, given: str) -> None:
    answer = await site.client.get("/healthz", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert answer.headers["x-request-id"].isalnum()


async def test_a_fault_of_ours_is_answered_with_safe_headers_and_its_id(site: Site) -> None:
    async def broken(request: Request) -> JSONResponse:
        raise RuntimeError("secret of the house")

    site.app.router.routes.insert(0, Route("/api/v1/broken", broken))
    answer = await site.client.get("/api/v1/broken", headers={"x-request-id": "from-outside-1"})
    assert _is_problem(answer, 500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == "from-outside-1"
    assert answer.headers["x-content-type-options"] == "nosniff"


# --- other origins -----------------------------------------------------------------------------

OPEN = ("/api/v1/layers", "/tiles/mo/tilejson.json", "/styles/base.json", "/ogc/collections")


async def test_open_data_is_read_from_any_origin_and_may_be_embedded(site: Site) -> None:
    await site.publish("mo", Visibility.OPEN)
    for path in (*OPEN, "/files/mo/mo.geojson", "/api/v1/layers/absent"):
        answer = await site.client.get(path, headers={"origin": ELSEWHERE})
        assert answer.headers["access-control-allow-origin"] == "*", path
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        asked = {"origin": ELSEWHERE, "access-control-request-method": "GET"}
        preflight = await site.client.options(path, headers=asked)
        assert preflight.status_code == 204
        assert preflight.headers["access-control-allow-origin"] == "*"


async def test_what_a_session_opens_stays_with_our_own_pages(site: Site) -> None:
    await site.publish("mo", Visibility.OPEN)
    await site.account("lan", Role.CITY_ADMIN)
    await site.sign_in("lan")
    for path in (*OPEN, "/api/v1/me", "/"):
        answer = await site.client.get(path, headers={"origin": ELSEWHERE})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers, path
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


async def test_an_unlisted_origin_may_not_announce_a_write(site: Site) -> None:
    for method in ("POST", "PATCH", "DELETE", "PROPFIND"):
        asked = {"origin": ELSEWHERE, "access-control-request-method": method}
        answer = await site.client.options("/api/v1/layers", headers=asked)
        assert _is_problem(answer, 403, "forbidden")
        assert "access-control-allow-methods" not in answer.headers


async def test_a_listed_origin_acts_with_the_session_and_no_other(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, cors_origins=CITY) as site:
        await site.publish("mo", Visibility.OPEN)
        await site.account("lan", Role.CITY_ADMIN)
        csrf = await site.sign_in("lan")
        for origin, status in ((CITY, 200), (ELSEWHERE, 403)):
            said = {"origin": origin, "sec-fetch-site": "same-site", "x-csrf-token": csrf}
            me = await site.client.get("/api/v1/me", headers=said)
            change = await site.client.patch(
                "/api/v1/layers/mo", json={"title": "Tên mới"}, headers=said
            )
            assert change.status_code == status, change.text
            for answer in (me, change):
                allowed = answer.headers.get("access-control-allow-origin")
                assert allowed == (CITY if origin == CITY else None)
                assert "origin" in answer.headers["vary"].lower()


# --- rates -------------------------------------------------------------------------------------


async def test_reads_beyond_the_rate_are_told_when_to_come_back(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_reads=5) as site:
        told = [await site.client.get("/api/v1/layers") for _ in range(6)]
        assert [answer.status_code for answer in told] == [200] * 5 + [429]
        assert told[0].headers["ratelimit-policy"] == '"read";q=5;w=60'
        assert told[0].headers["ratelimit"].startswith('"read";r=4;t=')
        assert _is_problem(told[5], 429, "too-many-requests")
        assert 1 <= int(told[5].headers["retry-after"]) <= 12
        assert told[5].headers["ratelimit"].startswith('"read";r=0;t=')
        for probe in ("/healthz", "/metrics"):
            assert (await site.client.get(probe)).status_code == 200
        async with site.browser(STRANGER) as other:
            assert (await other.get("/api/v1/layers")).status_code == 200


async def test_addresses_of_one_ipv6_network_count_as_one(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_reads=4) as site:
        statuses: list[int] = []
        for number in range(6):
            async with site.browser(f"2001:db8:0:1::{number:x}") as browser:
                statuses.append((await browser.get("/api/v1/layers")).status_code)
        assert statuses == [200] * 4 + [429] * 2
        async with site.browser("2001:db8:0:2::1") as browser:
            assert (await browser.get("/api/v1/layers")).status_code == 200


async def test_a_spoofed_address_buys_no_more_requests(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_reads=3) as site:
        async with site.browser(STRANGER) as browser:
            said = [{"x-forwarded-for": f"10.0.0.{number}"} for number in range(5)]
            told = [await browser.get("/api/v1/layers", headers=one) for one in said]
        assert [answer.status_code for answer in told] == [200] * 3 + [429] * 2


async def test_a_key_with_a_rate_of_its_own_has_that_through_every_door(site: Site) -> None:
    await site.publish("mo", Visibility.OPEN)
    slow, free = await _key(site, rate_per_minute=3), await _key(site)
    doors = ("/api/v1/layers", "/tiles/mo/tilejson.json", "/ogc/", "/files/mo/mo.geojson")
    told = [await site.client.get(door, headers={"x-api-key": slow}) for door in doors]
    assert [answer.status_code for answer in told] == [200, 200, 200, 429]
    assert told[3].headers["ratelimit-policy"] == '"key";q=3;w=60'
    assert (await site.client.get(doors[0], headers={"x-api-key": free})).status_code == 200
    assert (await site.client.get(doors[0])).status_code == 200


async def test_people_behind_one_address_do_not_share_a_rate(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_reads=4) as site:
        for name in ("lan", "minh"):
            await site.account(name, Role.VIEWER)
        async with site.browser() as lan, site.browser() as minh:
            await site.sign_in("lan", lan)
            await site.sign_in("minh", minh)
            assert [(await lan.get("/api/v1/me")).status_code for _ in range(5)][-2:] == [200, 429]
            assert (await minh.get("/api/v1/me")).status_code == 200


async def test_a_storm_of_tiles_from_one_browser_is_not_limited(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_reads=50) as site:
        await site.publish("mo", Visibility.OPEN)
        for _ in range(2):
            storm = [site.client.get("/tiles/mo/14/13087/7431.mvt") for _ in range(1_000)]
            answers = await asyncio.gather(*storm)
            assert {answer.status_code for answer in answers} == {200}
            assert all("ratelimit" not in answer.headers for answer in answers)
        told = [await site.client.get("/api/v1/layers") for _ in range(51)]
        assert [answer.status_code for answer in told] == [200] * 50 + [429]


async def test_wrong_sign_ins_are_slowed_by_address_and_by_account_and_right_ones_are_not(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_sign_ins=3) as site:
        await site.account("lan", Role.VIEWER)
        await site.account("minh", Role.VIEWER)
        for _ in range(6):
            await site.sign_in("minh")
        async with site.browser(STRANGER) as guesser:
            told = [await guesser.post("/api/v1/session", json=WRONG) for _ in range(4)]
            assert [answer.status_code for answer in told] == [401, 401, 401, 429]
            right = {"name": "minh", "password": PASSWORD}
            assert (await guesser.post("/api/v1/session", json=right)).status_code == 429
        async with site.browser("203.0.113.5") as another:  # the same account, elsewhere
            answer = await another.post("/api/v1/session", json=WRONG)
            assert _is_problem(answer, 429, "too-many-requests")
            assert (await another.post("/api/v1/session", json=right)).status_code == 200
            absent = WRONG | {"name": "khong-co"}
            told = [await another.post("/api/v1/session", json=absent) for _ in range(1)]
            assert told[0].status_code == 401


async def test_a_whole_office_signs_in_at_once(own_database_url: str, tmp_path: Path) -> None:
    """Its people come from one address, and none of them fails."""
    few = {"rate_visitor_writes": 2, "rate_sign_ins": 2}
    async with open_site(own_database_url, tmp_path, **few) as site:
        await site.account("lan", Role.VIEWER)
        for _ in range(8):
            async with site.browser() as browser:
                await site.sign_in("lan", browser)


async def test_visitors_write_less_often_than_they_read(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_visitor_writes=2) as site:
        told = [await site.client.post("/api/v1/reports", json={}) for _ in range(3)]
        assert [answer.status_code for answer in told] == [422, 422, 429]
        assert told[2].headers["ratelimit-policy"] == '"write";q=2;w=60'
        assert (await site.client.get("/api/v1/layers")).status_code == 200


async def test_wrong_keys_count_for_the_address_that_sends_them(
    own_database_url: str, tmp_path: Path
) -> None:
    async with open_site(own_database_url, tmp_path, rate_reads=3) as site:
        wrong = {"x-api-key": "gh_aaaaaaaa_" + "b" * 43}
        told = [await site.client.get("/api/v1/layers", headers=wrong) for _ in range(4)]
        assert [answer.status_code for answer in told] == [401, 401, 401, 429]


# --- bodies ------------------------------------------------------------------------------------


def _writing_paths(site: Site) -> list[tuple[str, str]]:
    """Return (method, path) of every operation with a body or that may take one."""
    paths: dict[str, dict[str, Any]] = site.app.openapi()["paths"]
    told = [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, operations in paths.items()
        for method in operations
        if method in {"post", "put", "patch", "delete"}
    ]
    assert len(told) > 20
    return told


async def test_every_door_refuses_a_body_that_is_too_large_but_those_of_files(site: Site) -> None:
    await site.account("lan", Role.CITY_ADMIN)
    csrf = {"x-csrf-token": await site.sign_in("lan"), "content-type": "application/json"}
    body = b'{"name": "' + b"x" * (1 << 20) + b'"}'
    own = 0
    for method, path in _writing_paths(site):
        if OWN_LIMIT.fullmatch(path):
            own += 1
            continue
        more = {"content-length": str(65 << 20)} if is_changeset(path) else {}
        answer = await site.client.request(method, path, content=body, headers=csrf | more)
        assert _is_problem(answer, 413, "too-large"), (method, path)
    assert 3 <= own <= 8


async def test_a_body_without_an_announced_length_is_cut_off_at_the_limit(site: Site) -> None:
    sent = 0

    async def endless() -> AsyncGenerator[bytes]:
        nonlocal sent
        while sent < 64 << 20:
            sent += 1 << 16
            yield b" " * (1 << 16)

    headers = {"content-type": "application/json"}
    answer = await site.client.post("/api/v1/session", content=endless(), headers=headers)
    assert _is_problem(answer, 413, "too-large")
    assert sent < 2 << 20


async def test_a_file_may_be_larger_than_a_body(site: Site) -> None:
    await site.account("lan", Role.CITY_ADMIN)
    csrf = {"x-csrf-token": await site.sign_in("lan")}
    large = {"file": ("diem.geojson", b" " * (3 << 20), "application/geo+json")}
    answer = await site.client.post("/api/v1/uploads", files=large, headers=csrf)
    assert answer.status_code == 202, answer.text
    tus = {"tus-resumable": "1.0.0", "upload-length": str(3 << 20)} | csrf
    begun = await site.client.post("/api/v1/uploads/tus", headers=tus)
    piece = {"upload-offset": "0", "content-type": "application/offset+octet-stream"} | tus
    piece.pop("upload-length")
    sent = await site.client.patch(
        begun.headers["location"], content=b" " * (2 << 20), headers=piece
    )
    assert (sent.status_code, sent.headers["upload-offset"]) == (204, str(2 << 20))


async def test_a_form_with_endless_fields_is_refused(site: Site) -> None:
    await site.account("lan", Role.CITY_ADMIN)
    csrf = {"x-csrf-token": await site.sign_in("lan")}
    fields = {f"f{number}": "x" for number in range(150)}
    files = {"file": ("a.geojson", b"{}")}
    answer = await site.client.post("/api/v1/uploads", data=fields, files=files, headers=csrf)
    assert _is_problem(answer, 413, "too-large")
    boundary = {"content-type": f"multipart/form-data; boundary={'b' * 400}"} | csrf
    answer = await site.client.post("/api/v1/uploads", content=b"x", headers=boundary)
    assert _is_problem(answer, 400, "bad-request")
