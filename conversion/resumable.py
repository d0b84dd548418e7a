"""The noun: a file that comes in pieces, so that a cut line costs only what was on its way.

What is there is a file in the data directory, and its size is the offset: nothing else has to be
kept in step with it. The row says whose it is and what was said of it.
"""

import fcntl
from collections.abc import AsyncIterable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

import anyio
from psycopg.types.json import Jsonb

from gishue.core.actor import Actor, Sender
from gishue.core.db import Connection
from gishue.core.errors import Conflict, GishueError, NotFound, TooLarge
from gishue.core.sql import load
from gishue.core.vietnamese import vn_number
from layers.services import Services

_SQL = load("conversion", "resumable")

KEPT_S: Final = 48 * 3600.0
"""How long a file that nobody goes on sending is kept, seconds."""

AT_ONCE: Final = 20
"""Unfinished files one sender may have."""


class OffsetMismatch(Conflict):
    """The piece does not begin where the file ends."""

    slug = "offset-mismatch"
    title = "Piece does not continue the file"
    title_vi = "Đoạn gửi không nối tiếp tệp"


class PieceUnderWay(GishueError):
    """Another piece of the same file is being written."""

    status = 423
    slug = "piece-under-way"
    title = "Another piece is being written"
    title_vi = "Đang ghi một đoạn khác"


@dataclass(frozen=True, slots=True)
class Resumable:
    """A file under way: ``length`` bytes in all; ``upload_id`` once it is whole."""

    id: UUID
    length: int
    filename: str
    fields: Mapping[str, str]
    sender: Sender
    upload_id: UUID | None
    updated_at: datetime

    @property
    def expires_at(self) -> datetime:
        """When it is given up if nothing more comes."""
        return self.updated_at + timedelta(seconds=KEPT_S)


def is_of(resumable: Resumable, actor: Actor) -> bool:
    """Return whether ``actor`` sends it: nobody else may see or continue it."""
    return actor.began(resumable.sender)


def path_of(services: Services, resumable_id: UUID) -> Path:
    """Return where its pieces are gathered."""
    return services.settings.root / "resumable" / resumable_id.hex


async def create(
    conn: Connection, filename: str, length: int, fields: Mapping[str, str], actor: Actor
) -> UUID:
    """Write a new file under way.

    Raises:
        Conflict: the sender has too many unfinished ones.
    """
    who = actor.sender.columns()
    row = await (await conn.execute(_SQL["under_way"], who)).fetchone()
    if row is not None and row[0] >= AT_ONCE:
        raise Conflict(
            f"you have {AT_ONCE} unfinished files; finish or delete one first",
            vi=f"bạn có {AT_ONCE} tệp đang gửi dở; hãy gửi xong hoặc xóa bớt",
        )
    values = who | {"length": length, "filename": filename, "fields": Jsonb(dict(fields))}
    made = await (await conn.execute(_SQL["insert"], values)).fetchone()
    if made is None:
        raise RuntimeError("the file under way was not written")
    return made[0]


async def by_id(conn: Connection, resumable_id: UUID, actor: Actor) -> Resumable:
    """Return one of the sender's files under way.

    Raises:
        NotFound: it is absent, given up, or another's.
    """
    row = await (await conn.execute(_SQL["by_id"], {"id": resumable_id})).fetchone()
    found = _resumable(row) if row else None
    if found is None or not is_of(found, actor):
        raise no_resumable(resumable_id)
    return found


def _resumable(row: Sequence[Any]) -> Resumable:
    values = list(row)
    values[4:8] = [Sender.of_row(values[4:8])]
    return Resumable(*values)


def no_resumable(resumable_id: object) -> NotFound:
    """Return the refusal for a file under way that is absent or another's."""
    return NotFound(
        f"there is no file under way {resumable_id}; begin again",
        vi=f"không có tệp đang gửi dở {resumable_id}; hãy gửi lại từ đầu",
    )


async def complete(conn: Connection, resumable_id: UUID, upload_id: UUID) -> None:
    """Write which upload the whole file became."""
    await conn.execute(_SQL["complete"], {"id": resumable_id, "upload_id": upload_id})


async def touch(conn: Connection, resumable_id: UUID) -> None:
    """Begin its time anew."""
    await conn.execute(_SQL["touch"], {"id": resumable_id})


async def delete(conn: Connection, resumable_id: UUID) -> None:
    """Forget it; its pieces are removed by :func:`discard`."""
    await conn.execute(_SQL["delete"], {"id": resumable_id})


async def expired(conn: Connection) -> list[UUID]:
    """Forget the files that nobody goes on sending, and return them."""
    cur = await conn.execute(_SQL["expired"], {"older_than_s": KEPT_S})
    return [row[0] for row in await cur.fetchall()]


def offset(services: Services, resumable: Resumable) -> int:
    """Return how many bytes are there."""
    if resumable.upload_id is not None:
        return resumable.length
    path = path_of(services, resumable.id)
    return path.stat().st_size if path.exists() else 0


def discard(services: Services, resumable_id: UUID) -> None:
    """Remove the pieces."""
    path_of(services, resumable_id).unlink(missing_ok=True)


async def append(
    services: Services, resumable: Resumable, at: int, chunks: AsyncIterable[bytes]
) -> int:
    """Write a piece that begins at byte ``at``; return the new offset.

    What came before a line was cut stays.

    Raises:
        OffsetMismatch: the file does not end at ``at``.
        PieceUnderWay: another piece of it is being written.
        TooLarge: more comes than the whole was to have.
    """
    with _opened(path_of(services, resumable.id)) as stream:
        size = stream.seek(0, 2)
        if size != at:
            raise OffsetMismatch(
                f"the file has {size:,} bytes, the piece begins at {at:,}",
                vi=f"tệp đã có {vn_number(size)} byte, đoạn gửi bắt đầu ở {vn_number(at)}",
                offset=size,
            )
        async for chunk in chunks:
            if size + len(chunk) > resumable.length:
                raise TooLarge(
                    f"more than the {resumable.length:,} bytes announced",
                    vi=f"nhiều hơn {vn_number(resumable.length)} byte đã báo trước",
                )
            await anyio.to_thread.run_sync(stream.write, chunk)
            size += len(chunk)
    return size


@contextmanager
def _opened(path: Path) -> Generator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise PieceUnderWay(
                "another piece of this file is being written; wait and ask where to go on",
                vi="đang ghi một đoạn khác của tệp này; hãy chờ rồi hỏi lại vị trí",
            ) from error
        yield stream
