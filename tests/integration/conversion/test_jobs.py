"""Uploads in the hands of workers: refused, killed, given up, swept."""

from uuid import UUID

import pytest
from psycopg.errors import UndefinedTable
from psycopg.sql import SQL

from conversion import store, tasks
from conversion.ingest import ingest_file, receive_path
from conversion.options import IngestOptions
from conversion.publish import publish_upload
from conversion.upload import Upload, UploadId, UploadState
from gishue import worker
from gishue.accounts import store as accounts
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from gishue.core.errors import Conflict
from layers.publish import Mode
from layers.services import Services
from tests.support.people import add_unit, staff
from tests.support.upload import LEGACY, UPLOAD, files_left, rows, tables_left

RANHGIOI = LEGACY / "ranhgioi_tcvn3.shp"


async def received(services: Services, *, publish: bool = True) -> UploadId:
    """Return an upload of the ward file that waits for a worker."""
    options = IngestOptions(publish=publish)
    upload_id = await receive_path(services, OPERATOR, RANHGIOI, options)
    async with transaction(services.pool) as conn:
        await tasks.defer_process(conn, upload_id)
    return upload_id


async def staging_left(services: Services) -> list[str]:
    return [name for name in await tables_left(services) if name.startswith("staging.")]


async def read(services: Services, upload_id: UploadId) -> Upload:
    async with transaction(services.pool) as conn:
        return await store.by_id(conn, upload_id)


async def test_a_worker_takes_an_upload_as_far_as_its_options_say(services: Services) -> None:
    published = await received(services)
    await worker.run(services, wait=False)
    upload = await read(services, published)
    assert (upload.state, upload.layer, upload.progress) == ("published", "ranhgioi_tcvn3", 1.0)
    staged = await received(services, publish=False)
    await worker.run(services, wait=False)
    upload = await read(services, staged)
    assert (upload.state, upload.layer) == ("staged", None)
    assert await staging_left(services) == [f"staging.{upload.staging_table}"]


async def test_the_steps_are_told_in_order(services: Services) -> None:
    await received(services)
    await worker.run(services, wait=False)
    told = await rows(
        services, "SELECT payload->>'stage' FROM gis.event WHERE kind = 'upload' ORDER BY seq"
    )
    stages = list(dict.fromkeys(str(row[0]) for row in told))
    order = ["received", "inspect", "inspected", "converting", "staged", "published"]
    assert [stage for stage in stages if stage in order] == order


@pytest.mark.parametrize("state", ["received", "inspected", "converting"])
async def test_a_second_run_replaces_what_a_killed_worker_left(
    services: Services, state: str
) -> None:
    upload_id = await received(services)
    table = SQL("CREATE TABLE staging.u_{} (id int)").format(SQL(upload_id.hex))  # pyright: ignore[reportArgumentType]  hex of ours
    async with transaction(services.pool) as conn:
        await conn.execute(table)
        await conn.execute("UPDATE gis.upload SET state = %s", (state,))
    await worker.run(services, wait=False)
    assert (await read(services, upload_id)).state == "published"
    assert await staging_left(services) == []
    assert services.registry.current.layers["ranhgioi_tcvn3"].feature_count == 14


async def test_the_same_job_twice_publishes_once(services: Services) -> None:
    upload_id = await received(services)
    await tasks.process(services, str(upload_id))
    await tasks.process(services, str(upload_id))
    upload = await read(services, upload_id)
    assert (upload.state, upload.revision) == ("published", 1)


async def test_an_upload_is_published_once_only(services: Services) -> None:
    upload_id = await received(services)
    await worker.run(services, wait=False)
    again = IngestOptions(layer="lan_nua")
    async with transaction(services.pool) as conn:
        with pytest.raises(Conflict, match="not staged"):
            await publish_upload(conn, upload_id, again, OPERATOR)


