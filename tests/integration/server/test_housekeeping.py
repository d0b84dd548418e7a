"""What is cleared away, and what is not."""

import os
import time
from datetime import timedelta
from pathlib import Path

from gishue import housekeeping
from gishue.accounts import sessions
from gishue.accounts import store as accounts
from gishue.core import blobs, events, jobs
from gishue.core.blobs import Blob
from gishue.core.db import Connection, transaction
from gishue.core.jobs import Task
from layers.services import Services


async def test_ended_sessions_and_old_events_go_and_fresh_ones_stay(services: Services) -> None:
    now = services.now()
    async with transaction(services.pool) as conn:
        account_id = await accounts.add(conn, "lan", "Sông Hương 1833")
        ended = await sessions.open_(conn, account_id, now - timedelta(days=1), hours=8)
        fresh = await sessions.open_(conn, account_id, now, hours=8)
        await events.record(conn, "old", {})
        await conn.execute("UPDATE gis.event SET at = now() - interval '8 days'")
        await events.record(conn, "new", {})
    await housekeeping.tidy(services)
    async with transaction(services.pool) as conn:
        kinds = await (await conn.execute("SELECT kind FROM gis.event")).fetchall()
        count = await (await conn.execute("SELECT count(*) FROM gis.session")).fetchone()
        assert await sessions.find(conn, fresh.token, now, 30) is not None
    assert (kinds, count, ended.token != fresh.token) == ([("new",)], (1,), True)


def test_files_of_killed_processes_go_after_a_day(tmp_path: Path) -> None:
    old, new = tmp_path / "receiving-old", tmp_path / "receiving-new"
    folder = tmp_path / "tmp-old"
    folder.mkdir()
    for path in (old, new, folder / "part"):
        path.write_bytes(b"x")
    long_ago = time.time() - 90_000
    for path in (old, folder):
        os.utime(path, (long_ago, long_ago))
    assert housekeeping.sweep_files(tmp_path, time.time() - housekeeping.KEPT_S) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["receiving-new"]


async def test_a_timed_task_is_registered_with_its_time(services: Services) -> None:
    app = jobs.make_app(
        services.pool, services, [*housekeeping.TASKS, Task("x", housekeeping.tidy)]
    )
    crons = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert crons["core.tidy"] == "23 * * * *"
    assert "x" not in crons


async def test_contents_that_nothing_needs_are_cleared_away(
    services: Services, tmp_path: Path
) -> None:
    async with transaction(services.pool) as conn:
        blobs_of = {
            name: await stored(services, conn, tmp_path, name)
            for name in ("published", "staged", "refused", "refused_today", "forgotten", "young")
        }
        states = {"published": "published", "staged": "staged"}
        states |= {"refused": "refused", "refused_today": "refused"}
        for name, state in states.items():
            age = "1 hour" if name == "refused_today" else "3 days"
            await conn.execute(
                "INSERT INTO gis.upload (filename, sha256, size, actor, actor_kind, state,"
                " updated_at)"
                " VALUES (%s, %s, 1, 'x', 'operator', %s, now() - %s::interval)",
                [name, blobs_of[name].sha256, state, age],
            )
        young = blobs_of["young"].sha256
        await conn.execute(
            "UPDATE gis.blob SET created_at = now() - interval '3 days' WHERE sha256 <> %s", [young]
        )
    for blob in blobs_of.values():
        with services.blobs.file(blob.sha256) as path:
            old = time.time() - 3 * 86_400
            os.utime(path, (old, old))
    assert await housekeeping.sweep_objects(services, time.time() - 86_400) == 2
    left = {name for name, blob in blobs_of.items() if services.blobs.has(blob.sha256)}
    assert left == {"published", "staged", "refused_today", "young"}


async def test_a_content_that_came_again_meanwhile_stays(
    services: Services, tmp_path: Path
) -> None:
    async with transaction(services.pool) as conn:
        blob = await stored(services, conn, tmp_path, "a")
        await conn.execute("UPDATE gis.blob SET created_at = now() - interval '3 days'")
    assert await housekeeping.sweep_objects(services, time.time() - 86_400) == 1
    assert services.blobs.has(blob.sha256)


async def stored(services: Services, conn: Connection, folder: Path, name: str) -> Blob:
    path = folder / name
    path.write_text(name)
    blob = services.blobs.put_file(path)
    await blobs.register(conn, blob, name, "text/plain")
    return blob
