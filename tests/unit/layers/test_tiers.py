"""Cells are nested, their ids are of no feature, and a plan follows what a layer says."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gishue.core.mercator import HALF_M
from layers import tiers, zoom
from layers.tiers import Cell, Fullest, TierKind
from layers.zoom import InvalidZooms, ZoomOverride
from tests.unit.tiles.layer import parcel

GRIDS = some.integers(-tiers.POINTS_COARSER, tiers.NEAREST)
PLACES = some.floats(-HALF_M, HALF_M, exclude_max=True)


@given(GRIDS, some.data())
def test_an_id_says_its_cell_and_no_two_cells_have_one(grid: int, data: some.DataObject) -> None:
    side = some.integers(0, (1 << (grid + tiers.CELLS_LOG2)) - 1)
    cell = Cell(grid, data.draw(side), data.draw(side))
    id_ = tiers.cell_id(cell)
    assert tiers.cell_of(id_) == cell
    assert tiers.FIRST_CELL_ID <= id_ < 2**53


@pytest.mark.parametrize("id_", [-1, 0, 1, 2**52 - 1, 2**52, 2**53, 2**63])
def test_an_id_of_a_feature_is_of_no_cell(id_: int) -> None:
    assert tiers.cell_of(id_) is None


@given(PLACES, PLACES, some.integers(0, tiers.NEAREST))
def test_a_cell_lies_in_the_cell_of_the_next_farther_grid(x: float, y: float, grid: int) -> None:
    near, far = tiers.cell_at(x, -y, grid), tiers.cell_at(x, -y, grid - 1)
    assert (near.gx >> 1, near.gy >> 1) == (far.gx, far.gy)


def test_rows_are_read_from_where_the_fullest_tile_is_light() -> None:
    rows = [40_000 >> z for z in range(tiers.NEAREST + 1)]
    fullest = [Fullest(n, 5 * n) for n in rows]
    assert tiers.base_from(TierKind.POLYGON, fullest) == 4
    assert tiers.base_from(TierKind.POINT, fullest) == 6
    assert tiers.base_from(TierKind.LINE, [Fullest(10, 10)] * (tiers.NEAREST + 1)) == 0
    heavy = [Fullest(9_999, 9_999)] * (tiers.NEAREST + 1)
    assert tiers.base_from(TierKind.LINE, heavy) == tiers.NEAREST


def test_a_zoom_with_rows_of_its_own_begins_from_the_layers_table() -> None:
    said = (ZoomOverride(4, 7, filter='"tờ" = 1'), ZoomOverride(8, 8, ("chủ",), simplify_px=3.0))
    plan = tiers.planned(parcel(zoom_overrides=said), TierKind.POLYGON, frozenset({"giá"}), 11)
    assert [tier.z for tier in plan] == list(range(10, -1, -1))
    assert {tier.z for tier in plan if tier.from_base} == {10, 7, 3}
    assert {tier.fields for tier in plan} == {("chủ", "giá")}
    assert {tier.z: tier.snap_px for tier in plan}[8] == 3.0
    assert tiers.is_as_planned(plan[:8], plan)
    assert not tiers.is_as_planned(plan[:3], plan)


def test_overrides_are_what_was_said_of_them() -> None:
    said = [{"minzoom": 9, "maxzoom": 11, "filter": "a = 1"}, {"maxzoom": 3, "fields": []}]
    read = zoom.from_json(said)
    assert zoom.as_json(read) == [
        {"minzoom": 0, "maxzoom": 3, "fields": []},
        {"minzoom": 9, "maxzoom": 11, "filter": "a = 1"},
    ]
    assert zoom.at(read, 10) == read[1]
    assert zoom.at(read, 5) is None


@pytest.mark.parametrize(
    "said",
    [
        [{"minzoom": 3, "maxzoom": 2}],
        [{"maxzoom": 9}, {"minzoom": 9}],
        [{"minzoom": True}],
        [{"fields": "tờ"}],
        [{"filter": 3}],
        [{"simplify_px": float("nan")}],
        [{"khác": 1}],
        [{}] * 30,
    ],
)
def test_what_cannot_be_said_of_zooms_is_refused(said: list[dict[str, object]]) -> None:
    with pytest.raises(InvalidZooms, match="zoom_overrides"):
        zoom.from_json(said)
