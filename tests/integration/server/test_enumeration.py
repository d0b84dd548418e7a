"""Nobody learns from an answer whether a thing they may not see is there."""

import io
import re
import uuid
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from conversion import resumable
from conversion import store as upload_store
from conversion.options import IngestOptions
from gishue.accounts import store as accounts
from gishue.core import blobs
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from layers import store
from layers.layer import LayerState
from tests.support import people
from tests.support.site import Site, open_site

ABSENT, DELETED = "kin_khg", "kin_xoa"
HIDDEN = {
    "kin_che": Visibility.RESTRICTED,
    "kin_nbo": Visibility.INTERNAL,
    "kin_dng": Visibility.OPEN,
}
"""Restricted, internal and retired: as long as the absent one, for lengths are compared too."""
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
BODIES: list[Any] = [
    {},
    {"title": "x"},
    {"unit": "so_yt", "acts": ["read"]},
    {"fields": [{"name": "a", "type": "text"}]},
    {"revision": 1},
]
PASSING = {"x-request-id", "ratelimit", "date"}
"""Fields that differ between any two answers."""


@dataclass(frozen=True)
class Who:
    """Somebody who sees nothing of it: a visitor, or the administrator of another unit."""

    browser: httpx.AsyncClient
    headers: Mapping[str, str]


@dataclass(frozen=True)
class City:
    """What is hidden, and from whom."""

    site: Site
    visitor: Who
    outsider: Who
    upload: str
    pieces: str
    key_id: str


@pytest.fixture
async def city(own_database_url: str, tmp_path: Path) -> AsyncGenerator[City]:
    """Layers, work, people and a key of ``so_xd``; the outsider administers ``so_yt``."""
    unlimited = {"rate_visitor_writes": 0, "rate_writes": 0, "rate_reads": 0}
    async with open_site(own_database_url, tmp_path, **unlimited) as site:
        for slug, visibility in {**HIDDEN, DELETED: Visibility.OPEN}.items():
            await site.publish(slug, visibility, "so_xd")
        upload, pieces, key_id = await _work(site)
        await site.account("hoai", Role.UNIT_ADMIN, "so_xd")
        await site.account("minh", Role.UNIT_ADMIN, "so_yt")
        async with site.browser() as browser:
            csrf = await site.sign_in("minh", browser)
            outsider = Who(browser, {"x-csrf-token": csrf})
            yield City(site, Who(site.client, {}), outsider, upload, pieces, key_id)


async def _work(site: Site) -> tuple[str, str, str]:
    services = site.services
    blob = services.blobs.put_stream(io.BytesIO(b"{}"))
    async with transaction(services.pool) as conn:
        await people.add_unit(conn, "so_yt")
        for slug in ("kin_dng", DELETED):
            layer = await store.by_slug(conn, slug)
            await store.move(conn, layer, LayerState.RETIRED, OPERATOR)
        await store.delete(conn, await store.by_slug(conn, DELETED), OPERATOR)
        await blobs.register(conn, blob, "a.geojson", "application/geo+json")
        upload = await upload_store.create(conn, "a.geojson", blob, IngestOptions(), OPERATOR)
        pieces = await resumable.create(conn, "a.geojson", 3, {}, OPERATOR)
        key = await people.add_key(conn, Role.VIEWER, "so_xd")
    await services.registry.reload(services.pool)
    return str(upload), str(pieces), key[3:11]


def _paths(app: FastAPI, parameter: str) -> Iterator[str]:
    """Yield the paths that name a thing by ``parameter`` and nothing else unknown."""
    plain = (route.path for route in app.routes if isinstance(route, Route))
    for path in dict.fromkeys([*plain, *app.openapi()["paths"]]):
        if f"{{{parameter}}}" in path:
            said = path.replace("{name}", "{slug}.geojson") if "/files/" in path else path
            said = said.replace("{format}", "mvt").replace("{id}", "1")
            yield re.sub(r"\{(\w+)\}", lambda one: one[0] if one[1] == parameter else "1", said)


async def _told(who: Who, method: str, path: str, name: str, body: Any) -> tuple[Any, ...]:
    """Return everything that an answer says, but for the name asked for."""
    headers = dict(who.headers) | {"accept": "*/*"}
    answer = await who.browser.request(method, path, headers=headers, json=body)
    fields = {key: value for key, value in answer.headers.items() if key not in PASSING}
    said = answer.text if answer.status_code != 405 else ""
    return answer.status_code, said.replace(name, "…"), str(fields).replace(name, "…")


async def _compare(
    who: Who, template: str, parameter: str, names: list[str], bodies: Sequence[Any] = BODIES
) -> set[int]:
    """Ask by every method for each name; return the statuses, the same for all of them."""
    statuses: set[int] = set()
    for method in METHODS:
        for body in bodies if method in ("POST", "PUT", "PATCH") else [None]:
            answers = {
                name: await _told(
                    who, method, template.replace(f"{{{parameter}}}", name), name, body
                )
                for name in names
            }
            expected = answers[names[0]]
            assert all(one == expected for one in answers.values()), (method, template, answers)
            statuses.add(expected[0])
    return statuses


@pytest.mark.parametrize("reader", ["visitor", "outsider"])
async def test_a_hidden_layer_is_told_from_an_absent_one_by_no_method_or_header(
    city: City, reader: str
) -> None:
    who = city.visitor if reader == "visitor" else city.outsider
    paths = list(_paths(city.site.app, "slug"))
    assert len(paths) > 20
    found: set[int] = set()
    for path in paths:
        if "/flights/" not in path:
            found |= await _compare(who, path, "slug", [ABSENT, DELETED, *_hidden_from(city, who)])
    assert 404 in found
    assert not found & {200, 201, 202, 304, 500}, found


