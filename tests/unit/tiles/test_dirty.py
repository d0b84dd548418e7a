"""What an edit reaches is dirty at every zoom, and little more."""

from hypothesis import given
from hypothesis import strategies as st

from gishue.core.bounds import Bounds
from tiles.dirty import REACH, Dirty
from tiles.grid import HALF_M, MARGIN, Tile, tile_bounds, tile_range

_SIDES = st.floats(-HALF_M * 0.99, HALF_M * 0.99)
_SIZES = st.floats(0.0, 50_000.0)


@st.composite
def boxes(draw: st.DrawFn) -> Bounds:
    x, y = draw(_SIDES), draw(_SIDES)
    return Bounds(x, y, min(x + draw(_SIZES), HALF_M), min(y + draw(_SIZES), HALF_M))


@given(box=boxes(), z=st.integers(0, 16), data=st.data())
def test_every_tile_that_shows_a_part_of_the_box_is_dirty(
    box: Bounds, z: int, data: st.DataObject
) -> None:
    dirty = Dirty(0, 16)
    dirty.add([box])
    near = tile_range(box, z, reach=0.5)
    tile = Tile(
        z,
        data.draw(st.integers(near.west, near.east)),
        data.draw(st.integers(near.north, near.south)),
    )
    ground = tile_bounds(tile)
    far = MARGIN * (ground.xmax - ground.xmin)
    seen = Bounds(ground.xmin - far, ground.ymin - far, ground.xmax + far, ground.ymax + far)
    assert dirty.holds(tile) or not seen.meets(box)


@given(box=boxes())
def test_what_is_listed_is_what_is_held(box: Bounds) -> None:
    dirty = Dirty(0, 9)
    dirty.add([box])
    for z in range(10):
        assert all(dirty.holds(Tile(z, x, y)) for x, y in dirty.tiles(z))
    assert dirty


def test_a_small_edit_reaches_a_few_tiles_a_zoom() -> None:
    dirty = Dirty(0, 14)
    dirty.add([Bounds(11_975_000.0, 1_857_000.0, 11_975_020.0, 1_857_020.0)])
    assert sum(len(dirty.tiles(z)) for z in range(15)) <= 4 * 15
    assert not dirty.holds(Tile(14, 0, 0))


def test_a_ward_is_remembered_by_its_range() -> None:
    dirty = Dirty(14, 14)
    ward = Bounds(11_900_000.0, 1_800_000.0, 11_990_000.0, 1_890_000.0)
    dirty.add([ward])
    assert dirty.tiles(14) == set(tile_range(ward, 14, REACH).tiles())
    assert dirty.holds(Tile(14, *max(dirty.tiles(14))))


def test_a_change_of_no_known_place_reaches_everything() -> None:
    dirty = Dirty(0, 5)
    assert not dirty
    dirty.add(None)
    assert dirty.holds(Tile(5, 3, 3))
