"""The unpacker: a stranger's zip becomes files under names of ours. Runs inside the sandbox.

GDAL never sees an archive: it opens two readings of one file in silence, fails on Vietnamese names
and on folders, and follows link text. Rules: ``_checks`` in their order, then the budgets.
"""

import json
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from conversion import sniff
from conversion.formats import Kind
from conversion.refusal import EmptyFile, FormatLater, NotADataset, Refusal

MAX_MEMBERS = 2_000
MAX_NAME = 255
MAX_RATIO = 200
RATIO_FROM = 64 << 20
_CHUNK = 1 << 20
_END = b"PK\x05\x06"
_JUNK_FOLDERS = {"__macosx"}
_JUNK_FILES = {".ds_store", "thumbs.db", "desktop.ini"}
_PARTS = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
_WHOLE = {".gpkg", ".geojson", ".json", ".tif", ".tiff"}


@dataclass(frozen=True, slots=True)
class Budget:
    """How many bytes may come out: of one member, and of the whole archive."""

    one: int
    all: int


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Unpack ``job["file"]`` into ``job["folder"]`` and answer what came out, as JSON."""
    budget = Budget(int(job["one"]), int(job["all"]))
    suffixes = frozenset(job.get("suffixes") or _PARTS | _WHOLE)
    listed = unpack(Path(job["file"]), Path(job["folder"]), budget, suffixes)
    answer.write(json.dumps(listed).encode())


def unpack(
    source: Path, folder: Path, budget: Budget, suffixes: Set[str] = frozenset(_PARTS | _WHOLE)
) -> dict[str, Any]:
    """Write the members with one of ``suffixes`` into ``folder``, as ``0000.shp`` and so on.

    Returns:
        ``files``: name of ours and name in the archive of each member written; ``datasets``: file,
        name and kind of each dataset; ``dropped``: how many members were left out; ``later``:
        formats among them that come with a later version.

    Raises:
        Refusal: a rule of the unpacker is broken.
    """
    _check_end(source)
    try:
        with zipfile.ZipFile(source) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            _check(archive.infolist())
            wanted = [info for info in members if _is_wanted(info, suffixes)]
            files = _named(wanted)
            _write(archive, files, folder, budget)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, struct.error, ValueError) as error:
        raise Refusal("archive-broken") from error
    except NotImplementedError as error:
        raise Refusal("archive-method") from error
    return {
        "files": {name: _display(info) for name, info in files.items()},
        "datasets": _datasets(files, folder),
        "dropped": len(members) - len(wanted),
        "later": sorted({name for info in members if (name := _later(info))}),
    }


def _check_end(source: Path) -> None:
    """Look at the count in the end record before anything parses the directory."""
    with source.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            raise Refusal("archive-broken")
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 65_557))
        tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise Refusal("archive-broken")
    (count,) = struct.unpack_from("<H", tail, at + 10)
    if count > MAX_MEMBERS:
        raise Refusal("archive-members")


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Refusal("archive-members")
    keys = [unicodedata.normalize("NFC", info.filename).casefold() for info in members]
    if len(set(keys)) < len(keys):
        raise Refusal("archive-names")
    if len({info.header_offset for info in members}) < len(members):
        raise Refusal("archive-broken")
    for info in members:
        _check_member(info)


def _check_member(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 0x1:
        raise Refusal("archive-encrypted")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refusal("archive-link")
    if not _is_proper(info.orig_filename):
        raise Refusal("archive-path")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("archive-method")
    if _is_bomb(info.file_size, info):
        raise Refusal("archive-bomb")


def _is_proper(name: str) -> bool:
    if not name or len(name) > MAX_NAME or name.startswith("/") or "\\" in name or name[1:2] == ":":
        return False
    if ".." in PurePosixPath(name).parts:
        return False
    return not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in name)


def _is_wanted(info: zipfile.ZipInfo, suffixes: Set[str]) -> bool:
    path = PurePosixPath(info.filename)
    junk = path.name.lower() in _JUNK_FILES or path.parts[0].lower() in _JUNK_FOLDERS
    return not junk and path.suffix.lower() in suffixes


def _named(members: Iterable[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Return the members by names of ours; parts of one dataset share a number."""
    numbers: dict[str, int] = {}
    named: dict[str, zipfile.ZipInfo] = {}
    for info in members:
        path = PurePosixPath(info.filename)
        suffix = path.suffix.lower()
        together = str(path.with_suffix("")) if suffix in _PARTS else str(path)
        number = numbers.setdefault(together.casefold(), len(numbers))
        named[f"{number:04}{suffix}"] = info
    return named


def _write(
    archive: zipfile.ZipFile, files: Mapping[str, zipfile.ZipInfo], folder: Path, budget: Budget
) -> None:
    total = 0
    for name, info in files.items():
        with archive.open(info) as source, (folder / name).open("xb") as target:
            written = 0
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                total += len(chunk)
                if written > budget.one or total > budget.all or _is_bomb(written, info):
                    raise Refusal("archive-bomb")
                target.write(chunk)


def _is_bomb(written: int, info: zipfile.ZipInfo) -> bool:
    return written > RATIO_FROM and written > MAX_RATIO * max(1, info.compress_size)


def _datasets(files: Mapping[str, zipfile.ZipInfo], folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for name, info in files.items():
        suffix = Path(name).suffix
        if suffix not in _WHOLE | {".shp"}:
            continue
        try:
            kind = sniff.sniff_file(folder / name, name)
        except (EmptyFile, NotADataset, FormatLater):
            continue
        if (kind is Kind.SHAPEFILE) == (suffix == ".shp") and kind is not Kind.ZIP:
            found.append({"file": name, "name": _display(info), "kind": kind.value})
    return found


def _display(info: zipfile.ZipInfo) -> str:
    """Return the member's name as text; without the UTF-8 flag, its bytes as Latin-1.

    ``zipfile`` reads such names as cp437; old Windows wrote them in whatever it had.
    """
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _later(info: zipfile.ZipInfo) -> str:
    path = PurePosixPath(info.filename)
    folder = next((part for part in path.parts if part.lower().endswith(".gdb")), "")
    return sniff.later_format(b"", ".gdb" if folder else path.suffix.lower())
