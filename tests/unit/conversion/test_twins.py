import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from conversion.findings import twins
from conversion.findings.twins import Boxes, read_twins


def rows_of(boxes: list[tuple[int, int]], batch: int = 3) -> list[int] | None:
    known = Boxes()
    for first in range(0, len(boxes), batch):
        part = boxes[first : first + batch]
        known.look(np.array([[x, y, x + 1.0, y + 1.0] for x, y in part], np.float64))
    return known.twins()


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), max_size=30))
def test_twins_are_the_rows_that_are_not_alone(boxes: list[tuple[int, int]]) -> None:
    expected = [row for row, box in enumerate(boxes, 1) if boxes.count(box) > 1]
    assert rows_of(boxes) == expected


def test_both_zeros_are_one_and_absent_shapes_are_alike() -> None:
    known = Boxes()
    known.look(np.array([[0.0, 0, 1, 1], [-0.0, 0, 1, 1]]))
    known.look(shapely.bounds(np.array([None, shapely.Point(5, 5), None], object)))
    assert known.twins() == [1, 2, 3, 5]


def test_too_many_rows_or_suspects_are_left_to_the_database() -> None:
    assert rows_of([(0, 0)] * (twins.TWINS + 1), batch=50_000) is None
    known = Boxes(rows=twins.ROWS)
    known.look(np.array([[0.0, 0, 1, 1]]))
    assert known.twins() is None


def test_what_a_reader_says_is_checked() -> None:
    assert read_twins(None) is None
    assert read_twins([3, 4]) == [3, 4]
    for wrong in ("3", {"3": 4}, ["x"], [1] * (twins.TWINS + 1)):
        with pytest.raises(ValueError, match=r"."):
            read_twins(wrong)
