"""The palettes, as readers with the three colour vision deficiencies see them.

The simulation and the distance (CIEDE2000) are coloraide's, an independent source.
"""

from itertools import combinations, pairwise

import pytest
from coloraide import Color

from layers.styling.palette import OTHER, PALETTES, Palette, Use

KINDS = (None, "protan", "deutan", "tritan")
LEAST_OF_A_LIST = 7.5
LEAST_OF_A_SCALE = 5.0


def _seen(colour: str, kind: str | None) -> Color:
    return Color(colour) if kind is None else Color(colour).filter(kind)


def _pairs(palette: Palette, number: int) -> list[tuple[str, str]]:
    colours = palette.colours(number)
    if palette.use is Use.LIST:
        return list(combinations([*colours, OTHER], 2))
    return list(pairwise(colours))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PALETTES)
def test_neighbours_stay_apart_for_every_reader(name: str, kind: str | None) -> None:
    palette = PALETTES[name]
    least = LEAST_OF_A_LIST if palette.use is Use.LIST else LEAST_OF_A_SCALE
    near = [
        (number, one, other, round(apart, 1))
        for number in range(palette.fewest, palette.most + 1)
        for one, other in _pairs(palette, number)
        if (apart := _seen(one, kind).delta_e(_seen(other, kind), method="2000")) < least
    ]
    assert not near


def test_the_simulation_tells_a_bad_palette() -> None:
    """Red and green of one lightness: what the test above is for."""
    red, green = _seen("#c2484b", "deutan"), _seen("#7d7a2c", "deutan")
    assert red.delta_e(green, method="2000") < LEAST_OF_A_LIST


@pytest.mark.parametrize("name", PALETTES)
def test_a_palette_gives_as_many_colours_as_asked(name: str) -> None:
    palette = PALETTES[name]
    for number in range(palette.fewest, palette.most + 1):
        colours = palette.colours(number)
        assert len(set(colours)) == number
        assert all(Color.match(colour) for colour in colours)
    assert palette.licence
    assert palette.source
