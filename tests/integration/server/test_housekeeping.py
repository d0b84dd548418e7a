"""What is cleared away, and what is not."""

import os
import time
from datetime import timedelta
from pathlib import Path

from gishue import housekeeping
from gishue.accounts import store as accounts
from gishue.core import events, jobs
from gishue.core.actor import Actor, ActorKind
from gishue.core.db import transaction
from gishue.core.jobs import Task
from layers.services import Services


async def test_ended_sessions_and_old_events_go_and_fresh_ones_stay(services: Services) -> None:
    now = services.now()
    async with transaction(services.pool) as conn:
        account_id = await accounts.add(conn, "lan", "Sông Hương 1833")
        actor = Actor(ActorKind.ACCOUNT, "lan", account_id)
        ended = await accounts.open_session(conn, actor, now - timedelta(days=1), hours=8)
        fresh = await accounts.open_session(conn, actor, now, hours=8)
        await events.record(conn, "old", {})
        await conn.execute("UPDATE gis.event SET at = now() - interval '8 days'")
        await events.record(conn, "new", {})
    await housekeeping.tidy(services)
    async with transaction(services.pool) as conn:
        kinds = await (await conn.execute("SELECT kind FROM gis.event")).fetchall()
        count = await (await conn.execute("SELECT count(*) FROM gis.session")).fetchone()
        assert await accounts.session(conn, fresh.token, now, 30) is not None
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
