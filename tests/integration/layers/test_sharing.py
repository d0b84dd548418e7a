"""Closures, shares, requests and the ground of a ward, on PostGIS."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from psycopg.sql import SQL, Identifier

from gishue.accounts import store as accounts
from gishue.accounts import units
from gishue.core.access import Act, Visibility, may
from gishue.core.actor import OPERATOR, Actor, Role
from gishue.core.db import Connection, Pool, transaction
from gishue.core.errors import Conflict, InvalidInput, NotFound
from layers import area, closure_store, description, request_store, sharing_store, store
from layers.access_request import RequestState
from layers.closure import ClosureMissing
from layers.layer import Layer, LayerState
from layers.publish import Mode
from layers.services import Services, open_services
from layers.sharing import Wish
from tests.support import people
from tests.support.city import add_layer
from tests.support.closing import CLOSURE
from tests.support.people import staff

NOW = datetime.now(UTC)
RESTRICTED = Visibility.RESTRICTED
READ = frozenset({Act.READ})
WARD = staff("lan", 1, "phuong")
OWNER = staff("an", 2, "so_xd", Role.PUBLISHER)


async def closed(conn: Connection, slug: str = "kin") -> Layer:
    """Return a closed layer of ``so_xd``; ``phuong`` is another unit."""
    for unit in ("so_xd", "phuong"):
        await people.add_unit(conn, unit)
    layer = await add_layer(conn, slug, unit="so_xd")
    return await closure_store.decide(conn, layer, RESTRICTED, CLOSURE, OWNER)


async def ward_person(conn: Connection) -> Actor:
    """Return somebody of ``phuong`` who has an account."""
    number = await accounts.add(conn, "lan", "một mật khẩu dài", unit="phuong")
    return staff("lan", number, "phuong")


async def actions(conn: Connection, layer: Layer) -> list[str]:
    return [change.action for change in await store.history(conn, layer)]


async def test_a_layer_is_closed_renewed_and_opened_each_with_a_line_of_history(
    conn: Connection,
) -> None:
    layer = await closed(conn)
    assert (layer.visibility, layer.closure) == (RESTRICTED, CLOSURE)
    later = replace(CLOSURE, expires_at=CLOSURE.expires_at + timedelta(days=30), approver="Bình")
    layer = await closure_store.decide(conn, layer, RESTRICTED, later, OWNER)
    assert layer.closure == later
    same = await closure_store.decide(conn, layer, RESTRICTED, None, OWNER)
    assert same.revision == layer.revision
    layer = await closure_store.decide(conn, layer, Visibility.OPEN, None, OWNER)
    assert (layer.visibility, layer.closure) == (Visibility.OPEN, None)
    assert await actions(conn, layer) == ["opened", "closure renewed", "closed", "created"]
    with pytest.raises(ClosureMissing):
        await closure_store.decide(conn, layer, RESTRICTED, None, OWNER)


@pytest.mark.parametrize("mode", [Mode.REPLACE, Mode.APPEND])
async def test_new_rows_do_not_open_a_closed_layer(conn: Connection, mode: Mode) -> None:
    layer = await closed(conn)
    kept = description.of(layer)
    after = await add_layer(conn, "kin", mode=mode, unit="so_xd", visibility=kept.visibility)
    assert after.visibility is RESTRICTED
    if mode is Mode.APPEND:
        assert after.closure == CLOSURE


async def test_the_public_list_holds_published_closed_layers_with_a_reason(
    conn: Connection,
) -> None:
    layer = await closed(conn)
    await add_layer(conn, "cu", visibility=RESTRICTED, unit="so_xd")  # closed, nobody said why
    await add_layer(conn, "mo", unit="so_xd")
    (listed,) = await closure_store.listed(conn, 10)
    assert (listed.title, listed.reason, listed.unit) == (layer.title, CLOSURE.reason, "so_xd")
    assert "kin" not in str(listed.id)
    assert await closure_store.slug_of(conn, listed.id) == "kin"
    assert await closure_store.listed(conn, 10, (listed.title, str(listed.id))) == []
    await store.move(conn, layer, LayerState.RETIRED, OWNER)
    assert await closure_store.listed(conn, 10) == []
    with pytest.raises(NotFound):
        await closure_store.slug_of(conn, listed.id)


async def test_an_expired_reason_is_told_once_and_opens_nothing(conn: Connection) -> None:
    layer = await closed(conn)
    ends = CLOSURE.expires_at
    assert await closure_store.tell_expired(conn, ends - timedelta(seconds=1), OPERATOR) == []
    assert await closure_store.tell_expired(conn, ends, OPERATOR) == ["kin"]
    assert await closure_store.tell_expired(conn, ends + timedelta(days=9), OPERATOR) == []
    layer = await store.by_slug(conn, "kin")
    assert (layer.visibility, layer.closure) == (RESTRICTED, CLOSURE)
    assert (await actions(conn, layer))[0] == "closure expired"
    renewed = replace(CLOSURE, expires_at=ends + timedelta(days=30))
    await closure_store.decide(conn, layer, RESTRICTED, renewed, OWNER)
    assert await closure_store.tell_expired(conn, renewed.expires_at, OPERATOR) == ["kin"]


async def test_a_share_lets_the_unit_read_until_it_is_revoked(conn: Connection) -> None:
    layer = await closed(conn)
    assert not may(WARD, Act.READ, layer)
    wish = Wish("phuong", frozenset({Act.DOWNLOAD}))
    given = await sharing_store.give(conn, layer, wish, OWNER, NOW)
    assert given.ends_at == NOW + timedelta(days=365)
    shared = await store.by_slug(conn, "kin")
    assert may(WARD, Act.READ, shared)
    assert may(WARD, Act.DOWNLOAD, shared)
    await sharing_store.revoke(conn, shared, given.id, OWNER)
    after = await store.by_slug(conn, "kin")
    assert not may(WARD, Act.READ, after)
    assert await sharing_store.grants(conn, after) == []
    assert after.revision == layer.revision + 2
    assert (await actions(conn, after))[:2] == ["share revoked", "shared"]
    with pytest.raises(NotFound, match="in force"):
        await sharing_store.revoke(conn, after, given.id, OWNER)
    with pytest.raises(NotFound, match="not shared with"):
        await sharing_store.revoke_unit(conn, after, "phuong", OWNER)


async def test_a_share_of_another_layer_is_not_revoked_through_this_one(conn: Connection) -> None:
    first = await closed(conn)
    second = await closed(conn, "kin2")
    given = await sharing_store.give(conn, first, Wish("phuong", READ), OWNER, NOW)
    with pytest.raises(NotFound):
        await sharing_store.revoke(conn, second, given.id, OWNER)
    assert len(await sharing_store.grants(conn, first)) == 1


async def test_a_request_is_granted_once(conn: Connection) -> None:
    layer = await closed(conn)
    asker = await ward_person(conn)
    made = await request_store.add(conn, layer, Wish("phuong", READ), "đi tuần", asker, NOW)
    assert (made.state, made.owner, made.unit) == (RequestState.PENDING, "so_xd", "phuong")
    with pytest.raises(Conflict, match="asked already"):
        await request_store.add(conn, layer, Wish("phuong", READ), "lần nữa", asker, NOW)
    locked = await request_store.lock(conn, made.id, OWNER)
    wish = Wish("phuong", READ, until=NOW + timedelta(days=3))
    given = await request_store.grant(conn, locked, layer, wish, OWNER, answer="được", now=NOW)
    after = await request_store.by_id(conn, made.id, asker)
    assert (after.state, after.share, after.answer) == (RequestState.GRANTED, given.id, "được")
    with pytest.raises(Conflict, match="granted already"):
        await request_store.refuse(conn, after, OWNER, "không")
    shared = await store.by_slug(conn, "kin")
    with pytest.raises(Conflict, match="may do this already"):
        await request_store.add(conn, shared, Wish("phuong", READ), "lần nữa", asker, NOW)


async def test_a_refusal_says_why_and_the_unit_may_ask_again(conn: Connection) -> None:
    layer = await closed(conn)
    asker = await ward_person(conn)
    made = await request_store.add(conn, layer, Wish("phuong", READ), "đi tuần", asker, NOW)
    with pytest.raises(InvalidInput) as caught:
        await request_store.refuse(conn, made, OWNER, "")
    assert "lý do từ chối" in caught.value.detail_vi
    await request_store.refuse(conn, made, OWNER, "chưa cần")
    again = await request_store.add(conn, layer, Wish("phuong", READ), "có lý do", asker, NOW)
    await request_store.withdraw(conn, again, asker)
    states = [one.state for one in await request_store.page(conn, asker, 10)]
    assert states == [RequestState.WITHDRAWN, RequestState.REFUSED]
    stranger = staff("xa", 9, "so_yte", Role.UNIT_ADMIN)
    assert await request_store.page(conn, stranger, 10) == []
    with pytest.raises(NotFound):
        await request_store.by_id(conn, made.id, stranger)


GROUND = {"type": "Polygon", "coordinates": [
    [[107.57, 16.46], [107.58, 16.46], [107.58, 16.475], [107.57, 16.475], [107.57, 16.46]]
]}  # fmt: skip
"""Round Ngọ Môn (107.5776, 16.4677); Trường Tiền bridge (107.5896, 16.4689) lies outside."""


async def test_a_ward_reaches_the_features_on_its_ground_only(conn: Connection) -> None:
    layer = await closed(conn)
    await units.set_area(conn, "phuong", GROUND)
    wish = Wish("phuong", frozenset({Act.EDIT}), within_area=True)
    await sharing_store.give(conn, layer, wish, OWNER, NOW)
    shared = await store.by_slug(conn, "kin")
    editor = staff("lan", 1, "phuong", Role.EDITOR)
    assert area.bounds_of(editor, shared) == ["phuong"]
    assert await names_inside(conn, shared, ["phuong"]) == ["Ngọ Môn"]
    assert await names_inside(conn, shared, ["so_xd"]) == []  # a unit without ground
    assert await names_inside(conn, shared, []) == []


async def names_inside(conn: Connection, layer: Layer, bound: list[str]) -> list[str]:
    inside = area.inside(bound, SQL("t.geom"), layer.srid)
    query = SQL("SELECT c1 FROM {} t WHERE {}").format(
        Identifier("data", layer.table_name or ""), inside.where
    )
    return [row[0] for row in await (await conn.execute(query, inside.values)).fetchall()]


async def test_editing_within_ground_that_is_not_known_is_not_granted(conn: Connection) -> None:
    layer = await closed(conn)
    wish = Wish("phuong", frozenset({Act.EDIT}), within_area=True)
    with pytest.raises(InvalidInput, match="ground of unit 'phuong' is not known"):
        await sharing_store.give(conn, layer, wish, OWNER, NOW)
    with pytest.raises(InvalidInput, match="no unit"):
        await sharing_store.give(conn, layer, Wish("vang", READ), OWNER, NOW)


async def test_a_share_that_ends_is_honoured_no_longer_though_the_database_is_away(
    services: Services,
) -> None:
    until = datetime.now(UTC) + timedelta(seconds=1.2)
    async with transaction(services.pool) as conn:
        layer = await closed(conn)
        await sharing_store.give(conn, layer, Wish("phuong", READ, until=until), OWNER, NOW)
        far = Wish("phuong", frozenset({Act.DOWNLOAD}), until=until + timedelta(days=9))
        await sharing_store.give(conn, await add_layer(conn, "xa", unit="so_xd"), far, OWNER, NOW)
    await services.registry.reload(services.pool)
    registry = services.registry
    registry.sleep()  # nothing wakes it, as if the database did not answer
    before = registry.current
    assert may(WARD, Act.READ, before.layers["kin"])
    while datetime.now(UTC) < until:
        await asyncio.sleep(0.01)
    now = registry.current
    assert not may(WARD, Act.READ, now.layers["kin"])
    assert now.generation > before.generation
    assert may(WARD, Act.DOWNLOAD, now.layers["xa"])
    assert registry.current is now


class SlowPool:
    """The pool of a process, which gives its first connection back when the gate opens."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.gate = asyncio.Event()
        self.has_read = asyncio.Event()

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        async with self.pool.connection() as conn:
            yield conn
        self.has_read.set()
        await self.gate.wait()


