"""Objects by the hash of their content: written once, never changed, named by SHA-256.

A local store writes a temporary file, syncs it and renames it, so a name always stands for the
whole content. Other stores (S3) go through obstore with the same names.
"""

import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import anyio
import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from gishue.core.db import Connection
from gishue.core.errors import NotFound, TooLarge, Unavailable
from gishue.core.settings import Settings
from gishue.core.sql import load
from gishue.core.vietnamese import vn_number

_SQL = load("gishue.core", "blob")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """One stored content."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Blobs:
    """A store of contents; ``folder`` is set where they are files of this machine."""

    store: ObjectStore
    folder: Path | None
    scratch: Path

    def put_file(self, source: Path) -> Blob:
        """Store a copy of ``source``; storing the same content twice costs one look."""
        with source.open("rb") as stream:
            return self.put_stream(stream)

    def put_stream(self, stream: BinaryIO) -> Blob:
        """Store what ``stream`` holds from here to its end."""
        with _Receiver(self.scratch) as receiver:
            while chunk := stream.read(_CHUNK):
                receiver.write(chunk)
            return self._keep(receiver)

    def adopt_file(self, source: Path) -> Blob:
        """Store ``source`` itself: it is read once for its hash and moved, not copied."""
        if self.folder is None or not _same_disk(source, self.folder):
            blob = self.put_file(source)
            source.unlink()
            return blob
        with source.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        blob = Blob(sha256, source.stat().st_size)
        target = self.folder / _key(sha256)
        if target.exists():
            target.touch()
            source.unlink()
            return blob
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        _sync_folder(target.parent)
        return blob

    async def put_chunks(self, chunks: AsyncIterator[bytes], limit: int) -> Blob:
        """Store the chunks of a request body.

        Raises:
            TooLarge: more than ``limit`` bytes came.
        """
        with _Receiver(self.scratch) as receiver:
            async for chunk in chunks:
                if receiver.size + len(chunk) > limit:
                    raise TooLarge(
                        f"the file is larger than {limit:,} bytes",
                        vi=f"tệp lớn hơn {vn_number(limit)} byte",
                    )
                await anyio.to_thread.run_sync(receiver.write, chunk)
            return await anyio.to_thread.run_sync(self._keep, receiver)

    def _keep(self, receiver: "_Receiver") -> Blob:
        blob = receiver.blob()
        target = self.folder / _key(blob.sha256) if self.folder is not None else None
        if target is not None and target.exists():
            target.touch()  # young again: what is cleared away meanwhile is looked at by its age
            return blob
        receiver.finish()
        if target is None:
            if not self.has(blob.sha256):
                with receiver.path.open("rb") as stream:
                    obstore.put(self.store, _key(blob.sha256), stream)
            return blob
        target.parent.mkdir(parents=True, exist_ok=True)
        receiver.path.replace(target)
        _sync_folder(target.parent)
        return blob

    def remove(self, sha256: str, before: float) -> None:
        """Remove a content whose row is gone, unless it came again since ``before`` (1970)."""
        if self.folder is not None:
            path = self.folder / _key(sha256)
            if path.exists() and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
            return
        obstore.delete(self.store, _key(sha256))

    def has(self, sha256: str) -> bool:
        """Return whether the content is stored."""
        if self.folder is not None:
            return (self.folder / _key(sha256)).exists()
        try:
            obstore.head(self.store, _key(sha256))
        except FileNotFoundError:
            return False
        return True

    def size(self, sha256: str) -> int:
        """Return how many bytes the content has.

        Raises:
            NotFound: no such content.
        """
        try:
            return int(obstore.head(self.store, _key(sha256))["size"])
        except FileNotFoundError as error:
            raise _missing(sha256) from error

    def read(self, sha256: str, offset: int, length: int) -> bytes:
        """Return ``length`` bytes of the content from ``offset``: a range, not the whole of it.

        Raises:
            NotFound: no such content.
            Unavailable: the store does not answer.
        """
        try:
            found = obstore.get_range(self.store, _key(sha256), start=offset, length=length)
        except FileNotFoundError as error:
            raise _missing(sha256) from error
        except BaseError as error:
            raise Unavailable(
                "the store of files does not answer; try again",
                vi="kho tệp tạm thời không trả lời; hãy thử lại",
            ) from error
        return bytes(found)

    @contextmanager
    def file(self, sha256: str) -> Generator[Path]:
        """Lend the content as a file of this machine, to be read only.

        Raises:
            NotFound: no such content.
        """
        if self.folder is not None:
            path = self.folder / _key(sha256)
            if not path.exists():
                raise _missing(sha256)
            yield path
            return
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            path = Path(folder) / sha256
            try:
                content = obstore.get(self.store, _key(sha256))
            except FileNotFoundError as error:
                raise _missing(sha256) from error
            with path.open("wb") as target:
                for chunk in content:
                    target.write(chunk)
            yield path


class _Receiver:
    """A temporary file that counts and hashes what it is given."""

    def __init__(self, scratch: Path) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=scratch, prefix="receiving-")
        self.path = Path(name)
        self.size = 0
        self._file = os.fdopen(descriptor, "wb")
        self._hash = hashlib.sha256()

    def __enter__(self) -> "_Receiver":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    def blob(self) -> Blob:
        return Blob(self._hash.hexdigest(), self.size)

    def finish(self) -> None:
        """Have everything on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def open_blobs(settings: Settings) -> Blobs:
    """Return the store that ``settings`` names; its folder is made if it is a local one."""
    scratch = settings.root / "tmp"
    scratch.mkdir(parents=True, exist_ok=True)
    url = settings.object_store
    if url and not url.startswith("file://"):
        return Blobs(from_url(url), None, scratch)
    folder = Path(url.removeprefix("file://")) if url else settings.root / "objects"
    folder.mkdir(parents=True, exist_ok=True)
    return Blobs(from_url(f"file://{folder}"), folder, folder / "receiving")


async def register(conn: Connection, blob: Blob, name: str, media_type: str) -> None:
    """Record ``blob`` in the database; the object must exist before its row."""
    await conn.execute(
        _SQL["register"],
        {"sha256": blob.sha256, "size": blob.size, "name": name, "media_type": media_type},
    )


async def forget_unused(conn: Connection, older_than_s: float) -> list[str]:
    """Delete the rows of contents that nothing needs any more, and return their hashes.

    Rows go first and objects after the commit, so a row always finds its object.
    """
    cur = await conn.execute(_SQL["forget_unused"], {"older_than_s": older_than_s})
    return [str(row[0]) for row in await cur.fetchall()]


async def is_registered(conn: Connection, sha256: str) -> bool:
    """Return whether a row names the content."""
    return await (await conn.execute(_SQL["exists"], {"sha256": sha256})).fetchone() is not None


def _same_disk(source: Path, folder: Path) -> bool:
    return source.stat().st_dev == folder.stat().st_dev


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"


def _missing(sha256: str) -> NotFound:
    return NotFound(f"no object {sha256[:12]}…", vi=f"không có đối tượng {sha256[:12]}…")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
