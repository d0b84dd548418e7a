"""The one function that makes a photo public; every entrance for report photos goes through it.

It runs inside the sandbox: ``act`` is the job's entry, ``gishue.reports.painting`` asks for it.
What leaves is a new picture painted from pixels: no EXIF, XMP, IPTC, comment, preview or tail of
the file survives. Where and when the photo was taken is read first and handed over apart.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageOps

from gishue.core.errors import TooLarge, UnsupportedMedia
from gishue.core.exif import BROKEN, quiet, read_exif

MAX_PHOTO_BYTES = 20 << 20
MAX_PIXELS = 50_000_000
MAX_SIDE_PX = 2_048
MEDIA_TYPE = "image/webp"

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82


class UnreadablePhoto(UnsupportedMedia):
    """The bytes are no picture of a kind we take, or damaged."""

    slug = "unreadable-photo"
    title = "Photo not readable"
    title_vi = "Không đọc được ảnh"


class PhotoTooLarge(TooLarge):
    """More pixels or bytes than a report needs."""

    slug = "photo-too-large"
    title = "Photo too large"
    title_vi = "Ảnh quá lớn"


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A clean picture and what its original said: WGS 84 degrees, aware UTC."""

    body: bytes
    width_px: int
    height_px: int
    lon: float | None
    lat: float | None
    taken_at: datetime | None


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Paint ``job["file"]`` into ``job["out"]``; answer what the original said, or a refusal."""
    answer.write(json.dumps(_said(Path(job["file"]), Path(job["out"]))).encode())


def _said(source: Path, out: Path) -> dict[str, Any]:
    try:
        with source.open("rb") as stream:
            photo = public_photo(stream)
    except (UnreadablePhoto, PhotoTooLarge) as refusal:
        return {"refused": refusal.slug}
    out.write_bytes(photo.body)
    return {
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "lon": photo.lon,
        "lat": photo.lat,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
    }


def public_photo(stream: BinaryIO) -> PublicPhoto:
    """Return the public form of the photo in ``stream``: upright, ≤ 2048 px, WebP, nothing else.

    Raises:
        UnreadablePhoto: not a JPEG, PNG or WebP picture, or a torn one.
        PhotoTooLarge: more than 50 million pixels; found out before any is decoded.
    """
    try:
        with quiet(), Image.open(stream, formats=_FORMATS) as image:
            _check_size(image)
            exif = read_exif(image)
            body, width_px, height_px = _repaint(image)
    except Image.DecompressionBombError as error:
        raise too_large() from error
    except BROKEN as error:
        raise unreadable() from error
    return PublicPhoto(body, width_px, height_px, exif.lon, exif.lat, exif.taken_at)


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise too_large()


def _repaint(image: Image.Image) -> tuple[bytes, int, int]:
    """Return the picture painted anew, with its width and height in pixels."""
    side = (MAX_SIDE_PX, MAX_SIDE_PX)
    image.draft("RGB", side)  # a JPEG decodes at ½, ¼ or ⅛ of its size, cheaply
    if image.mode in ("RGB", "RGBA", "L"):
        image.thumbnail(side)  # before any copy: 50 million pixels are 200 MB each time
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail(side)
    canvas = Image.new("RGB", upright.size, "white")
    canvas.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    canvas.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue(), canvas.width, canvas.height


def unreadable() -> UnreadablePhoto:
    """Return the refusal of what is no photo."""
    return UnreadablePhoto(
        "the photo cannot be read; send it as JPEG, PNG or WebP",
        vi="không đọc được ảnh; hãy gửi ảnh JPEG, PNG hoặc WebP",
    )


def too_large() -> PhotoTooLarge:
    """Return the refusal of a photo with too many pixels."""
    return PhotoTooLarge(
        f"the photo has more than {MAX_PIXELS // 1_000_000} million pixels; send a smaller one",
        vi=f"ảnh có hơn {MAX_PIXELS // 1_000_000} triệu điểm ảnh; hãy gửi ảnh nhỏ hơn",
    )
