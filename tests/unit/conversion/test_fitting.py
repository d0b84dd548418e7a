from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from conversion.findings.sightings import Sightings
from conversion.fitting import UNFIT, Target, empty, fitted, targets
from conversion.reading import Column
from layers.fields import FieldType

TEXT = Column(0, "a", FieldType.TEXT)


def made(values: list[Any], source: FieldType, wanted: FieldType) -> tuple[list[Any], Sightings]:
    seen = Sightings()
    column = (
        pa.array(values) if source is not FieldType.TEXT else pa.array(values, pa.large_string())
    )
    target = Target(Column(0, "a", source), wanted)
    return fitted(column, target, 3, seen).to_pylist(), seen


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("1.821.600,123", FieldType.REAL, 1821600.123),
        ("1,821,600.123", FieldType.REAL, 1821600.123),
        ("561476,4762", FieldType.REAL, 561476.4762),
        (" -12.5 ", FieldType.REAL, -12.5),
        ("1 250", FieldType.INTEGER, 1250),
        ("31/12/2025", FieldType.DATE, date(2025, 12, 31)),
        ("2025-12-31", FieldType.DATE, date(2025, 12, 31)),
        ("Có", FieldType.BOOLEAN, True),
        ("không", FieldType.BOOLEAN, False),
        ("  ", FieldType.REAL, None),
    ],
)
def test_text_is_read_as_it_is_written_here(text: str, wanted: FieldType, value: Any) -> None:
    values, seen = made([text, None], FieldType.TEXT, wanted)
    assert values == [value, None]
    assert seen.count(UNFIT, 3) == 0


def test_what_does_not_fit_is_empty_and_counted_with_its_row() -> None:
    values, seen = made(["1", "một", None, "2,5", "một"], FieldType.TEXT, FieldType.INTEGER)
    assert values == [1, None, None, None, None]
    assert seen.count(UNFIT, 3) == 3
    assert [(one.row, one.detail["value"]) for one in seen.kept] == [
        (2, "một"),
        (4, "2,5"),
        (5, "một"),
    ]


def test_numbers_become_text_without_a_tail() -> None:
    assert made([12.0, 1.5], FieldType.REAL, FieldType.TEXT)[0] == ["12", "1.5"]
    assert made([7, None], FieldType.INTEGER, FieldType.TEXT)[0] == ["7", None]
    assert made([7], FieldType.INTEGER, FieldType.REAL)[0] == [7.0]
    assert made([7.0, 7.5], FieldType.REAL, FieldType.INTEGER)[0] == [7, None]


def test_the_same_type_is_passed_through() -> None:
    values = pa.array(["a"], pa.large_string())
    assert fitted(values, Target(TEXT, FieldType.TEXT), 1, Sightings()) is values


def test_targets_are_the_fields_said_or_every_column() -> None:
    assert targets([TEXT], None) == [Target(TEXT, FieldType.TEXT)]
    said = [{"column": "", "type": "date"}, {"column": "a", "type": "real"}]
    assert targets([TEXT], said) == [Target(None, FieldType.DATE), Target(TEXT, FieldType.REAL)]
    assert empty(FieldType.DATE, 2).to_pylist() == [None, None]
