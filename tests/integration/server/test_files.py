"""Downloads: no file outlives its layer, and few are written at once."""

import asyncio
from collections.abc import Sequence

import httpx
import psycopg
from fastapi import FastAPI
from psycopg.sql import SQL

from gishue.accounts import store as accounts
from gishue.core.access import Visibility
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers import tables
from layers.layer import Layer
from layers.services import Services
from tests.support.city import PLACES, Point, add_layer

PASSWORD = "Trường Tiền 1899"
STALLED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


async def _publish(
    app: FastAPI, slug: str, visibility: Visibility, points: Sequence[Point]
) -> Layer:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        layer = await add_layer(conn, slug, visibility=visibility, points=points)
    await services.registry.reload(services.pool)
    return layer


async def _administrator(app: FastAPI, client: httpx.AsyncClient) -> dict[str, str]:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await accounts.add(conn, "quan_tri", PASSWORD, role=Role.CITY_ADMIN)
    said = {"name": "quan_tri", "password": PASSWORD}
    return {"x-csrf-token": (await client.post("/api/v1/session", json=said)).json()["csrf"]}


async def test_a_deleted_layers_file_is_never_that_of_the_next_of_its_name(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    address = "/files/moc/moc.geojson"
    before = await _publish(app, "moc", Visibility.RESTRICTED, (PLACES[0],))
    csrf = await _administrator(app, client)
    secret = await client.get(address)
    assert "Ngọ Môn" in secret.text

    refused = await client.delete("/api/v1/layers/moc", headers=csrf)
    assert refused.status_code == 409
    assert "retire it first" in refused.json()["detail"]
    assert "ngừng công bố trước" in refused.json()["detail_vi"]
    await client.patch("/api/v1/layers/moc", json={"state": "retired"}, headers=csrf)
    assert (await client.delete("/api/v1/layers/moc", headers=csrf)).status_code == 204

    after = await _publish(app, "moc", Visibility.OPEN, (PLACES[1],))
    client.cookies.clear()
    told = await client.get(address, headers={"if-none-match": secret.headers["etag"]})
    assert told.status_code == 200
    assert "Trường Tiền" in told.text
    assert "Ngọ Môn" not in told.text
    assert after.revision > before.revision + 1  # retiring was one more
    exports = app.state.services.settings.root / "exports"
    assert [path.suffix for path in exports.iterdir()] == [".geojson"]


async def test_few_files_are_written_at_once_and_a_long_queue_is_refused(
    app: FastAPI, client: httpx.AsyncClient, own_database_url: str
) -> None:
    layers = [await _publish(app, f"lop{i}", Visibility.OPEN, PLACES[:1]) for i in range(7)]
    addresses = [f"/files/{layer.slug}/{layer.slug}.geojson" for layer in layers]
    async with await psycopg.AsyncConnection.connect(own_database_url) as held:
        for layer in layers:
            lock = SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
            await held.execute(lock.format(tables.table(layer.table_name or "")))
        asked = [asyncio.create_task(client.get(address)) for address in addresses[:6]]
        asked.append(asyncio.create_task(client.get(addresses[0])))  # waits with the first
        async with await psycopg.AsyncConnection.connect(own_database_url, autocommit=True) as look:

            async def stalled() -> int:
                row = await (await look.execute(STALLED)).fetchone()
                return int(row[0]) if row else 0

            async with asyncio.timeout(20):
                while await stalled() < 2:
                    await asyncio.sleep(0.05)
            refused = await client.get(addresses[6])
            assert await stalled() == 2
        assert refused.status_code == 503
        assert refused.json()["type"] == "/problems/busy"
        assert refused.headers["retry-after"]
    answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [200] * 7
    assert (await client.get(addresses[6])).status_code == 200
