"""Answers given again below the application: the same as the application's, and never stale."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from gishue.core.access import Audience, Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import description, snapshot, store, tier_store
from layers.changeset import Edited
from layers.layer import Layer, LayerState
from layers.protection import Protection
from layers.protection_store import put
from layers.publish import Mode
from tests.integration.tiles.conftest import middle, path
from tests.support import people
from tests.support.archived import around
from tests.support.city import add_layer
from tests.support.edits import apply, change, remove, versions
from tests.support.parcels import add_parcels
from tests.support.wires import Wires, open_wires
from tiles.grid import Tile
from tiles.seed import seed
from tiles.vector import vector_tile

GZIP = ("accept-encoding", "gzip, deflate, br, zstd")
DEEP = 17


async def parcels(wires: Wires, writer: Connection, rows: int = 300) -> Layer:
    """Publish parcels that the process knows of."""
    layer = await add_parcels(writer, "thua_dat", rows)
    await wires.reload()
    return layer


async def warm(wires: Wires, where: str, *fields: tuple[str, str]) -> None:
    """Ask until the request is answered without the application."""
    for _ in range(20):
        if await wires.is_replayed(where, *(fields or [GZIP])):
            return
        await asyncio.sleep(0.05)  # news of the layer may still come
    pytest.fail(f"{where} is never given again")


# --- the same as ever --------------------------------------------------------------------------


async def test_a_visitor_gets_a_ready_tile_without_the_application(
    wires: Wires, writer: Connection
) -> None:
    layer = await parcels(wires, writer)
    where = path(layer, middle(layer, 16)) + "?rev=1"
    await warm(wires, where)
    answer = await wires.both(where, GZIP)
    assert answer.status == 200
    assert answer["content-encoding"] == "gzip"
    assert answer["cache-control"] == "public, max-age=31536000, immutable"
    etag = answer["etag"]
    await warm(wires, where, GZIP, ("if-none-match", etag))
    assert (await wires.both(where, GZIP, ("if-none-match", etag))).status == 304
    empty = path(layer, Tile(22, *(4 * n + 3 for n in middle(layer, 20)[1:])))
    first = await wires.both(empty, GZIP)
    assert await wires.is_replayed(empty, GZIP) == (first.status in (200, 204))


def _odd_request(
    chance: random.Random, layer: Layer, etags: list[str]
) -> tuple[str, str, list[tuple[str, str]]]:
    """Return method, address and fields of a request that somebody may send."""
    z = chance.choice([14, 15, 16])
    tile = chance.choice([*([middle(layer, z)] * 4), *around(layer, z)])
    own = path(layer, tile)
    where = chance.choice(
        [
            *([own] * 8),
            path(layer, tile, "webp"),
            *(own.replace(layer.slug, name) for name in ("khong_co", "noi_bo", "thua_dat,di_tich")),
            own.replace("thua", "%74hua"),
            *("/tiles/thua_dat/tilejson.json", "/healthz"),
        ]
    )
    query = chance.choice(
        [
            *("", "", "", "", "?rev=1", "?rev=1", "?rev=1", "?rev=0", "?rev=99", "?rev=x"),
            *("?a=b", "?", "?fields=", "?filter=t%E1%BB%9D%3D1"),
            *("?rev=1&rev=2", "?key=gh_x", "?rev=1&keys=1"),
        ]
    )
    etag = chance.choice(etags) if etags else '"x"'
    optional = [
        [
            (
                "accept-encoding",
                chance.choice(["gzip", "gzip", "gzip", "br", "*", "gzip;q=0", "gzip, br"]),
            )
        ],
        [("if-none-match", chance.choice([etag, f'"a", {etag}', f"W/{etag}", "*", '"b"', ""]))],
        [("origin", chance.choice(["https://hue.gov.vn", "https://elsewhere.example", "null"]))],
        [("x-forwarded-proto", chance.choice(["https", "http", "ftp", "https, http"]))],
        [("x-forwarded-for", chance.choice(["192.0.2.1", "192.0.2.1, 127.0.0.1", "nobody"]))],
        [("x-forwarded-host", "evil.example")],
        [("host", chance.choice(["localhost:80", "gis.example.vn", "a.vn/x", "[::1]"]))],
        [("cookie", chance.choice(["gishue=wrong", "gishue-language=en"]))],
        [("x-api-key", "gh_wrong")],
        [("authorization", "Bearer wrong")],
        [("x-request-id", chance.choice(["from-outside-1", "no!"]))],
        [("user-agent", "Mozilla/5.0"), ("accept", "*/*")],
        [("x-else", "1")],
        [("accept-encoding", "gzip"), ("accept-encoding", "identity")],
    ]
    weights = [0.9, 0.3, 0.2, 0.2, 0.2, 0.03, 0.1, 0.03, 0.03, 0.03, 0.1, 0.5, 0.03, 0.03]
    fields = [
        pair
        for part, w in zip(optional, weights, strict=True)
        if chance.random() < w
        for pair in part
    ]
    return chance.choice(["GET"] * 12 + ["HEAD", "POST", "OPTIONS"]), where + query, fields


def _usual_request(
    chance: random.Random, layer: Layer, etags: list[str]
) -> tuple[str, str, list[tuple[str, str]]]:
    """Return a request as maps send it."""
    where = path(layer, middle(layer, chance.choice([14, 15, 16])))
    optional = [
        [("if-none-match", chance.choice(etags or ['"x"']))],
        [("origin", chance.choice(["https://hue.gov.vn", "https://elsewhere.example"]))],
        [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")],
        [("user-agent", "Mozilla/5.0"), ("accept", "*/*"), ("sec-fetch-mode", "cors")],
    ]
    fields = [GZIP, *(pair for part in optional if chance.random() < 0.5 for pair in part)]
    return "GET", where + chance.choice(["", "?rev=1"]), fields


@pytest.mark.parametrize(
    "said", [{}, {"cors_origins": "https://hue.gov.vn"}, {"rate_tiles": 100_000}]
)
async def test_whatever_is_asked_is_answered_as_the_application_does(
    own_database_url: str, tmp_path: Path, writer: Connection, said: dict[str, Any]
) -> None:
    chance = random.Random(20261129)
    async with open_wires(own_database_url, tmp_path, public_url="", **said) as wires:
        await people.add_unit(writer, "so_xd")
        await add_layer(writer, "di_tich")
        await add_layer(writer, "noi_bo", visibility=Visibility.INTERNAL, unit="so_xd")
        layer = await parcels(wires, writer)
        etags: list[str] = []
        asked, replayed = 0, 0
        async with wires.line() as quick, wires.line(is_quick=False) as slow:
            for _ in range(200):
                asking = chance.choice([_usual_request, _odd_request])
                method, where, fields = asking(chance, layer, etags)
                wanted = await slow.ask(where, *fields, method=method)
                for _ in range(3):
                    before = wires.passed
                    given = await quick.ask(where, *fields, method=method)
                    asked, replayed = asked + 1, replayed + (wires.passed == before)
                    assert given.alike() == wanted.alike(), (method, where, fields)
                    ids = [value for name, value in given.fields if name == "x-request-id"]
                    assert len(ids) == 1
                    assert (ids[0] == "from-outside-1") == (
                        ("x-request-id", "from-outside-1") in fields
                    )
                    assert [name for name, _ in given.fields] == [name for name, _ in wanted.fields]
                etags += [value for name, value in wanted.fields if name == "etag"]
        assert replayed == 0 if "rate_tiles" in said else replayed > asked / 10


def _counted() -> dict[str, float]:
    """Return what the process has counted of its answers and tiles."""
    names = ("gishue_http_answers", "gishue_http_seconds", "gishue_tile")
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for metric in REGISTRY.collect()
        if metric.name.startswith(names)
        for sample in metric.samples
        if not sample.name.endswith(("_sum", "_created", "_bucket"))
    }


async def test_what_is_given_again_is_counted_like_the_rest(
    wires: Wires, writer: Connection
) -> None:
    layer = await parcels(wires, writer)
    where = path(layer, middle(layer, 16))
    etag = (await wires.both(where, GZIP))["etag"]
    asked = [(where, [GZIP]), (where, [GZIP, ("if-none-match", etag)])]
    for to, fields in asked:
        await warm(wires, to, *fields)
    grown: list[dict[str, float]] = []
    for is_quick in (True, False):
        before = _counted()
        async with wires.line(is_quick=is_quick) as line:
            for _ in range(5):
                for to, fields in asked:
                    await line.ask(to, *fields)
        await asyncio.sleep(0)
        grown.append({name: n - before.get(name, 0) for name, n in _counted().items()})
    assert grown[0] == grown[1]
    assert sum(grown[0].values()) > 30


# --- never stale -------------------------------------------------------------------------------


async def _some_edit(chance: random.Random, writer: Connection, slug: str, step: int) -> Edited:
    held = await versions(writer, await store.by_slug(writer, slug))
    id_ = chance.choice(sorted(held))
    if step % 3 == 2:
        return await apply(writer, slug, [remove(id_, held[id_])])
    return await apply(writer, slug, [change(id_, held[id_], None, **{"tờ": 1_000 + step})])


async def _check_fresh(wires: Wires, tile: Tile, revision: int) -> None:
    """Ask for a tile as a page does that heard of the revision, and as one that heard nothing.

    The second time the answer may be given again; both times it is what the database makes now.
    """
    most = wires.tiles.services.settings.tiles_max_features
    async with wires.line() as line:
        for rev in (f"?rev={revision}", ""):
            for _ in range(2):
                layer = wires.tiles.services.registry.current.layers["thua_dat"]
                given = await line.ask(path(layer, tile) + rev, GZIP)
                if given.status == 404:  # nothing lies there now
                    continue
                layer = wires.tiles.services.registry.current.layers["thua_dat"]
                assert layer.revision >= revision
                made = await vector_tile(wires.tiles.pool, layer, tile, most)
                assert given.body == made.body


@pytest.mark.parametrize("is_archived", [False, True])
async def test_an_edit_of_another_process_is_seen_at_once(
    wires: Wires, writer: Connection, *, is_archived: bool
) -> None:
    layer = await parcels(wires, writer, 60)
    if is_archived:
        await seed(wires.tiles.services, layer.slug, DEEP)
        await wires.tiles.archives.load()
    tiles = [tile for z in (14, 15, 16, 17) for tile in around(layer, z)]
    chance, before = random.Random(5), wires.passed
    asked = 0
    for step in range(15):
        for tile in chance.sample(tiles, 8):
            async with wires.line() as line:
                for _ in range(3):
                    await line.ask(path(layer, tile), GZIP)
            asked += 3
        edited = await _some_edit(chance, writer, layer.slug, step)
        for tile in chance.sample(tiles, 8):
            await _check_fresh(wires, tile, edited.layer.revision)
            asked += 4
    assert wires.passed - before < asked * 0.95


async def test_an_edit_elsewhere_leaves_what_is_given_again(
    wires: Wires, writer: Connection
) -> None:
    layer = await parcels(wires, writer, 3_000)
    tile = middle(layer, 17)
    held = await versions(writer, layer)
    where = path(layer, tile)
    await warm(wires, where)
    edited = await apply(writer, layer.slug, [change(1, held[1], None, **{"tờ": 9})])
    services = wires.tiles.services
    await snapshot.learn(services.registry, services.pool, edited)
    assert await wires.is_replayed(where, GZIP)
    await wires.reload()
    assert await wires.is_replayed(where, GZIP)
    await wires.both(where, GZIP)


async def _closed(conn: Connection, layer: Layer) -> None:
    await people.add_unit(conn, "so_xd")
    said = replace(description.of(layer), visibility=Visibility.INTERNAL, unit="so_xd")
    revision = await tier_store.describe(conn, layer, said, OPERATOR.name)
    await store.note(conn, layer, revision, OPERATOR, "described")


async def _retired(conn: Connection, layer: Layer) -> None:
    await store.move(conn, layer, LayerState.RETIRED, OPERATOR)


async def _deleted(conn: Connection, layer: Layer) -> None:
    await store.delete(conn, layer, OPERATOR)


async def _masked(conn: Connection, layer: Layer) -> None:
    await put(conn, layer, Protection({"chủ sử dụng": Audience.STAFF}), OPERATOR)


async def _ruled(conn: Connection, layer: Layer) -> None:
    rules = Protection(row_rules={Audience.PUBLIC: "thửa < 20"})
    await put(conn, layer, rules, OPERATOR)


async def _zoomed(conn: Connection, layer: Layer) -> None:
    said = replace(description.of(layer), maxzoom=14)
    await tier_store.describe(conn, layer, said, OPERATOR.name)


async def _replaced(conn: Connection, layer: Layer) -> None:
    await add_parcels(conn, layer.slug, 40, mode=Mode.REPLACE)


async def _made_anew(conn: Connection, layer: Layer) -> None:
    await store.delete(conn, layer, OPERATOR)
    await add_parcels(conn, layer.slug, 40)


@pytest.mark.parametrize(
    ("what", "status"),
    [
        (_closed, 404),
        (_retired, 404),
        (_deleted, 404),
        (_zoomed, 404),
        (_masked, 200),
        (_ruled, 200),
        (_replaced, 200),
        (_made_anew, 200),
    ],
)
@pytest.mark.parametrize("is_archived", [False, True])
async def test_what_a_layer_became_is_answered_at_once(
    wires: Wires,
    writer: Connection,
    what: Callable[[Connection, Layer], Awaitable[None]],
    status: int,
    *,
    is_archived: bool,
) -> None:
    layer = await parcels(wires, writer)
    if is_archived:
        await seed(wires.tiles.services, layer.slug, DEEP)
        await wires.tiles.archives.load()
    where = path(layer, middle(layer, 16))
    etag = (await wires.both(where, GZIP))["etag"]
    known = ("if-none-match", etag)
    asked = [(where, [GZIP]), (f"{where}?rev=1", [GZIP]), (where, [GZIP, known])]
    for to, fields in asked:
        await warm(wires, to, *fields)
    before = await wires.both(where, GZIP)
    async with writer.transaction():
        await what(writer, layer)
    await wires.reload()
    for to, fields in asked:
        for _ in range(2):
            given = await wires.both(to, *fields)
            assert given.status == status
            assert given.body != before.body


async def test_a_layer_closed_elsewhere_is_closed_here_as_soon_as_it_is_heard_of(
    wires: Wires, writer: Connection
) -> None:
    layer = await parcels(wires, writer)
    where = path(layer, middle(layer, 16))
    await warm(wires, where)
    async with writer.transaction():
        await _closed(writer, layer)
    registry = wires.tiles.services.registry
    deadline = asyncio.get_running_loop().time() + 10
    async with wires.line() as line:
        is_known = False
        while (await line.ask(where, GZIP)).status != 404:
            assert not is_known, "it was known before this was asked"
            is_known = registry.current.layers["thua_dat"].visibility is not Visibility.OPEN
            assert asyncio.get_running_loop().time() < deadline
            await asyncio.sleep(0.01)


async def test_a_tile_that_memory_let_go_of_is_made_again(
    own_database_url: str, tmp_path: Path, writer: Connection
) -> None:
    async with open_wires(own_database_url, tmp_path, tiles_cache_bytes=0) as wires:
        layer = await parcels(wires, writer)
        where = path(layer, middle(layer, 16))
        await wires.both(where, GZIP)
        assert not await wires.is_replayed(where, GZIP)
