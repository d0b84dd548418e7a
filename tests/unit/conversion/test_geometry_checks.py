"""What one geometry shows by itself: a positive and an honest negative of each check."""

import json
from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from conversion.findings.sightings import KEPT, Sighting, Sightings, read_sightings
from conversion.measure import in_metres
from conversion.repair import GeometryPlan, GeometryTally, prepared
from layers.layer import GeometryType

X, Y = 561_000.0, 1_821_000.0  # in the city, EPSG:9214


def seen_in(*shapes: shapely.Geometry | None, **wanted: object) -> Sightings:
    """Return what is seen in one batch of ``shapes`` in EPSG:9214 (or ``srid``)."""
    srid = int(str(wanted.get("srid", 9214)))
    plan = GeometryPlan(GeometryType.MIXED, False, srid, srid, turns=bool(wanted.get("turns")))
    column = pa.array(shapely.to_wkb(np.array(shapes, object)), pa.large_binary())
    seen = Sightings()
    prepared(column, plan, GeometryTally(), seen)
    return seen


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    return shapely.box(X + x, Y + y, X + x + width, Y + y + height)


def codes(seen: Sightings) -> dict[str, int]:
    return {code: sum(columns.values()) for code, columns in seen.counts.items()}


def ring(text: str) -> shapely.Geometry:
    """Return a polygon written around (X, Y)."""
    shape = shapely.from_wkt(text)
    return shapely.transform(shape, lambda pairs: pairs + np.array([X, Y]))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))", "self_intersection"),
        ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (20 20, 25 20, 25 25, 20 20))", "hole_outside_shell"),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)), ((5 1, 8 1, 8 3, 5 1)))", "nested_rings"),
        (
            "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (0 0, 9 9, 5 1, 0 0))",
            "disconnected_interior",
        ),
    ],
)
def test_a_fault_has_its_code_its_place_and_what_was_done(text: str, code: str) -> None:
    seen = seen_in(box(50, 50, 9, 9), ring(text))
    assert codes(seen) == {code: 1, "geometry_repaired": 1}
    fault, repair = seen.kept
    assert (fault.row, repair.row) == (2, 2)
    assert fault.x == pytest.approx(X, abs=30)
    assert {"area_before_m2", "area_after_m2", "reason"} == set(repair.detail)


def test_a_bow_tie_tells_its_area_before_and_after() -> None:
    seen = seen_in(ring("POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))"))
    repair = next(one for one in seen.kept if one.code == "geometry_repaired")
    assert (repair.detail["area_before_m2"], repair.detail["area_after_m2"]) == (0, 50)
    assert (repair.x, repair.y) == (X + 5, Y + 5)


def test_what_is_missing_or_lost_is_listed_by_its_row() -> None:
    seen = seen_in(box(0, 0, 9, 9), None, ring("POLYGON ((0 0, 9 0, 0 0, 0 0))"))
    assert codes(seen) == {"null_geometry": 1, "degenerate_ring": 1, "geometry_lost": 1}
    assert [one.row for one in seen.kept] == [2, 3, 3]


def test_a_ring_turned_as_a_hole_outside_every_shell_is_told_of_a_shapefile() -> None:
    shell = shapely.Polygon([(X, Y), (X, Y + 50), (X + 50, Y + 50), (X + 50, Y)])
    hole = shapely.Polygon([(X + 60, Y), (X + 70, Y), (X + 70, Y + 10)])
    pair = shapely.MultiPolygon([shell, hole])
    assert codes(seen_in(pair, turns=True)) == {"hole_outside_shell": 1}
    assert codes(seen_in(pair)) == {}
    both = shapely.MultiPolygon([shell, hole.reverse()])
    assert codes(seen_in(both, turns=True)) == {}


def test_a_sliver_is_small_and_narrow_and_long() -> None:
    assert codes(seen_in(box(0, 0, 100, 0.02))) == {"sliver": 1}
    # A path 0.6 m wide, a post 30 cm square, and a strip of 200 m² are none.
    assert codes(seen_in(box(0, 0, 30, 1.2), box(0, 9, 0.3, 0.3), box(0, 20, 900, 0.3))) == {}


def test_one_sliver_among_the_parts_marks_its_feature_once() -> None:
    shape = shapely.MultiPolygon([box(0, 0, 9, 9), box(0, 20, 50, 0.1), box(0, 30, 50, 0.1)])
    seen = seen_in(shape)
    assert codes(seen) == {"sliver": 1}
    assert seen.kept[0].detail["area_m2"] == 5


def test_a_line_across_itself_tells_where() -> None:
    loop = ring("LINESTRING (0 0, 10 10, 10 0, 0 10)")
    seen = seen_in(loop, ring("LINESTRING (0 0, 9 0, 9 9, 0 0)"))
    assert codes(seen) == {"self_crossing_line": 1}
    assert (seen.kept[0].row, seen.kept[0].x, seen.kept[0].y) == (1, X + 5, Y + 5)


def test_parts_of_one_line_may_cross_each_other() -> None:
    assert codes(seen_in(ring("MULTILINESTRING ((0 0, 10 10), (10 0, 0 10))"))) == {}


def test_far_outside_is_beyond_two_kilometres_of_the_city() -> None:
    hanoi, hue = shapely.Point(105.85, 21.03), shapely.Point(107.58, 16.46)
    through = shapely.LineString([(105.85, 21.03), (107.58, 16.46), (109.2, 12.2)])
    seen = seen_in(hanoi, hue, through, srid=4326)
    assert codes(seen) == {"far_outside_city": 1}
    assert (seen.kept[0].row, seen.kept[0].x) == (1, 105.85)


@given(
    st.floats(107.0, 108.2),
    st.floats(16.0, 16.8),
    st.floats(1e-4, 0.05),
    st.floats(1e-4, 0.05),
)
def test_areas_of_degrees_are_square_metres_within_half_a_percent(
    lon: float, lat: float, width: float, height: float
) -> None:
    shape = shapely.box(lon, lat, lon + width, lat + height)
    ours = shapely.area(in_metres(np.array([shape], object), 4326))[0]
    true = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0])
    assert ours == pytest.approx(true, rel=0.005)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=9))
def test_repair_never_changes_a_valid_shape(corners: list[tuple[int, int]]) -> None:
    shape = shapely.Polygon([(X + x, Y + y) for x, y in corners])
    plan = GeometryPlan(GeometryType.POLYGON, False, 9214, 9214)
    raw = shapely.to_wkb(shape)
    done = prepared(pa.array([raw], pa.large_binary()), plan, GeometryTally())[0].as_py()
    if shapely.is_valid(shape):
        assert done[9:] == raw
    else:
        assert done is None or shapely.is_valid(shapely.from_wkb(done))


def test_counts_go_on_where_examples_end() -> None:
    seen = seen_in(*[None] * (KEPT + 7))
    assert seen.count("null_geometry") == KEPT + 7
    assert len(seen.kept) == KEPT


def test_a_report_comes_back_as_it_left_and_a_wrong_one_does_not() -> None:
    seen = seen_in(box(0, 0, 100, 0.02), None)
    back = read_sightings(json.loads(json.dumps(asdict(seen))))
    assert (back.counts, back.kept) == (seen.counts, seen.kept)
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        read_sightings({"counts": {"sliver": {"0": "many"}}, "kept": []})
    alien = Sighting("unheard_of", 1)
    assert read_sightings({"counts": {}, "kept": [asdict(alien)]}).kept == []
