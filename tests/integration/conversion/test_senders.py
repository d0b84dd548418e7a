"""What a key or an account sent goes on with their rights of then, and ends with them."""

from collections.abc import Mapping
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from conversion import pipeline, store, tasks
from conversion.ingest import receive_path
from conversion.options import IngestOptions
from conversion.upload import Upload, UploadId, UploadState
from gishue.accounts import keys, sessions
from gishue.accounts import store as accounts
from gishue.accounts.senders import SenderGone
from gishue.core.access import may_work
from gishue.core.actor import OPERATOR, UNLIMITED, Actor, Limits, Role
from gishue.core.db import Connection, transaction
from layers.publish import Mode
from layers.services import Services
from tests.integration.conversion.conftest import worked
from tests.support import people
from tests.support.city import add_layer
from tests.support.upload import LEGACY, geojson, points, zipped

API = "/api/v1"
X = Limits(frozenset({"x"}))
SEVERAL = zipped({"Trạm.geojson": geojson(points(2)), "Giếng.geojson": geojson(points(3))})


@pytest.fixture
def running(app: FastAPI) -> Services:
    """The services of the application."""
    return app.state.services


async def made(
    services: Services,
    role: Role = Role.PUBLISHER,
    unit: str | None = "so_xd",
    limits: Limits = UNLIMITED,
) -> dict[str, str]:
    """Return the headers of a new key; all of them have one name."""
    async with transaction(services.pool) as conn:
        return {"x-api-key": await people.add_key(conn, role, unit, "lgsp", limits)}


async def bearer(services: Services, key: Mapping[str, str]) -> Actor:
    async with transaction(services.pool) as conn:
        return (await keys.bearer(conn, key["x-api-key"], services.now())).actor


async def sent(
    client: httpx.AsyncClient, who: Mapping[str, str], layer: str, **said: str
) -> httpx.Response:
    file = {"file": (f"{layer}.geojson", geojson(points(3)))}
    data = {"layer": layer, "publish": "true"} | said
    return await client.post(f"{API}/uploads", headers=dict(who), files=file, data=data)


async def read(services: Services, upload: str) -> Upload:
    async with transaction(services.pool) as conn:
        return await store.by_id(conn, UUID(upload))


async def change(services: Services, statement: str) -> None:
    """Change the one key that there is."""
    async with transaction(services.pool) as conn:
        await conn.execute(f"UPDATE gis.api_key SET {statement}".encode())


def is_refused(upload: Upload) -> None:
    """Check that it is, with a sentence in both languages, and that nothing became of it."""
    refusal = upload.refusal or {}
    assert (upload.state, upload.layer) == (UploadState.REFUSED, None)
    assert refusal["type"] == "/problems/sender-gone"
    assert "again" in refusal["detail"]
    assert "làm lại" in refusal["detail_vi"]


@pytest.mark.parametrize("end", ["revoked_at = now()", "expires_at = now()", "layers = '{y}'"])
async def test_the_file_of_a_key_that_ended_or_was_narrowed_is_not_published(
    running: Services, client: httpx.AsyncClient, end: str
) -> None:
    upload = (await sent(client, await made(running), "x")).json()["upload"]
    await change(running, end)
    await tasks.process(running, upload)
    is_refused(await read(running, upload))
    assert "x" not in running.registry.current.layers


async def test_a_key_that_ends_while_its_file_is_converted_publishes_nothing(
    running: Services, client: httpx.AsyncClient
) -> None:
    upload = (await sent(client, await made(running), "x", publish="false")).json()["upload"]
    assert (await pipeline.process(running, UploadId(UUID(upload)))).state == "staged"
    async with transaction(running.pool) as conn:
        await conn.execute("""UPDATE gis.upload SET options = options || '{"publish": true}'""")
    await change(running, "revoked_at = now()")
    with pytest.raises(SenderGone):
        await pipeline.process(running, UploadId(UUID(upload)))
    is_refused(await read(running, upload))


async def test_a_key_that_may_not_publish_any_more_leaves_its_file_staged(
    running: Services, client: httpx.AsyncClient
) -> None:
    upload = (await sent(client, await made(running), "x")).json()["upload"]
    await change(running, "acts = '{read,edit}'")
    await tasks.process(running, upload)
    found = await read(running, upload)
    assert (found.state, (found.refusal or {})["type"]) == ("staged", "/problems/forbidden")


@pytest.mark.parametrize(
    ("unit", "limits"),
    [("so_xd", X), ("so_xd", Limits(None, frozenset({"edit"}))), (None, UNLIMITED)],
    ids=["made for another layer", "made to edit", "of no unit"],
)
async def test_a_worker_replaces_no_layer_that_the_key_could_not(
    running: Services, unit: str | None, limits: Limits
) -> None:
    """Whatever stands in its options: of a key without a unit a worker made an administrator."""
    async with transaction(running.pool) as conn:
        await add_layer(conn, "y", unit=unit)
    key = await bearer(running, await made(running, Role.PUBLISHER, unit, limits))
    options = IngestOptions(layer="y", mode=Mode.REPLACE)
    upload = await receive_path(running, key, LEGACY / "ranhgioi_tcvn3.shp", options)
    await tasks.process(running, str(upload))
    found = await read(running, str(upload))
    assert (found.state, found.layer) != ("published", "y")
    assert (found.refusal or {})["type"] in ("/problems/forbidden", "/problems/sender-gone")
    assert running.registry.current.layers["y"].revision == 1


