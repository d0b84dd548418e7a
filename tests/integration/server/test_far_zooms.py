"""Clusters are opened, and a layer says of its zooms what it may say."""

from typing import Any

import httpx
import mapbox_vector_tile
import pytest
from fastapi import FastAPI

from gishue.core.access import Audience
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from layers import protection_store, tiers
from layers.layer import GeometryType, Layer
from layers.protection import Protection
from layers.services import Services
from layers.tiers import COUNT
from tests.support import people
from tests.support.tiered import add_features
from tests.support.veiled import protect
from tiles.grid import column, row

ROWS = 4_000
LAYER = "/api/v1/layers/lop"


async def published(app: FastAPI, kind: GeometryType, masks: dict[str, Audience]) -> Layer:
    """Return a large layer of ``so_a`` with these masks, and the key of its editor."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await people.add_unit(conn, "so_a")
        layer = await add_features(conn, "lop", kind, ROWS, unit="so_a")
        await protect(conn, layer, masks, {})
    await services.registry.reload(services.pool)
    return services.registry.current.layers["lop"]


async def editor(app: FastAPI) -> dict[str, str]:
    async with transaction(app.state.services.pool) as conn:
        return {"x-api-key": await people.add_key(conn, Role.EDITOR, "so_a", "sua")}


async def clusters(client: httpx.AsyncClient, layer: Layer, z: int) -> dict[int, int]:
    """Return the counts of the clusters in the fullest tile, by id."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    at = f"{z}/{int(column((west + east) / 2, z))}/{int(row((south + north) / 2, z))}"
    answer = await client.get(f"/tiles/lop/{at}.mvt")
    assert answer.status_code == 200
    features = mapbox_vector_tile.decode(answer.content)["lop"]["features"]
    return {f["id"]: f["properties"][COUNT] for f in features if COUNT in f["properties"]}


@pytest.mark.parametrize("kind", [GeometryType.POINT, GeometryType.POLYGON])
async def test_a_cluster_lists_its_features_and_where_they_part(
    app: FastAPI, client: httpx.AsyncClient, kind: GeometryType
) -> None:
    layer = await published(app, kind, {})
    counts = await clusters(client, layer, 11)
    id_, count = max(counts.items(), key=lambda pair: pair[1])

    seen: set[int] = set()
    cursor = None
    while True:
        params: dict[str, Any] = {"limit": 7} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"{LAYER}/clusters/{id_}", params=params)).json()
        assert page["count"] == count
        seen |= {feature["id"] for feature in page["features"]}
        cursor = page["next"]
        if cursor is None:
            break

    assert len(seen) == count
    west, south, east, north = page["bounds"]
    assert west <= east
    assert south <= north
    assert 11 < page["parts_at"] <= 14


async def test_what_is_no_cluster_is_not_there(app: FastAPI, client: httpx.AsyncClient) -> None:
    layer = await published(app, GeometryType.POINT, {})
    empty = tiers.cell_id(tiers.Cell(layer.tiers[0].grid, 0, 0))
    for id_ in (1, 0, -5, tiers.FIRST_CELL_ID, empty, 2**63):
        answer = await client.get(f"{LAYER}/clusters/{id_}")
        assert answer.status_code == 404, id_
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get(f"{LAYER}/clusters/x")).status_code in (400, 422)


async def test_a_cluster_counts_only_the_rows_that_one_sees(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    layer = await published(app, GeometryType.POINT, {"giá": Audience.UNIT})
    counts = await clusters(client, layer, 10)
    id_ = max(counts, key=lambda one: counts[one])
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        wanted = Protection({"giá": Audience.UNIT}, {Audience.PUBLIC: "\"loại\" = 'ODT'"})
        await protection_store.put(conn, layer, wanted, OPERATOR)
    await services.registry.reload(services.pool)

    public = (await client.get(f"{LAYER}/clusters/{id_}?limit=10000")).json()
    whole = await client.get(f"{LAYER}/clusters/{id_}", headers=await editor(app))

    assert 0 < public["count"] < counts[id_]
    assert len(public["features"]) == public["count"]
    assert {f["properties"]["loại"] for f in public["features"]} == {"ODT"}
    assert all("giá" not in f["properties"] for f in public["features"])
    assert whole.json()["count"] == counts[id_]


GOOD = [
    {"minzoom": 0, "maxzoom": 9, "fields": ["tên"], "filter": "\"loại\" = 'ODT'"},
    {"minzoom": 10, "maxzoom": 12, "simplify_px": 2},
]
BAD: list[list[dict[str, Any]]] = [
    [{"minzoom": 9, "maxzoom": 3}],
    [{"maxzoom": 9}, {"minzoom": 5}],
    [{"fields": ["không có"]}],
    [{"filter": '"không có" = 1'}],
    [{"filter": "((("}],
    [{"filter": '"giá" > 5'}],
    [{"simplify_px": 0}],
    [{"simplify_px": 1e9}],
    [{"simplify_px": "to"}],
    [{"khác": 1}],
    [{"minzoom": n, "maxzoom": n} for n in range(25)] + [{"minzoom": 0}],
]


async def test_an_editor_says_what_zooms_hold(app: FastAPI, client: httpx.AsyncClient) -> None:
    layer = await published(app, GeometryType.POINT, {})
    key = await editor(app)

    answer = await client.patch(LAYER, json={"zoom_overrides": GOOD}, headers=key)

    assert answer.status_code == 200, answer.text
    assert answer.json()["zoom_overrides"] == GOOD
    assert (await client.get(LAYER)).json()["zoom_overrides"] == GOOD
    after = app.state.services.registry.current.layers["lop"]
    assert after.is_tiered
    assert after.epoch > layer.epoch
    again = await client.patch(LAYER, json={"zoom_overrides": []}, headers=key)
    assert again.json()["zoom_overrides"] == []


@pytest.mark.parametrize("said", BAD)
async def test_what_cannot_be_is_refused_in_one_sentence(
    app: FastAPI, client: httpx.AsyncClient, said: list[dict[str, Any]]
) -> None:
    await published(app, GeometryType.POINT, {"giá": Audience.STAFF})

    answer = await client.patch(LAYER, json={"zoom_overrides": said}, headers=await editor(app))

    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


async def test_a_zoom_filter_does_not_tell_of_a_field_masked_later(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    layer = await published(app, GeometryType.POINT, {})
    await client.patch(LAYER, json={"zoom_overrides": GOOD}, headers=await editor(app))
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await protect(conn, layer, {"loại": Audience.UNIT, "tên": Audience.UNIT}, {})
    await services.registry.reload(services.pool)

    seen = (await client.get(LAYER)).json()["zoom_overrides"]

    assert not [word for word in ("loại", "tên", "ODT") if word in str(seen)]
