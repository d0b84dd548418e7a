"""A file brought in as far as its staged table, compared with its layer, and taken away again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conversion import pipeline, upload_diff
from conversion.ingest import open_question, receive_path
from conversion.options import IngestOptions
from conversion.pipeline import OnProgress
from conversion.publish import target
from conversion.refusal import Abandoned
from conversion.upload import Upload, UploadState
from conversion.upload_diff import UploadDiff
from gishue.core.actor import Actor
from gishue.core.db import transaction
from layers import past, tables
from layers.diff import RowChange
from layers.publish import Mode
from layers.services import Services


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What publishing would do: ``diff`` None for a new layer, whose rows are all new."""

    layer: str
    features: int
    diff: UploadDiff | None
    rows: Sequence[RowChange]
    more: bool
    findings: Sequence[Mapping[str, Any]]


async def rehearse(
    services: Services,
    actor: Actor,
    path: Path,
    options: IngestOptions,
    *,
    limit: int = 20,
    on_progress: OnProgress | None = None,
) -> Rehearsal:
    """Say what bringing in the file would change; nothing is published, nothing of it stays.

    Raises:
        GishueError: it would be refused, or a question is open.
    """
    async with transaction(services.pool) as conn:
        await target(conn, path.name, options, actor, locked=False)
    upload_id = await receive_path(services, actor, path, replace(options, publish=False))
    upload = await pipeline.process(services, upload_id, actor, on_progress)
    try:
        if upload.state is UploadState.ASKS:
            raise open_question(upload)
        return await _compared(services, upload, options, actor, limit)
    finally:
        await _give_up(services, upload)


async def _compared(
    services: Services, upload: Upload, options: IngestOptions, actor: Actor, limit: int
) -> Rehearsal:
    features = int((upload.inspection or {}).get("features", 0))
    async with transaction(services.pool) as conn:
        await past.begin(conn)
        aim = await target(conn, upload.filename, options, actor, locked=False)
        if options.mode is Mode.CREATE or aim.before is None:
            return Rehearsal(aim.slug, features, None, (), False, upload.findings)
        found = await upload_diff.compared(conn, upload, options, actor)
        rows, place = await upload_diff.page(conn, found, limit=limit)
    return Rehearsal(aim.slug, features, found, rows, place is not None, upload.findings)


async def _give_up(services: Services, upload: Upload) -> None:
    reason = Abandoned("this was a rehearsal", vi="đây chỉ là lần chạy thử")
    await pipeline.refuse(services, upload.id, reason)
    async with transaction(services.pool) as conn:
        await tables.drop(conn, tables.staging(upload.staging_table))
