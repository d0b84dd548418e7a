"""DGN version 8: what the elements of a document draw.

No free file of this version may be kept here, so the documents are made of the library's own
records, as its reader returns them.
"""

import math
from collections.abc import Sequence

import pytest
import shapely
from ezdgn.v8 import (
    V8CommonHeader,
    V8ContainerInfo,
    V8Document,
    V8Element,
    V8ElementData,
    V8Model,
    V8ModelMetadata,
    V8Point,
    V8RawDocument,
    V8RawObject,
)

from conversion.cad.dgn8 import drawn
from conversion.cad.drawing import Drawing

RAW = V8RawObject(
    0, 0, "graphical", "", 0, 0, 0, 0, "standalone", 0, 0, None, None, None, raw_bytes=b""
)


def at(x: float, y: float) -> V8Point:
    return V8Point((x * 1000, y * 1000, 0.0), (x, y, 0.0))


def element(index: int, data: V8ElementData, parent: int | None = None) -> V8Element:
    nothing = ((0, 0, 0), (0, 0, 0))
    header = V8CommonHeader(
        7, 0x20 + index, 0, 0, 0, 0, 0, 0, 3, 2, 2, nothing, nothing, 0, 0
    )  # level 7, colour 3
    return V8Element(index, RAW, header, data, parent, (), (), ())


def read(elements: Sequence[V8Element], unit: str | None = "m") -> Drawing:
    children: dict[int, list[int]] = {}
    for one in elements:
        if one.parent_index is not None:
            children.setdefault(one.parent_index, []).append(one.index)
    whole = tuple(
        V8Element(
            one.index,
            one.raw,
            one.common,
            one.data,
            one.parent_index,
            tuple(children.get(one.index, ())),
            (),
            (),
        )
        for one in elements
    )
    zero = (0.0, 0.0, 0.0)
    box = ((0, 0, 0), (0, 0, 0))
    about = V8ModelMetadata(
        0, "", 0, 0, 0, 0, "", "", 2, 0, 0, 1000.0, 0.001, zero, box, box, unit, None, (), b""
    )
    container = V8ContainerInfo(4, True, (), (), ())
    return drawn(
        V8Document(V8RawDocument(container, (), (), (), 0, 0, 0), (V8Model(about, whole),))
    )


def points(*places: tuple[float, float]) -> tuple[V8Point, ...]:
    return tuple(at(x, y) for x, y in places)


def test_lines_shapes_and_texts_keep_level_and_place() -> None:
    found = read(
        [
            element(0, V8ElementData("LINE", points((0, 0), (3, 4)))),
            element(1, V8ElementData("SHAPE", points((0, 0), (9, 0), (9, 9), (0, 0)))),
            element(2, V8ElementData("TEXT", origin=at(5, 6), text="Thửa 12")),
        ]
    )
    assert [one.geometry.wkt for one in found.entities] == [
        "LINESTRING (0 0, 3 4)",
        "POLYGON ((0 0, 9 0, 9 9, 0 0))",
        "POINT (5 6)",
    ]
    assert {one.layer for one in found.entities} == {"level_7"}
    assert (found.entities[2].text, found.unit_m, found.count) == ("Thửa 12", 1.0, 3)


def test_arcs_and_ellipses_are_chords() -> None:
    arc = V8ElementData(
        "ARC",
        center=at(10, 10),
        primary_axis_master=5.0,
        secondary_axis_master=5.0,
        rotation_radians=0.0,
        start_angle_radians=0.0,
        sweep_angle_radians=math.pi / 2,
    )
    ellipse = V8ElementData(
        "ELLIPSE",
        center=at(0, 0),
        primary_axis_master=4.0,
        secondary_axis_master=2.0,
        rotation_radians=math.pi / 2,
    )
    first, second = read([element(0, arc), element(1, ellipse)]).entities
    ends = [*first.geometry.coords[0], *first.geometry.coords[-1]]
    assert ends == pytest.approx([15, 10, 10, 15])
    assert shapely.Polygon(second.geometry.coords).area == pytest.approx(math.pi * 8, rel=1e-3)
    assert second.geometry.bounds == pytest.approx((-2, -4, 2, 4), rel=1e-2)


def test_a_complex_shape_is_one_polygon_of_its_parts() -> None:
    found = read(
        [
            element(0, V8ElementData("COMPLEX_SHAPE")),
            element(1, V8ElementData("LINE_STRING", points((0, 0), (4, 0), (4, 4))), 0),
            element(2, V8ElementData("LINE_STRING", points((4, 4), (0, 4), (0, 0))), 0),
        ]
    )
    (whole,) = found.entities
    assert (whole.kind, whole.geometry.area) == ("complex_shape", 16)


def test_parts_of_a_cell_carry_its_name() -> None:
    found = read(
        [
            element(0, V8ElementData("CELL", name="CAY")),
            element(1, V8ElementData("LINE", points((0, 0), (1, 1))), 0),
        ]
    )
    assert [(one.kind, one.block) for one in found.entities] == [("line", "CAY")]


def test_what_is_not_known_is_counted() -> None:
    found = read(
        [
            element(0, V8ElementData("UNKNOWN")),
            element(1, V8ElementData("LINE", points((0, 0), (1, 1)))),
        ]
    )
    assert found.skipped == {"unknown": 1}
