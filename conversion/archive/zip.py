"""The members of a zip, after the rules that must hold before any of them is read."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO, Final

from conversion.archive.member import Member, Tally, check_name, check_once, is_bomb, of_bytes
from conversion.refusal import Refusal

_LOCAL: Final = b"PK\x03\x04"
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_LOCATOR_64: Final = b"PK\x06\x07"
_BROKEN: Final = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, struct.error, ValueError)


def members(stream: BinaryIO, tally: Tally) -> Iterator[tuple[Member, IO[bytes]]]:
    """Yield each file of the zip in ``stream`` and its content.

    Raises:
        Refusal: a rule is broken.
    """
    tally.check_members(_claimed(stream))
    try:
        with zipfile.ZipFile(stream) as archive:
            _check(archive.infolist())
            for info in archive.infolist():
                if not info.is_dir():
                    with archive.open(info) as content:
                        yield _member(info), content
    except (*_BROKEN, OSError) as error:
        raise Refusal("archive-broken") from error
    except NotImplementedError as error:
        raise Refusal("archive-method") from error


def _claimed(stream: BinaryIO) -> int:
    """Return the count in the end record, read before anything parses the directory."""
    stream.seek(0)
    if stream.read(4) != _LOCAL:
        raise Refusal("archive-broken")
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise Refusal("archive-broken")
    _check_end(tail, at)
    (count,) = struct.unpack_from("<H", tail, at + 10)
    if count == 0xFFFF and tail[max(0, at - 20) : at].startswith(_LOCATOR_64):
        return _claimed_64(stream, tail[at - 20 : at])
    return count


def _check_end(tail: bytes, at: int) -> None:
    """Refuse what readers may take for another end, or for members: in a comment, or behind it."""
    if _LOCAL in tail[_after(tail, at) :]:
        raise Refusal("archive-joined")
    while (at := tail.rfind(_END, 0, at)) >= 0:
        if _after(tail, at) == len(tail):
            raise Refusal("archive-joined")


def _after(tail: bytes, at: int) -> int:
    """Return where an end record at ``at`` and its comment end."""
    return at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little")


def _claimed_64(stream: BinaryIO, locator: bytes) -> int:
    (offset,) = struct.unpack_from("<Q", locator, 8)
    stream.seek(min(offset, 1 << 62))
    record = stream.read(56)
    if len(record) < 56 or not record.startswith(_END_64):
        raise Refusal("archive-broken")
    return int(struct.unpack_from("<Q", record, 32)[0])


def _check(infos: list[zipfile.ZipInfo]) -> None:
    Tally(0, 0).check_members(len(infos))
    seen: set[str] = set()
    for info in infos:
        check_once(info.filename, seen)
    offsets = {info.header_offset for info in infos}
    if len(offsets) < len(infos):
        raise Refusal("archive-broken")
    if min(offsets, default=-1) != 0:  # the file begins with a member, and it is none of these
        raise Refusal("archive-joined")
    for info in infos:
        _check_one(info)


def _check_one(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise Refusal("archive-encrypted")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refusal("archive-link")
    check_name(info.orig_filename)
    check_name(info.filename)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("archive-method")
    if is_bomb(info.file_size, info.compress_size):
        raise Refusal("archive-bomb")


def _member(info: zipfile.ZipInfo) -> Member:
    """Return the member; a name without the UTF-8 flag is bytes, which zipfile read as cp437.

    A name in an extra field of its own (Info-ZIP 0x7075) is text too.
    """
    if info.flag_bits & 0x800 or info.filename != info.orig_filename:
        return Member(info.filename, packed=info.compress_size)
    name, is_text = of_bytes(info.filename.encode("cp437"))
    return Member(name, is_text, info.compress_size)
