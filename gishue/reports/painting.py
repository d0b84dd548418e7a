"""A stranger's photo brought to its public form, by the sandboxed child and at a bounded pace."""

import math
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Final

import anyio

from conversion.refusal import BrokenFile
from conversion.sandbox import Limits, Place, answer
from gishue.core.errors import Busy
from gishue.reports.photos import MAX_SIDE_PX, PhotoTooLarge, PublicPhoto, too_large, unreadable
from layers.services import Services

AT_ONCE, WAITING = 2, 8
"""Children of this process that paint at the same time, and photos that may wait for one."""

MAX_PAINTED_BYTES: Final = 12 << 20
"""Every pixel of the largest public picture, uncompressed: no WebP of one needs as much."""

_CPU_S, _WALL_S = 30, 60.0
_ROOM: Final = anyio.CapacityLimiter(AT_ONCE + WAITING)
_GATE: Final = anyio.CapacityLimiter(AT_ONCE)


async def paint(services: Services, stream: BinaryIO) -> PublicPhoto:
    """Return the public form of the photo in ``stream``; only the sandboxed child decodes it.

    Raises:
        Busy: too many photos wait already.
        UnreadablePhoto, TooLarge: the photo cannot be taken.
        SandboxUnavailable: this machine cannot confine the child.
    """
    memory, scratch = services.settings.sandbox_memory_bytes, services.blobs.scratch
    limits = Limits(_CPU_S, _WALL_S, memory, MAX_PAINTED_BYTES)
    with _place_in_the_queue():
        return await anyio.to_thread.run_sync(_paint, stream, scratch, limits, limiter=_GATE)


@contextmanager
def _place_in_the_queue() -> Generator[None]:
    holder = object()
    try:
        _ROOM.acquire_on_behalf_of_nowait(holder)
    except anyio.WouldBlock as error:
        raise Busy(
            "too many photos are being read now; send the same again in a moment",
            vi="đang đọc quá nhiều ảnh; hãy gửi lại sau giây lát",
        ) from error
    try:
        yield
    finally:
        _ROOM.release_on_behalf_of(holder)


def _paint(stream: BinaryIO, scratch: Path, limits: Limits) -> PublicPhoto:
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as name:
        source, out = Path(name, "photo"), Path(name, "out")
        out.mkdir()
        stream.seek(0)
        with source.open("wb") as target:
            shutil.copyfileobj(stream, target)
        job = {"act": "public_photo", "file": "/in/photo", "out": "/out/photo.webp"}
        try:
            said = answer(job, Place(source, "photo", out), limits)
        except BrokenFile as error:
            raise unreadable() from error
        if "refused" in said:
            raise too_large() if said["refused"] == PhotoTooLarge.slug else unreadable()
        return _checked(said, _picture(out / "photo.webp"))


def _picture(path: Path) -> bytes:
    """Return what the ended child left: a WebP file of a bounded size, no link, no pipe."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_PAINTED_BYTES:
        raise unreadable()
    body = path.read_bytes()
    if (body[:4], body[8:12]) != (b"RIFF", b"WEBP"):
        raise unreadable()
    return body


def _checked(said: dict[str, Any], body: bytes) -> PublicPhoto:
    """Return the child's answer, checked: it had a stranger's file in its hands."""
    try:
        width_px, height_px = int(said["width_px"]), int(said["height_px"])
        lon, lat = _degrees(said["lon"], 180), _degrees(said["lat"], 90)
        taken_at = datetime.fromisoformat(said["taken_at"]) if said["taken_at"] else None
    except (LookupError, OverflowError, TypeError, ValueError) as error:
        raise unreadable() from error
    if not (0 < width_px <= MAX_SIDE_PX and 0 < height_px <= MAX_SIDE_PX):
        raise unreadable()
    return PublicPhoto(body, width_px, height_px, lon, lat, taken_at)


def _degrees(said: Any, limit: int) -> float | None:
    if said is None:
        return None
    value = float(said)
    if not math.isfinite(value) or abs(value) > limit:
        raise ValueError("no angle on earth")
    return value
