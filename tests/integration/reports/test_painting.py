"""Photos of strangers, opened by the real sandboxed child."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gishue.core.actor import ANONYMOUS
from gishue.core.errors import Busy
from gishue.reports import painting
from gishue.reports.filing import file_report
from gishue.reports.painting import AT_ONCE, MAX_PAINTED_BYTES, WAITING, paint
from gishue.reports.photos import PhotoTooLarge, UnreadablePhoto
from gishue.reports.report import Category, Draft, InvalidReport
from layers.services import Services


def jpeg(colour: str = "red") -> BytesIO:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (16.0, 33.0, 8.64), 3: "E", 4: (107.0, 38.0, 28.32)})
    exif.get_ifd(0x8769).update({36867: "2025:07:01 09:30:00", 36881: "+07:00"})
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif.tobytes(), comment=b"SECRET")
    return out


def objects(services: Services) -> int:
    folder = services.settings.data_dir
    return sum(path.is_file() for path in folder.rglob("*"))


async def test_the_child_paints_and_hands_over_place_and_time(city: Services) -> None:
    photo = await paint(city, jpeg())
    assert (photo.width_px, photo.height_px) == (64, 48)
    assert (photo.lon, photo.lat) == pytest.approx((107.6412, 16.5524))
    assert photo.taken_at == datetime(2025, 7, 1, 2, 30, tzinfo=UTC)
    assert b"SECRET" not in photo.body
    with Image.open(BytesIO(photo.body)) as image:
        assert (image.format, image.size) == ("WEBP", (64, 48))


async def test_the_web_process_decodes_no_picture(
    city: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded outside the sandbox")

    monkeypatch.setattr(Image, "open", refuse)
    said = Draft("Ổ gà", Category.ROAD)
    filed = await file_report(city, ANONYMOUS, said, [jpeg()], key="k-1")
    assert len(filed.report.photos) == 1


async def test_the_largest_photo_fits_the_childs_memory(city: Services) -> None:
    out = BytesIO()
    Image.new("LA", (7_070, 7_070)).save(out, "PNG", compress_level=1)
    photo = await paint(city, out)
    assert (photo.width_px, photo.height_px) == (2048, 2048)


async def test_the_childs_refusals_keep_their_names(city: Services) -> None:
    with pytest.raises(UnreadablePhoto):
        await paint(city, BytesIO(b"no picture"))
    out = BytesIO()
    Image.new("1", (7_100, 7_100)).save(out, "PNG")
    with pytest.raises(PhotoTooLarge):
        await paint(city, out)


async def test_beyond_a_small_queue_the_next_photo_is_told_to_wait(city: Services) -> None:
    many = AT_ONCE + WAITING + 3
    ended = await asyncio.gather(
        *(paint(city, jpeg()) for _ in range(many)), return_exceptions=True
    )
    assert sum(isinstance(one, Busy) for one in ended) == 3
    assert sum(isinstance(one, painting.PublicPhoto) for one in ended) == many - 3


async def test_what_is_refused_or_known_stores_nothing(city: Services) -> None:
    said = Draft("Ổ gà", Category.ROAD, 107.5776, 16.4677)
    await file_report(city, ANONYMOUS, said, key="k-1")
    before = objects(city)
    again = await file_report(city, ANONYMOUS, said, [jpeg("navy")], key="k-1")
    assert not again.is_new
    nowhere = Draft("Ổ gà", Category.ROAD, 2.35, 48.85)
    with pytest.raises(InvalidReport):
        await file_report(city, ANONYMOUS, nowhere, [jpeg("navy")], key="k-2")
    with pytest.raises(UnreadablePhoto):
        await file_report(city, ANONYMOUS, said, [jpeg("navy"), BytesIO(b"no")], key="k-3")
    assert objects(city) == before


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "none", "html", "large"])
def test_what_the_child_leaves_is_not_trusted(tmp_path: Path, kind: str) -> None:
    left = tmp_path / "photo.webp"
    if kind == "link":
        left.symlink_to(sys.executable)
    elif kind == "pipe":
        os.mkfifo(left)
    elif kind == "folder":
        left.mkdir()
    elif kind == "html":
        left.write_bytes(b"<script>alert(1)</script>")
    elif kind == "large":
        left.write_bytes(b"RIFF0000WEBP" + bytes(MAX_PAINTED_BYTES))
    with pytest.raises(UnreadablePhoto):
        painting._picture(left)  # pyright: ignore[reportPrivateUsage]  the child's side is not ours
