"""Colours as MapLibre styles write them, and what may be done to one.

Source: CSS Color Module Level 4, §4–§8; of its forms those that MapLibre reads and people write.
"""

import colorsys
import re
from typing import Final, NamedTuple

from PIL.ImageColor import colormap

_HEX: Final = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_CALL: Final = re.compile(r"(rgb|hsl)a?\(([^()]{1,80})\)")
_PART: Final = re.compile(r"[+-]?\d{0,9}(?:\.\d{1,9})?(%|deg)?")


class Colour(NamedTuple):
    """Red, green and blue in 0–255, opacity in 0–1."""

    red: int
    green: int
    blue: int
    alpha: float = 1.0

    @property
    def css(self) -> str:
        """As a style writes it: ``#rrggbb``, or ``rgba(…)`` where something shines through."""
        if self.alpha >= 1:
            return self.hex
        return f"rgba({self.red},{self.green},{self.blue},{round(self.alpha, 3):g})"

    @property
    def hex(self) -> str:
        """The colour without its opacity."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


def try_colour(text: str) -> Colour | None:
    """Return the colour that ``text`` names, or None.

    >>> try_colour("#0af"), try_colour("rgba(1, 2, 3, 0.5)"), try_colour("đỏ")
    (Colour(red=0, green=170, blue=255, alpha=1.0), Colour(red=1, green=2, blue=3, alpha=0.5), None)
    """
    said = text.strip().lower()
    if said == "transparent":
        return Colour(0, 0, 0, 0.0)
    named = colormap.get(said)
    if isinstance(named, tuple):  # Pillow keeps what it has once read
        return Colour(*named[:3], 1.0)
    said = named or said
    if _HEX.fullmatch(said):
        return _of_hex(said[1:])
    call = _CALL.fullmatch(said)
    return _of_call(call[1], call[2]) if call else None


def _of_hex(digits: str) -> Colour:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue, *alpha = bytes.fromhex(digits)
    return Colour(red, green, blue, round(alpha[0] / 255, 3) if alpha else 1.0)


def _of_call(kind: str, inside: str) -> Colour | None:
    parts = inside.replace(",", " ").replace("/", " ").split()
    if len(parts) not in (3, 4) or not all(_is_number(part) for part in parts):
        return None
    alpha = _share(parts[3], 1.0) if len(parts) == 4 else 1.0
    if kind == "rgb":
        return Colour(*(round(_share(part, 255.0) * 255) for part in parts[:3]), alpha=alpha)
    hue = float(parts[0].removesuffix("deg").removesuffix("%")) % 360 / 360
    full, light = (_share(part, 100.0) for part in parts[1:3])
    return _of_hls(hue, light, full, alpha)


def _is_number(part: str) -> bool:
    return bool(_PART.fullmatch(part)) and any(sign.isdigit() for sign in part)


def _share(part: str, whole: float) -> float:
    """Return a number as its share of ``whole``, or a percentage, held to 0–1."""
    number = float(part.rstrip("%deg"))
    return min(max(number / (100 if part.endswith("%") else whole), 0.0), 1.0)


def _of_hls(hue: float, light: float, full: float, alpha: float) -> Colour:
    return Colour(*(round(one * 255) for one in colorsys.hls_to_rgb(hue, light, full)), alpha=alpha)


def for_dark(colour: Colour) -> Colour:
    """Return ``colour`` for a dark map: light becomes dark and dark light, the hue stays.

    White becomes 0.13 light, black 0.87: nothing glares, and what is near in lightness stays near.
    """
    hue, light, full = colorsys.rgb_to_hls(*(part / 255 for part in colour[:3]))
    return _of_hls(hue, 0.13 + (1 - light) * 0.74, full * 0.75, colour.alpha)


def mixed(colour: Colour, other: Colour, share: float) -> Colour:
    """Return ``colour`` with ``share`` (0–1) of ``other`` in it; its opacity stays."""
    parts = zip(colour[:3], other[:3], strict=True)
    return Colour(*(round(a + (b - a) * share) for a, b in parts), alpha=colour.alpha)
