"""One upload from its bytes to a staged table, the same for the job and for the command line.

Every step may be entered again: a killed worker leaves nothing that a second run does not replace.
"""

import asyncio
import contextlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from conversion import staging, stopping, store
from conversion.aim import Aim, aimed
from conversion.crs.reference_roads import roads_of
from conversion.dataset import Opened, open_file
from conversion.findings import checks, domains
from conversion.findings.finding import Finding
from conversion.findings.of_reader import merged
from conversion.inspect import Inspection, beside_roads, inspect
from conversion.progress import OnProgress, Shown
from conversion.publish import publish_upload, staged_as_dict
from conversion.raster import MEDIA_TYPE, RasterFacts, make_cog
from conversion.refusal import SampleMissed
from conversion.sandbox import Limits
from conversion.upload import Upload, UploadId, UploadState
from gishue.accounts import senders
from gishue.accounts.senders import SenderGone
from gishue.core import audit, blobs
from gishue.core.actor import Actor, Origin
from gishue.core.audit import Object, Result
from gishue.core.db import Connection, transaction
from gishue.core.errors import Forbidden, GishueError
from gishue.core.log import logger, pairs
from layers.services import Services

_LOG = logger(__name__)
WORKER: Final = Origin("worker")
"""From where a job acts, for the audit."""


async def process(
    services: Services,
    upload_id: UploadId,
    actor: Actor | None = None,
    on_progress: OnProgress | None = None,
) -> Upload:
    """Take an upload as far as it goes: published, staged, asking, or refused.

    ``actor``: who waits for it; without one its sender is asked what they may do, as it begins and
    again as it is published.

    Raises:
        SenderGone: the sender may do it no more; it is refused.
        GishueError: it was refused; the reason stands on the upload.
    """
    async with transaction(services.pool) as conn:
        upload = await store.by_id(conn, upload_id)
    shown = Shown(services, upload_id, on_progress)
    if upload.state not in {UploadState.STAGED, UploadState.ASKS} and not upload.has_ended:
        try:
            with stopping.stoppable(services.registry, upload_id):
                upload = await _stage(services, upload, actor, shown)
        except Exception as error:
            await refuse(services, upload_id, error)
            raise
    if upload.state is UploadState.STAGED and upload.options.publish:
        await shown("publish", 0.95)
        upload = await _publish(services, upload, actor)
    await shown(upload.stage, upload.progress)
    return upload


async def _acting(conn: Connection, services: Services, upload: Upload) -> Actor:
    """Return whoever sent ``upload``, with the rights that they have now."""
    now = services.now()
    found = await senders.acting(conn, upload.sender, upload.unit, upload.slug, now)
    return found.at(WORKER)


async def refuse(services: Services, upload_id: UploadId, error: Exception) -> None:
    """Write on the upload why it was refused; an error that is not ours is told in general."""
    problem = _told(upload_id, error).problem()
    async with transaction(services.pool) as conn:
        upload = await store.lock(conn, upload_id)
        if not upload.has_ended:
            await store.move(conn, upload, UploadState.REFUSED, refusal=problem)


def _told(upload_id: UploadId, error: Exception) -> GishueError:
    """Return what people are told of ``error``; the log has the rest."""
    if isinstance(error, GishueError):
        return error
    _LOG.error("upload failed %s", pairs(id=upload_id), exc_info=error)
    return GishueError(
        "something went wrong here; it has been recorded",
        vi="đã có lỗi phía hệ thống; lỗi đã được ghi lại",
    )


async def _stage(services: Services, upload: Upload, actor: Actor | None, shown: Shown) -> Upload:
    async with transaction(services.pool) as conn:
        actor = actor or await _acting(conn, services, upload)
    limits = Limits.of(services.settings)
    scratch = services.blobs.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder, services.blobs.file(upload.sha256) as path:
        await shown("inspect", 0.05)
        opened = await asyncio.to_thread(open_file, path, upload.filename, Path(folder), limits)
        try:
            return await _taken_in(services, upload, opened, actor, shown, is_whole=False)
        except SampleMissed:
            _LOG.info("sample missed something %s", pairs(id=upload.id))
            async with transaction(services.pool) as conn:
                upload = await store.by_id(conn, upload.id)
            return await _taken_in(services, upload, opened, actor, shown, is_whole=True)


async def _taken_in(
    services: Services,
    upload: Upload,
    opened: Opened,
    actor: Actor,
    shown: Shown,
    *,
    is_whole: bool,
) -> Upload:
    """Inspect and convert what was opened; of a large file some rows decide, unless whole.

    Raises:
        SampleMissed: they decided wrong.
    """
    limits = Limits.of(services.settings)
    inspection = await asyncio.to_thread(inspect, opened, upload.options, limits, is_whole=is_whole)
    inspection = await _beside_roads(services, upload, inspection)
    async with transaction(services.pool) as conn:
        inspection, aim = await aimed(conn, inspection, upload.options, actor)
    upload = await _note_inspection(services, upload, inspection, aim)
    if upload.state is UploadState.ASKS:
        return upload
    return await _convert(services, upload, inspection, aim, shown)


