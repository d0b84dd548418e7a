"""What there is to read: a file of one kind, or the datasets that came out of an archive."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conversion import sniff
from conversion.archive import Budget
from conversion.drivers import all_but
from conversion.encoding import decode, detect
from conversion.formats import BY_KIND, Kind
from conversion.options import stem
from conversion.refusal import from_code
from conversion.sandbox import Limits, Place, answer

_UNPACKED_ONE: Final = 1 << 30
_UNPACKED_ALL: Final = 2 << 30


@dataclass(frozen=True, slots=True)
class Dataset:
    """One thing a reader can open: ``file`` is its path inside the sandbox, ``name`` its owner's.

    ``place`` shows it to a child that has exactly the driver of its kind.
    """

    kind: Kind
    name: str
    file: str
    place: Place


@dataclass(frozen=True, slots=True)
class Opened:
    """The datasets of one upload, and how many members of its archive were left aside."""

    datasets: tuple[Dataset, ...]
    dropped: int = 0


def open_file(path: Path, filename: str, folder: Path, limits: Limits) -> Opened:
    """Return what can be read in the file at ``path``, which its owner calls ``filename``.

    An archive is unpacked into ``folder`` by a sandboxed child.

    Raises:
        GishueError: it is nothing that we read.
    """
    kind = sniff.sniff_file(path, filename)
    if kind is not Kind.ZIP:
        name = f"0000{BY_KIND[kind].suffix}"
        place = Place(path, name, skip=all_but(BY_KIND[kind].driver))
        return Opened((Dataset(kind, stem(filename), f"/in/{name}", place),))
    return _unpack(path, folder, limits)


def _unpack(path: Path, folder: Path, limits: Limits) -> Opened:
    job = {"act": "unpack", "file": "/in/0000.zip", "folder": "/out"}
    budget = Budget(
        min(_UNPACKED_ONE, limits.output_bytes), min(_UNPACKED_ALL, limits.output_bytes)
    )
    said = answer(
        job | {"one": budget.one, "all": budget.all}, Place(path, "0000.zip", folder), limits
    )
    found = tuple(_member(folder, one) for one in said.get("datasets", []))
    if found:
        return Opened(found, int(said.get("dropped", 0)))
    later = said.get("later") or []
    if later:
        raise sniff.format_later(str(later[0]))
    raise from_code("archive-empty")


def _member(folder: Path, said: dict[str, Any]) -> Dataset:
    kind = Kind(str(said["kind"]))
    raw = stem(str(said["name"]))
    name = decode(raw, detect([raw]).encoding)
    return Dataset(
        kind, name, f"/in/{said['file']}", Place(folder, skip=all_but(BY_KIND[kind].driver))
    )
