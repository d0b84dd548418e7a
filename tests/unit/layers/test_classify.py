"""Classes of values: bounds against independent reckonings, and the styles made of them."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.layer import GeometryType
from layers.styling import classify, stored
from layers.styling.classify import Category, Method, NoClasses
from layers.styling.palette import OTHER
from tests.support.style_spec import around, faults
from tests.unit.tiles.layer import parcel

LAYER = parcel(search_field="chủ")
AREA, LAND = "diện tích", "loại đất"
VALUES = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=14).map(sorted)


def _asked(name: str = AREA, method: Method = Method.QUANTILE, **more: Any) -> classify.Wanted:
    palette = "okabe-ito" if method is Method.CATEGORIES else "viridis"
    said: dict[str, Any] = {"number": 4, "palette": palette, "is_reversed": False, **more}
    return classify.wanted(LAYER, name, method, **said)


def test_equal_intervals_are_equal() -> None:
    assert classify.breaks([0, 1, 2, 100], Method.EQUAL_INTERVAL, 4) == [25, 50, 75]


def test_quantiles_hold_alike_many() -> None:
    values = [float(value) for value in range(1, 101)]
    bounds = classify.breaks(values, Method.QUANTILE, 4)
    held = np.histogram(values, [values[0], *bounds, values[-1]])[0]
    assert max(held) - min(held) <= 2


@given(VALUES, st.integers(2, 4))
def test_natural_breaks_are_the_best_of_all(values: list[float], number: int) -> None:
    """Against every way to cut so few values, tried one by one."""
    classes = min(number, len(set(values)))
    bounds = classify.breaks(values, Method.NATURAL, number)
    assert len(bounds) == classes - 1
    best = min(
        _spread_within(values, cuts)
        for cuts in itertools.combinations(range(1, len(values)), classes - 1)
    )
    cuts = [next(at for at, value in enumerate(values) if value >= bound) for bound in bounds]
    assert _spread_within(values, cuts) == pytest.approx(best, abs=1e-6)


def _spread_within(values: list[float], cuts: Any) -> float:
    edges = [0, *cuts, len(values)]
    return sum(float(np.var(values[a:b]) * (b - a)) for a, b in itertools.pairwise(edges) if b > a)


@given(
    VALUES, st.integers(2, 7), st.sampled_from([m for m in Method if m is not Method.CATEGORIES])
)
def test_bounds_ascend_within_the_values(values: list[float], number: int, method: Method) -> None:
    bounds = classify.breaks(values, method, number)
    assert bounds == sorted(set(bounds))
    assert len(bounds) < number
    assert all(values[0] < bound <= values[-1] for bound in bounds)


@pytest.mark.parametrize("geometry", GeometryType)
@pytest.mark.parametrize("method", Method)
def test_the_style_may_be_stored_and_drawn(geometry: GeometryType, method: Method) -> None:
    layer = parcel(geometry_type=geometry, search_field="chủ")
    if method is Method.CATEGORIES:
        found = [Category("ODT", 9), Category("CLN", 3)]
        made = classify.by_category(layer, _asked(LAND, method), found)
    else:
        made = classify.by_steps(layer, _asked(method=method), [1.0, 2.0, 3.5, 10.0, 20.0])
    kept = stored.read(layer, made)
    assert kept == made
    assert faults([around(kept["layers"])]) == [[]]
    assert kept["layers"][-1]["type"] == "symbol"


def test_all_other_values_are_grey_and_say_so() -> None:
    made = classify.by_category(LAYER, _asked(LAND, Method.CATEGORIES), [Category("ODT", 9)])
    colour = made["layers"][0]["paint"]["fill-color"]
    assert colour == ["match", ["get", LAND], "ODT", "#0072b2", OTHER]
    assert [item["label_en"] for item in made["legend"]] == ["ODT", "Other"]


def test_a_legend_counts_in_both_languages() -> None:
    made = classify.by_steps(LAYER, _asked(number=2), [1.0, 2.5, 4.25])
    first = made["legend"][0]
    assert (first["label"], first["label_en"]) == ("1 – 2,5", "1 – 2.5")


def test_one_value_is_one_class() -> None:
    made = classify.by_steps(LAYER, _asked(), [7.0, 7.0])
    assert made["layers"][0]["paint"]["fill-color"][2] == "#440154"


@pytest.mark.parametrize(
    ("name", "method", "more"),
    [
        ("không có", Method.QUANTILE, {}),
        (LAND, Method.QUANTILE, {}),
        (AREA, Method.CATEGORIES, {}),
        (AREA, Method.QUANTILE, {"palette": "okabe-ito"}),
        (AREA, Method.QUANTILE, {"palette": "nope"}),
        (AREA, Method.QUANTILE, {"number": 1}),
        (AREA, Method.QUANTILE, {"number": 8}),
        (LAND, Method.CATEGORIES, {"palette": "viridis"}),
    ],
)
def test_what_cannot_be_is_refused_in_two_languages(
    name: str, method: Method, more: dict[str, Any]
) -> None:
    with pytest.raises(NoClasses) as told:
        _asked(name, method, **more)
    assert told.value.detail != told.value.detail_vi


def test_no_values_no_classes() -> None:
    with pytest.raises(NoClasses):
        classify.by_steps(LAYER, _asked(), [])
    with pytest.raises(NoClasses):
        classify.by_category(LAYER, _asked(LAND, Method.CATEGORIES), [])