async def test_a_key_for_one_layer_sends_nothing_for_others(
    running: Services, client: httpx.AsyncClient, app: FastAPI
) -> None:
    key = await made(running, limits=X)
    for publish in ("true", "false"):
        refused = await sent(client, key, "x_tram", publish=publish)
        assert refused.status_code == 403, refused.text
        assert refused.json()["layer"] == "x_tram"
    begun = await client.post(
        f"{API}/uploads/tus",
        headers=key | {"tus-resumable": "1.0.0", "upload-length": "3"},
    )
    assert begun.status_code == 403, begun.text
    upload = (await sent(client, key, "x")).json()["upload"]
    assert (await worked(app, upload)).layer == "x"


async def test_a_key_for_one_layer_makes_no_others_of_the_layers_of_its_file(
    running: Services, client: httpx.AsyncClient, app: FastAPI
) -> None:
    key = await made(running, limits=X)
    answer = await client.post(
        f"{API}/uploads", headers=key, files={"file": ("x.zip", SEVERAL)}, data={"layer": "x"}
    )
    upload = answer.json()["upload"]
    assert (await worked(app, upload)).state == "asks"
    path = f"{API}/uploads/{upload}/answers"
    both = await client.post(path, headers=key, json={"source_layers": ["Trạm", "Giếng"]})
    assert both.status_code == 403, both.text
    one = await client.post(path, headers=key, json={"source_layers": ["Trạm"]})
    assert one.status_code == 202, one.text
    assert (await worked(app, upload)).slug == "x"


async def test_the_list_holds_what_each_may_work_on_and_no_more(
    running: Services, client: httpx.AsyncClient
) -> None:
    publisher, twin = await made(running), await made(running)
    narrow, idle = await made(running, limits=X), await made(running, limits=Limits(frozenset()))
    other = await made(running, unit="so_tnmt")
    city = await made(running, Role.EDITOR, None)
    unnamed = {"file": ("x.geojson", geojson(points(1)))}
    for who, layer in ((publisher, "x"), (publisher, "x_1"), (narrow, "x"), (other, "x")):
        assert (await sent(client, who, layer)).status_code == 202
    for who in (publisher, city):
        await client.post(f"{API}/uploads", headers=who, files=unnamed)
    async with transaction(running.pool) as conn:
        everything = await store.page(conn, OPERATOR, 100)
    assert len(everything) == 6
    for who, count in ((publisher, 4), (twin, 4), (narrow, 3), (idle, 0), (other, 1), (city, 1)):
        actor = await bearer(running, who)
        may = {str(u.id) for u in everything if may_work(actor, u.unit, u.sender, u.slug)}
        listed = (await client.get(f"{API}/uploads", headers=who)).json()["items"]
        assert {one["upload"] for one in listed} == may
        assert len(may) == count
        for one in everything:
            shown = await client.get(f"{API}/uploads/{one.id}", headers=who)
            assert shown.status_code == (200 if str(one.id) in may else 404)


async def test_files_in_pieces_of_two_keys_of_one_name_are_not_confused(
    running: Services, client: httpx.AsyncClient
) -> None:
    mine, other = await made(running), await made(running)
    tus = {"tus-resumable": "1.0.0"}
    begun = await client.post(f"{API}/uploads/tus", headers=tus | mine | {"upload-length": "3"})
    where = begun.headers["location"]
    assert (await client.head(where, headers=tus | mine)).status_code == 200
    assert (await client.head(where, headers=tus | other)).status_code == 404
    assert (await client.delete(where, headers=tus | other)).status_code == 404


async def test_who_left_the_unit_no_longer_sees_what_they_sent_for_it(
    running: Services, client: httpx.AsyncClient
) -> None:
    async with transaction(running.pool) as conn:
        number = await accounts.add(
            conn, "lan", "một mật khẩu dài", unit="so_xd", role=Role.PUBLISHER
        )
        browser = await _signed_in(conn, running, number)
    upload = (await sent(client, browser, "x", publish="false")).json()["upload"]
    path = f"{API}/uploads/{upload}"
    assert (await client.get(path, headers=browser)).status_code == 200
    async with transaction(running.pool) as conn:
        await accounts.give(conn, number, Role.VIEWER, "so_xd")
    assert (await client.get(path, headers=browser)).status_code == 200
    async with transaction(running.pool) as conn:
        await accounts.take(conn, number, "so_xd")
    assert (await client.get(path, headers=browser)).status_code == 404
    async with transaction(running.pool) as conn:
        await accounts.give(conn, number, Role.EDITOR, "so_tnmt")
    assert (await client.get(path, headers=browser)).status_code == 404
    assert (await client.get(f"{API}/uploads", headers=browser)).json()["items"] == []
    assert (await client.delete(path, headers=browser)).status_code == 404


async def _signed_in(conn: Connection, services: Services, number: int) -> dict[str, str]:
    opened = await sessions.open_(conn, number, services.now(), hours=1)
    return {"cookie": f"gishue={opened.token}", "x-csrf-token": opened.csrf}
