"""Edits through the web: rights, versions, refusals, what became of a feature, and fresh tiles."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from mapbox_vector_tile import decode

from gishue.core.access import Audience
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from layers import protection_store, store
from layers.layer import LayerKind
from layers.protection import Protection
from layers.services import Services
from tests.support.city import add_layer
from tests.support.edits import add, change, remove
from tests.support.people import add_key, add_unit
from tiles.grid import column, row
from tiles.ready import ReadyTile, TileKey

LAYER = "/api/v1/layers/noi"
DOOR = f"{LAYER}/changesets"
type Headers = dict[str, str]


@pytest.fixture
async def editor(app: FastAPI) -> Headers:
    """The headers of an editor of ``so_a``, which owns the open layer ``noi``."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        for unit in ("so_a", "so_b"):
            await add_unit(conn, unit)
        await add_layer(conn, "noi", unit="so_a")
        text = await add_key(conn, Role.EDITOR, "so_a", "a")
    await services.registry.reload(services.pool)
    return {"x-api-key": text}


def body(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"message": "sửa", "changes": list(changes)} | more


async def test_who_edits_reads_places_so_exactly_that_sent_back_they_stay(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    place = (await client.get(f"{LAYER}/features/1")).json()["geometry"]
    exact = (await client.get(f"{LAYER}/features/1?digits=12")).json()["geometry"]
    assert exact["coordinates"] != place["coordinates"]
    assert [round(value, 7) for value in exact["coordinates"]] == place["coordinates"]
    said = change(1, 1, exact, năm=1)
    assert (await client.post(DOOR, json=body(said), headers=editor)).status_code == 201
    again = (await client.get(f"{LAYER}/features/1?digits=12")).json()["geometry"]
    assert again["coordinates"] == pytest.approx(exact["coordinates"], abs=1e-11)  # a micrometre
    assert (await client.get(f"{LAYER}/features/1?digits=13")).status_code == 400


async def test_an_edit_is_seen_by_the_next_reader(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    said = body(add(tên="Mới", năm=2000), change(1, 1, năm=1), remove(2, 1))
    answer = await client.post(DOOR, json=said, headers=editor)
    assert answer.status_code == 201, answer.text
    done = {"layer": "noi", "revision": 2, "added": [3], "changed": 1, "removed": 1}
    assert answer.json() == done
    features = (await client.get(f"{LAYER}/features")).json()["features"]
    assert [(one["id"], one["version"]) for one in features] == [(1, 2), (3, 2)]
    detail = (await client.get(LAYER)).json()
    assert (detail["revision"], detail["feature_count"]) == (2, 2)


async def test_whoever_was_slower_is_told_what_changed(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await client.post(DOOR, json=body(change(1, 1, năm=1)), headers=editor)
    answer = await client.post(DOOR, json=body(change(1, 1, năm=2)), headers=editor)
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/edit-conflict"
    assert answer.json()["conflicts"] == [{"index": 0, "id": 1, "version": 2}]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"changes": 1}', 400),
        (b'{"changes": []}', 400),
        (b'{"changes": [], "more": 1}', 400),
        (b'{"changes": [{}], "message": 7}', 400),
        (b'{"changes": [{}], "crs": "EPSG:32648"}', 400),
        (b'{"changes": [{}], "crs": "x"}', 422),
        (b'{"changes": [7]}', 422),
        (b'{"changes": [{"op": "add", "properties": {"t\xc3\xaan": 7}}]}', 422),
        (b"[" * 100_000, 400),
        (b'{"changes": [{"op": "add", "geometry": ' + b"[" * 100_000 + b"}]}", 400),
    ],
)
async def test_a_body_that_is_none_is_refused_in_both_languages(
    client: httpx.AsyncClient, editor: Headers, content: bytes, status: int
) -> None:
    answer = await client.post(DOOR, content=content, headers=editor)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"] != answer.json()["detail_vi"]
    assert (await client.get(LAYER)).json()["revision"] == 1


