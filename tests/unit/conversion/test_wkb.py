"""Reading the heads of WKB, against shapely as the independent reader."""

from typing import Literal

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from conversion.wkb import MULTI_LINE, MULTI_POINT, MULTI_POLYGON, POINT, Heads, as_multi

type Flavor = Literal["iso", "extended"]

WKB_TYPES = {
    "Point": 1,
    "LineString": 2,
    "Polygon": 3,
    "MultiPoint": 4,
    "MultiLineString": 5,
    "MultiPolygon": 6,
    "GeometryCollection": 7,
}
FLAVORS: list[Flavor] = ["iso", "extended"]

SHAPES = [
    "POINT (1 2)",
    "LINESTRING (0 0, 1 1, 2 0)",
    "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 0.5, 2 0.5, 2 1, 1 0.5))",
    "MULTIPOINT ((1 2), (3 4))",
    "MULTILINESTRING ((0 0, 1 1))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
    "GEOMETRYCOLLECTION (POINT (1 2))",
    "POINT Z (1 2 3)",
    "POLYGON Z ((0 0 1, 4 0 2, 4 4 3, 0 0 1))",
    "POLYGON EMPTY",
    None,
]


def column(texts: list[str | None], order: int, flavor: Flavor) -> pa.Array:
    shapes = shapely.from_wkt(np.array(texts, object))
    return pa.array(shapely.to_wkb(shapes, byte_order=order, flavor=flavor), pa.large_binary())


@settings(deadline=None)  # the first call loads GEOS
@given(
    st.lists(st.sampled_from(SHAPES), min_size=1, max_size=20),
    st.sampled_from([0, 1]),
    st.sampled_from(FLAVORS),
)
def test_heads_agree_with_shapely(texts: list[str | None], order: int, flavor: Flavor) -> None:
    heads = Heads(column(texts, order, flavor))
    shapes: list[BaseGeometry | None] = list(shapely.from_wkt(np.array(texts, object)))
    for at, shape in enumerate(shapes):
        is_there = shape is not None and not shape.is_empty
        assert bool(heads.present[at]) is is_there
        if shape is not None and is_there:
            assert heads.types[at] == WKB_TYPES[shape.geom_type]
            assert bool(heads.has_z[at]) is shape.has_z
            assert bool(heads.plain[at]) is (order == 1 and not shape.has_z)


def test_a_slice_of_a_column_reads_its_own_rows() -> None:
    whole = column(["POINT (1 2)", "LINESTRING (0 0, 1 1)", None, "POINT (3 4)"], 1, "iso")
    assert Heads(whole.slice(1, 3)).types.tolist() == [2, 0, 1]


def test_single_shapes_are_wrapped_and_nothing_else_changes() -> None:
    texts = ["LINESTRING (0 0, 1 1)", None, "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))", "POINT (1 2)"]
    single = column(texts, 1, "iso")
    wrapped = as_multi(single, Heads(single)).to_pylist()
    assert wrapped[1] is None
    made = shapely.from_wkb([wrapped[0], wrapped[2], wrapped[3]])
    assert [shape.wkt for shape in made] == [
        "MULTILINESTRING ((0 0, 1 1))",
        "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
        "MULTIPOINT ((1 2))",
    ]
    assert (MULTI_POINT, MULTI_LINE, MULTI_POLYGON) == (POINT + 3, 5, 6)