async def _beside_roads(services: Services, upload: Upload, inspection: Inspection) -> Inspection:
    """Return the inspection, a doubtful CRS decided again with the city's roads beside it."""
    if inspection.facts is None or inspection.crs is None or not inspection.crs.is_doubtful:
        return inspection
    async with transaction(services.pool) as conn:
        roads = await roads_of(conn, services.settings.road_layer)
    return await asyncio.to_thread(beside_roads, inspection, upload.options, roads)


async def _note_inspection(
    services: Services, upload: Upload, inspection: Inspection, aim: Aim | None
) -> Upload:
    said = inspection.as_dict()
    if aim is not None:
        said["mapping"] = aim.as_dict()
    asks = bool(inspection.questions)
    async with transaction(services.pool) as conn:
        return await store.move(
            conn,
            upload,
            UploadState.ASKS if asks else UploadState.INSPECTED,
            progress=0.3,
            inspection=said,
            findings=said["findings"],
            questions=said["questions"],
        )


async def _convert(
    services: Services, upload: Upload, inspection: Inspection, aim: Aim | None, shown: Shown
) -> Upload:
    async with transaction(services.pool) as conn:
        upload = await store.move(conn, upload, UploadState.CONVERTING)

    async def on_progress(stage: str, fraction: float, rows: int, total: int) -> None:
        await shown(stage, fraction, rows, total)

    if inspection.raster is not None:
        await shown("convert", 0.4)
        return await _convert_raster(services, upload, inspection, inspection.raster)
    try:
        return await _convert_vector(services, upload, inspection, aim, on_progress)
    except BaseException:
        with contextlib.suppress(GishueError):  # the sweep drops it where this cannot
            await staging.discard(services.pool, upload.staging_table)
        raise


async def _convert_vector(
    services: Services,
    upload: Upload,
    inspection: Inspection,
    aim: Aim | None,
    on_progress: staging.Progress,
) -> Upload:
    key = upload.options.told_key or ""
    staged, report = await staging.stage(
        services.pool,
        inspection,
        upload.staging_table,
        limits=Limits.of(services.settings),
        on_progress=on_progress,
        key=key,
        aim=aim,
    )
    await on_progress("check", 0.92, 0, 0)
    async with transaction(services.pool) as conn:
        found = await checks.check(conn, upload.id, staged, report, key)
        if aim is not None:
            broken = await domains.check(conn, upload.id, staged, aim.owner.schema)
            found = (*domains.weighed(found, aim.owner.schema), *broken)
        return await store.move(
            conn,
            upload,
            UploadState.STAGED,
            progress=0.95,
            staged=staged_as_dict(staged),
            findings=_together(upload, found),
        )


async def _convert_raster(
    services: Services, upload: Upload, inspection: Inspection, facts: RasterFacts
) -> Upload:
    if inspection.crs is None or inspection.crs.taken is None:
        raise ValueError("the inspection is not decided")
    limits = Limits.of(services.settings)
    staged, blob = await make_cog(
        services.blobs, inspection.dataset, facts, inspection.crs.taken, limits
    )
    async with transaction(services.pool) as conn:
        await blobs.register(conn, blob, f"{inspection.dataset.name}.tif", MEDIA_TYPE)
        return await store.move(
            conn, upload, UploadState.STAGED, progress=0.95, staged=staged_as_dict(staged)
        )


def _together(upload: Upload, found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Return what the inspection found and, after it, what the conversion did."""
    before = [Finding.from_dict(one) for one in upload.findings]
    return [one.as_dict() for one in merged(before, found)]


async def _publish(services: Services, upload: Upload, actor: Actor | None) -> Upload:
    try:
        async with transaction(services.pool) as conn:
            publisher = actor or await _acting(conn, services, upload)
            published = await publish_upload(conn, upload.id, upload.options, publisher)
    except Exception as error:
        await _not_published(services, upload, actor or _sent(upload), error)
        raise
    await services.registry.reload(services.pool)
    return published


async def _not_published(
    services: Services, upload: Upload, actor: Actor, error: Exception
) -> None:
    """Write on the upload, and into the audit, why it was not published."""
    told = _told(upload.id, error)
    on = Object("upload", str(upload.id), upload.unit)
    said = {"layer": upload.slug, "problem": told.slug}
    result = Result.REFUSED if isinstance(told, Forbidden) else Result.FAILED
    async with transaction(services.pool) as conn:
        await audit.record(conn, actor, "upload.publish", on, said, result=result)
        if not isinstance(error, SenderGone):
            await store.note_refusal(conn, upload.id, told.problem())
    if isinstance(error, SenderGone):
        await refuse(services, upload.id, error)


def _sent(upload: Upload) -> Actor:
    """Return whoever sent ``upload``, without rights: for the audit alone."""
    kind, name, account_id, key_id = upload.sender
    return Actor(kind, name, account_id, upload.unit, key_id=key_id, origin=WORKER)
