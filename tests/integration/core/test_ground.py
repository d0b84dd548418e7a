"""The ground on a real database: migrations, blobs, events, jobs and their rescuer."""

import asyncio
import io
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import psycopg
import pytest

from gishue.core import db, events, jobs
from gishue.core.blobs import open_blobs
from gishue.core.db import Connection, transaction
from gishue.core.errors import NotFound, TooLarge, Unavailable
from gishue.core.jobs import Task
from gishue.core.settings import Settings
from gishue.core.vietnamese import vn_key
from layers.services import Services


def _settings(folder: Path) -> Settings:
    return Settings(data_dir=folder)


def test_migrations_run_from_empty_and_then_do_nothing(empty_database_url: str) -> None:
    assert db.migrate(empty_database_url) == db.newest_step()
    assert db.migrate(empty_database_url) == db.newest_step()
    with psycopg.connect(empty_database_url) as conn:
        names = {row[0] for row in conn.execute("SELECT extname FROM pg_extension")}
    assert names >= {"postgis", "pg_trgm", "unaccent", "btree_gist"}


# Control points of the project's knowledge base: WGS 84 → EPSG:9214, two implementations agree.
@pytest.mark.parametrize(
    ("lon", "lat", "easting", "northing"),
    [
        (107.5776, 16.4677, 561476.4762, 1821417.4543),
        (107.6412, 16.5524, 568237.6209, 1830810.7110),
        (107.2300, 16.2790, 524385.6996, 1800463.2605),
    ],
)
async def test_postgis_knows_the_citys_own_crs_to_a_millimetre(
    conn: Connection, lon: float, lat: float, easting: float, northing: float
) -> None:
    cur = await conn.execute(
        "SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform("
        "ST_SetSRID(ST_MakePoint(%s, %s), 4326), 9214) AS p) q",
        (lon, lat),
    )
    assert await cur.fetchone() == pytest.approx((easting, northing), abs=1e-3)


@pytest.mark.parametrize("text", ["Phường Thuận Hoá", "ĐƯỜNG Nguyễn Huệ, 12/3", "  Hòa–Phú "])
async def test_the_search_key_is_the_same_in_sql_and_python(conn: Connection, text: str) -> None:
    row = await (await conn.execute("SELECT vn_key(%s)", (text,))).fetchone()
    assert row is not None
    assert row[0] == vn_key(text)


def test_a_blob_is_named_by_its_content_and_kept_once(tmp_path: Path) -> None:
    blobs = open_blobs(_settings(tmp_path))
    first = blobs.put_stream(io.BytesIO(b"Hu\xe1\xba\xbf"))
    assert blobs.put_stream(io.BytesIO(b"Hu\xe1\xba\xbf")) == first
    with blobs.file(first.sha256) as path:
        assert path.read_bytes() == "Huế".encode()
    assert sum(1 for file in (tmp_path / "objects").rglob("*") if file.is_file()) == 1


async def test_a_body_beyond_the_limit_leaves_nothing(tmp_path: Path) -> None:
    blobs = open_blobs(_settings(tmp_path))

    async def chunks() -> AsyncGenerator[bytes]:
        for _ in range(4):
            yield b"x" * 1000

    with pytest.raises(TooLarge):
        await blobs.put_chunks(chunks(), limit=2500)
    assert not [file for file in (tmp_path / "objects").rglob("*") if file.is_file()]


def test_an_absent_object_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(NotFound), open_blobs(_settings(tmp_path)).file("0" * 64):
        pass


async def test_an_event_is_heard_after_its_commit_only(services: Services) -> None:
    heard: list[str] = []

    async def listen() -> None:
        async for event in events.listen(services.url):
            heard.append(event.kind if event else "connected")

    task = asyncio.create_task(listen())
    await _until(lambda: heard == ["connected"])
    async with transaction(services.pool) as conn:
        await events.record(conn, "first", {})
        await asyncio.sleep(0.1)
        assert heard == ["connected"]
    await _until(lambda: heard == ["connected", "first"])
    task.cancel()


async def test_a_job_runs_only_if_its_transaction_commits(services: Services) -> None:
    ran: list[int] = []

    async def note(_: Services, number: int) -> None:
        ran.append(number)

    async with transaction(services.pool) as conn:
        await jobs.defer(conn, "note", {"number": 1})
        await conn.rollback()
    async with transaction(services.pool) as conn:
        await jobs.defer(conn, "note", {"number": 2})
    await jobs.make_app(services.pool, services, [Task("note", note)]).run_worker_async(wait=False)
    assert ran == [2]


async def test_the_job_of_a_killed_worker_is_rescued_and_lost_after_three_runs(
    services: Services,
) -> None:
    lost: list[int] = []

    async def note(_: Services, number: int) -> None:
        raise AssertionError(number)

    async def on_lost(_: Services, number: int) -> None:
        lost.append(number)

    app = jobs.make_app(services.pool, services, [Task("note", note, on_lost)])
    for attempts, expected in ((0, "todo"), (2, "failed")):
        async with transaction(services.pool) as conn:
            job = await jobs.defer(conn, "note", {"number": attempts})
            await conn.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s",
                (attempts, job),
            )
        await jobs.rescue(app, services, {"note": Task("note", note, on_lost)}, stalled_s=0)
        async with transaction(services.pool) as conn:
            row = await (
                await conn.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", (job,))
            ).fetchone()
            await conn.execute("DELETE FROM procrastinate_jobs")
        assert row == (expected,)
    assert lost == [2]


async def _until(holds: Callable[[], bool], seconds: float = 3.0) -> None:
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    assert holds()


async def test_an_event_of_a_long_transaction_is_heard_although_others_overtook_it(
    services: Services,
) -> None:
    heard: list[str] = []

    async def listen() -> None:
        async for event in events.listen(services.url):
            heard.append(event.kind if event else "connected")

    async with transaction(services.pool) as slow:
        await events.record(slow, "before the line", {})
        task = asyncio.create_task(listen())
        await _until(lambda: heard == ["connected"])
        async with transaction(services.pool) as early:
            await events.record(early, "early", {})
            async with transaction(services.pool) as quick:
                await events.record(quick, "quick", {})
            await _until(lambda: heard[-1] == "quick")
    await _until(lambda: len(heard) == 4)
    assert heard[:2] == ["connected", "quick"]
    assert sorted(heard[2:]) == ["before the line", "early"]
    task.cancel()


async def test_a_lost_database_is_said_to_be_away(services: Services) -> None:
    with pytest.raises(Unavailable):
        async with transaction(services.pool) as conn:
            await conn.execute("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_the_registry_outlives_a_watcher_that_fails(services: Services) -> None:
    def fail(_: events.Event) -> None:
        raise ZeroDivisionError

    services.registry.watchers.append(fail)
    async with transaction(services.pool) as conn:
        await events.record(conn, "any", {})
    await asyncio.sleep(0.3)
    assert services.registry.is_followed