async def test_a_worker_that_died_too_often_leaves_its_reason(services: Services) -> None:
    upload_id = await received(services)
    await tasks.lost(services, str(upload_id))
    upload = await read(services, upload_id)
    assert upload.state is UploadState.REFUSED
    assert (upload.refusal or {})["type"] == "/problems/abandoned"
    await worker.run(services, wait=False)
    assert "ranhgioi_tcvn3" not in services.registry.current.layers
    assert await staging_left(services) == []


async def test_a_name_taken_meanwhile_leaves_the_upload_staged_with_the_reason(
    services: Services,
) -> None:
    upload_id = await received(services)
    await ingest_file(services, OPERATOR, RANHGIOI, IngestOptions())
    await worker.run(services, wait=False)
    upload = await read(services, upload_id)
    assert upload.state is UploadState.STAGED
    assert (upload.refusal or {})["type"] == "/problems/duplicate-slug"
    async with transaction(services.pool) as conn:
        done = await publish_upload(conn, upload_id, IngestOptions(layer="khac"), OPERATOR)
    assert (done.state, done.layer) == ("published", "khac")


async def test_a_fault_while_publishing_leaves_a_reason_that_tells_nothing_more(
    services: Services,
) -> None:
    upload_id = await received(services)
    async with transaction(services.pool) as conn:
        await conn.execute("ALTER TABLE gis.history RENAME TO gone")
    with pytest.raises(UndefinedTable):
        await tasks.process(services, str(upload_id))
    upload = await read(services, upload_id)
    assert upload.state is UploadState.STAGED
    assert "something went wrong" in (upload.refusal or {})["detail"]


@pytest.mark.parametrize(
    ("role", "is_active", "state", "problem"),
    [
        (Role.PUBLISHER, True, "published", None),
        (Role.EDITOR, True, "staged", "/problems/forbidden"),
        (Role.VIEWER, True, "staged", "/problems/forbidden"),
        (Role.PUBLISHER, False, "refused", "/problems/sender-gone"),
    ],
)
async def test_a_job_publishes_with_the_rights_its_uploader_has_then(
    services: Services, role: Role, is_active: bool, state: str, problem: str | None
) -> None:
    async with transaction(services.pool) as conn:
        await add_unit(conn, "so_xd")
        account_id = await accounts.add(conn, "lan", "một mật khẩu dài", unit="so_xd")
    sender = staff("lan", account_id, "so_xd", Role.PUBLISHER)
    upload_id = await receive_path(services, sender, RANHGIOI, IngestOptions())
    async with transaction(services.pool) as conn:
        await accounts.give(conn, account_id, role, "so_xd")
        if not is_active:
            await accounts.deactivate(conn, "lan")
    await tasks.process(services, str(upload_id))
    upload = await read(services, upload_id)
    assert (upload.state, (upload.refusal or {}).get("type")) == (state, problem)


async def test_the_sweeper_drops_what_a_day_has_passed_over(services: Services) -> None:
    left = await received(services, publish=False)
    await worker.run(services, wait=False)
    await ingest_file(services, OPERATOR, UPLOAD / "zip_utf8.zip", IngestOptions(layer="diem"))
    again = IngestOptions(layer="diem", mode=Mode.REPLACE, keep_history=False)
    await ingest_file(services, OPERATOR, RANHGIOI, again)
    before = await tables_left(services)
    await tasks.sweep(services)
    assert await tables_left(services) == before
    async with transaction(services.pool) as conn:
        await conn.execute("UPDATE gis.upload SET updated_at = now() - interval '25 hours'")
        await conn.execute(
            "UPDATE gis.replaced_table SET replaced_at = now() - interval '25 hours'"
        )
    await tasks.sweep(services)
    now = services.registry.current.layers["diem"].table_name
    gone = {name for name in before if name not in await tables_left(services)}
    assert gone == {f"staging.u_{left.hex}", f"data.{now}".replace("_r2", "_r1")}
    assert (await read(services, left)).state is UploadState.REFUSED
    assert files_left(services) == []


async def test_an_old_upload_of_another_id_is_not_found(services: Services) -> None:
    async with transaction(services.pool) as conn:
        with pytest.raises(Exception, match="no upload"):
            await store.by_id(conn, UUID(int=1))
