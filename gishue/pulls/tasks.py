"""What a worker does for this room: every minute, look at the sources whose time has come."""

from collections.abc import Sequence
from typing import Final

from gishue.core import jobs
from gishue.core.db import Connection, transaction
from gishue.core.errors import NotFound
from gishue.core.jobs import Task
from gishue.core.log import logger, pairs
from gishue.pulls import looking, store
from gishue.pulls.fetch import failed
from gishue.pulls.pull import Outcome, PullId
from layers.services import Services

LOOK: Final = "pulls.look"
DUE: Final = "pulls.due"
QUEUE: Final = "pulls"

_LOG = logger(__name__)


async def defer_look(conn: Connection, pull_id: PullId) -> None:
    """Queue one look in the caller's transaction; looks at one source run one after another."""
    await jobs.defer(conn, LOOK, {"pull": pull_id}, queue=QUEUE, lock=f"pull-{pull_id}")


async def look(services: Services, pull: int) -> None:
    """Look at one source; a pull deleted meanwhile is nothing to do."""
    try:
        outcome = await looking.look(services, PullId(pull))
    except NotFound:
        return
    _LOG.info("pulled %s", pairs(id=pull, outcome=outcome))


async def lost(services: Services, pull: int) -> None:
    """Write on the pull that its worker died too often."""
    reason = failed(
        "the work on it was broken off several times", "việc xử lý bị gián đoạn nhiều lần"
    )
    async with transaction(services.pool) as conn:
        await store.note(conn, PullId(pull), Outcome.FAILED, problem=reason.problem())


async def look_at_due(services: Services) -> None:
    """Queue a look at each source whose time has come."""
    async with transaction(services.pool) as conn:
        for pull_id in await store.due(conn):
            await defer_look(conn, pull_id)


TASKS: Sequence[Task[Services]] = (
    Task(LOOK, look, lost, QUEUE),
    Task(DUE, look_at_due, None, QUEUE, cron="* * * * *"),
)
