"""The picture files of a flight, from a folder or a zip, read by the sandboxed child."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conversion.sandbox import Limits, Place, SandboxUnavailable, answer
from drone_imagery.photo import Photo
from drone_imagery.photo_json import photo_from_json
from gishue.core.errors import GishueError, InvalidInput
from gishue.core.vietnamese import nfc, vn_number

SUFFIXES = frozenset({".jpg", ".jpeg"})
MAX_PHOTOS = 20_000
_BATCH = 500
_ONE_BYTES, _ALL_BYTES = 200 << 20, 32 << 30


class NoPhotos(InvalidInput):
    """The folder or archive holds no photo, or none that could become part of a flight."""

    slug = "no-photos"
    title = "No usable photos"
    title_vi = "Không có ảnh dùng được"


@dataclass(frozen=True, slots=True)
class Picture:
    """One file: what its owner calls it, and where it lies under the folder of all."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures under one ``root``; ``ignored`` counts files of other kinds."""

    root: Path
    files: tuple[Picture, ...]
    ignored: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child said of one picture: a photo, or the code of its refusal."""

    picture: Picture
    photo: Photo | None
    refused: str = ""
    unsafe_xmp: bool = False


def find_pictures(path: Path, folder: Path, limits: Limits) -> Pictures:
    """Return the pictures of a folder, of a zip (unpacked into ``folder``), or one picture.

    Raises:
        NoPhotos: there are none, or too many.
        GishueError: the archive is not accepted.
    """
    if path.is_dir():
        found = _in_folder(path)
    elif path.suffix.lower() in SUFFIXES and path.is_file():
        found = Pictures(path.parent, (Picture(path.name, path),), 0)
    elif path.suffix.lower() == ".zip" and path.is_file():
        found = _in_zip(path, folder, limits)
    else:
        raise NoPhotos(
            f"{path.name!r} is no folder, zip or JPEG photo",
            vi=f"{path.name!r} không phải thư mục, tệp zip hay ảnh JPEG",
        )
    if not 0 < len(found.files) <= MAX_PHOTOS:
        raise NoPhotos(
            f"{path.name!r} holds {len(found.files):,} JPEG photos; between 1 and {MAX_PHOTOS:,} "
            "make a flight",
            vi=f"{path.name!r} có {vn_number(len(found.files))} ảnh JPEG; một chuyến bay cần "
            f"từ 1 đến {vn_number(MAX_PHOTOS)} ảnh",
        )
    return found


def read_pictures(pictures: Pictures, limits: Limits) -> Iterator[Answer]:
    """Yield what each picture says, in order; a file that breaks its reader is an answer too.

    Raises:
        SandboxUnavailable: this machine cannot confine the reader.
    """
    for start in range(0, len(pictures.files), _BATCH):
        yield from _read(pictures.root, pictures.files[start : start + _BATCH], limits)


def _read(root: Path, files: Sequence[Picture], limits: Limits) -> Iterator[Answer]:
    """Read a batch in one child; where the child dies, find the culprit by halves."""
    listed = [(str(n), f"/in/{file.path.relative_to(root)}") for n, file in enumerate(files)]
    try:
        said = answer({"act": "photos", "files": listed}, Place(root), limits)
    except SandboxUnavailable:
        raise
    except GishueError as error:
        if len(files) == 1:
            yield Answer(files[0], None, error.slug)
            return
        middle = len(files) // 2
        yield from _read(root, files[:middle], limits)
        yield from _read(root, files[middle:], limits)
        return
    for number, file in enumerate(files):
        yield _answer(file, said.get(str(number)))


def _answer(picture: Picture, said: Any) -> Answer:
    """Return the child's answer, checked: it had a stranger's file in its hands."""
    if not isinstance(said, dict) or "refused" in said:
        return Answer(picture, None, "not-a-photo")
    try:
        photo = photo_from_json(picture.name, said)
    except ValueError:
        return Answer(picture, None, "not-a-photo")
    return Answer(picture, photo, unsafe_xmp=bool(said.get("unsafe_xmp")))


def _in_folder(root: Path) -> Pictures:
    found: list[Picture] = []
    ignored = 0
    for place, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.suffix.lower() not in SUFFIXES or path.is_symlink() or not path.is_file():
                ignored += 1
                continue
            found.append(Picture(_shown(str(path.relative_to(root))), path))
    return Pictures(root, tuple(found), ignored)


def _in_zip(path: Path, folder: Path, limits: Limits) -> Pictures:
    job = {"act": "unpack", "file": "/in/0000.zip", "folder": "/out"}
    job |= {"suffixes": sorted(SUFFIXES)}
    job |= {"one": _ONE_BYTES, "all": min(_ALL_BYTES, limits.output_bytes)}
    said = answer(job, Place(path, "0000.zip", folder), limits)
    names: dict[str, str] = said.get("files", {})
    inside = {file: _shown(str(name)) for file, name in names.items()}
    found = [
        Picture(name, folder / file)
        for file, name in sorted(inside.items())
        if (folder / file).is_file() and not (folder / file).is_symlink()
    ]
    return Pictures(folder, tuple(found), int(said.get("dropped", 0)))


def _shown(name: str) -> str:
    """Return a file's name as stored text: NFC, printable, whole characters only."""
    text = nfc(name.encode("utf-8", "replace").decode("utf-8"))
    return "".join(char if char.isprintable() else "_" for char in text)[-200:]
