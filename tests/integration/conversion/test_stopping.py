"""A person stops the work: at every stage the child ends, and nothing is left."""

import asyncio
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from conversion import pipeline, sandbox, store
from conversion.ingest import receive_path
from conversion.options import IngestOptions
from conversion.refusal import Cancelled
from conversion.upload import UploadId, UploadState
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from gishue.core.errors import GishueError
from layers.services import Services
from tests.integration.conversion.conftest import key_of
from tests.support.upload import files_left, geojson, points, tables_left


@pytest.fixture
async def admin(app: FastAPI) -> dict[str, str]:
    return await key_of(app, "so_xd", Role.CITY_ADMIN)


async def received(services: Services, folder: Path, count: int) -> UploadId:
    path = folder / "tram.geojson"
    path.write_bytes(geojson(points(count)))
    options = IngestOptions(layer="tram", publish=False)
    return await receive_path(services, OPERATOR, path, options)


@pytest.mark.parametrize("stage", ["inspect", "convert"])
async def test_the_work_stops_where_it_is(
    app: FastAPI, client: httpx.AsyncClient, admin: dict[str, str], tmp_path: Path, stage: str
) -> None:
    services: Services = app.state.services
    upload_id = await received(services, tmp_path, 120_000)
    reached = asyncio.Event()

    def see(now: str, fraction: float, word: str) -> None:
        if now == stage:
            reached.set()

    work = asyncio.create_task(pipeline.process(services, upload_id, OPERATOR, see))
    await reached.wait()
    answer = await client.delete(f"/api/v1/uploads/{upload_id}", headers=admin)
    assert answer.status_code == 200
    assert answer.json()["refusal"]["type"] == "/problems/cancelled"
    with pytest.raises(GishueError):
        await work
    async with transaction(services.pool) as conn:
        upload = await store.by_id(conn, upload_id)
    assert upload.state is UploadState.REFUSED
    assert upload.refusal is not None
    assert upload.refusal["type"] == "/problems/cancelled"
    assert await tables_left(services) == []
    assert files_left(services) == []


async def test_a_staged_upload_goes_with_its_table(
    app: FastAPI, client: httpx.AsyncClient, admin: dict[str, str], tmp_path: Path
) -> None:
    services: Services = app.state.services
    upload_id = await received(services, tmp_path, 5)
    await pipeline.process(services, upload_id, OPERATOR)
    assert len(await tables_left(services)) == 1
    first = await client.delete(f"/api/v1/uploads/{upload_id}", headers=admin)
    again = await client.delete(f"/api/v1/uploads/{upload_id}", headers=admin)
    assert (first.status_code, again.status_code) == (200, 200)
    assert await tables_left(services) == []


async def test_what_is_published_is_not_stopped_any_more(
    app: FastAPI, client: httpx.AsyncClient, admin: dict[str, str], tmp_path: Path
) -> None:
    services: Services = app.state.services
    path = tmp_path / "tram.geojson"
    path.write_bytes(geojson(points(5)))
    upload_id = await receive_path(services, OPERATOR, path, IngestOptions(layer="tram"))
    await pipeline.process(services, upload_id, OPERATOR)
    answer = await client.delete(f"/api/v1/uploads/{upload_id}", headers=admin)
    assert answer.status_code == 409
    other = await key_of(app, "so_tnmt", Role.PUBLISHER)
    hidden = await client.delete(f"/api/v1/uploads/{upload_id}", headers=other)
    assert hidden.status_code == 404


async def test_uploads_are_listed_newest_first_to_those_who_may_see_them(
    app: FastAPI, client: httpx.AsyncClient, admin: dict[str, str], editor: dict[str, str]
) -> None:
    for name in ("mot", "hai", "ba"):
        files = {"file": (f"{name}.geojson", geojson(points(1)))}
        await client.post("/api/v1/uploads", headers=editor, files=files)
    first = (await client.get("/api/v1/uploads?limit=2", headers=editor)).json()
    assert [one["filename"] for one in first["items"]] == ["ba.geojson", "hai.geojson"]
    rest = (
        await client.get(f"/api/v1/uploads?limit=2&cursor={first['next']}", headers=editor)
    ).json()
    assert [one["filename"] for one in rest["items"]] == ["mot.geojson"]
    assert rest["next"] is None
    other = await key_of(app, "so_tnmt", Role.PUBLISHER)
    assert (await client.get("/api/v1/uploads", headers=other)).json()["items"] == []
    assert len((await client.get("/api/v1/uploads", headers=admin)).json()["items"]) == 3
    assert (await client.get("/api/v1/uploads")).status_code == 401
    wrong = await client.get("/api/v1/uploads?cursor=WzEsMl0", headers=editor)
    assert wrong.status_code == 400


async def test_a_child_started_after_the_stop_is_killed_too(services: Services) -> None:
    from conversion.confine import Limits, Place
    from conversion.stopping import Stop

    stop = Stop()
    stop.now("cancelled")
    job = {"act": "probe", "port": 1, "file": "/etc/passwd"}
    with sandbox.started(job, Place(Path("/usr/share")), Limits()) as child:
        with stop.holding(child):
            child.stdout.read()
        with pytest.raises(Cancelled):
            child.finish()
