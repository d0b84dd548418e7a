"""Open photo files of a stranger and hand over what they say about themselves.

Runs inside the sandbox: ``act`` is the job's entry, ``read_photo`` reads one file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from drone_imagery.photo import Photo, Size, photo_of
from drone_imagery.photo_json import photo_json
from drone_imagery.xmp import UnsafePacket, read_xmp
from gishue.core.errors import InvalidInput
from gishue.core.exif import BROKEN, quiet, read_exif

MAX_PIXELS = 150_000_000  # the largest aerial camera in the sensor table has 45 million


class NotAPhoto(InvalidInput):
    """The bytes are no JPEG picture that can be opened."""

    slug = "not-a-photo"
    title = "Not a photo"
    title_vi = "Không phải ảnh"


@dataclass(frozen=True, slots=True)
class Reading:
    """A photo, with the refusal of its XMP packet where there was one."""

    photo: Photo
    xmp_refusal: UnsafePacket | None = None


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Answer what each of ``job["files"]`` says, by its name; one bad file is an entry, no end."""
    answer.write(json.dumps({name: _said(Path(path)) for name, path in job["files"]}).encode())


def _said(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            reading = read_photo(path.name, stream)
    except NotAPhoto:
        return {"refused": NotAPhoto.slug}
    return photo_json(reading.photo) | {"unsafe_xmp": reading.xmp_refusal is not None}


def read_photo(name: str, stream: BinaryIO) -> Reading:
    """Return what the JPEG in ``stream`` says about itself; no pixel is decoded.

    Raises:
        NotAPhoto: no JPEG, truncated before its size is known, or above ``MAX_PIXELS``.
    """
    try:
        with quiet(), Image.open(stream, formats=("JPEG",)) as image:
            size = Size(*image.size)
            if size.width_px * size.height_px > MAX_PIXELS:
                raise _refusal(name)
            exif = read_exif(image)
            packet = image.info.get("xmp", b"")
    except BROKEN as error:
        raise _refusal(name) from error
    try:
        xmp = read_xmp(packet)
    except UnsafePacket as refusal:
        return Reading(photo_of(name, size, exif, {}), refusal)
    return Reading(photo_of(name, size, exif, xmp))


def _refusal(name: str) -> NotAPhoto:
    return NotAPhoto(
        f"{name} is no JPEG photo that can be opened; send the camera's original file",
        vi=f"{name} không phải ảnh JPEG mở được; hãy gửi tệp gốc của máy ảnh",
    )
