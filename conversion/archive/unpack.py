"""The unpacker: a stranger's archive becomes files under names of ours. Runs inside the sandbox.

GDAL never sees an archive: it opens two readings of one file in silence, fails on Vietnamese names
and on folders, and follows link text. One archive inside an archive is opened too; both share one
budget. ``archive_zip`` and ``archive_tar`` know the containers, ``archive_names`` the names.
"""

import gzip
import json
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, Final

from conversion.archive import tar
from conversion.archive import zip as archive_zip
from conversion.archive.member import Member, Tally, text_key
from conversion.archive.names import decided
from conversion.formats import ARCHIVES, BY_KIND, FORMATS, Kind
from conversion.refusal import Refusal

_CHUNK: Final = 1 << 20
_BROKEN: Final = (zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError)
_JUNK_FOLDERS: Final = frozenset({"__macosx"})
_JUNK_FILES: Final = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_IN_GDB: Final = frozenset(
    {".gdbtable", ".gdbtablx", ".gdbindexes", ".spx", ".atx", ".horizon", ".freelist", ".cdf"}
)
_INNER: Final = {
    extension: kind
    for kind in (Kind.ZIP, Kind.KMZ, Kind.TAR)
    for extension in BY_KIND[kind].extensions
}
_KNOWN: Final = frozenset(
    extension
    for known in FORMATS
    if known.kind not in ARCHIVES | {Kind.FILEGDB}
    for extension in (*known.extensions, *known.parts)
)
_FAMILY: Final = {
    extension: known.kind.value
    for known in reversed(FORMATS)
    if known.parts
    for extension in (*known.extensions, *known.parts)
}


@dataclass(frozen=True, slots=True)
class Budget:
    """How many bytes may come out: of one member, and of the whole archive."""

    one: int
    all: int


