"""Coordinates that exist nowhere: few of many are a slip, all of them another reference system."""

import numpy as np
import pytest

from conversion.crs.impossible import is_nowhere, slips

HUE = (563_000.0, 1_823_000.0, 564_000.0, 1_824_000.0)


@pytest.mark.parametrize(
    ("bounds", "srid", "nowhere"),
    [
        ((107.0, 16.0, 108.0, 17.0), 4326, False),
        (HUE, 4326, True),
        ((-500.0, -100.0, 500.0, 100.0), 4326, False),
        ((500.0, 16.0, 600.0, 17.0), 4326, True),
        (HUE, 9214, False),
        (tuple(1e4 * one for one in HUE), 9214, True),
        ((0.0, 0.0, 1e12, 1e12), 9214, False),
    ],
)
def test_bounds_lie_nowhere_only_where_no_part_of_them_is_a_place(
    bounds: tuple[float, float, float, float], srid: int, nowhere: bool
) -> None:
    assert is_nowhere(bounds, srid) is nowhere


def test_few_impossible_boxes_are_slips_and_many_are_not() -> None:
    boxes = np.tile(np.array(HUE), (20, 1))
    boxes[3] *= 1e9
    assert np.flatnonzero(slips(boxes, 9214)).tolist() == [3]
    boxes[5:15] *= 1e9
    assert not slips(boxes, 9214).any()
