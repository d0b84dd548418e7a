"""What a worker does for this room: take uploads further, and clear away what nobody wants."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from conversion import pipeline, resumable, store
from conversion.refusal import Abandoned
from conversion.upload import UploadId
from gishue.core import jobs
from gishue.core.db import Connection, transaction
from gishue.core.errors import GishueError
from gishue.core.jobs import Task
from gishue.core.log import logger, pairs
from layers import past, tables
from layers import store as layer_store
from layers.services import Services

PROCESS: Final = "conversion.process"
SWEEP: Final = "conversion.sweep"
QUEUE: Final = "conversion"
KEPT_S: Final = 24 * 3600.0
"""How long a replaced table, and an upload that nobody goes on with, are kept."""

_LOG = logger(__name__)


async def defer_process(conn: Connection, upload_id: UploadId) -> int:
    """Queue the work on an upload in the caller's transaction; one job of it at a time."""
    said = str(upload_id)
    return await jobs.defer(conn, PROCESS, {"upload": said}, queue=QUEUE, lock=f"upload-{said}")


async def process(services: Services, upload: str) -> None:
    """Take an upload as far as it goes; a refusal stands on the upload and ends the job well."""
    try:
        await pipeline.process(services, UploadId(UUID(upload)))
    except GishueError as error:
        _LOG.info("upload refused %s", pairs(id=upload, problem=error.slug))
    await sweep(services)


async def lost(services: Services, upload: str) -> None:
    """Write on the upload that its worker died too often."""
    reason = Abandoned(
        "the work on this file was broken off several times; it was given up",
        vi="việc xử lý tệp này bị gián đoạn nhiều lần nên đã dừng",
    )
    await pipeline.refuse(services, UploadId(UUID(upload)), reason)


async def sweep(services: Services) -> None:
    """Drop tables replaced a day ago, refuse uploads left for a day, drop staging nobody needs."""
    async with transaction(services.pool) as conn:
        for name in await layer_store.tables_to_sweep(conn, KEPT_S):
            await tables.drop(conn, tables.table(name))
        await past.thin(conn, KEPT_S)
        forgotten = await store.stale(conn, KEPT_S)
    expired = Abandoned(
        "nobody went on with this file for a day; send it again",
        vi="tệp này không được xử lý tiếp trong một ngày; hãy gửi lại",
    )
    for upload_id in forgotten:
        await pipeline.refuse(services, upload_id, expired)
    async with transaction(services.pool) as conn:
        given_up = await resumable.expired(conn)
    for resumable_id in given_up:
        resumable.discard(services, resumable_id)
    async with transaction(services.pool) as conn:
        for name in await store.orphan_tables(conn):
            await tables.drop(conn, tables.staging(name))


TASKS: Sequence[Task[Services]] = (
    Task(PROCESS, process, lost, QUEUE),
    Task(SWEEP, sweep, None, QUEUE),
)
