"""The job queue, in PostgreSQL: a job is deferred in the transaction of the row that needs it.

At least once is the contract: a worker that dies leaves its job to the rescuer, so every task is
idempotent. A task takes ids, never objects.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.jobs import Status
from psycopg.types.json import Jsonb

from gishue.core.db import Connection, Pool
from gishue.core.log import logger, pairs
from gishue.core.sql import load

_SQL = load("gishue.core", "job")
_LOG = logger(__name__)

HEARTBEAT_S = 5.0
STALLED_S = 20.0
TRIES = 3
"""A job runs at most this often when its worker is killed; then it counts as lost."""


@dataclass(frozen=True, slots=True)
class Task[S]:
    """What a worker can do: ``run(services, **args)``; ``lost`` writes the reason on the noun.

    With ``cron`` (minute hour day month weekday) it runs by itself, without arguments.
    """

    name: str
    run: Callable[..., Awaitable[None]]
    lost: Callable[..., Awaitable[None]] | None = None
    queue: str = "default"
    cron: str | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue stands: for readiness and metrics."""

    waiting: int
    running: int
    oldest_s: float
    workers: int


async def defer(
    conn: Connection,
    task: str,
    args: Mapping[str, Any],
    *,
    queue: str = "default",
    lock: str | None = None,
) -> int:
    """Queue ``task`` in the caller's transaction; jobs of one ``lock`` run one after another."""
    row = await (
        await conn.execute(
            _SQL["defer"], {"queue": queue, "task": task, "args": Jsonb(dict(args)), "lock": lock}
        )
    ).fetchone()
    if row is None:
        raise RuntimeError("the queue gave no job id")
    return int(row[0])


async def state(conn: Connection) -> QueueState:
    """Return how many jobs wait and run, the age of the oldest waiting one, live workers."""
    row = await (await conn.execute(_SQL["state"], {"stalled": STALLED_S})).fetchone()
    return QueueState(*row) if row else QueueState(0, 0, 0.0, 0)


def make_app[S](pool: Pool, services: S, tasks: Sequence[Task[S]]) -> App:
    """Return the worker's application over an open ``pool``, with ``tasks`` and the rescuer."""
    app = App(
        connector=_SharedPool(pool),
        worker_defaults={
            "update_heartbeat_interval": HEARTBEAT_S,
            "stalled_worker_timeout": STALLED_S,
        },
    )
    for task in tasks:
        _register(app, services, task)
    _register_rescuer(app, services, {task.name: task for task in tasks})
    return app


class _SharedPool(PsycopgConnector):
    """A connector over a pool that is already open and that others use too."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self._async_pool = pool
        self._pool_externally_set = True

    async def open_async(self, pool: Any = None) -> None:
        return None


def _register[S](app: App, services: S, task: Task[S]) -> None:
    async def run(**args: Any) -> None:
        await task.run(services, **args)

    if task.cron is None:
        app.task(name=task.name, queue=task.queue)(run)
        return

    async def at_its_time(timestamp: int) -> None:
        await run()

    timed = app.task(name=task.name, queue=task.queue, queueing_lock=task.name)(at_its_time)
    app.periodic(cron=task.cron)(timed)


async def rescue[S](
    app: App, services: S, tasks: Mapping[str, Task[S]], *, stalled_s: float = STALLED_S
) -> None:
    """Queue the jobs of dead workers again; after ``TRIES`` runs, write them off as lost."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_s):
        _LOG.warning("stalled job %s", pairs(id=job.id, task=job.task_name, tries=job.attempts))
        if job.attempts < TRIES - 1:
            await manager.retry_job(job)
            continue
        await manager.finish_job(job, Status.FAILED, delete_job=False)
        task = tasks.get(job.task_name)
        if task is not None and task.lost is not None:
            await task.lost(services, **job.task_kwargs)


def _register_rescuer[S](app: App, services: S, tasks: Mapping[str, Task[S]]) -> None:
    async def look(context: JobContext, timestamp: int) -> None:
        await rescue(app, services, tasks)

    rescuer = app.task(
        name="core.rescue", queue="rescue", queueing_lock="rescue", pass_context=True
    )(look)
    app.periodic(cron="* * * * * */15")(rescuer)
