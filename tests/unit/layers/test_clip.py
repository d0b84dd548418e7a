"""Which part of an asked box a layer can have something in."""

import pytest

from gishue.core.bounds import Bounds
from layers import clip

HUE = Bounds(107.0, 16.0, 108.0, 17.0)


def test_a_box_elsewhere_leaves_nothing() -> None:
    assert clip.clipped(Bounds(0, 0, 1, 1), 4326, HUE) == []


def test_an_empty_layer_leaves_nothing() -> None:
    assert clip.clipped(Bounds(-180, -90, 180, 90), 4326, None) == []


@pytest.mark.parametrize("srid", [4326, 9214, 3857])
def test_a_boundless_box_is_cut_to_the_layer(srid: int) -> None:
    huge = 80.0 if srid == 4326 else 1e12
    (box,) = clip.clipped(Bounds(-huge * 2, -huge, huge * 2, huge), srid, HUE)
    assert box.xmax - box.xmin < (1.1 if srid == 4326 else 120_000)


def test_a_box_across_the_antimeridian_is_two() -> None:
    pacific = Bounds(-180.0, -20.0, 180.0, 20.0)
    east, west = clip.clipped(Bounds(170.0, -10.0, -170.0, 10.0), 4326, pacific)
    assert (east.xmin, east.xmax) == (170.0, 180.0)
    assert (west.xmin, west.xmax) == (-180.0, -170.0)


def test_a_box_inside_the_layer_stays_as_it_is() -> None:
    asked = Bounds(107.2, 16.2, 107.4, 16.4)
    assert clip.clipped(asked, 4326, HUE) == [asked]


@pytest.mark.parametrize("srid", [4326, 9214])
def test_a_point_gets_an_area_of_a_tenth_of_a_millimetre(srid: int) -> None:
    x, y = (107.5, 16.5) if srid == 4326 else (560_000.0, 1_820_000.0)
    (box,) = clip.clipped(Bounds(x, y, x, y), srid, HUE)
    across = (box.xmax - box.xmin) * (111_000 if srid == 4326 else 1)
    assert 0 < across < 1.2e-4