@dataclass(slots=True)
class _Unpacking:
    """What one job has written: ``files`` are names of ours, with the names in the archive."""

    folder: Path
    suffixes: Set[str]
    tally: Tally
    opens_inner: bool
    files: dict[str, tuple[Member, ...]] = field(default_factory=dict[str, tuple[Member, ...]])
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    dropped: list[Member] = field(default_factory=list[Member])


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Unpack ``job["file"]`` into ``job["folder"]`` and answer what came out, as JSON.

    ``job["kind"]`` is zip, tar or kmz (empty: zip); ``job["name"]`` what the owner calls the file;
    ``job["suffixes"]`` which members are wanted (none: those of all formats).
    """
    budget = Budget(int(job["one"]), int(job["all"]))
    said = unpack(
        Path(job["file"]),
        Path(job["folder"]),
        budget,
        frozenset(job.get("suffixes") or ()),
        kind=Kind(job.get("kind") or Kind.ZIP),
        name=str(job.get("name") or ""),
    )
    answer.write(json.dumps(said).encode())


def unpack(
    source: Path,
    folder: Path,
    budget: Budget,
    suffixes: Set[str] = frozenset(),
    *,
    kind: Kind = Kind.ZIP,
    name: str = "",
) -> dict[str, Any]:
    """Write the members with one of ``suffixes`` into ``folder``, as ``0000.shp`` and so on.

    Parts of one dataset share a number; a file geodatabase becomes ``0000.gdb/``.

    Returns:
        ``files``: name of ours and name in the archive (NFC) of each file and geodatabase;
        ``inner``: the same for those out of an inner archive, with its name; ``raw``: the names
        whose bytes were no Unicode, before they were decoded; ``dropped``: how many
        members were left out; ``extensions``: of those left out.

    Raises:
        Refusal: a rule of the unpacker is broken.
    """
    tally = Tally(budget.one, budget.all)
    work = _Unpacking(folder, suffixes or _KNOWN, tally, opens_inner=not suffixes)
    if kind is Kind.KMZ:
        work.suffixes, work.opens_inner = frozenset(BY_KIND[Kind.KML].extensions), False
    _open(work, source, kind, name, ())
    shown = decided([*(member for trail in work.files.values() for member in trail), *work.dropped])
    return {
        "files": {file: shown[trail[-1]] for file, trail in work.files.items()},
        "inner": {f: shown[trail[0]] for f, trail in work.files.items() if len(trail) > 1},
        "raw": {f: trail[-1].name for f, trail in work.files.items() if not trail[-1].is_text},
        "dropped": len(work.dropped),
        "extensions": sorted({_suffix(member) for member in work.dropped}),
    }


def _open(work: _Unpacking, source: Path, kind: Kind, name: str, outer: tuple[Member, ...]) -> None:
    with source.open("rb") as stream:
        for member, content in _members(stream, kind, name, work.tally):
            _take(work, member, content, outer)


def _members(
    stream: BinaryIO, kind: Kind, name: str, tally: Tally
) -> Iterator[tuple[Member, IO[bytes]]]:
    if kind is Kind.TAR:
        return tar.members(stream, name, tally)
    return archive_zip.members(stream, tally)


def _take(work: _Unpacking, member: Member, content: IO[bytes], outer: tuple[Member, ...]) -> None:
    """Write one member, open it where it is an archive, or count it as left out."""
    suffix = _suffix(member)
    if _is_junk(member):
        work.dropped.append(member)
    elif work.opens_inner and (inside := _in_geodatabase(member)):
        _write_geodatabase(work, member, content, outer, inside)
    elif suffix in work.suffixes:
        name = f"{_number(work, member, outer):04}{suffix}"
        _write(content, work.folder / name, member, work.tally)
        work.files[name] = (*outer, member)
    elif work.opens_inner and suffix in _INNER and not outer:
        _take_inner(work, member, content, _INNER[suffix])
    else:
        work.dropped.append(member)


def _take_inner(work: _Unpacking, member: Member, content: IO[bytes], kind: Kind) -> None:
    """Open an archive inside the archive; what it is packed in is removed again."""
    packed = work.folder / "inner"
    _write(content, packed, member, work.tally)
    suffixes = work.suffixes
    if kind is Kind.KMZ:
        work.suffixes = frozenset(BY_KIND[Kind.KML].extensions)
    _open(work, packed, kind, member.name, (member,))
    work.suffixes = suffixes
    packed.unlink()


def _write_geodatabase(
    work: _Unpacking,
    member: Member,
    content: IO[bytes],
    outer: tuple[Member, ...],
    inside: tuple[str, str],
) -> None:
    """Write a file of a geodatabase under its own name, which GDAL must find in lower case."""
    folder, name = inside
    if not _is_plain(name) or name.lower().endswith(".lock"):
        work.dropped.append(member)
        return
    key = "/".join([*(one.name for one in outer), folder, "gdb"])
    number = work.numbers.setdefault(text_key(key), len(work.numbers))
    ours = f"{number:04}.gdb"
    (work.folder / ours).mkdir(exist_ok=True)
    _write(content, work.folder / ours / name.lower(), member, work.tally)
    if ours not in work.files:
        work.files[ours] = (*outer, Member(folder or "geodatabase.gdb", is_text=member.is_text))


def _in_geodatabase(member: Member) -> tuple[str, str] | None:
    """Return the folder of the geodatabase that ``member`` belongs to, and its name there."""
    path = PurePosixPath(member.name)
    folder = str(path.parent) if str(path.parent) != "." else ""
    if folder.lower().endswith(".gdb") or path.suffix.lower() in _IN_GDB:
        return folder, path.name
    above = [str(one) for one in path.parents if one.name.lower().endswith(".gdb")]
    return (above[0], "") if above else None


def _number(work: _Unpacking, member: Member, outer: tuple[Member, ...]) -> int:
    """Return the number of the dataset that ``member`` is a part of."""
    path = PurePosixPath(member.name)
    suffix = path.suffix.lower()
    key = "/".join([*(one.name for one in outer), str(path.with_suffix("")), ""])
    return work.numbers.setdefault(text_key(key) + _FAMILY.get(suffix, suffix), len(work.numbers))


def _write(content: IO[bytes], target: Path, member: Member, tally: Tally) -> None:
    written = 0
    with target.open("xb") as out:
        while chunk := _read(content):
            written += len(chunk)
            tally.count(len(chunk), written, member)
            out.write(chunk)


def _read(content: IO[bytes]) -> bytes:
    try:
        return content.read(_CHUNK)
    except _BROKEN as error:
        raise Refusal("archive-broken") from error


def _suffix(member: Member) -> str:
    return PurePosixPath(member.name).suffix.lower()


def _is_junk(member: Member) -> bool:
    path = PurePosixPath(member.name)
    is_mac = path.name.startswith("._") or path.parts[0].lower() in _JUNK_FOLDERS
    return is_mac or path.name.lower() in _JUNK_FILES


def _is_plain(name: str) -> bool:
    return name.isascii() and bool(name) and all(c.isalnum() or c in "_." for c in name)
