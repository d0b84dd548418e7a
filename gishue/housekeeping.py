"""What is cleared away every hour: nothing that anybody can still want."""

import asyncio
import shutil
import time
from pathlib import Path

from conversion import tasks as conversion_tasks
from gishue.accounts import store as accounts
from gishue.core import events
from gishue.core.db import transaction
from gishue.core.jobs import Task
from gishue.core.log import logger, pairs
from layers.services import Services

_LOG = logger(__name__)

KEPT_S = 86_400.0
"""Age at which a temporary file belongs to a process that died, seconds."""


async def tidy(services: Services) -> None:
    """Drop replaced tables, stale uploads, old events, ended sessions and forgotten files."""
    await conversion_tasks.sweep(services)
    async with transaction(services.pool) as conn:
        forgotten = await events.sweep(conn)
        ended = await accounts.sweep_sessions(conn, services.now())
    files = await asyncio.to_thread(sweep_files, services.blobs.scratch, time.time() - KEPT_S)
    files += await asyncio.to_thread(
        sweep_files, services.settings.root / "tmp", time.time() - KEPT_S
    )
    _LOG.info("tidied %s", pairs(events=forgotten, sessions=ended, files=files))


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


TASKS = (Task("core.tidy", tidy, cron="23 * * * *"),)
