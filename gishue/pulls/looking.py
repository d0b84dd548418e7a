"""One look at a source: fetch what is new, and send it in as a file that replaces the layer."""

from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import UUID

import anyio

from conversion import pipeline
from conversion import store as uploads
from conversion.options import IngestOptions
from conversion.publish import target
from conversion.upload import Upload, UploadId, UploadState
from gishue.accounts import senders
from gishue.core import blobs
from gishue.core.actor import Actor
from gishue.core.blobs import Blob
from gishue.core.db import Connection, transaction
from gishue.core.errors import Forbidden, GishueError
from gishue.core.log import logger, pairs
from gishue.core.settings import Settings
from gishue.pulls import pages, store
from gishue.pulls.approved import Approved
from gishue.pulls.fetch import Fetched, Seen, open_source
from gishue.pulls.pull import Outcome, Pull, PullId, PullKind
from layers import store as layer_store
from layers.publish import Mode
from layers.services import Services

_LOG = logger(__name__)
_OF_A_NEW_LAYER = frozenset({"visibility", "closure"})


async def look(services: Services, pull_id: PullId) -> Outcome:
    """Fetch a source once and bring in what is new; how it went is written on the pull.

    Only a whole, published revision changes the layer; all else leaves it as it is.
    """
    async with transaction(services.pool) as conn:
        pull = await store.by_id(conn, pull_id)
    try:
        return await _look(services, pull)
    except GishueError as error:
        _LOG.info("pull failed %s", pairs(id=pull.id, problem=error.slug))
        return await _failed(services, pull, error)


async def fetch_once(settings: Settings, url: str, folder: Path) -> Path:
    """Return the file at ``url``, fetched into ``folder`` under its own name: for one ingest.

    Raises:
        GishueError: the host is not approved, or does not give a whole file.
    """
    async with open_source(Approved.of(settings)) as source:
        fetched = await source.fetch(url, folder / "file", limit=settings.upload_max_bytes)
    if fetched is None:
        raise RuntimeError("an unconditional request was answered with 304")
    return await anyio.to_thread.run_sync((folder / "file").rename, folder / fetched.name)


async def _look(services: Services, pull: Pull) -> Outcome:
    async with transaction(services.pool) as conn:
        await _allowed(conn, services, pull)
    scratch = services.blobs.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as name:
        fetched = await _fetched(services, pull, Path(name))
        if fetched is None:
            return await _unchanged(services, pull)
        target = Path(name) / ("file" if pull.kind is PullKind.FILE else "pages")
        blob = await anyio.to_thread.run_sync(services.blobs.put_file, target)
    if blob.sha256 == pull.sha256:
        return await _unchanged(services, pull, fetched.seen)
    return await _bring(services, pull, fetched, blob)


async def _fetched(services: Services, pull: Pull, folder: Path) -> Fetched | None:
    limit = services.settings.upload_max_bytes
    async with open_source(Approved.of(services.settings)) as source:
        match pull.kind:
            case PullKind.FILE:
                return await source.fetch(pull.url, folder / "file", limit=limit, seen=pull.seen)
            case PullKind.OAPIF:
                return await pages.fetch_collection(
                    source, pull.url, pull.source_layer, folder, limit=limit, seen=pull.seen
                )
            case PullKind.WFS:
                return await pages.fetch_type(
                    source, pull.url, pull.source_layer, folder, limit=limit
                )


async def _unchanged(services: Services, pull: Pull, seen: Seen | None = None) -> Outcome:
    async with transaction(services.pool) as conn:
        await store.note(conn, pull.id, Outcome.UNCHANGED, seen=seen)
    return Outcome.UNCHANGED


async def _bring(services: Services, pull: Pull, fetched: Fetched, blob: Blob) -> Outcome:
    async with transaction(services.pool) as conn:
        await blobs.register(conn, blob, fetched.name, fetched.media_type)
        actor, options = await _allowed(conn, services, pull)
        upload_id = await uploads.create(conn, fetched.name, blob, options, actor)
    try:
        upload = await pipeline.process(services, upload_id)
    except Forbidden as error:  # what came is not brought in: it is new still, once they may
        return await _failed(services, pull, error, upload_id)
    except GishueError as error:
        await _note(services, pull, Outcome.FAILED, upload_id, fetched, blob, error)
        return Outcome.FAILED
    outcome = _outcome(upload)
    await _note(services, pull, outcome, upload_id, fetched, blob)
    return outcome


async def _failed(
    services: Services, pull: Pull, error: GishueError, upload_id: UploadId | None = None
) -> Outcome:
    """Write why nothing came of a look."""
    outcome = Outcome.REFUSED if isinstance(error, Forbidden) else Outcome.FAILED
    async with transaction(services.pool) as conn:
        await store.note(conn, pull.id, outcome, problem=error.problem(), upload_id=upload_id)
    return outcome


async def _note(
    services: Services,
    pull: Pull,
    outcome: Outcome,
    upload_id: UploadId,
    fetched: Fetched,
    blob: Blob,
    error: GishueError | None = None,
) -> None:
    async with transaction(services.pool) as conn:
        await store.note(
            conn,
            pull.id,
            outcome,
            problem=error.problem() if error else None,
            seen=fetched.seen,
            sha256=blob.sha256,
            upload_id=UUID(str(upload_id)),
        )


def _outcome(upload: Upload) -> Outcome:
    if upload.state is UploadState.PUBLISHED:
        return Outcome.PUBLISHED
    return Outcome.ASKS if upload.state is UploadState.ASKS else Outcome.FAILED


def _options(pull: Pull, exists: bool) -> IngestOptions:
    """Return the pull's options for this time: a new layer first, its replacement afterwards.

    Who may read a layer that is there is its unit's business, and no more said by the pull.
    """
    said = pull.options.as_dict()
    if exists:
        said["said"] = {n: v for n, v in said["said"].items() if n not in _OF_A_NEW_LAYER}
    said |= {"layer": pull.layer, "publish": True, "message": _host(pull.url)}
    said["mode"] = Mode.REPLACE if exists else Mode.CREATE
    if pull.kind is not PullKind.FILE:
        said["source_layer"] = ""
    return IngestOptions.from_dict(said)


def _host(url: str) -> str:
    """Return what of an address may stand in a public history: its path or query may be secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}"


async def _allowed(conn: Connection, services: Services, pull: Pull) -> tuple[Actor, IngestOptions]:
    """Return whoever began the pull, with the rights that they have now, and its options.

    Raises:
        SenderGone: they may do it no more.
        Forbidden, NotFound: they may not publish the layer.
    """
    exists = await layer_store.lock(conn, pull.layer) is not None
    options, now = _options(pull, exists), services.now()
    actor = await senders.acting(conn, pull.sender, pull.unit, pull.layer, now)
    await target(conn, pull.layer, options, actor)
    return actor, options
