import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversion.mapping import How, as_said, signature, suggest
from gishue.core.errors import InvalidInput
from layers.schema import LayerSchema

SCHEMA = LayerSchema.from_dict(
    {
        "fields": [
            {"name": "ma_tram", "type": "text", "title": "Mã trạm", "required": True},
            {"name": "ten", "type": "text", "title": "Tên trạm"},
            {"name": "cao_do", "type": "real", "title": "Cao độ (m)", "title_en": "Elevation"},
        ]
    }
)


@pytest.mark.parametrize("column", ["ma_tram", "MÃ TRẠM", "Ma tram", "MA_TRAM"])
def test_the_same_name_or_title_is_taken(column: str) -> None:
    made = suggest([column, "x"], SCHEMA)
    assert made.matches[0].how is How.NAME
    assert made.chosen == {"ma_tram": column}
    assert made.left_out == ("x",)
    assert not made.asks(SCHEMA)


def test_an_alike_name_is_suggested_and_asked() -> None:
    made = suggest(["Mã trạm đo", "Tên trạm", "elevation"], SCHEMA)
    assert [match.how for match in made.matches] == [How.ALIKE, How.NAME, How.NAME]
    assert made.asks(SCHEMA)


def test_a_required_field_without_a_column_is_asked_for() -> None:
    assert suggest(["Tên trạm"], SCHEMA).asks(SCHEMA)


def test_what_was_used_before_is_used_again() -> None:
    made = suggest(["KH", "TEN"], SCHEMA, {"KH": "ma_tram", "TEN": "", "gone": "cao_do"})
    assert made.chosen == {"ma_tram": "KH"}
    assert made.matches[0].how is How.REMEMBERED
    assert made.left_out == ("TEN",)
    assert not made.asks(SCHEMA)


def test_what_a_person_says_goes() -> None:
    made = as_said(["a", "b"], SCHEMA, {"a": "ten", "b": "ma_tram"})
    assert made.chosen == {"ten": "a", "ma_tram": "b"}
    assert made.by_column == {"a": "ten", "b": "ma_tram"}


@pytest.mark.parametrize("said", [{"z": "ten"}, {"a": "khong_co"}, {"a": "ten", "b": "ten"}])
def test_a_mapping_to_nowhere_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        as_said(["a", "b"], SCHEMA, said)


@given(st.lists(st.text(min_size=1, max_size=12), max_size=8, unique=True))
def test_no_column_and_no_field_is_used_twice(columns: list[str]) -> None:
    made = suggest(columns, SCHEMA)
    used = list(made.chosen.values())
    assert len(set(used)) == len(used)
    assert [match.field for match in made.matches] == ["ma_tram", "ten", "cao_do"]
    assert sorted([*used, *made.left_out]) == sorted(columns)


def test_files_with_the_same_columns_share_a_signature() -> None:
    assert signature(["Mã trạm", "TÊN"]) == signature(["ten", "ma tram"])
    assert signature(["ten"]) != signature(["ma"])
