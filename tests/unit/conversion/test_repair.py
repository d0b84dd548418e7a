import numpy as np
import pyarrow as pa
import pytest
import shapely

from conversion.repair import GeometryPlan, GeometryTally, prepared
from gishue.core.crs import to_wgs84
from layers.layer import GeometryType

POLYGON = GeometryPlan(GeometryType.POLYGON, source_srid=9214, srid=9214)
POINT = GeometryPlan(GeometryType.POINT, source_srid=9214, srid=9214)


def column(*texts: str | None) -> pa.Array:
    shapes = shapely.from_wkt(np.array(texts, object), on_invalid="fix")
    return pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())


def texts(column: pa.Array) -> list[str | None]:
    shapes = shapely.from_wkb(np.array(column.to_pylist(), object))
    return [None if shape is None else shape.normalize().wkt for shape in shapes]


def test_sound_polygons_come_back_bit_for_bit_as_parts() -> None:
    raw = shapely.to_wkb(shapely.box(561476.476212345, 1821417.454398765, 561500.1, 1821500.2))
    done = prepared(pa.array([raw]), POLYGON, GeometryTally())
    assert done[0].as_py()[9:] == raw


def test_a_crossing_polygon_is_repaired_and_its_area_told() -> None:
    tally = GeometryTally()
    done = prepared(column("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"), POLYGON, tally)
    assert shapely.from_wkb(done[0].as_py()).area == 2
    assert (tally.repaired, tally.area_before, tally.area_after) == (1, 0, 2)


def test_what_collapses_or_is_not_finite_is_counted_as_lost() -> None:
    tally = GeometryTally()
    line = column("POLYGON ((0 0, 1 0, 0 0, 0 0))", None, "POLYGON EMPTY")
    assert prepared(line, POLYGON, tally).to_pylist() == [None, None, None]
    assert (tally.lost, tally.null) == (1, 2)
    endless = pa.array([shapely.to_wkb(shapely.Point(float("inf"), 1)), b"\x01\x01\0\0\0nonsense"])
    assert prepared(endless, POINT, tally).to_pylist() == [None, None]
    assert tally.unreadable == 2


def test_heights_are_dropped_and_counted() -> None:
    tally = GeometryTally()
    assert texts(prepared(column("POINT Z (1 2 3)"), POINT, tally)) == ["POINT (1 2)"]
    assert tally.flattened == 1


def test_a_multipoint_of_one_becomes_its_point() -> None:
    assert texts(prepared(column("MULTIPOINT ((1 2))", "POINT (3 4)"), POINT, GeometryTally())) == [
        "POINT (1 2)",
        "POINT (3 4)",
    ]


def test_swapped_columns_are_turned() -> None:
    plan = GeometryPlan(GeometryType.POINT, True, 9214, 9214)
    assert texts(prepared(column("POINT (1821417 561476)"), plan, GeometryTally())) == [
        "POINT (561476 1821417)"
    ]


def test_an_old_system_is_moved_by_the_official_operation() -> None:
    # Ngọ Môn in HN-72 zone 18 and in VN-2000, from tests/data/crs/control_points.json.
    plan = GeometryPlan(GeometryType.POINT, False, 2044, 9214)
    moved = prepared(column("POINT (18775274.205 1823218.387)"), plan, GeometryTally())
    shape = shapely.from_wkb(moved[0].as_py())
    assert (shapely.get_x(shape), shapely.get_y(shape)) == pytest.approx(
        (561476.4762, 1821417.4543), abs=0.01
    )
    lon, lat = to_wgs84(9214).transform(shapely.get_x(shape), shapely.get_y(shape))
    assert (lon, lat) == pytest.approx((107.5776, 16.4677), abs=1e-7)