async def test_who_may_not_edit_is_refused_before_the_body_is_read(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        viewer = await add_key(conn, Role.VIEWER, "so_a", "xem")
        other = await add_key(conn, Role.UNIT_ADMIN, "so_b", "b")
    for headers, status in (({}, 401), ({"x-api-key": viewer}, 403), ({"x-api-key": other}, 403)):
        answer = await client.post(DOOR, content=b"no JSON at all", headers=headers)
        assert answer.status_code == status, answer.text
    absent = await client.post("/api/v1/layers/vang/changesets", content=b"x", headers=editor)
    assert absent.status_code == 404


async def test_a_changeset_has_a_limit_of_its_own(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    large = json.dumps(body(add(tên="x" * (2 << 20)))).encode()
    answer = await client.post(DOOR, content=large, headers=editor)
    assert answer.status_code == 422  # read, and too long for a text
    huge = {"content-length": str(65 << 20)}
    answer = await client.post(DOOR, content=b"x", headers=editor | huge)
    assert answer.status_code == 413


async def test_a_changeset_is_taken_back_and_a_feature_brought_back(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    await client.post(DOOR, json=body(change(1, 1, năm=1), remove(2, 1)), headers=editor)
    undone = await client.post(f"{DOOR}/2/undo", json={"message": "nhầm"}, headers=editor)
    assert undone.status_code == 201, undone.text
    assert undone.json()["added"] == [2]
    await client.post(DOOR, json=body(remove(1, 3)), headers=editor)
    back = await client.post(f"{LAYER}/features/1/restore", json={"revision": 2}, headers=editor)
    assert back.status_code == 201, back.text
    assert (await client.get(f"{LAYER}/features/1")).json()["properties"]["năm"] == 1
    for path, said in ((f"{DOOR}/99/undo", {}), (f"{LAYER}/features/9/restore", {"revision": 1})):
        missing = await client.post(path, json=said, headers=editor)
        assert missing.status_code == 404, missing.text


async def test_what_became_of_a_feature(client: httpx.AsyncClient, editor: Headers) -> None:
    await client.post(DOOR, json=body(change(1, 1, năm=1)), headers=editor)
    await client.post(DOOR, json=body(remove(1, 2)), headers=editor)
    await client.post(f"{LAYER}/features/1/restore", json={"revision": 1}, headers=editor)
    path = f"{LAYER}/features/1/history"
    turns = (await client.get(path, headers=editor)).json()["items"]
    years = [
        tuple(one[side] and one[side]["properties"]["năm"] for side in ("before", "after"))
        for one in turns
    ]
    assert [one["revision"] for one in turns] == [4, 3, 2, 1]
    assert years == [(None, 1833), (1, None), (1833, 1), (None, 1833)]
    assert [one["action"] for one in turns] == ["feature restored", "edited", "edited", "created"]
    assert turns[1]["message"] == "sửa"
    assert turns[1]["actor"] == "a"
    assert {one["actor"] for one in (await client.get(path)).json()["items"]} == {None}
    assert (await client.get(f"{LAYER}/features/77/history")).status_code == 404


async def test_what_differs_between_two_revisions(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    later = {"type": "Point", "coordinates": [107.6, 16.5]}
    await client.post(DOOR, json=body(change(1, 1, later, năm=1), add(tên="Mới")), headers=editor)
    await client.post(DOOR, json=body(remove(2, 1)), headers=editor)
    found = (await client.get(f"{LAYER}/changes?since=1")).json()["items"]
    assert [(one["what"], one["id"]) for one in found] == [
        ("changed", 1),
        ("removed", 2),
        ("added", 3),
    ]
    assert found[0]["fields"] == [{"field": "năm", "before": 1833, "after": 1}]
    assert found[0]["geometry_changed"]
    first = (await client.get(f"{LAYER}/changes?since=1&until=2&limit=1")).json()
    assert [one["id"] for one in first["items"]] == [1]
    rest = await client.get(f"{LAYER}/changes?since=1&until=2&cursor={first['next']}")
    assert [one["id"] for one in rest.json()["items"]] == [3]
    assert (await client.get(f"{LAYER}/changes?since=7")).status_code == 404
    assert (await client.get(f"{LAYER}/changes?since=1&cursor=x")).status_code == 400


async def test_what_is_hidden_shows_in_no_past(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, "noi")
        wanted = Protection({"năm": Audience.UNIT}, {Audience.PUBLIC: "tên = 'Ngọ Môn'"})
        await protection_store.put(conn, layer, wanted, OPERATOR)
    await client.post(DOOR, json=body(change(1, 1, năm=1), change(2, 1, tên="b")), headers=editor)
    await client.post(DOOR, json=body(change(1, 3, tên="Ngọ Môn nhỏ")), headers=editor)
    turns = (await client.get(f"{LAYER}/features/1/history")).json()["items"]
    assert "năm" not in json.dumps(turns, ensure_ascii=False)
    assert "nhỏ" not in json.dumps(turns, ensure_ascii=False)
    assert (await client.get(f"{LAYER}/features/2/history")).status_code == 404
    found = (await client.get(f"{LAYER}/changes?since=2&until=3")).json()["items"]
    assert found == []
    seen = await client.get(f"{LAYER}/changes?since=2&until=3", headers=editor)
    assert [one["id"] for one in seen.json()["items"]] == [1, 2]


async def test_only_the_tiles_of_an_edit_are_made_anew(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    places = ((107.5776, 16.4677), (107.5896, 16.4689))
    near, far = ((int(column(lon, 16)), int(row(lat, 16))) for lon, lat in places)
    assert near != far
    built: list[TileKey] = []
    guard = app.state.tiles.guards[LayerKind.VECTOR]
    asked, get = built.append, guard.get

    async def noted(key: TileKey, build: Callable[[], Awaitable[ReadyTile]]) -> ReadyTile:
        async def counted() -> ReadyTile:
            asked(key)
            return await build()

        return await get(key, counted)

    guard.get = noted
    paths = [f"/tiles/noi/16/{x}/{y}.mvt" for x, y in (near, far)]
    for path in paths * 2:
        assert (await client.get(path)).status_code == 200
    assert len(built) == 2
    await client.post(DOOR, json=body(change(1, 1, tên="Cửa Ngọ Môn")), headers=editor)
    fresh, other = [await client.get(f"{path}?rev=2") for path in paths]
    names = {one["properties"]["tên"] for one in decode(fresh.content)["noi"]["features"]}
    assert names == {"Cửa Ngọ Môn"}
    assert "immutable" in fresh.headers["cache-control"]
    assert other.status_code == 200
    assert [(key.x, key.y) for key in built[2:]] == [near]


async def test_a_layer_says_what_who_asks_may_do_with_it(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    assert (await client.get(LAYER)).json()["acts"] == ["read", "download"]
    mine = (await client.get(LAYER, headers=editor)).json()["acts"]
    assert mine == ["read", "download", "edit"]
