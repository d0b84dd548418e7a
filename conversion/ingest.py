"""The whole way in, in one call: for the command line, the sample city and flights."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from conversion import pipeline, store, warm
from conversion.confine import Limits
from conversion.gather import gather, is_dataset
from conversion.options import IngestOptions
from conversion.progress import OnProgress
from conversion.publish import target
from conversion.refusal import NeedsAnswer
from conversion.upload import Upload, UploadId, UploadState
from gishue.core import blobs
from gishue.core.actor import Actor
from gishue.core.crs import UnknownCrs
from gishue.core.db import transaction
from gishue.core.errors import GishueError, InvalidInput
from layers import store as layer_store
from layers.services import Services


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of a file; the shape of ``gishue ingest --json``."""

    upload: str
    layer: str | None
    revision: int | None
    state: str
    features: int
    crs: str
    operation: str
    encoding: str
    findings: Sequence[Mapping[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return the result as it is printed."""
        return asdict(self)


async def ingest_file(
    services: Services,
    actor: Actor,
    path: Path,
    options: IngestOptions,
    on_progress: OnProgress | None = None,
) -> IngestResult:
    """Bring in a file of this machine; of a shapefile its parts are gathered from its folder.

    Raises:
        GishueError: it was refused, a question is open, or the layer may not be published.
    """
    check_path(path)
    warm.prepare(Limits.of(services.settings))  # gets ready while the file is copied
    async with transaction(services.pool) as conn:
        if options.publish:
            await target(conn, path.name, options, actor)
    upload_id = await receive_path(services, actor, path, options)
    upload = await pipeline.process(services, upload_id, actor, on_progress)
    if upload.state is UploadState.ASKS:
        raise open_question(upload)
    return await _result(services, upload)


async def receive_path(
    services: Services, actor: Actor, path: Path, options: IngestOptions
) -> UploadId:
    """Store a file of this machine and write its upload."""
    services.blobs.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=services.blobs.scratch) as folder:
        whole = await asyncio.to_thread(gather, path, Path(folder))
        blob = await asyncio.to_thread(services.blobs.put_file, whole)
    async with transaction(services.pool) as conn:
        await blobs.register(conn, blob, whole.name, "application/octet-stream")
        return await store.create(conn, whole.name, blob, options, actor)


def open_question(upload: Upload) -> GishueError:
    """Return the refusal of an upload that waits for a person, with what it asks."""
    asked = [str(question["code"]) for question in upload.questions]
    kind = UnknownCrs if asked == ["crs"] else NeedsAnswer
    said = "; ".join(_asked(question) for question in upload.questions)
    said_vi = "; ".join(_asked(question, "vi") for question in upload.questions)
    return kind(said, vi=said_vi, upload=str(upload.id), questions=list(upload.questions))


def _asked(question: Mapping[str, Any], language: str = "message") -> str:
    """Return a question with the answers that would fit."""
    code = str(question["code"])
    fits = [str(one.get(code, "")) for one in question["candidates"]]
    listed = ", ".join(dict.fromkeys(fit for fit in fits if fit))
    option = f"--{code.replace('_', '-')}"
    ask = "trả lời bằng" if language == "vi" else "answer with"
    return f"{question[language]} ({ask} {option}{': ' + listed if listed else ''})"


async def _result(services: Services, upload: Upload) -> IngestResult:
    inspection = upload.inspection or {}
    staged = upload.staged or {}
    came = staged.get("provenance", {})
    layer = None
    if upload.layer is not None:
        async with transaction(services.pool) as conn:
            layer = await layer_store.by_slug(conn, upload.layer)
    return IngestResult(
        upload=str(upload.id),
        layer=upload.layer,
        revision=upload.revision,
        state=upload.state.value,
        features=layer.feature_count if layer else int(inspection.get("features", 0)),
        crs=f"EPSG:{staged['srid']}" if staged else "",
        operation=str(came.get("operation", "")),
        encoding=str(came.get("encoding", "")),
        findings=upload.findings,
    )


def check_path(path: Path) -> None:
    """Raise InvalidInput unless a file, or the folder of a geodatabase, is there."""
    if path.is_dir() and not is_dataset(path):
        raise InvalidInput(
            f"{path.name!r} is a folder; name a file in it, or pack its files as one zip",
            vi=f"{path.name!r} là thư mục; hãy chỉ tới tệp bên trong, hoặc nén các tệp thành zip",
        )
    if not is_dataset(path):
        raise InvalidInput(
            f"there is no file {path.name!r}", vi=f"không có tệp {path.name!r} ở đường dẫn này"
        )
