"""Layers, fields and styles without a database."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gishue.core.access import Visibility
from gishue.core.errors import Conflict
from layers import style
from layers.fields import MAX_NAME_BYTES, RESERVED, unique_names
from layers.layer import (
    GeometryType,
    InvalidSlug,
    Layer,
    LayerId,
    LayerKind,
    LayerState,
    check_slug,
)

LAYER = Layer(
    id=LayerId(1), slug="cay_xanh", title="Cây xanh", title_en="Trees", description="",
    description_en="", kind=LayerKind.VECTOR, theme="other", theme_title="Khác",
    theme_title_en="Other", theme_position=1, unit=None, unit_title="", unit_title_en="",
    visibility=Visibility.OPEN, state=LayerState.PUBLISHED, revision=3, epoch=1, srid=9214,
    source_crs="EPSG:9214", operation="", accuracy_m=1.0, encoding="utf-8",
    geometry_type=GeometryType.POINT, table_name="l1_r1", asset=None, feature_count=1,
    bounds=None, minzoom=0, maxzoom=22, licence="", source="", attribution="", simulated=False,
    draw_order=1, visible_by_default=True, search_field=None, style=None,
    updated_at=datetime(2026, 1, 1, tzinfo=UTC), published_at=None, fields=(),
)  # fmt: skip


@given(st.lists(st.text(max_size=80), max_size=20))
def test_field_names_are_short_unique_and_never_ours(names: list[str]) -> None:
    made = unique_names(names)
    assert len({name.casefold() for name in made}) == len(names)
    assert not {name.casefold() for name in made} & RESERVED
    assert all(0 < len(name.encode()) <= MAX_NAME_BYTES for name in made)


def test_decomposed_field_names_are_composed() -> None:
    assert unique_names(["te\u0302n xa\u0303"]) == ["tên xã"]


@pytest.mark.parametrize("slug", ["", "Cây", "1x", "a b", "a/b", "x" * 64, "../x"])
def test_names_that_break_urls_are_refused(slug: str) -> None:
    with pytest.raises(InvalidSlug):
        check_slug(slug)


@pytest.mark.parametrize(
    ("before", "after", "is_allowed"),
    [
        (LayerState.DRAFT, LayerState.PUBLISHED, True),
        (LayerState.PUBLISHED, LayerState.RETIRED, True),
        (LayerState.RETIRED, LayerState.PUBLISHED, True),
        (LayerState.PUBLISHED, LayerState.DRAFT, False),
        (LayerState.PUBLISHED, LayerState.PUBLISHED, False),
    ],
)
def test_a_layer_moves_as_its_life_allows(
    before: LayerState, after: LayerState, is_allowed: bool
) -> None:
    layer = dataclasses.replace(LAYER, state=before)
    if is_allowed:
        layer.check_move(after)
        return
    with pytest.raises(Conflict, match=f"from {before} to {after}"):
        layer.check_move(after)


@pytest.mark.parametrize("kind", list(GeometryType))
def test_every_geometry_has_a_default_drawing_of_its_own_source(kind: GeometryType) -> None:
    layer = dataclasses.replace(LAYER, geometry_type=kind, search_field="ten")
    drawn = style.style_layers(layer)
    assert {one["source"] for one in drawn} == {"cay_xanh"}
    assert {one["source-layer"] for one in drawn} <= {"cay_xanh", "cay_xanh:label"}
    assert len({one["id"] for one in drawn}) == len(drawn)
    assert style.legend(layer)[0]["label"] == "Cây xanh"


def test_a_stored_style_cannot_name_another_source() -> None:
    stored = {"layers": [{"type": "circle", "source": "kin", "source-layer": "kin", "id": "x"}]}
    drawn = style.style_layers(dataclasses.replace(LAYER, style=stored))
    assert drawn == [
        {"type": "circle", "id": "cay_xanh", "source": "cay_xanh", "source-layer": "cay_xanh"}
    ]


def test_a_named_polygon_layer_is_labelled_by_points_of_its_own() -> None:
    areas = dataclasses.replace(LAYER, geometry_type=GeometryType.POLYGON, search_field="ten")
    assert style.label_layer(areas) == "cay_xanh:label"
    sources = {one["type"]: one["source-layer"] for one in style.style_layers(areas)}
    assert sources == {"fill": "cay_xanh", "line": "cay_xanh", "symbol": "cay_xanh:label"}


def test_points_unnamed_areas_and_very_many_areas_need_no_label_points() -> None:
    areas = dataclasses.replace(LAYER, geometry_type=GeometryType.POLYGON)
    many = dataclasses.replace(areas, search_field="ten", feature_count=style.LABELLED + 1)
    assert [style.label_layer(one) for one in (LAYER, areas, many)] == [None, None, None]
