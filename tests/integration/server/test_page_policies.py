"""Every answer of every door carries the fields that make it safe in a browser."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from gishue.core.access import Visibility
from gishue.core.actor import Role
from tests.support.site import Site, open_site

STREAMS = {"/api/v1/events", "/api/v1/uploads/{upload_id}/events"}
"""Answers without an end."""
FILLED = {"slug": "mo", "z": "14", "x": "13087", "y": "7431", "format": "mvt", "id": "1"}
PAGES = {"/", "/login", "/studio", "/api/v1/docs", "/ogc/", "/ogc/collections/{slug}/items"}
"""Some that must be among the pages found, so that the walk is no empty one."""


@pytest.fixture
async def site(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Site]:
    """A city with one open layer, seen by its administrator."""
    async with open_site(own_database_url, tmp_path) as opened:
        await opened.publish("mo", Visibility.OPEN)
        await opened.account("lan", Role.CITY_ADMIN)
        await opened.sign_in("lan")
        yield opened


def _readable(app: FastAPI) -> Iterator[str]:
    """Yield the path of everything that can be read."""
    for route in app.routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()):
            yield route.path
    yield from (path for path, told in app.openapi()["paths"].items() if "get" in told)
    yield from ("/static/img/mark.svg", "/static/absent", "/absent")


def _filled(path: str) -> str:
    said = path.replace(":int", "").replace(":path", "")
    for name, value in FILLED.items():
        said = said.replace(f"{{{name}}}", value)
    return said.replace("{name}", "mo.geojson").replace("{stack}", "Noto Sans Regular")


async def _walk(site: Site) -> list[tuple[str, httpx.Response]]:
    accept = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    paths = [path for path in dict.fromkeys(_readable(site.app)) if path not in STREAMS]
    assert len(paths) > 50
    return [(path, await site.client.get(_filled(path), headers=accept)) for path in paths]


def directives(answer: httpx.Response) -> dict[str, list[str]]:
    """Return the directives of an answer's policy."""
    (policy,) = answer.headers.get_list("content-security-policy")
    parts = [part.split() for part in policy.split(";")]
    return {name: sources for name, *sources in parts}


async def test_no_page_lets_anything_in_that_is_not_ours(site: Site) -> None:
    pages = {
        path: answer
        for path, answer in await _walk(site)
        if answer.headers.get("content-type", "").startswith("text/html")
    }
    assert pages.keys() >= PAGES
    for path, page in pages.items():
        told = directives(page)
        assert told["default-src"] == ["'none'"], path
        assert told["object-src"] == ["'none'"], path
        assert told["base-uri"] == ["'none'"], path
        assert told["form-action"][0] in ("'none'", "'self'"), path
        assert told["frame-ancestors"][0] in ("'none'", "'self'"), path
        assert set(told.get("script-src", [])) <= {"'self'"}, path
        assert set(told.get("worker-src", [])) <= {"'self'"}, path
        assert set(told.get("connect-src", [])) <= {"'self'"}, path
        assert not any("eval" in source for sources in told.values() for source in sources)
        if "'unsafe-inline'" in told.get("style-src", []):
            assert "script-src" not in told, path


async def test_every_answer_is_safe_in_a_browser_whatever_it_is(site: Site) -> None:
    for path, answer in await _walk(site):
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        assert "camera=(self)" in headers["permissions-policy"], path
        assert headers["cross-origin-resource-policy"] == "same-origin", path
        assert len(headers["x-request-id"]) == 32, path
        told = directives(answer)
        assert told["object-src"] == ["'none'"], path
        assert "'unsafe-inline'" not in told.get("script-src", []), path
        assert "strict-transport-security" not in headers, path


async def test_over_https_the_browser_is_told_to_stay_there(site: Site) -> None:
    for path in ("/", "/api/v1/layers", "/tiles/mo/14/13087/7431.mvt", "/absent"):
        answer = await site.client.get(path, headers={"x-forwarded-proto": "https"})
        assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_what_a_session_opened_is_kept_by_no_shared_cache(site: Site) -> None:
    for path, answer in await _walk(site):
        if path.startswith("/api/") and answer.status_code == 200:
            assert "public" not in answer.headers["cache-control"], path
