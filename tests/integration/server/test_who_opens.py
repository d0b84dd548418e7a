"""Who opens, closes and hands over a layer, the same by PATCH and by a file; what a share does not
give.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from conversion.options import IngestOptions
from conversion.publish import target
from gishue.accounts import sessions
from gishue.accounts import store as accounts
from gishue.core.access import Act, Visibility
from gishue.core.actor import Actor, ActorKind, Limits, Role
from gishue.core.db import transaction
from gishue.core.errors import Forbidden
from layers import store
from layers.layer import Closure
from layers.publish import Mode
from layers.services import Services
from tests.support.city import add_layer
from tests.support.closing import CLOSURE, SAID
from tests.support.people import add_key, add_unit

KIN = "/api/v1/layers/kin"
WITHOUT = Limits(None, frozenset({Act.READ, Act.EDIT, Act.PUBLISH}))
WITH = Limits(None, frozenset({Act.READ, Act.EDIT, Act.PUBLISH, Act.ADMINISTER}))
OPEN, INTERNAL, RESTRICTED = Visibility.OPEN, Visibility.INTERNAL, Visibility.RESTRICTED


@pytest.fixture
async def city(app: FastAPI) -> Services:
    """A restricted layer ``kin`` of ``so_a`` and an open one ``mo``."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        for unit in ("so_a", "so_b"):
            await add_unit(conn, unit)
        await add_layer(conn, "kin", unit="so_a", visibility=RESTRICTED)
        await add_layer(conn, "mo", unit="so_a")
    await services.registry.reload(services.pool)
    return services


async def key(services: Services, limits: Limits, name: str) -> dict[str, str]:
    async with transaction(services.pool) as conn:
        return {"x-api-key": await add_key(conn, Role.PUBLISHER, "so_a", name, limits)}


BODIES: list[tuple[str, dict[str, Any]]] = [
    ("kin", {"visibility": "open"}),
    ("kin", {"visibility": "internal", "closure": SAID}),
    ("kin", {"closure": SAID}),
    ("mo", {"visibility": "restricted", "closure": SAID}),
]


@pytest.mark.parametrize(("slug", "body"), BODIES)
async def test_a_key_that_may_not_share_neither_opens_nor_closes(
    city: Services, client: httpx.AsyncClient, slug: str, body: Mapping[str, Any]
) -> None:
    path = f"/api/v1/layers/{slug}"
    refused = await client.patch(path, json=body, headers=await key(city, WITHOUT, "a"))
    assert refused.status_code == 403, refused.text
    assert "đóng lớp" in refused.json()["detail_vi"]
    taken = await client.patch(path, json=body, headers=await key(city, WITH, "b"))
    assert taken.status_code == 200, taken.text


async def test_a_key_that_may_not_share_changes_all_the_rest(
    city: Services, client: httpx.AsyncClient
) -> None:
    narrowed = await key(city, WITHOUT, "a")
    for body in ({"title": "Mới"}, {"visibility": "restricted"}, {"state": "retired"}):
        answer = await client.patch(KIN, json=body, headers=narrowed)
        assert answer.status_code == 200, answer.text


async def test_what_is_described_beside_an_opening_stays(
    city: Services, client: httpx.AsyncClient
) -> None:
    body = {"title": "Mới", "licence": "CC BY 4.0", "visibility": "open"}
    answer = await client.patch(KIN, json=body, headers=await key(city, WITH, "a"))
    assert {name: answer.json()[name] for name in body} == body


def publisher(limits: Limits, **roles: Role) -> Actor:
    return Actor(ActorKind.KEY, "k", None, "so_a", roles, limits)


async def aim(services: Services, actor: Actor, slug: str, **said: Any) -> None:
    """Ask whether ``actor`` may publish a file over the layer with what is said of it."""
    for mode in (Mode.REPLACE, Mode.APPEND):
        async with transaction(services.pool) as conn:
            options = IngestOptions(layer=slug, mode=mode, said=said)
            await target(conn, "a.geojson", options, actor)


