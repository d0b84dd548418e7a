import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversion.table.degrees import angle, coordinate, number_of, pair

DEGREES = st.floats(0, 179.9, allow_nan=False)
LETTERS = {"N": 1, "S": -1, "E": 1, "W": -1, "B": 1, "Đ": 1}


def in_parts(degrees: float) -> tuple[int, int, float]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = round((degrees - whole - minutes / 60) * 3600, 4)
    return whole, minutes, min(max(seconds, 0.0), 59.9999)


@given(DEGREES, st.sampled_from(["{}d{:02d}'{:07.4f}\"", "{}°{:02d}′{:07.4f}″", "{} {} {:.4f}"]))
def test_degrees_minutes_and_seconds_come_back(degrees: float, shape: str) -> None:
    parts = in_parts(degrees)
    expected = parts[0] + parts[1] / 60 + parts[2] / 3600
    read = angle(shape.format(*parts))
    assert read is not None
    assert math.isclose(read.degrees, expected, abs_tol=1e-7)


@given(DEGREES, st.sampled_from(sorted(LETTERS)))
def test_the_letter_of_the_hemisphere_gives_the_sign_and_the_axis(
    degrees: float, letter: str
) -> None:
    parts = in_parts(degrees)
    read = angle("{}°{:02d}'{:07.4f}\" ".format(*parts) + letter)
    assert read is not None
    assert read.axis == ("lon" if letter in "EWĐ" else "lat")
    assert read.degrees * LETTERS[letter] >= 0


@given(st.floats(1_000, 2_600_000).map(lambda value: round(value, 3)))
def test_a_vietnamese_number_comes_back_with_and_without_groups(value: float) -> None:
    english = f"{value:,.3f}"
    vietnamese = english.replace(",", "_").replace(".", ",").replace("_", ".")
    spaced = english.replace(",", " ").replace(".", ",")
    assert number_of(english) == number_of(vietnamese) == number_of(spaced) == value
    assert number_of(f"{value:.3f}") == number_of(f"{value:.3f}".replace(".", ",")) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16d27'08.12\"N", 16 + 27 / 60 + 8.12 / 3600),
        ("16°27′08″", 16 + 27 / 60 + 8 / 3600),
        ("107 34 39.4 E", 107 + 34 / 60 + 39.4 / 3600),
        ("107°34'39,4\" Đ", 107 + 34 / 60 + 39.4 / 3600),
        ("16°27.135'N", 16 + 27.135 / 60),
        ("16 độ 27 phút 08 giây", 16 + 27 / 60 + 8 / 3600),
        ("16,4693", 16.4693),
        ("561.120", 561_120.0),
        ("107.125", 107.125),
        ("561120.5 m", 561_120.5),
    ],
)
def test_what_people_write_is_read(text: str, expected: float) -> None:
    assert coordinate(text) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("text", ["", "abc", "12/03/2024", "16°75'00\"", "200°10'00\"", "1,2,3,4."])
def test_what_is_no_coordinate_is_none(text: str) -> None:
    assert angle(text) is None


@pytest.mark.parametrize("value", [None, True, float("nan"), float("inf"), "không rõ", "1e999"])
def test_no_value_becomes_a_false_place(value: str | float | bool | None) -> None:
    assert coordinate(value) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16.4693, 107.5806", (16.4693, 107.5806)),
        ("16,4693; 107,5806", (16.4693, 107.5806)),
        ("(107.5806 16.4693)", (107.5806, 16.4693)),
        ("16°27'N 107°34'30\"E", (107.575, 16.45)),
        ("107°34'30\"E, 16°27'N", (107.575, 16.45)),
        ("1821600.5/561800.25", (1_821_600.5, 561_800.25)),
    ],
)
def test_two_coordinates_in_one_cell_are_read(text: str, expected: tuple[float, float]) -> None:
    assert pair(text) == pytest.approx(expected)
