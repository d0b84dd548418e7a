"""What a tile holds at a zoom: the fields that drawing needs are never dropped."""

import pytest

from layers.layer import GeometryType
from tests.unit.tiles.layer import parcel
from tiles.tier import FEW, Choice, choice, drawn_names, shown_fields


@pytest.mark.parametrize(
    ("geometry_type", "z", "wanted"),
    [
        (GeometryType.POLYGON, 13, Choice.WHOLE),
        (GeometryType.POLYGON, 12, Choice.LARGER),
        (GeometryType.LINE, 0, Choice.LARGER),
        (GeometryType.POINT, 12, Choice.THINNED),
        (GeometryType.MIXED, 5, Choice.MIXED),
    ],
)
def test_a_large_layer_is_bounded_below_zoom_13(
    geometry_type: GeometryType, z: int, wanted: Choice
) -> None:
    assert choice(parcel(geometry_type=geometry_type), z) is wanted


def test_a_layer_of_few_features_is_whole_with_all_its_fields_at_every_zoom() -> None:
    small = parcel(feature_count=FEW)
    assert {choice(small, z) for z in range(23)} == {Choice.WHOLE}
    assert {shown_fields(small, z) for z in range(23)} == {small.fields}


def test_all_fields_stand_from_zoom_16_and_four_before() -> None:
    layer = parcel()
    assert shown_fields(layer, 16) == layer.fields
    names = [field.name for field in shown_fields(layer, 15)]
    assert names == ["tờ", "thửa", "diện tích", "loại đất"]
    assert shown_fields(layer, 12) == ()


def test_fields_of_the_style_and_the_labels_stand_at_every_zoom() -> None:
    style = {
        "layers": [
            {
                "type": "fill",
                "filter": ["all", ["==", "loại đất", "ODT"]],
                "paint": {"fill-color": ["match", ["get", "giá"], 1, "#fff", "#000"]},
            },
            {"type": "symbol", "layout": {"text-field": "{thửa}/{tờ} m"}},
        ]
    }
    layer = parcel(style=style, search_field="chủ")
    used = {"loại đất", "giá", "thửa", "tờ", "chủ"}
    assert drawn_names(layer) == used
    for z in (5, 12, 13, 15):
        assert {field.name for field in shown_fields(layer, z)} == used
