"""Pictures keep their alpha where the format has one and somebody can see it."""

import io

import numpy as np
import pytest
from PIL import Image

from tiles.raster import encode

WEBP_ALPHA = b"VP8X"


def _pixels(alpha: int) -> np.ndarray:
    pixels = np.full((256, 256, 4), 200, np.uint8)
    pixels[..., 3] = 255
    pixels[:128, :, 3] = alpha
    return pixels


@pytest.mark.parametrize("format_", ["webp", "png"])
def test_a_partly_covered_picture_keeps_its_alpha(format_: str) -> None:
    image = Image.open(io.BytesIO(encode(_pixels(0), format_)))
    assert image.size == (256, 256)
    alpha = np.asarray(image.convert("RGBA"))[..., 3]
    assert (alpha[:120] == 0).all()
    assert (alpha[136:] == 255).all()


@pytest.mark.parametrize("format_", ["webp", "png"])
def test_an_opaque_picture_leaves_without_alpha(format_: str) -> None:
    assert Image.open(io.BytesIO(encode(_pixels(255), format_))).mode == "RGB"


def test_what_is_transparent_is_white_in_a_jpeg() -> None:
    image = Image.open(io.BytesIO(encode(_pixels(0), "jpg")))
    assert image.format == "JPEG"
    pixels = np.asarray(image)
    assert (pixels[:100] >= 250).all()
    assert (abs(pixels[150:].astype(int) - 200) <= 4).all()
