"""Every route × actor × visibility: each door asks what ``gishue.server.doors`` says of it."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from conversion import store as upload_store
from conversion.options import IngestOptions
from gishue.accounts import keys, sessions
from gishue.accounts import store as accounts
from gishue.core import blobs
from gishue.core.access import Act, Visibility, may, may_work
from gishue.core.actor import ANONYMOUS, Actor, Limits, Role, Sender
from gishue.core.db import Connection, transaction
from gishue.server.app import API, make_app
from gishue.server.doors import DOORS, Asks, Door
from layers import store
from layers.layer import Layer, LayerState
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer
from tests.support.settings import settings_in

STREAMS = {"/api/v1/events", "/api/v1/uploads/{upload_id}/events"}
"""Answers without an end; ``test_events`` asks them."""

LAYERS = {
    "mo": Visibility.OPEN,
    "noi_bo": Visibility.INTERNAL,
    "han_che": Visibility.RESTRICTED,
    "chia_se": Visibility.RESTRICTED,
    "ngung": Visibility.OPEN,
}
"""The layers of ``so_xd``: one of each visibility, one shared with ``so_vh``, one retired."""


@dataclass(frozen=True)
class Person:
    """Somebody who asks: as the decision sees them, and what their requests carry."""

    actor: Actor
    headers: Mapping[str, str]


@dataclass(frozen=True)
class City:
    """The application with its layers, the people who ask, and work on the way in."""

    client: httpx.AsyncClient
    people: Mapping[str, Person]
    layers: Mapping[str, Layer]
    upload: tuple[str, Sender]


NAMES = (
    "anonymous", "citizen", "other", "shared", "narrow", "viewer", "editor", "publisher",
    "unit_admin", "city_admin",
)  # fmt: skip


@pytest.fixture
async def city(own_database_url: str, tmp_path: Path) -> AsyncGenerator[City]:
    """A city with layers of every visibility and people of every role."""
    app = make_app(settings_in(tmp_path / "var"), own_database_url)
    async with app.router.lifespan_context(app):
        services: Services = app.state.services
        async with transaction(services.pool) as conn:
            for unit in ("so_xd", "so_yte", "so_vh"):
                await people.add_unit(conn, unit)
            for slug, visibility in LAYERS.items():
                await add_layer(conn, slug, visibility=visibility, unit="so_xd")
            await _share_and_retire(conn)
            asking = await _people(conn, services)
        await services.registry.reload(services.pool)
        upload = await _work(services)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield City(client, asking, services.registry.current.layers, upload)


async def _share_and_retire(conn: Connection) -> None:
    await conn.execute(
        "INSERT INTO gis.share (layer_id, unit, acts, granted_by)"
        " SELECT id, 'so_vh', '{read}', 'test' FROM gis.layer WHERE slug = 'chia_se'"
    )
    layer = await store.by_slug(conn, "ngung")
    await store.move(conn, layer, LayerState.RETIRED, people.staff("x", 1, "so_xd"))


async def _people(conn: Connection, services: Services) -> dict[str, Person]:
    texts = {
        role.value: await people.add_key(conn, role, "so_xd", role.value)
        for role in (Role.VIEWER, Role.EDITOR, Role.PUBLISHER, Role.UNIT_ADMIN)
    }
    texts["city_admin"] = await people.add_key(conn, Role.CITY_ADMIN, None, "city_admin")
    texts["other"] = await people.add_key(conn, Role.UNIT_ADMIN, "so_yte", "other")
    texts["shared"] = await people.add_key(conn, Role.EDITOR, "so_vh", "shared")
    texts["narrow"] = await people.add_key(
        conn, Role.PUBLISHER, "so_xd", "narrow", Limits(frozenset({"mo"}), frozenset({"read"}))
    )
    asking = {"anonymous": Person(ANONYMOUS, {})}
    for name, text in texts.items():
        bearer = await keys.bearer(conn, text, services.now())
        asking[name] = Person(bearer.actor, {"x-api-key": text})
    number = await accounts.add(conn, "dan", "một mật khẩu dài", role=None)
    opened = await sessions.open_(conn, number, services.now(), hours=1)
    citizen = await accounts.actor_by_id(conn, number)
    assert citizen is not None
    admin = asking.pop("city_admin")
    cookie = {"cookie": f"gishue={opened.token}", "x-csrf-token": opened.csrf}
    return asking | {"citizen": Person(citizen, cookie), "city_admin": admin}  # who moves units


async def _work(services: Services) -> tuple[str, Sender]:
    """Return an upload of ``so_xd``, and who sent it."""
    blob = await services.blobs.put_chunks(_once(b"a,b\n1,2\n"), 1000)
    async with transaction(services.pool) as conn:
        await blobs.register(conn, blob, "a.csv", "text/csv")
        number = await accounts.add(conn, "ai", "một mật khẩu dài", unit="so_xd")
        sender = people.staff("ai", number, "so_xd", Role.PUBLISHER)
        upload = await upload_store.create(conn, "a.csv", blob, IngestOptions(), sender)
    return str(upload), sender.sender


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


SAMPLES = {
    "cluster_id": "4503599627375000", "feature_id": "1", "id": "1", "z:int": "14",
    "x:int": "13087", "y:int": "7431", "format": "mvt",
    "resumable_id": "00000000-0000-0000-0000-000000000001", "pull_id": "1",
    "key_id": "aaaaaaaa", "name": "dan", "code": "so_xd", "stack": "Noto", "range": "0-255",
    "number": "1", "rule_id": "1", "share_id": "999999", "request_id": "999999",
    "revision": "999",
    "file": "maki.json",
}  # fmt: skip

QUERIES = {f"{API}/search": "?q=lop", f"{API}/layers/{{slug}}/changes": "?since=1"}

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", f"{API}/layers/{{slug}}"): {},
    ("PUT", f"{API}/layers/{{slug}}/schema"): {"fields": [{"name": "a", "type": "text"}]},
    ("PUT", f"{API}/layers/{{slug}}/style"): {"layers": [{"type": "circle"}]},
    ("POST", f"{API}/layers/{{slug}}/style/classify"): {
        "field": "tên",
        "method": "categories",
        "palette": "okabe-ito",
    },
    ("POST", f"{API}/layers/{{slug}}/restore"): {"revision": 999},
    ("POST", f"{API}/layers/{{slug}}/changesets"): {"changes": []},
    ("POST", f"{API}/layers/{{slug}}/changesets/{{revision}}/undo"): {},
    ("POST", f"{API}/layers/{{slug}}/features/{{feature_id}}/restore"): {"revision": 999},
    ("POST", f"{API}/uploads/{{upload_id}}/answers"): {},
    ("POST", f"{API}/uploads/{{upload_id}}/publish"): {"layer": "a"},
    ("PUT", f"{API}/session/unit"): {"unit": "so_xd"},
    ("PUT", f"{API}/users/{{name}}/roles"): {"unit": "so_xd", "role": "viewer"},
    ("PATCH", f"{API}/users/{{name}}"): {"is_active": True},
    ("POST", f"{API}/layers/{{slug}}/shares"): {"unit": "khong_co"},
    ("PUT", f"{API}/layers/{{slug}}/protection"): {},
    ("POST", f"{API}/access-requests"): {"closed": "0" * 32, "purpose": "đi tuần"},
    ("POST", f"{API}/access-requests/{{request_id}}/grant"): {},
    ("POST", f"{API}/access-requests/{{request_id}}/refuse"): {"answer": "không"},
    ("POST", f"{API}/functions"): {"name": "a", "function": "khong_co", "title": "A"},
    ("PUT", f"{API}/units/{{code}}"): {"title": "Sở", "parent": "so_yte"},
}
"""What is well said at doors that read it before they ask."""


def door_id(door: Door) -> str:
    return f"{door.method} {door.path}"


def rounds(doors: Sequence[Door]) -> list[list[Door]]:
    """Return the doors that only read together, eight at a time, and each other by itself."""
    reading = [one for one in doors if one.method == "GET"]
    together = [reading[at : at + 8] for at in range(0, len(reading), 8)]
    return together + [[one] for one in doors if one.method != "GET"]


def round_id(doors: Sequence[Door]) -> str:
    return door_id(doors[0]) + (f" … {door_id(doors[-1])}" if len(doors) > 1 else "")


def of(*kinds: Asks) -> list[Door]:
    return [one for one in DOORS if one.asks in kinds and one.path not in STREAMS]


async def ask(city: City, who: Person, door: Door, **named: str) -> httpx.Response:
    said = SAMPLES | named
    if door.path.startswith("/files/"):
        said["name"] = f"{named['slug']}.geojson"
    path = re.sub(r"{([^}]+)}", lambda found: said[found[1]], door.path)
    path += QUERIES.get(door.path, "")
    body = BODIES.get((door.method, door.path))
    return await city.client.request(door.method, path, headers=dict(who.headers), json=body)


def test_every_route_has_its_line_and_every_line_its_route(app: FastAPI) -> None:
    """A door that is not in the table is a door that nobody asked about."""
    known = {*_routed(app.routes, "")}
    assert {f"{door.method} {door.path}" for door in DOORS} == known


def _routed(routes: Iterable[Any], prefix: str) -> Iterator[str]:
    """Yield the method and path of each route; HEAD beside GET, and OPTIONS of ``ogc``, are none
    of their own.
    """
    for one in routes:
        inner = getattr(one, "original_router", None)
        if inner is not None:
            yield from _routed(inner.routes, one.include_context.prefix)
        elif isinstance(one, Route):
            methods = one.methods or {"GET"}
            for method in methods - ({"HEAD"} if "GET" in methods else set()):
                if method != "OPTIONS" or "GET" not in methods:
                    yield f"{method} {prefix}{one.path}"


def expected(person: Person, act: Act, layer: Layer) -> set[int]:
    """Return the statuses that a refusal may have; empty where there is none."""
    if may(person.actor, act, layer):
        return set()
    if not may(person.actor, Act.READ, layer):
        return {404}
    return {403} if person.actor.is_known else {401}


_OTHERS = (f"{API}/flights", "/tiles/functions")
"""Doors of flights, and of function layers, which ``test_function_doors`` asks."""
LAYER_DOORS = [
    one for one in DOORS if one.asks.act is not None and not one.path.startswith(_OTHERS)
]


@pytest.mark.parametrize("doors", rounds(LAYER_DOORS), ids=round_id)
async def test_a_layers_door_asks_for_its_act(city: City, doors: Sequence[Door]) -> None:
    for door in doors:
        act = door.asks.act
        assert act is not None
        for slug, layer in city.layers.items():
            if door.method == "DELETE" and slug == "ngung":
                continue  # it would go
            for name, person in city.people.items():
                answer = await ask(city, person, door, slug=slug)
                refusals = expected(person, act, layer)
                where = (door_id(door), slug, name, answer.status_code, answer.text[:200])
                if refusals:
                    assert answer.status_code in refusals, where
                    assert answer.headers["content-type"] == "application/problem+json", where
                else:
                    assert answer.status_code not in (401, 403), where
                    assert "không có lớp" not in answer.text, where


@pytest.mark.parametrize("doors", rounds(of(Asks.READ, Asks.DOWNLOAD)), ids=round_id)
async def test_an_invisible_layer_answers_like_an_absent_one(
    city: City, doors: Sequence[Door]
) -> None:
    for door in doors:
        for name, person in city.people.items():
            absent = await ask(city, person, door, slug="vang")
            for slug, layer in city.layers.items():
                if may(person.actor, Act.READ, layer):
                    continue
                hidden = await ask(city, person, door, slug=slug)
                assert hidden.text.replace(slug, "…") == absent.text.replace("vang", "…"), (
                    name,
                    slug,
                )
                kept = {"content-type", "cache-control", "etag", "vary"}
                assert {k: v for k, v in hidden.headers.items() if k in kept} == {
                    k: v for k, v in absent.headers.items() if k in kept
                }


@pytest.mark.parametrize("doors", rounds(of(Asks.LISTED)), ids=round_id)
async def test_a_list_holds_nothing_that_one_may_not_read(
    city: City, doors: Sequence[Door]
) -> None:
    for door in doors:
        for name, person in city.people.items():
            answer = await ask(city, person, door, name="base")
            assert answer.status_code in (200, 422), (name, answer.text)
            for slug, layer in city.layers.items():
                if not may(person.actor, Act.READ, layer):
                    assert f'"{slug}"' not in answer.text, (name, slug)
                    assert layer.title not in answer.text, (name, slug)


@pytest.mark.parametrize("path", ["/api/v1/layers", "/ogc/collections?f=json"])
async def test_a_list_holds_all_that_one_may_read(city: City, path: str) -> None:
    for name, person in city.people.items():
        answer = await city.client.get(path, headers=dict(person.headers))
        seen = {slug for slug, one in city.layers.items() if may(person.actor, Act.READ, one)}
        body = answer.json()
        told = body.get("items") or body.get("collections")
        assert {one.get("slug") or one["id"] for one in told} == seen, name


ROLES = {
    Asks.SIGNED_IN: {*NAMES} - {"anonymous"},
    Asks.EDITOR: {"other", "shared", "editor", "publisher", "unit_admin", "city_admin"},
    Asks.UNIT_ADMIN: {"other", "unit_admin", "city_admin"},
    Asks.CITY_ADMIN: {"city_admin"},
    Asks.STAFF: {*NAMES} - {"anonymous", "citizen"},
}
BEYOND = {
    ("PUT", f"{API}/users/{{name}}/roles"): {"other"},
    ("DELETE", f"{API}/users/{{name}}/roles"): {"other", "unit_admin"},
    ("PUT", f"{API}/units/{{code}}"): {"other", "unit_admin"},
    ("DELETE", f"{API}/units/{{code}}"): {"other", "unit_admin"},
    ("POST", f"{API}/units/{{code}}/open"): {"other", "unit_admin"},
    ("PUT", f"{API}/session/unit"): {*NAMES} - {"anonymous"},
    ("GET", f"{API}/access-requests"): {"narrow"},
    ("POST", f"{API}/access-requests"): {"narrow"},
    ("GET", f"{API}/access-requests/{{request_id}}"): {"narrow"},
    ("POST", f"{API}/access-requests/{{request_id}}/grant"): {"narrow"},
    ("POST", f"{API}/access-requests/{{request_id}}/refuse"): {"narrow"},
    ("POST", f"{API}/access-requests/{{request_id}}/withdraw"): {"narrow"},
}
"""Who has the role, and meets a thing of a unit that is not theirs (a key has no session)."""


@pytest.mark.parametrize("doors", rounds(of(*ROLES)), ids=round_id)
async def test_a_door_of_a_role_refuses_everybody_else(city: City, doors: Sequence[Door]) -> None:
    for door in doors:
        beyond = BEYOND.get((door.method, door.path), set[str]())
        for name, person in city.people.items():
            answer = await ask(city, person, door)
            where = (door_id(door), name, answer.status_code, answer.text[:200])
            if name in ROLES[door.asks] - beyond:
                assert answer.status_code not in (401, 403), where
            else:
                assert answer.status_code in (401, 403, 404), where
                assert person.actor.is_known or answer.status_code == 401, where


OWN = [one for one in of(Asks.OWN) if "{upload_id}" in one.path]


@pytest.mark.parametrize("doors", rounds(OWN), ids=round_id)
async def test_work_on_the_way_in_is_its_units_alone(city: City, doors: Sequence[Door]) -> None:
    for door in doors:
        upload, sender = city.upload
        for name, person in city.people.items():
            answer = await ask(city, person, door, upload_id=upload)
            where = (door_id(door), name, answer.status_code, answer.text[:200])
            if may_work(person.actor, "so_xd", sender, "a"):
                assert answer.status_code not in (401, 403, 404), where
            else:
                assert answer.status_code in (401, 403, 404), where


@pytest.mark.parametrize("doors", rounds(of(Asks.NOBODY)), ids=round_id)
async def test_a_door_for_everybody_tells_nobody_of_a_hidden_layer(
    city: City, doors: Sequence[Door]
) -> None:
    for door in doors:
        statuses = set[int]()
        for name, person in city.people.items():
            answer = await ask(city, person, door, code="00000000")
            statuses.add(answer.status_code)
            for slug, layer in city.layers.items():
                if not may(person.actor, Act.READ, layer):
                    assert layer.title not in answer.text, (name, slug)
        assert not statuses & {401, 403}, statuses
