"""What the worker does by the clock: clears away what nobody can still want, and makes tiers."""

import asyncio
import shutil
import time
from pathlib import Path

from conversion import tasks as conversion_tasks
from gishue.accounts import sessions
from gishue.core import audit_chain, blobs, events
from gishue.core.actor import Actor, ActorKind
from gishue.core.db import transaction
from gishue.core.jobs import Task
from gishue.core.log import logger, pairs
from layers import closure_store, tier_store, touched
from layers.services import Services

_LOG = logger(__name__)

_CLOCK = Actor(ActorKind.OPERATOR, "gishue")
"""In whose name the time itself is noted; it has no rights."""

KEPT_S = 86_400.0
"""Age at which a temporary file belongs to a process that died, seconds."""


async def tidy(services: Services) -> None:
    """Drop what is replaced, stale, ended or forgotten: tables, uploads, events, files, objects."""
    await conversion_tasks.sweep(services)
    async with transaction(services.pool) as conn:
        forgotten = await events.sweep(conn)
        await touched.sweep(conn)
        ended = await sessions.sweep(conn, services.now())
    files = await asyncio.to_thread(sweep_files, services.blobs.scratch, time.time() - KEPT_S)
    files += await asyncio.to_thread(
        sweep_files, services.settings.root / "tmp", time.time() - KEPT_S
    )
    objects = await sweep_objects(services, time.time() - KEPT_S)
    async with transaction(services.pool) as conn:
        # Where logs are kept apart, this tells later that the chain was not written anew.
        _LOG.info("audit %s", pairs(head=await audit_chain.head(conn)))
    _LOG.info("tidied %s", pairs(events=forgotten, sessions=ended, files=files, objects=objects))


async def sweep_objects(services: Services, before: float) -> int:
    """Remove contents that nothing needs since ``before`` (seconds since 1970); return how many."""
    age_s = services.now().timestamp() - before
    async with transaction(services.pool) as conn:
        unused = await blobs.forget_unused(conn, age_s)
    for sha256 in unused:
        async with transaction(services.pool) as conn:
            came_again = await blobs.is_registered(conn, sha256)
        if not came_again:
            await asyncio.to_thread(services.blobs.remove, sha256, before)
    return len(unused)


def sweep_files(folder: Path, before: float) -> int:
    """Remove what lies in ``folder`` since before that time (seconds since 1970); return how many.

    A temporary file lives as long as its process; these are of processes that were killed.
    """
    if not folder.is_dir():
        return 0
    old = [path for path in folder.iterdir() if path.lstat().st_mtime < before]
    for path in old:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(old)


async def reopen_questions(services: Services) -> None:
    """Tell the units of closed layers whose reason has expired; the layers stay closed."""
    async with transaction(services.pool) as conn:
        told = await closure_store.tell_expired(conn, services.now(), _CLOCK)
    _LOG.info("reasons expired %s", pairs(layers=len(told)))


async def make_tiers(services: Services, slug: str) -> None:
    """Make the derived tables that far zooms of a layer are drawn from."""
    await tier_store.make(services.pool, slug)


async def make_all_tiers(services: Services) -> None:
    """Make the derived tables of every layer that waits for them, whatever made it wait."""
    async with transaction(services.pool) as conn:
        waiting = await tier_store.waiting(conn)
    for slug in waiting:
        await tier_store.make(services.pool, slug)
    _LOG.info("tiers made %s", pairs(layers=len(waiting)))


TASKS = (
    Task("core.tidy", tidy, cron="23 * * * *"),
    Task("layers.reopen_questions", reopen_questions, cron="7 * * * *"),
    Task(tier_store.TASK, make_tiers),
    Task("layers.make_all_tiers", make_all_tiers, cron="*/5 * * * *"),
)
