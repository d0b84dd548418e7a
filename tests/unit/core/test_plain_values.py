"""Boxes, cursors, problems and named statements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gishue.core import paging
from gishue.core.bounds import Bounds
from gishue.core.errors import BadRequest, GishueError, NotFound
from gishue.core.log import pairs
from gishue.core.sql import load


def _classes(root: type[GishueError]) -> list[type[GishueError]]:
    return [root, *(deeper for sub in root.__subclasses__() for deeper in _classes(sub))]


def test_every_refusal_has_a_slug_a_status_and_both_languages() -> None:
    for kind in _classes(GishueError):
        assert kind.slug
        assert 400 <= kind.status < 600
        assert kind.title
        assert kind.title_vi


def test_no_two_refusals_of_other_status_share_a_slug() -> None:
    seen: dict[str, int] = {}
    for kind in _classes(GishueError):
        assert seen.setdefault(kind.slug, kind.status) == kind.status, kind


def test_a_problem_says_what_and_where() -> None:
    problem = NotFound("no layer 'x'", vi="không có lớp 'x'", layer="x").problem("/api/v1/layers/x")
    assert problem["type"] == "/problems/not-found"
    assert (problem["status"], problem["layer"]) == (404, "x")
    assert problem["instance"] == "/api/v1/layers/x"


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "3,0,1,1", "nan,0,1,1"])
def test_a_box_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="bbox"):
        Bounds.parse(text)


_DEGREES = st.floats(-180, 180)


@given(_DEGREES, _DEGREES, _DEGREES, _DEGREES)
def test_boxes_meet_both_ways(x: float, y: float, u: float, v: float) -> None:
    one = Bounds(min(x, u), min(y, v), max(x, u), max(y, v))
    other = Bounds(min(y, u), min(x, v), max(y, u), max(x, v))
    assert one.meets(other) == other.meets(one)
    assert one.union(other).meets(one)


@given(
    st.lists(st.one_of(st.integers(-(2**63), 2**63), st.text(max_size=20)), min_size=1, max_size=3)
)
def test_a_cursor_gives_its_values_back(values: list[int | str]) -> None:
    assert paging.read_cursor(paging.cursor(*values), len(values)) == values


@pytest.mark.parametrize(
    "token", ["", "x", "####", "bm90IGpzb24", paging.cursor(1, 2), paging.cursor("x" * 999)]
)
def test_a_cursor_of_another_list_is_refused(token: str) -> None:
    with pytest.raises(BadRequest, match="cursor"):
        paging.read_cursor(token, 1)


@pytest.mark.parametrize("value", ["1", True, None, 1.0, -1, 2**63, [1]])
def test_a_cursor_that_names_no_id_is_refused(value: object) -> None:
    with pytest.raises(BadRequest, match="cursor"):
        paging.read_id(paging.cursor(value))


def test_statements_are_found_by_name() -> None:
    assert load("layers", "layer")["lock"].startswith("SELECT id")


def test_a_log_line_keeps_one_line_a_value() -> None:
    assert pairs(a=1, b="x y") == "a=1 b='x y'"
