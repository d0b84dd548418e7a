"""What there is to read: a file of one kind, or the datasets that came out of an archive."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

from conversion import sniff
from conversion.archive.unpack import Budget
from conversion.formats import ARCHIVES, BY_KIND, FORMATS, Kind
from conversion.options import stem
from conversion.refusal_codes import from_code
from conversion.refused import by_extension
from conversion.sandbox import Limits, Place, answer
from gishue.core.errors import GishueError

_OURS: Final = re.compile(r"\d{4,}\.[a-z0-9]+")
_READ: Final = frozenset(
    extension for known in FORMATS if known.kind not in ARCHIVES for extension in known.extensions
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """One thing a reader can open: ``file`` is its path inside the sandbox, ``name`` its owner's.

    ``place`` shows it to a child that has exactly the driver of its kind. ``hints``: what its owner
    called the file, and in an archive the member: names may speak of a CRS. ``raw_name``: the
    member's name before it was decoded, empty where it was Unicode already. ``prefix``: what its
    layers' names begin with where the archive holds further datasets.
    """

    kind: Kind
    name: str
    file: str
    place: Place
    hints: tuple[str, ...] = ()
    raw_name: str = ""
    prefix: str = ""

    def layer_in(self, wanted: str) -> str:
        """Return which of its own layers ``wanted`` means; empty: the dataset as a whole."""
        if self.prefix:
            return wanted.removeprefix(self.prefix) if wanted.startswith(self.prefix) else ""
        return wanted


@dataclass(frozen=True, slots=True)
class Opened:
    """The datasets of one upload, and how many members of its archive were left aside."""

    datasets: tuple[Dataset, ...]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """A dataset among the unpacked files; ``path`` is what its owner called it in the archive."""

    kind: Kind
    file: Path
    path: str


def open_file(path: Path, filename: str, folder: Path, limits: Limits) -> Opened:
    """Return what can be read in the file at ``path``, which its owner calls ``filename``.

    An archive is unpacked into ``folder`` by a sandboxed child.

    Raises:
        GishueError: it is nothing that we read.
    """
    kind = sniff.sniff_file(path, filename)
    if kind in ARCHIVES:
        return _unpacked(path, filename, kind, folder, limits)
    name = f"0000{BY_KIND[kind].suffix}"
    place = Place(path, name, driver=BY_KIND[kind].driver)
    return Opened((Dataset(kind, stem(filename), f"/in/{name}", place, (stem(filename),)),))


def _unpacked(path: Path, filename: str, kind: Kind, folder: Path, limits: Limits) -> Opened:
    name = f"0000{BY_KIND[kind].suffix}"
    budget = Budget(
        min(limits.unpacked_one_bytes, limits.output_bytes),
        min(limits.unpacked_all_bytes, limits.output_bytes),
    )
    job = {"act": "unpack", "file": f"/in/{name}", "folder": "/out", "kind": kind.value}
    job |= {"name": filename, "one": budget.one, "all": budget.all}
    said = answer(job, Place(path, name, folder), limits)
    files: Mapping[str, str] = said["files"]
    raw: Mapping[str, str] = said["raw"]
    found, errors = _looked_at(folder, files)
    if not found:
        raise errors[0] if errors else _nothing(said)
    if kind is Kind.KMZ:
        found = [_Found(Kind.KMZ, one.file, filename) for one in found[:1]] + found[1:]
    orphans = len(files) - sum(len(_parts(folder, one, files)) for one in found)
    datasets = tuple(
        replace(
            _lent(folder, one, files, name),
            hints=(stem(filename), one.path),
            raw_name=raw.get(one.file.name, ""),
            prefix=f"{name}/" if len(found) > 1 else "",
        )
        for one, name in _named(found, said["inner"])
    )
    return Opened(datasets, int(said["dropped"]) + orphans)


def _looked_at(folder: Path, files: Mapping[str, str]) -> tuple[list[_Found], list[GishueError]]:
    """Return the datasets among the unpacked files, and why others are none."""
    found: list[_Found] = []
    errors: list[GishueError] = []
    for name, shown in files.items():
        if not _OURS.fullmatch(name) or Path(name).suffix not in _READ:
            continue
        try:
            found.append(_Found(_kind(folder / name), folder / name, shown))
        except GishueError as error:
            errors.append(error)
    return found, errors


def _kind(file: Path) -> Kind:
    """Return what an unpacked file is.

    Raises:
        GishueError: it is nothing that we read, or one more archive.
    """
    if file.is_dir():
        if not any(file.glob("*.gdbtable")):
            raise from_code("archive-empty")
        return Kind.FILEGDB
    kind = sniff.sniff_file(file, file.name)
    if kind in ARCHIVES:
        raise from_code("archive-nested")
    return kind


def _parts(folder: Path, one: _Found, files: Mapping[str, str]) -> list[str]:
    """Return the files of ours that belong to a dataset: its own and its parts."""
    parts = {one.file.suffix, *BY_KIND[one.kind].parts}
    number = one.file.name.split(".")[0]
    return [f"{number}{part}" for part in parts if f"{number}{part}" in files]


def _named(found: list[_Found], inner: Mapping[str, str]) -> Iterator[tuple[_Found, str]]:
    """Yield each dataset with a name; where the last part alone tells none apart, its path."""
    paths = [PurePosixPath(inner.get(one.file.name, ""), one.path) for one in found]
    bare = [_bare(path) for path in paths]
    often = Counter(bare)
    for one, path, name in zip(found, paths, bare, strict=True):
        yield one, name if often[name] < 2 else str(path)


def _bare(path: PurePosixPath) -> str:
    """Return the name of a dataset alone; the one file of a KMZ is called as the KMZ is."""
    name = stem(path.name)
    return stem(path.parent.name) if name == "doc" and path.parent.name else name


def _lent(folder: Path, one: _Found, files: Mapping[str, str], name: str) -> Dataset:
    """Move a dataset into a folder of its own: a child sees no other member of the archive."""
    own = folder / one.file.name.split(".")[0]
    own.mkdir()
    number = own.name
    wanted = f"{number}{BY_KIND[_inside(one.kind)].suffix}"
    for part in _parts(folder, one, files):
        (folder / part).rename(own / (wanted if part == one.file.name else part))
    place = Place(own, driver=BY_KIND[one.kind].driver)
    return Dataset(one.kind, name, f"/in/{wanted}", place)


def _inside(kind: Kind) -> Kind:
    return Kind.KML if kind is Kind.KMZ else kind


def _nothing(said: Mapping[str, Any]) -> GishueError:
    """Return the refusal of an archive without data, naming what it holds instead."""
    extensions = [str(one) for one in said["extensions"]]
    known = next((one for e in extensions if (one := by_extension(e)) is not None), None)
    if any(extension in {".zip", ".kmz", ".tar", ".tgz", ".gz"} for extension in extensions):
        return from_code("archive-nested")
    return known.error() if known is not None else from_code("archive-empty")