SAYINGS: list[tuple[str, Visibility, Closure | None]] = [
    ("kin", OPEN, None),
    ("kin", INTERNAL, CLOSURE),
    ("kin", RESTRICTED, CLOSURE),
    ("mo", RESTRICTED, CLOSURE),
]


@pytest.mark.parametrize(("slug", "visibility", "closure"), SAYINGS)
async def test_a_file_does_not_open_or_close_for_who_may_not_share(
    city: Services, slug: str, visibility: Visibility, closure: Closure | None
) -> None:
    said = {"visibility": visibility} | ({"closure": closure} if closure else {})
    narrowed = publisher(WITHOUT, so_a=Role.PUBLISHER)
    with pytest.raises(Forbidden, match="open or close"):
        await aim(city, narrowed, slug, **said)
    await aim(city, narrowed, slug)
    await aim(city, publisher(WITH, so_a=Role.PUBLISHER), slug, **said)


@pytest.mark.parametrize(
    ("here", "there", "may_move"),
    [
        (Role.PUBLISHER, Role.PUBLISHER, False),
        (Role.UNIT_ADMIN, Role.EDITOR, False),
        (Role.UNIT_ADMIN, Role.PUBLISHER, True),
    ],
)
async def test_a_layer_goes_to_another_unit_by_its_administrator_through_every_door(
    app: FastAPI,
    city: Services,
    client: httpx.AsyncClient,
    here: Role,
    there: Role,
    may_move: bool,
) -> None:
    mover = publisher(Limits(), so_a=here, so_b=there)
    if may_move:
        await aim(city, mover, "mo", unit="so_b")
    else:
        with pytest.raises(Forbidden):
            await aim(city, mover, "mo", unit="so_b")
    headers = await person_of(city, {"so_a": here, "so_b": there})
    answer = await client.patch("/api/v1/layers/mo", json={"unit": "so_b"}, headers=headers)
    assert answer.status_code == (200 if may_move else 403), answer.text


async def person_of(services: Services, roles: Mapping[str, Role]) -> dict[str, str]:
    """Return the headers of an account with these roles."""
    async with transaction(services.pool) as conn:
        number = await accounts.add(conn, "lan", "một mật khẩu dài", unit="so_a", role=None)
        for unit, role in roles.items():
            await accounts.give(conn, number, role, unit)
        opened = await sessions.open_(conn, number, services.now(), hours=1)
    return {"cookie": f"gishue={opened.token}", "x-csrf-token": opened.csrf}


SCHEMA = {"fields": [{"name": "tên", "type": "text"}]}
OF_THE_WHOLE: list[tuple[str, str, dict[str, Any] | None]] = [
    ("PATCH", KIN, {"licence": "CC0"}),
    ("PATCH", KIN, {"source": "khác"}),
    ("PUT", f"{KIN}/schema", SCHEMA),
    ("DELETE", f"{KIN}/schema", None),
]


@pytest.mark.parametrize(("method", "path", "body"), OF_THE_WHOLE)
async def test_a_share_to_edit_gives_features_only(
    city: Services,
    client: httpx.AsyncClient,
    method: str,
    path: str,
    body: dict[str, Any] | None,
) -> None:
    async with transaction(city.pool) as conn:
        layer = await store.by_slug(conn, "kin")
        await conn.execute(
            "INSERT INTO gis.share (layer_id, unit, acts, granted_by)"
            " VALUES (%s, 'so_b', '{read,edit}', 'an')",
            (layer.id,),
        )
        other = {"x-api-key": await add_key(conn, Role.UNIT_ADMIN, "so_b", "b")}
        own = {"x-api-key": await add_key(conn, Role.EDITOR, "so_a", "a")}
    await city.registry.reload(city.pool)
    assert (await client.get(KIN, headers=other)).status_code == 200
    refused = await client.request(method, path, json=body, headers=other)
    assert refused.status_code == 403, refused.text
    assert "được chia sẻ" in refused.json()["detail_vi"]
    taken = await client.request(method, path, json=body, headers=own)
    assert taken.status_code in (200, 204), taken.text
