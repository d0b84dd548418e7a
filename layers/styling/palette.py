"""Palettes whose neighbours stay apart for colour-blind readers too, on screen and in a legend.

A test simulates protanopia, deuteranopia and tritanopia (by Brettel, Viénot and Mollon 1997, and
Viénot 1999) and holds the colours apart: those of a list, any two; those of a scale, neighbours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from layers.styling.colour import Colour, mixed, try_colour

OTHER: Final = "#c9c9c9"
"""What stands for all other values, and for none."""


class Use(StrEnum):
    """What a palette is for."""

    LIST = "list"
    SCALE = "scale"
    TWO_SIDED = "two-sided"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours for so many classes: ``fewest`` to ``most``. ``anchors``: by number where known."""

    name: str
    title: str
    title_vi: str
    use: Use
    licence: str
    source: str
    anchors: tuple[str, ...]
    fewest: int
    most: int
    by_number: Mapping[int, str]

    def colours(self, number: int) -> list[str]:
        """Return ``number`` colours, which must lie in ``fewest`` … ``most``."""
        if self.use is Use.LIST:
            return list(self.anchors[:number])
        known = self.by_number.get(number)
        return known.split() if known else _spread(self.anchors, number)


def _spread(anchors: tuple[str, ...], number: int) -> list[str]:
    """Return ``number`` colours at equal steps along ``anchors``."""
    if number == 1:
        return [anchors[len(anchors) // 2]]
    places = [at * (len(anchors) - 1) / (number - 1) for at in range(number)]
    return [_between(anchors, place) for place in places]


def _between(anchors: tuple[str, ...], place: float) -> str:
    low = min(int(place), len(anchors) - 2)
    return mixed(_read(anchors[low]), _read(anchors[low + 1]), place - low).hex


def _read(text: str) -> Colour:
    colour = try_colour(text)
    if colour is None:
        raise ValueError(text)
    return colour


def _list(name: str, title: str, title_vi: str, licence: str, source: str, told: str) -> Palette:
    colours = tuple(told.split())
    return Palette(name, title, title_vi, Use.LIST, licence, source, colours, 1, len(colours), {})


def _of_matplotlib(name: str, title: str, title_vi: str, most: int, told: str) -> Palette:
    source = "matplotlib, _cm_listed.py"
    anchors = tuple(told.split())
    return Palette(name, title, title_vi, Use.SCALE, "CC0-1.0", source, anchors, 2, most, {})


def _of_brewer(name: str, title: str, title_vi: str, use: Use, *told: str) -> Palette:
    by_number = {len(one.split()): one for one in told}
    source = "ColorBrewer 2.0, Cynthia Brewer, colorbrewer2.org"
    anchors = tuple(told[-1].split())
    known = sorted(by_number)
    return Palette(
        name, title, title_vi, use, "Apache-2.0", source, anchors, known[0], known[-1], by_number
    )


_OKABE: Final = "Okabe and Ito 2008, Color Universal Design, jfly.uni-koeln.de/color"
_TOL: Final = "Paul Tol 2021, Colour Schemes (SRON/EPS/TN/09-002), muted"
PALETTES: Final[Mapping[str, Palette]] = {
    one.name: one
    for one in (
        _list(
            "okabe-ito",
            "Okabe–Ito",
            "Okabe–Ito",
            "public domain",
            _OKABE,
            "#0072b2 #e69f00 #009e73 #cc79a7 #56b4e9 #d55e00 #f0e442 #000000",
        ),
        _list(
            "tol-muted",
            "Tol, muted",
            "Tol, màu trầm",
            "BSD-3-Clause",
            _TOL,
            "#332288 #ddcc77 #88ccee #cc6677 #117733 #aa4499 #44aa99 #999933 #882255",
        ),
        _of_matplotlib(
            "viridis",
            "Viridis",
            "Viridis",
            7,
            "#440154 #472d7b #3b528b #2c728e #21918c #28ae80 #5ec962 #addc30 #fde725",
        ),
        _of_matplotlib(
            "cividis",
            "Cividis",
            "Cividis",
            9,
            "#00224e #1a386f #434e6c #61656f #7d7c78 #9b9476 #bcae6c #dec958 #fee838",
        ),
        _of_brewer(
            "ylgnbu",
            "Yellow to blue",
            "Vàng đến lam",
            Use.SCALE,
            "#edf8b1 #7fcdbb #2c7fb8",
            "#ffffcc #a1dab4 #41b6c4 #225ea8",
            "#ffffcc #a1dab4 #41b6c4 #2c7fb8 #253494",
            "#ffffcc #c7e9b4 #7fcdbb #41b6c4 #2c7fb8 #253494",
            "#ffffcc #c7e9b4 #7fcdbb #41b6c4 #1d91c0 #225ea8 #0c2c84",
        ),
        _of_brewer(
            "ylorbr",
            "Yellow to brown",
            "Vàng đến nâu",
            Use.SCALE,
            "#fff7bc #fec44f #d95f0e",
            "#ffffd4 #fed98e #fe9929 #cc4c02",
            "#ffffd4 #fed98e #fe9929 #d95f0e #993404",
            "#ffffd4 #fee391 #fec44f #fe9929 #d95f0e #993404",
            "#ffffd4 #fee391 #fec44f #fe9929 #ec7014 #cc4c02 #8c2d04",
        ),
        _of_brewer(
            "puor",
            "Orange to purple",
            "Cam đến tím",
            Use.TWO_SIDED,
            "#f1a340 #f7f7f7 #998ec3",
            "#e66101 #fdb863 #b2abd2 #5e3c99",
            "#e66101 #fdb863 #f7f7f7 #b2abd2 #5e3c99",
            "#b35806 #f1a340 #fee0b6 #d8daeb #998ec3 #542788",
            "#b35806 #f1a340 #fee0b6 #f7f7f7 #d8daeb #998ec3 #542788",
        ),
    )
}
"""By name, with sources and licences; no colour is changed, the order of a list is ours."""
