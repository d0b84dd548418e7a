"""The members of a tar, plain or packed with gzip, read one after the other; or a gzipped file."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Final

from conversion.archive.member import Member, Tally, check_name, check_once, is_bomb, of_bytes
from conversion.refusal import Refusal

_BLOCK: Final = 512
_GZIP: Final = b"\x1f\x8b"
_BROKEN: Final = (tarfile.TarError, EOFError, OSError, zlib.error, ValueError)


class _Counted(io.RawIOBase):
    """Gives what comes out of a gzip, and ends where it cannot be honest."""

    def __init__(self, inner: BinaryIO, tally: Tally, packed: int) -> None:
        self._inner = inner
        self._tally = tally
        self._packed = packed
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  narrower than io says
        chunk = self._inner.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._read += len(chunk)
        if self._read > 2 * self._tally.all:
            raise Refusal("archive-too-large")
        if is_bomb(self._read, self._packed):
            raise Refusal("archive-bomb")
        return len(chunk)


def members(stream: BinaryIO, name: str, tally: Tally) -> Iterator[tuple[Member, IO[bytes]]]:
    """Yield each file of the tar in ``stream`` and its content.

    ``name`` is what its owner calls it: a gzip that holds no tar is one file of that name.

    Raises:
        Refusal: a rule is broken.
    """
    try:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        is_gzip = stream.read(2) == _GZIP
        stream.seek(0)
        plain = gzip.GzipFile(fileobj=stream) if is_gzip else stream
        content = io.BufferedReader(_Counted(plain, tally, size))  # pyright: ignore[reportArgumentType]  a GzipFile reads as well
        if is_gzip and not _is_tar(content.peek(_BLOCK)[:_BLOCK]):
            yield _single(name), content
            return
        yield from _members(content, tally)
    except _BROKEN as error:
        raise Refusal("archive-broken") from error


def _is_tar(block: bytes) -> bool:
    """Return whether a block is a tar header: it holds the sum of its own bytes."""
    if len(block) < _BLOCK:
        return False
    try:
        tarfile.TarInfo.frombuf(block, "latin-1", "strict")
    except tarfile.TarError:
        return False
    return True


def _single(name: str) -> Member:
    path = PurePosixPath(name.replace("\\", "/"))
    inside = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    return Member(inside.name or "file")


def _members(content: IO[bytes], tally: Tally) -> Iterator[tuple[Member, IO[bytes]]]:
    seen: set[str] = set()
    with tarfile.open(fileobj=content, mode="r|", encoding="latin-1") as archive:
        for info in archive:
            tally.check_members(1)
            member = _member(info)
            check_once(member.name, seen)
            if info.isdir():
                continue
            if not info.isreg() or info.issparse():
                raise Refusal("archive-link")
            inside = archive.extractfile(info)
            if inside is not None:
                yield member, inside


def _member(info: tarfile.TarInfo) -> Member:
    """Return the member; a name out of a pax header is text, another is bytes."""
    if "path" in info.pax_headers:
        check_name(info.name)
        return Member(info.name.removeprefix("./") or ".")
    raw = info.name.encode("latin-1", "replace")
    name, is_text = of_bytes(raw)
    check_name(name if is_text else raw.decode("cp437"))
    return Member(name.removeprefix("./") or ".", is_text)
