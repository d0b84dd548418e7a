"""The worker: composes every room's tasks and works them off. It holds no rules."""

from collections.abc import Sequence

from conversion import tasks as conversion_tasks
from conversion import warm
from gishue import housekeeping
from gishue.core import jobs
from gishue.core.jobs import Task
from gishue.pulls import tasks as pull_tasks
from gishue.reports import filing
from layers.services import Services
from tiles import tasks as tile_tasks

CONCURRENCY = 3
"""Jobs at once in one worker; one place is nearly always free for the rescuer."""
WARM_CHILDREN = 2
"""Sandboxed readers that wait for a file: one upload is inspected, another converted."""


def all_tasks() -> Sequence[Task[Services]]:
    """Return what a worker can do."""
    return [*conversion_tasks.TASKS, *pull_tasks.TASKS, *tile_tasks.TASKS, *housekeeping.TASKS]


async def run(services: Services, *, wait: bool = True) -> None:
    """Work until a signal comes; without ``wait``, until the queue is empty.

    The system layers are made first, where they are missing.
    """
    warm.keep(WARM_CHILDREN)
    await filing.prepare(services)
    app = jobs.make_app(services.pool, services, all_tasks())
    await app.run_worker_async(
        wait=wait,
        concurrency=CONCURRENCY,
        shutdown_graceful_timeout=20,
        fetch_job_polling_interval=5.0,
    )
