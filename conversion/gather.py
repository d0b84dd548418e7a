"""What lies in a folder as several files becomes one zip, so that there is one way in for it."""

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conversion.formats import FORMATS

_CHUNK: Final = 1 << 20
_PARTS: Final = {known.suffix: known.parts for known in FORMATS if known.parts}


def gather(path: Path, folder: Path) -> Path:
    """Return ``path``, or a zip in ``folder`` where the dataset is more than this one file.

    Of a ``.shp``, ``.tab``, ``.mif`` or ``.gml`` the parts that lie beside it are taken, whatever
    their case; of a ``.gdb`` folder its files. They are stored, not compressed.
    """
    members = dict(_members(path))
    if list(members.values()) == [path] and path.suffix.lower() not in {".shp", ".tab"}:
        return path
    target = folder / f"{path.stem}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, member in members.items():
            entry = zipfile.ZipInfo.from_file(member, name, strict_timestamps=False)
            with member.open("rb") as source, archive.open(entry, "w") as stored:
                shutil.copyfileobj(source, stored, _CHUNK)
    return target


def is_dataset(path: Path) -> bool:
    """Return whether ``path`` is something to gather: a file, or the folder of a geodatabase."""
    return path.is_file() or (path.is_dir() and path.suffix.lower() == ".gdb")


def _members(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file of the dataset at ``path`` with its name in the archive."""
    if path.is_dir():
        for one in sorted(path.iterdir()):
            if one.is_file() and not one.is_symlink():
                yield f"{path.name}/{one.name}", one
        return
    yield path.name, path
    parts = _PARTS.get(path.suffix.lower(), ())
    for one in sorted(path.parent.iterdir()) if parts else ():
        is_part = one.stem.casefold() == path.stem.casefold() and one.suffix.lower() in parts
        if is_part and one.is_file():
            yield one.name, one