async def test_an_older_reading_does_not_bring_a_revoked_share_back(services: Services) -> None:
    async with transaction(services.pool) as conn:
        layer = await closed(conn)
        given = await sharing_store.give(conn, layer, Wish("phuong", READ), OWNER, NOW)
    registry, slow = services.registry, SlowPool(services.pool)
    reading = asyncio.create_task(registry.reload(cast("Pool", slow)))
    await slow.has_read.wait()
    async with transaction(services.pool) as conn:
        await sharing_store.revoke(conn, layer, given.id, OWNER)
    await registry.reload(services.pool)
    slow.gate.set()
    await reading
    assert not may(WARD, Act.READ, registry.current.layers["kin"])


async def test_another_process_forgets_a_revoked_share_when_it_hears_of_it(
    services: Services,
) -> None:
    async with transaction(services.pool) as conn:
        layer = await closed(conn)
        given = await sharing_store.give(conn, layer, Wish("phuong", READ), OWNER, NOW)
    async with open_services(services.settings, services.url) as other:
        assert may(WARD, Act.READ, other.registry.current.layers["kin"])
        async with transaction(services.pool) as conn:
            await sharing_store.revoke(conn, layer, given.id, OWNER)
        async with asyncio.timeout(5):
            while may(WARD, Act.READ, other.registry.current.layers["kin"]):
                await asyncio.sleep(0.01)
