import random
import struct
import zlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gishue.reports.photos import (
    MAX_PIXELS,
    MAX_SIDE_PX,
    PhotoTooLarge,
    UnreadablePhoto,
    public_photo,
)

DRONE = Path(__file__).parents[2] / "data" / "drone" / "DJI_0030.JPG"
SECRET = b"SECRET-0914123456"


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), "red" if mode != "L" else 80)


def saved(image: Image.Image, kind: str, **options: object) -> BytesIO:
    out = BytesIO()
    image.save(out, kind, **options)
    out.seek(0)
    return out


def with_secrets(kind: str) -> BytesIO:
    """A picture that carries the secret in every place its format has for one."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (16.0, 28.0, 3.72), 3: "E", 4: (107.0, 34.0, 39.36)})
    exif.get_ifd(0x8769).update({36867: "2025:07:01 09:30:00", 36881: "+07:00"})
    options: dict[str, object] = {"exif": exif.tobytes(), "xmp": b"<x>" + SECRET + b"</x>"}
    if kind == "JPEG":
        options["comment"] = SECRET
    if kind == "PNG":
        del options["xmp"]
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
        info.add_text("Comment", SECRET.decode())
        options["pnginfo"] = info
    body = saved(picture(), kind, icc_profile=SECRET * 20, **options)
    return BytesIO(body.getvalue() + SECRET)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_pixels_leaves(kind: str) -> None:
    source = with_secrets(kind)
    assert SECRET in source.getvalue()
    photo = public_photo(source)
    for mark in (SECRET, b"Exif", b"EXIF", b"XMP", b"ICCP", b"GPS", b"2025:07:01"):
        assert mark not in photo.body
    with Image.open(BytesIO(photo.body)) as image:
        assert image.format == "WEBP"
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_time_are_handed_over_apart(kind: str) -> None:
    photo = public_photo(with_secrets(kind))
    assert photo.lon == pytest.approx(107.5776)
    assert photo.lat == pytest.approx(16.4677)
    assert photo.taken_at == datetime(2025, 7, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_turned_camera_gives_an_upright_picture(kind: str) -> None:
    photo = public_photo(with_secrets(kind))  # orientation 6: turned by a quarter
    assert (photo.width_px, photo.height_px) == (40, 60)


def test_a_real_photo_keeps_its_look_and_loses_its_words() -> None:
    with DRONE.open("rb") as stream:
        photo = public_photo(stream)
    assert max(photo.width_px, photo.height_px) <= MAX_SIDE_PX
    assert b"DJI" not in photo.body
    assert photo.lon == pytest.approx(-91.9940842, abs=1e-6)
    with Image.open(DRONE) as before, Image.open(BytesIO(photo.body)) as after:
        small = [image.convert("RGB").resize((8, 8)).tobytes() for image in (before, after)]
    assert max(abs(a - b) for a, b in zip(*small, strict=True)) <= 8


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "LA"])
def test_every_kind_of_pixel_is_painted(mode: str) -> None:
    source = saved(picture(3000, 20).convert(mode), "PNG")
    photo = public_photo(source)
    assert (photo.width_px, photo.height_px) == (2048, 14)


def png_of_claimed_size(width: int, height: int) -> BytesIO:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + rows + chunk(b"IEND", b""))


@pytest.mark.parametrize("side", [7_100, 9_700, 30_000])
def test_a_picture_of_too_many_pixels_is_refused_before_decoding(side: int) -> None:
    assert side * side > MAX_PIXELS
    with pytest.raises(PhotoTooLarge):
        public_photo(png_of_claimed_size(side, side))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not a picture",
        b"GIF89a" + bytes(40),
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        saved(picture(), "BMP").getvalue(),
        saved(picture(), "TIFF").getvalue(),
        saved(picture(400, 400), "JPEG").getvalue()[:400],
    ],
    ids=["empty", "text", "gif", "pdf", "svg", "bmp", "tiff", "torn"],
)
def test_what_is_no_photo_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePhoto):
        public_photo(BytesIO(body))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_damaged_file_is_painted_or_refused_never_a_crash(kind: str) -> None:
    source = with_secrets(kind).getvalue()
    draw = random.Random(20250701)
    for _ in range(150):
        body = bytearray(source)
        for _ in range(draw.randint(1, 12)):
            body[draw.randrange(len(body))] = draw.randrange(256)
        try:
            photo = public_photo(BytesIO(bytes(body)))
        except (UnreadablePhoto, PhotoTooLarge):
            continue
        assert photo.body.startswith(b"RIFF")
