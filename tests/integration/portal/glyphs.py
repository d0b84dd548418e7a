"""Reading the map's glyph files, by the published schema alone (Mapbox glyphs.proto)."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Glyph:
    """One letter. ``field``: (height + 6) rows of (width + 6) bytes."""

    width: int
    height: int
    advance: int
    field: bytes


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _members(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
        else:
            length, at = _varint(data, at)
            yield key >> 3, data[at : at + length]
            at += length


def _glyph(message: bytes) -> tuple[int, Glyph]:
    values = dict(_members(message))
    numbers = {key: value for key, value in values.items() if isinstance(value, int)}
    field = values.get(2, b"")
    assert isinstance(field, bytes)
    return numbers[1], Glyph(numbers[3], numbers[4], numbers[7], field)


def read(body: bytes) -> dict[int, Glyph]:
    """Return the letters of one range by code point."""
    stacks = [value for key, value in _members(body) if key == 1]
    letters = [value for stack in stacks for key, value in _members(bytes(stack)) if key == 3]
    return dict(_glyph(letter) for letter in letters if isinstance(letter, bytes))
