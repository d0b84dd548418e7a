from typing import Any

import pytest

from layers.fields import FieldType
from layers.layer import GeometryType
from layers.schema import InvalidSchema, LayerSchema, of_fields

WELL: dict[str, Any] = {
    "geometry_type": "point",
    "fields": [
        {"name": "ma", "type": "text", "title": "Mã trạm", "required": True, "unique": True},
        {"name": "loai", "type": "text", "values": [{"value": "M", "title": "Mưa"}, "N"]},
        {"name": "cao", "type": "real", "minimum": -5, "maximum": 1_800},
    ],
}


def test_a_schema_is_stored_as_it_was_said() -> None:
    made = LayerSchema.from_dict(WELL)
    assert made.geometry_type is GeometryType.POINT
    assert made.fields[1].values == (("M", "Mưa"), ("N", ""))
    assert LayerSchema.from_dict(made.as_dict()) == made


def test_its_fields_are_those_of_a_table() -> None:
    fields = LayerSchema.from_dict(WELL).as_fields()
    assert [(f.name, f.title, f.type, f.column) for f in fields] == [
        ("ma", "Mã trạm", FieldType.TEXT, "c1"),
        ("loai", "loai", FieldType.TEXT, "c2"),
        ("cao", "cao", FieldType.REAL, "c3"),
    ]
    assert not of_fields(fields, GeometryType.POINT).strict


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ({"name": "id", "type": "text"}, "cannot name"),
        ({"name": "", "type": "text"}, "cannot name"),
        ({"name": "a", "type": "geometry"}, "cannot be read"),
        ({"name": "a", "type": "text", "minimum": 1}, "only numbers"),
        ({"name": "a", "type": "real", "minimum": 2, "maximum": 1}, "above"),
        ({"name": "a", "type": "integer", "max_length": 3}, "max_length"),
        ({"name": "a", "type": "text", "values": ["x", "x"]}, "each once"),
        ({"name": "a", "type": "integer", "values": ["x"]}, "integers"),
        ({"name": "a", "type": "date", "values": ["x"]}, "list of values"),
        ({"name": "a", "type": "text", "colour": "red"}, "colour"),
        ({"type": "text"}, "cannot be read; give `fields`"),
        ("a", "has no"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_field(field: Any, why: str) -> None:
    with pytest.raises(InvalidSchema, match=why) as caught:
        LayerSchema.from_dict({"fields": [field]})
    assert caught.value.detail_vi.startswith("lược đồ không hợp lệ")


@pytest.mark.parametrize("said", [{"fields": []}, {}, {"fields": [{"name": "a"}] * 501}])
def test_a_schema_has_fields_and_not_too_many(said: dict[str, Any]) -> None:
    with pytest.raises(InvalidSchema):
        LayerSchema.from_dict(said)


def test_no_name_stands_twice_whatever_its_case() -> None:
    twice = [{"name": "Mã", "type": "text"}, {"name": "mã", "type": "text"}]
    with pytest.raises(InvalidSchema):
        LayerSchema.from_dict({"fields": twice})
