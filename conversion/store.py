"""Uploads in PostgreSQL. The only module that runs ``conversion/sql/upload.sql``.

The caller opens the transaction; nothing here commits. Every move is an event of kind ``upload``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from conversion.options import IngestOptions, slug_of
from conversion.upload import Upload, UploadId, UploadState
from gishue.core import events
from gishue.core.actor import Actor, Role, Sender
from gishue.core.blobs import Blob
from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotFound
from gishue.core.sql import load
from layers import store as layer_store

_SQL = load("conversion", "upload")
_JSON = ("options", "inspection", "findings", "questions", "staged", "refusal")


async def create(
    conn: Connection, filename: str, blob: Blob, options: IngestOptions, actor: Actor
) -> UploadId:
    """Write a new upload and return its id; the blob must be registered.

    Raises:
        InvalidInput: there is no such unit.
    """
    whole = options.description.unit if options.description is not None else None
    unit = options.said.get("unit") or whole or actor.unit
    await layer_store.check_unit(conn, unit)
    values = {
        "filename": filename,
        "sha256": blob.sha256,
        "size": blob.size,
        "options": Jsonb(options.as_dict()),
        "unit": unit,
    }
    return await _insert(conn, values | actor.sender.columns())


async def copy(conn: Connection, upload: Upload, options: IngestOptions) -> UploadId:
    """Write another upload of the same file by the same sender, with other options."""
    values = {
        "filename": upload.filename,
        "sha256": upload.sha256,
        "size": upload.size,
        "options": Jsonb(options.as_dict()),
        "unit": upload.unit,
    }
    return await _insert(conn, values | upload.sender.columns())


async def _insert(conn: Connection, values: Mapping[str, Any]) -> UploadId:
    named = {"named": slug_of(values["filename"])}
    row = await (await conn.execute(_SQL["insert"], {**values, **named})).fetchone()
    if row is None:
        raise RuntimeError("the upload was not written")
    upload_id = UploadId(row[0])
    await _tell(conn, upload_id, UploadState.RECEIVED.value, 0.0, "")
    return upload_id


async def by_id(conn: Connection, upload_id: UUID) -> Upload:
    """Return one upload.

    Raises:
        NotFound: there is none.
    """
    row = await (await conn.execute(_SQL["by_id"], {"id": upload_id})).fetchone()
    if row is None:
        raise no_upload(upload_id)
    values = list(row)
    values[0] = UploadId(values[0])
    values[1] = UploadState(values[1])
    values[5] = IngestOptions.from_dict(values[5])
    values[6:10] = [Sender.of_row(values[6:10])]
    return Upload(*values)


async def page(
    conn: Connection, actor: Actor, limit: int, before: tuple[datetime, UUID] | None = None
) -> list[Upload]:
    """Return the newest uploads that ``actor`` may see, as ``may_work`` decides.

    ``before``: time and id of the last one of the page before.
    """
    values = {
        "all": actor.is_admin,
        "account_id": actor.account_id,
        "key_id": actor.key_id,
        "editing": actor.units(Role.EDITOR),
        "viewing": actor.units(Role.VIEWER),
        "limit_to": None if actor.limits.layers is None else sorted(actor.limits.layers),
        "limit": limit,
        "before": before[0] if before else None,
        "before_id": before[1] if before else None,
    }
    rows = await (await conn.execute(_SQL["list"], values)).fetchall()
    return [await by_id(conn, row[0]) for row in rows]


def no_upload(upload_id: object) -> NotFound:
    """Return the refusal for an upload that is absent or that the actor may not see."""
    return NotFound(
        f"there is no upload {upload_id}", vi=f"không có tệp tải lên mang mã {upload_id}"
    )


async def move(
    conn: Connection,
    upload: Upload,
    to: UploadState,
    *,
    progress: float | None = None,
    **known: Any,
) -> Upload:
    """Move ``upload`` to ``to`` with what is ``known`` now, and return it as it is then.

    Raises:
        Conflict: its state forbids it, or somebody moved it meanwhile.
    """
    upload.check_move(to)
    values: dict[str, Any] = dict.fromkeys((*_JSON, "layer", "revision")) | known
    values |= {name: _json(values[name]) for name in _JSON}
    values |= {"id": upload.id, "from": upload.state, "to": to, "progress": progress}
    if await (await conn.execute(_SQL["move"], values)).fetchone() is None:
        raise Conflict(
            "the upload changed meanwhile; look at it again",
            vi="tệp tải lên vừa thay đổi; hãy xem lại",
        )
    moved = await by_id(conn, upload.id)
    await _tell(conn, moved.id, moved.stage, moved.progress, moved.message)
    return moved


async def lock(conn: Connection, upload_id: UploadId) -> Upload:
    """Lock the upload for this transaction and return it."""
    await conn.execute(_SQL["lock"], {"id": upload_id})
    return await by_id(conn, upload_id)


async def show_progress(
    conn: Connection,
    upload_id: UploadId,
    stage: str,
    fraction: float,
    message: str,
    pace: Mapping[str, Any] | None = None,
) -> None:
    """Write how far the work is, for whoever watches."""
    values: dict[str, Any] = {"id": upload_id, "stage": stage, "progress": fraction}
    values["message"] = message
    values["pace"] = Jsonb(dict(pace)) if pace is not None else None
    await conn.execute(_SQL["progress"], values)
    await _tell(conn, upload_id, stage, fraction, message)


async def note_refusal(conn: Connection, upload_id: UploadId, problem: Mapping[str, Any]) -> None:
    """Write and tell why the last attempt to publish failed; the upload stays as it is."""
    values = {"id": upload_id, "refusal": Jsonb(dict(problem))}
    await conn.execute(_SQL["note_refusal"], values)
    upload = await by_id(conn, upload_id)
    await _tell(conn, upload_id, upload.stage, upload.progress, upload.message)


async def stale(conn: Connection, older_than_s: float) -> list[UploadId]:
    """Return uploads that nobody went on with for that long."""
    cur = await conn.execute(_SQL["stale"], {"older_than_s": older_than_s})
    return [UploadId(row[0]) for row in await cur.fetchall()]


async def orphan_tables(conn: Connection) -> Sequence[str]:
    """Return staging tables of no upload under way."""
    return [str(row[0]) for row in await (await conn.execute(_SQL["orphans"])).fetchall()]


async def _tell(
    conn: Connection, upload_id: UploadId, stage: str, fraction: float, message: str
) -> None:
    news = {"id": str(upload_id), "stage": stage, "progress": fraction, "message": message}
    await events.record(conn, "upload", news)


def _json(value: Any) -> Jsonb | None:
    return None if value is None else Jsonb(value)
