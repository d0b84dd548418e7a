"""Line-work closed to polygons: exact, almost, and not at all."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon, box

from conversion.cad.lines import close

TOLERANCE = 0.05


def sides(polygon: Polygon) -> list[LineString]:
    points = list(polygon.exterior.coords)
    return [LineString(pair) for pair in pairwise(points)]


def square(size: float = 10.0) -> list[LineString]:
    return sides(box(0, 0, size, size))


def cut_grid(columns: int, rows: int, seed: int) -> tuple[list[LineString], int]:
    """A grid of parcels whose corners are anywhere near, its sides cut, turned and shuffled."""
    rng = np.random.default_rng(seed)
    at = rng.uniform(-2, 2, (columns + 1, rows + 1, 2))
    at += np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), 2) * 20
    lines: list[LineString] = []
    for c in range(columns + 1):
        for r in range(rows + 1):
            for far in ((c + 1, r), (c, r + 1)):
                if far[0] <= columns and far[1] <= rows:
                    lines += cut(at[c, r], at[far], rng)
    order = rng.permutation(len(lines)).tolist()
    return [lines[which] for which in order], columns * rows


def cut(start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> list[LineString]:
    """One side as one to three lines, its beginnings off by at most a quarter of the tolerance.

    A piece may be shorter than the tolerance: then its own two ends are brought together.
    """
    shares = np.sort(rng.uniform(0.2, 0.8, rng.integers(0, 3)))
    places = [start, *(start + share * (end - start) for share in shares), end]
    off = TOLERANCE / 4
    lines = [
        LineString([a + rng.uniform(-off, off, 2) / math.sqrt(2), b]) for a, b in pairwise(places)
    ]
    return [one if rng.random() < 0.5 else one.reverse() for one in lines]


@settings(max_examples=25, deadline=None)
@given(st.builds(cut_grid, st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32 - 1)))
@example(cut_grid(1, 1, 319))  # a piece of 0.056, its end moved to that of another
@example(cut_grid(3, 3, 107))  # the same with a piece of 0.042
@example(cut_grid(1, 1, 186))  # a piece of 0.049 beside the beginning of a line
def test_parcels_cut_into_loose_sides_come_back(grid: tuple[list[LineString], int]) -> None:
    lines, parcels = grid
    closed = close(lines, TOLERANCE)
    assert len(closed.polygons) == parcels
    assert not closed.gaps
    assert all(one.is_valid for one in closed.polygons)
    outer = shapely.union_all(list(closed.polygons))
    assert shapely.area(list(closed.polygons)).sum() == pytest.approx(outer.area, abs=1e-6)
    assert closed.farthest <= TOLERANCE


@pytest.mark.parametrize("step", [0.005, 0.02, 0.04, 0.07, 0.11])
def test_a_circle_of_pieces_about_as_long_as_the_tolerance_is_closed(step: float) -> None:
    rng = np.random.default_rng(7)
    turns = np.sort(rng.uniform(0, math.tau, int(math.tau * 2 / step)))
    places = 2 * np.stack([np.cos(turns), np.sin(turns)], 1)
    ends = np.roll(places, -1, axis=0) + rng.uniform(-0.01, 0.01, places.shape)
    closed = close([LineString(pair) for pair in zip(places, ends, strict=True)], TOLERANCE)
    assert max(one.area for one in closed.polygons) == pytest.approx(math.pi * 4, abs=0.5)
    assert not closed.gaps


def test_sides_that_meet_exactly_keep_their_coordinates() -> None:
    (polygon,) = close(square(), TOLERANCE).polygons
    assert polygon.equals(box(0, 0, 10, 10))


def test_a_side_that_stops_short_of_another_is_joined_and_counted() -> None:
    divider = LineString([(5, 0.03), (5, 9.98)])
    closed = close([*square(), divider], TOLERANCE)
    assert sorted(round(one.area) for one in closed.polygons) == [50, 50]
    assert not closed.gaps


def test_an_end_that_was_moved_away_from_a_side_still_meets_it() -> None:
    halves = [LineString([(2, 0.08), (2, 10)]), LineString([(2, 0.04), (8, 0.04), (8, 10)])]
    closed = close([*halves, *square()], TOLERANCE)
    assert sorted(round(one.area) for one in closed.polygons) == [20, 20, 60]
    assert not closed.gaps


def test_a_side_that_runs_past_another_leaves_no_gap() -> None:
    divider = LineString([(5, -0.02), (5, 10.02)])
    closed = close([*square(), divider], TOLERANCE)
    assert len(closed.polygons) == 2
    assert (closed.gaps, closed.loose) == ((), 0)


def test_a_wider_opening_is_reported_with_its_place_and_width() -> None:
    closed = close([*square(), LineString([(5, 0), (5, 8)])], TOLERANCE)
    (polygon,) = closed.polygons
    assert polygon.area == pytest.approx(100)
    (gap,) = closed.gaps
    assert (gap.x, gap.y, gap.length) == pytest.approx((5, 9, 2))


def test_an_opening_between_two_ends_is_one_gap() -> None:
    ring = LineString([(1, 0), (10, 0), (10, 10), (0, 10), (0, 0), (0.2, 0)])
    closed = close([ring], TOLERANCE)
    assert not closed.polygons
    (gap,) = closed.gaps
    assert (gap.x, gap.y, gap.length) == pytest.approx((0.6, 0, 0.8))


def test_lines_shorter_than_the_tolerance_alone_are_nothing() -> None:
    assert close([LineString([(0, 0), (0.01, 0)])], TOLERANCE).polygons == ()


def test_a_short_loose_line_is_no_gap() -> None:
    closed = close([LineString([(0, 0), (1, 0)])], TOLERANCE)
    assert (closed.gaps, closed.loose) == ((), 2)


def test_an_end_far_from_everything_is_loose() -> None:
    closed = close([*square(), LineString([(100, 100), (200, 100)])], TOLERANCE)
    assert (closed.loose, closed.gaps) == (2, ())


def test_a_face_thinner_than_the_tolerance_is_left_out_and_counted() -> None:
    beside = LineString([(10, 0), (10.01, 5), (10, 10)])
    closed = close([*square(), beside], 0.001)
    assert len(closed.polygons) == 2
    assert close([*square(), beside], TOLERANCE).slivers == 1


def test_an_inner_ring_is_a_hole_of_the_outer_face() -> None:
    closed = close([*square(), *sides(box(4, 4, 6, 6))], TOLERANCE)
    assert sorted(one.area for one in closed.polygons) == [4, 96]
