"""The grid agrees with morecantile's WebMercatorQuad, an implementation that is not ours."""

import math

import morecantile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gishue.core.bounds import Bounds
from tiles.grid import MAX_ZOOM, NoTile, Tile, check_tile, column, meets, pixel_m, row, tile_bounds

TMS = morecantile.tms.get("WebMercatorQuad")

tiles = st.integers(0, 22).flatmap(
    lambda z: st.builds(Tile, st.just(z), st.integers(0, 2**z - 1), st.integers(0, 2**z - 1))
)


def theirs_of(tile: Tile) -> morecantile.Tile:
    return morecantile.Tile(tile.x, tile.y, tile.z)


@given(tiles)
def test_bounds_are_those_of_the_matrix_set(tile: Tile) -> None:
    ours, theirs = tile_bounds(tile), TMS.xy_bounds(theirs_of(tile))
    assert ours == pytest.approx(tuple(theirs), abs=1e-6)


@given(st.floats(-179.99, 179.99), st.floats(-85.0, 85.0), st.integers(0, 22))
def test_a_place_lies_in_the_tile_of_its_column_and_row(lon: float, lat: float, z: int) -> None:
    theirs = TMS.tile(lon, lat, z)
    assert abs(column(lon, z) - theirs.x - 0.5) <= 0.5 + 1e-6
    assert abs(row(lat, z) - theirs.y - 0.5) <= 0.5 + 1e-6


@given(tiles)
def test_a_tile_meets_its_own_ground_and_its_neighbours_rim(tile: Tile) -> None:
    west, south, east, north = TMS.bounds(theirs_of(tile))
    assert meets(tile, Bounds(west, south, east, north))
    beside = (east - west) / 100
    assert meets(tile, Bounds(east + beside, south, east + beside, north))
    assert not meets(tile, Bounds(east + 2 * beside, south, east + 2 * beside, north))


def test_the_poles_belong_to_the_rim() -> None:
    assert row(90.0, 4) == pytest.approx(0.0, abs=1e-6)
    assert row(-90.0, 4) == pytest.approx(16.0, abs=1e-6)


@pytest.mark.parametrize("address", [(-1, 0, 0), (3, 8, 0), (3, 0, 8), (MAX_ZOOM + 1, 0, 0)])
def test_what_is_off_the_matrix_is_no_tile(address: tuple[int, int, int]) -> None:
    with pytest.raises(NoTile):
        check_tile(Tile(*address))


def test_a_pixel_at_zoom_0_is_a_512th_of_the_world() -> None:
    assert pixel_m(0) == pytest.approx(2 * math.pi * 6378137 / 512)
    assert pixel_m(12) == pytest.approx(19.109, abs=1e-3)
