"""Make the map's glyphs: signed distance fields of Noto Sans in the format MapLibre reads.

Run once, by hand, when a font or a range changes; the results are committed:

    uv run python web/glyphs/build.py /usr/share/fonts/truetype/noto

Format and constants (24 px, buffer 3, radius 8, cutoff 0.25, top measured from the ascender) are
those of Mapbox's node-fontnik, which every MapLibre client expects.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

SIZE_PX = 24
BUFFER_PX = 3
RADIUS_PX = 8
CUTOFF = 0.25
OVERSAMPLING = 8
ASCENDER_PX = 26  # Noto Sans: 1.069 em, rounded up as FreeType does
UNASSIGNED = "\u0378"  # shows what the font draws for a letter it lacks

FONTS = {
    "Noto Sans Regular": "NotoSans-Regular.ttf",
    "Noto Sans Bold": "NotoSans-Bold.ttf",
    "Noto Sans Italic": "NotoSans-Italic.ttf",
}
RANGES = (0, 256, 512, 768, 7680, 8192, 8448)
OUT = Path(__file__).parents[2] / "gishue" / "portal" / "static" / "fonts"


@dataclass(frozen=True)
class Outline:
    """A letter drawn large. ``ink``: (row, column) bool; ``left``, ``top`` in large pixels."""

    ink: NDArray[np.bool_]
    left: int
    top: int
    advance_px: int


@dataclass(frozen=True)
class Glyph:
    """A letter as MapLibre stores it, in pixels of the 24 px size, without the buffer."""

    code: int
    width: int
    height: int
    left: int
    top: int
    advance: int
    field: bytes


def outline(font: ImageFont.FreeTypeFont, letter: str) -> Outline:
    """Draw ``letter`` at the oversampled size, its origin on the baseline."""
    mask, (left, top) = font.getmask2(letter, mode="L", anchor="ls")
    width, height = mask.size
    grey = np.asarray(mask, dtype=np.uint8).reshape(height, width)
    return Outline(grey >= 128, left, -top, round(font.getlength(letter) / OVERSAMPLING))


def edge_points(ink: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return (x, y) midpoints between every inked pixel and its uninked neighbour."""
    right = np.argwhere(ink[:, 1:] != ink[:, :-1])
    down = np.argwhere(ink[1:, :] != ink[:-1, :])
    across = np.column_stack([right[:, 1] + 1.0, right[:, 0] + 0.5])
    along = np.column_stack([down[:, 1] + 0.5, down[:, 0] + 1.0])
    return np.concatenate([across, along]).astype(np.float32)


def distance_field(ink: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return one byte per 24 px pixel: 192 on the outline, more inside, less outside."""
    rows, columns = ink.shape[0] // OVERSAMPLING, ink.shape[1] // OVERSAMPLING
    ys, xs = (np.indices((rows, columns)) + 0.5) * OVERSAMPLING
    centres = np.column_stack([xs.ravel(), ys.ravel()]).astype(np.float32)
    edges = edge_points(ink)
    squared = np.full(len(centres), np.inf, dtype=np.float32)
    for start in range(0, len(edges), 512):
        gap = centres[:, None, :] - edges[None, start : start + 512, :]
        squared = np.minimum(squared, (gap**2).sum(axis=2).min(axis=1))
    distance = np.sqrt(squared) / OVERSAMPLING
    inside = ink[ys.astype(int).ravel(), xs.astype(int).ravel()]
    signed = np.where(inside, -distance, distance)
    value = 255 - 255 * (signed / RADIUS_PX + CUTOFF)
    return np.clip(np.rint(value), 0, 255).astype(np.uint8)


def glyph(code: int, drawn: Outline) -> Glyph:
    """Reduce a large outline to the field MapLibre draws from."""
    if not drawn.ink.any():
        return Glyph(code, 0, 0, 0, 0, drawn.advance_px, b"")
    height_large, width_large = drawn.ink.shape
    left = drawn.left // OVERSAMPLING
    top = -(-drawn.top // OVERSAMPLING)
    width = -(-(drawn.left + width_large) // OVERSAMPLING) - left
    height = top - (drawn.top - height_large) // OVERSAMPLING
    buffer = BUFFER_PX * OVERSAMPLING
    canvas = np.zeros(
        (height * OVERSAMPLING + 2 * buffer, width * OVERSAMPLING + 2 * buffer), dtype=bool
    )
    row = top * OVERSAMPLING - drawn.top + buffer
    column = drawn.left - left * OVERSAMPLING + buffer
    canvas[row : row + height_large, column : column + width_large] = drawn.ink
    field = distance_field(canvas).tobytes()
    return Glyph(code, width, height, left, top - ASCENDER_PX, drawn.advance_px, field)


def varint(value: int) -> bytes:
    """Encode a protobuf base-128 varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def zigzag(value: int) -> int:
    """Map a signed number to the unsigned one protobuf's sint32 stores."""
    return value * 2 if value >= 0 else -value * 2 - 1


def number(field: int, value: int) -> bytes:
    """Encode a protobuf number field."""
    return varint(field << 3) + varint(value)


def chunk(field: int, value: bytes) -> bytes:
    """Encode a protobuf bytes, string or message field."""
    return varint(field << 3 | 2) + varint(len(value)) + value


def encode_glyph(one: Glyph) -> bytes:
    """Encode one ``glyph`` message of glyphs.proto."""
    field = chunk(2, one.field) if one.field else b""
    size = number(3, one.width) + number(4, one.height)
    place = number(5, zigzag(one.left)) + number(6, zigzag(one.top))
    return number(1, one.code) + field + size + place + number(7, one.advance)


def range_file(name: str, font: ImageFont.FreeTypeFont, start: int) -> bytes:
    """Return the PBF of 256 letters of one font, leaving out those the font lacks."""
    missing = outline(font, UNASSIGNED)
    body = chunk(1, name.encode()) + chunk(2, f"{start}-{start + 255}".encode())
    for code in range(max(start, 32), start + 256):
        if 0x7F <= code < 0xA0:
            continue
        drawn = outline(font, chr(code))
        if drawn.advance_px == missing.advance_px and np.array_equal(drawn.ink, missing.ink):
            continue
        body += chunk(3, encode_glyph(glyph(code, drawn)))
    return chunk(1, body)


def main(source: Path) -> None:
    """Write every range of every font under the portal's static folder."""
    for name, file in FONTS.items():
        font = ImageFont.truetype(
            source / file, SIZE_PX * OVERSAMPLING, layout_engine=ImageFont.Layout.BASIC
        )
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        for start in RANGES:
            body = range_file(name, font, start)
            (folder / f"{start}-{start + 255}.pbf").write_bytes(body)
            print(f"{name} {start}-{start + 255}: {len(body):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
