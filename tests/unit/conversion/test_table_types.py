from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversion.table.rows import Value
from conversion.table.types import Kept, Profile, as_array, as_moment, as_number, decide
from layers.fields import FieldType


def kept(
    values: list[Value], name: str = "Số", *, typed: bool = False, comma: bool | None = None
) -> Kept:
    """Return what a column of ``values`` is kept as."""
    profile = Profile()
    profile.add(values)
    return decide(profile, 0, name, typed=typed, comma=comma)


@pytest.mark.parametrize(
    "values",
    [
        ["00123", "00456"],
        ["0905123456", "0914000111"],
        ["+84905123456"],
        ["1234567890123456"],
        ["1.234", "2.345"],  # thousands or decimals: nothing tells
        ["1.234,5", "1,234.5"],
        ["31/02/2024"],
        ["13/05/2024", "05/13/2024"],
        ["12", "12a"],
        ["1/2", "3/4"],
    ],
)
def test_what_would_lose_something_stays_text(values: list[Value]) -> None:
    column = kept(values)
    assert column.type is FieldType.TEXT
    assert as_array(values, column).to_pylist() == values


@pytest.mark.parametrize("name", ["Mã", "Mã xã", "ma_ho", "Số điện thoại", "CCCD", "Số thửa"])
def test_a_column_named_as_a_code_is_one(name: str) -> None:
    assert kept(["19753", "19774"], name).type is FieldType.TEXT


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["1", "-2", ""], FieldType.INTEGER, [1, -2, None]),
        (["1.821.600,123", "12"], FieldType.REAL, [1_821_600.123, 12.0]),
        (["1.234.567", "8"], FieldType.INTEGER, [1_234_567, 8]),
        (["1,234,567.5"], FieldType.REAL, [1_234_567.5]),
        (["0,5", "1.234"], FieldType.REAL, [0.5, 1234.0]),
        (["0.5", "1.234"], FieldType.REAL, [0.5, 1.234]),
        (["05/03/2024", "31/12/2023"], FieldType.DATE, [date(2024, 3, 5), date(2023, 12, 31)]),
        (["12/31/2023", "01/05/2024"], FieldType.DATE, [date(2023, 12, 31), date(2024, 1, 5)]),
        (["2024-03-05"], FieldType.DATE, [date(2024, 3, 5)]),
        (["05/03/2024 14:30"], FieldType.DATETIME, [datetime.fromisoformat("2024-03-05T14:30")]),
        (
            ["2024-03-05T14:30:15.25+07:00", "2024-03-05T07:30Z"],
            FieldType.DATETIME,
            [
                datetime.fromisoformat("2024-03-05T14:30:15.25"),
                datetime.fromisoformat("2024-03-05T14:30"),
            ],
        ),
        (["true", "FALSE"], FieldType.BOOLEAN, [True, False]),
    ],
)
def test_text_is_narrowed_where_nothing_is_lost(
    values: list[Value], kind: FieldType, expected: list[object]
) -> None:
    column = kept(values)
    assert column.type is kind
    assert as_array(values, column).to_pylist() == expected


def test_the_file_tells_what_a_point_before_three_digits_means() -> None:
    assert as_array(["1.234"], kept(["1.234"], comma=True)).to_pylist() == [1234]
    assert as_array(["1.234"], kept(["1.234"], comma=False)).to_pylist() == [1.234]


def test_digits_that_a_spreadsheet_keeps_as_text_are_meant_as_text() -> None:
    assert kept(["123", "456"], typed=True).type is FieldType.TEXT


def test_numbers_and_numbers_as_text_are_one_column_of_numbers() -> None:
    values: list[Value] = [1_822_731.605, "1.822.249,091", None]
    column = kept(values, typed=True)
    assert column.type is FieldType.REAL
    assert as_array(values, column).to_pylist() == [1_822_731.605, 1_822_249.091, None]


def test_a_column_of_all_kinds_is_text_that_reads_as_it_was() -> None:
    values: list[Value] = [1.0, 2.5, "ba", date(2024, 3, 5), True, None, "  "]
    column = kept(values, typed=True)
    assert as_array(values, column).to_pylist() == [
        "1", "2.5", "ba", "2024-03-05", "true", None, None
    ]  # fmt: skip


def test_half_of_a_surrogate_pair_does_not_stop_a_file() -> None:
    assert as_array(["a\ud800b"], kept(["a\ud800b"])).to_pylist() == ["a?b"]


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_come_back_with_groups(value: int) -> None:
    assert as_number(f"{value:,}".replace(",", "."), comma=True) == value
    assert as_number(f"{value:,}", comma=False) == value


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_days_come_back(day: date) -> None:
    midnight = datetime.combine(day, time())
    assert as_moment(f"{day:%d/%m/%Y}") == as_moment(f"{day:%Y-%m-%d}") == midnight
    assert as_moment(f"{day:%m-%d-%Y}", month_first=True) == midnight


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_any_text_is_kept_or_read_as_what_it_says(values: list[str]) -> None:
    column = kept(list(values))
    made = as_array(list(values), column).to_pylist()
    if column.type is FieldType.TEXT:
        assert made == [
            value.encode("utf-8", "replace").decode() if value.strip() else None for value in values
        ]
    else:
        assert [one is None for one in made] == [not value.strip() for value in values]
