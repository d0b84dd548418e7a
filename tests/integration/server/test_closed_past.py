"""A layer that is opened shows what it holds from then on, not what it was while closed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from gishue.core.access import Visibility
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, Role
from gishue.core.db import Connection, transaction
from layers import closure_store, description, past, publish, store, veil
from layers.layer import Layer
from layers.past import NotKept
from layers.publish import Mode
from layers.services import Services
from tests.support.city import NGO_MON, add_layer, stage_points
from tests.support.closing import CLOSURE
from tests.support.people import add_key, add_unit, staff

SECRET = "HAMBIMAT"
OPEN, INTERNAL, RESTRICTED = Visibility.OPEN, Visibility.INTERNAL, Visibility.RESTRICTED
STRANGER = staff("lạ", 1, "so_b")
OWNER = staff("chủ", 2, "so_a")


async def put(conn: Connection, name: str, visibility: Visibility) -> Layer:
    """Replace what the layer holds by one point; title, unit and closure stay."""
    before = await store.by_slug(conn, "ham")
    staged = await stage_points(conn, "u_ham", [(name, 1, *NGO_MON)])
    said = description.of(before)
    assert said.visibility is visibility
    return await publish.publish_table(
        conn, "ham", said, staged, actor=OPERATOR, mode=Mode.REPLACE, message=f"thay {name}"
    )


async def decide(conn: Connection, visibility: Visibility) -> Layer:
    layer = await store.by_slug(conn, "ham")
    said = None if visibility is OPEN else CLOSURE
    return await closure_store.decide(conn, layer, visibility, said, OPERATOR)


async def opened(conn: Connection) -> Layer:
    """Return the layer of ``so_a``: 1 open, 2 closed, 3 secret, 4 replaced, 5 opened, 6 replaced.

    Revision 6 is of after the opening, so that 5 is a past that everybody reads.
    """
    for unit in ("so_a", "so_b"):
        await add_unit(conn, unit)
    await add_layer(conn, "ham", unit="so_a", points=[("Cũ", 1, *NGO_MON)])
    await decide(conn, RESTRICTED)
    await put(conn, SECRET, RESTRICTED)
    await put(conn, "Công khai", RESTRICTED)
    await decide(conn, OPEN)
    return await put(conn, "Mới", OPEN)


async def kept(conn: Connection, layer: Layer, actor: Actor) -> list[int]:
    """Return the revisions that ``actor`` reads."""
    seen, read = veil.of(actor, layer), list[int]()
    for revision in range(1, layer.revision + 1):
        try:
            read.append((await past.at_revision(conn, seen, revision)).revision)
        except NotKept:
            continue
    return read


async def test_only_its_unit_reads_what_a_layer_was_while_closed(conn: Connection) -> None:
    layer = await opened(conn)
    assert layer.open_since_revision == 5
    assert await kept(conn, layer, OWNER) == [1, 2, 3, 4, 5, 6]
    assert await kept(conn, layer, STRANGER) == await kept(conn, layer, ANONYMOUS) == [5, 6]
    assert [line.revision for line in await store.history(conn, veil.of(ANONYMOUS, layer))] == [
        6,
        5,
    ]


async def test_the_refusal_names_no_time_when_it_was_closed(conn: Connection) -> None:
    layer = await opened(conn)
    lines = {line.revision: line.at for line in await store.history(conn, layer)}
    with pytest.raises(NotKept) as caught:
        await past.as_of(conn, veil.of(ANONYMOUS, layer), lines[3])
    assert caught.value.extra["oldest"] == lines[5].isoformat(timespec="seconds")


async def test_a_layer_that_was_always_open_keeps_its_past(conn: Connection) -> None:
    await add_layer(conn, "ham")
    layer = await put(conn, "Mới", OPEN)
    assert layer.open_since_revision == 0
    assert veil.of(ANONYMOUS, layer) is layer
    assert await kept(conn, layer, ANONYMOUS) == [1, 2]


async def test_closing_opens_nothing(conn: Connection) -> None:
    await opened(conn)
    layer = await decide(conn, INTERNAL)
    assert layer.open_since_revision == 5
    layer = await decide(conn, RESTRICTED)
    assert layer.open_since_revision == 5


async def test_staff_do_not_read_what_was_restricted_before_it_was_internal(
    conn: Connection,
) -> None:
    await opened(conn)
    await decide(conn, RESTRICTED)
    await put(conn, SECRET, RESTRICTED)
    layer = await decide(conn, INTERNAL)
    assert layer.open_since_revision == layer.revision == 9
    assert await kept(conn, layer, STRANGER) == [9]


async def test_a_file_that_opens_its_layer_does_not_open_the_past(conn: Connection) -> None:
    await opened(conn)
    await decide(conn, RESTRICTED)
    before = await put(conn, SECRET, RESTRICTED)
    layer = await add_layer(conn, "ham", unit="so_a", mode=Mode.REPLACE)
    assert (layer.visibility, layer.open_since_revision) == (OPEN, before.revision + 1)
    assert await kept(conn, layer, ANONYMOUS) == [layer.revision]


@dataclass(frozen=True)
class City:
    """The application with the opened layer, and when it held the secret."""

    client: httpx.AsyncClient
    keys: dict[str, dict[str, str]]
    at: datetime

    async def get(self, who: str, path: str) -> httpx.Response:
        return await self.client.get(path, headers=self.keys[who])


@pytest.fixture
async def city(app: FastAPI, client: httpx.AsyncClient) -> City:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        layer = await opened(conn)
        lines = {line.revision: line.at for line in await store.history(conn, layer)}
        keys = {unit: await add_key(conn, Role.VIEWER, unit, unit) for unit in ("so_a", "so_b")}
    await services.registry.reload(services.pool)
    heads = {unit: {"x-api-key": key} for unit, key in keys.items()}
    return City(client, {"": {}, **heads}, lines[3] + timedelta(microseconds=1))


DOORS = (
    "/api/v1/layers/ham/features?as_of={at}",
    "/files/ham/ham.geojson?as_of={at}",
    "/ogc/collections/ham/items?as_of={at}",
)


@pytest.mark.parametrize("door", DOORS)
async def test_no_door_shows_the_closed_past(city: City, door: str) -> None:
    path = door.format(at=quote(city.at.isoformat()))
    for who in ("", "so_b"):
        for _ in range(2):  # before and after its unit has read it
            refused = await city.get(who, path)
            assert refused.status_code == 404, refused.text
            assert refused.json()["type"] == "/problems/history-not-kept"
            own = await city.get("so_a", path)
            assert own.status_code == 200
            assert SECRET in own.text
            assert own.headers.get("cache-control", "private").startswith("private")
    after = door.format(at=quote((city.at + timedelta(hours=1)).isoformat()))
    assert (await city.get("", after)).status_code == 200


async def test_the_history_tells_nothing_of_the_closed_past(city: City) -> None:
    path = "/api/v1/layers/ham/history"
    for who in ("", "so_b"):
        answer = await city.get(who, path)
        assert [one["revision"] for one in answer.json()["items"]] == [6, 5]
        assert SECRET not in answer.text
    own = await city.get("so_a", path)
    assert [one["revision"] for one in own.json()["items"]] == [6, 5, 4, 3, 2, 1]
    assert SECRET in own.text