def _hidden_from(city: City, who: Who) -> list[str]:
    """An internal layer is seen by all staff."""
    return [slug for slug in HIDDEN if who is city.visitor or slug != "kin_nbo"]


async def test_a_conditional_or_partial_request_tells_no_more(city: City) -> None:
    conditions = (
        {"if-none-match": "*"},
        {"if-match": "*"},
        {"if-modified-since": "Wed, 21 Oct 2065 07:28:00 GMT"},
        {"range": "bytes=0-0"},
        {"accept-encoding": "gzip"},
    )
    for path in ("/files/{}/{}.geojson", "/tiles/{}/tilejson.json", "/tiles/{}/14/13087/7431.mvt"):
        for said in conditions:
            who = Who(city.visitor.browser, said)
            answers = {
                await _told(who, "GET", path.replace("{}", name), name, None)
                for name in (ABSENT, *HIDDEN)
            }
            assert len(answers) == 1
            assert answers.pop()[0] == 404


@pytest.mark.parametrize("parameter", ["upload_id", "resumable_id"])
async def test_work_of_others_is_told_from_none_by_no_method(city: City, parameter: str) -> None:
    real = city.upload if parameter == "upload_id" else city.pieces
    for who in (city.visitor, city.outsider):
        for path in _paths(city.site.app, parameter):
            found = await _compare(who, path, parameter, [str(uuid.uuid4()), real])
            assert not found & {200, 202, 204, 500}, path


async def test_people_and_keys_of_another_unit_are_told_from_none_by_no_method(
    city: City,
) -> None:
    for who in (city.visitor, city.outsider):
        for path in ("/api/v1/users/{it}", "/api/v1/users/{it}/invitation"):
            assert not await _compare(who, path, "it", ["hoat", "hoai"]) & {200, 201, 500}
        found = await _compare(who, "/api/v1/keys/{it}", "it", ["AAAAAAAA", city.key_id])
        assert not found & {200, 204, 500}
    users = (await city.outsider.browser.get("/api/v1/users")).json()["items"]
    keys = (await city.outsider.browser.get("/api/v1/keys")).json()["items"]
    assert ([one["name"] for one in users], keys) == (["minh"], [])


CITIZEN = {"issuer": "https://sso.example", "subject": "7", "email": "thu@example.vn"}
ROLE = {"unit": "so_yt", "role": "viewer"}


async def _citizen(city: City) -> None:
    """Add somebody who signed in through the city and works for no unit."""
    async with transaction(city.site.services.pool) as conn:
        await accounts.add(conn, "thuu", None, role=None)
        await conn.execute(
            "UPDATE gis.account SET issuer = %(issuer)s, subject = %(subject)s, email = %(email)s"
            " WHERE name = 'thuu'",
            CITIZEN,
        )


async def test_roles_of_citizens_and_of_people_elsewhere_are_told_from_none_by_no_method(
    city: City,
) -> None:
    await _citizen(city)
    names = ["hoat", "hoai", "thuu"]
    bodies = [ROLE, {"unit": "so_xd", "role": "viewer"}, {"role": "city_admin"}, {}]
    for who in (city.visitor, city.outsider):
        for path in ("/api/v1/users/{it}/roles", "/api/v1/users/{it}/roles?unit=so_yt"):
            found = await _compare(who, path, "it", names, bodies)
            assert not found & {200, 201, 500}
    absent = await _told(city.outsider, "PUT", "/api/v1/users/thuu/roles", "thuu", ROLE)
    assert absent[0] == 404
    listed = (await city.outsider.browser.get("/api/v1/users")).json()["items"]
    assert [one["name"] for one in listed] == ["minh"]


async def test_an_answer_about_a_role_tells_nothing_else_of_the_account(city: City) -> None:
    await _citizen(city)
    await city.site.account("tri", Role.CITY_ADMIN)
    async with city.site.browser() as browser:
        headers = {"x-csrf-token": await city.site.sign_in("tri", browser)}
        path = "/api/v1/users/thuu/roles"
        given = await browser.put(path, headers=headers, json=ROLE)
        assert (given.status_code, given.json()) == (200, GIVEN)
        mine = await city.outsider.browser.put(
            path, headers=dict(city.outsider.headers), json=ROLE | {"role": "editor"}
        )
        assert (mine.status_code, mine.json()) == (200, GIVEN | {"role": "editor"})
        taken = await browser.delete(f"{path}?unit=so_yt", headers=headers)
        assert (taken.status_code, taken.json()) == (200, GIVEN | {"role": "editor"})


GIVEN = {"name": "thuu", "source": "given"} | ROLE


async def test_a_wrong_password_a_wrong_name_and_a_blocked_account_are_told_alike(
    city: City,
) -> None:
    await city.site.account("chan", Role.VIEWER, "so_xd")
    async with transaction(city.site.services.pool) as conn:
        await accounts.deactivate(conn, "chan")
    answers = {
        await _told(
            city.visitor,
            "POST",
            "/api/v1/session",
            name,
            {"name": name, "password": "sai mật khẩu"},
        )
        for name in ("hoai", "hoat", "chan", "../hoai", "HOAI")
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 401
