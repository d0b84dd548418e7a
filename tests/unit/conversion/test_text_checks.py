"""Anomalies of text: each rule with what breaks it and with what only looks like it."""

import numpy as np
import pyarrow as pa
import pytest

from conversion.findings.sightings import Sightings
from conversion.text.checks import Lengths, byte_lengths, look, note_cut

HONEST = [
    "Đường Nguyễn Huệ",
    "phường Thủy Xuân, thành phố Huế",
    "",
    None,
    "a < b và c > d",
    "- đất ở",
    "+5",
    "-3,2",
    "Φ200 BTCT",
    "20°C ± 2 – “ngoặc” …",
    "email@hue.gov.vn",
    "Москва",
    "dòng 1\ndòng 2",
    "1.821.600,12",
]


def seen_in(*values: str | None) -> dict[str, list[int]]:
    seen = Sightings()
    look(pa.array(values, pa.large_string()), 3, seen)
    assert all(one.column == 3 for one in seen.kept)
    return {code: [one.row for one in seen.kept if one.code == code] for code in seen.counts}


def test_honest_text_shows_nothing() -> None:
    assert seen_in(*HONEST) == {}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (" Huế", "text_blank_edges"),
        ("Huế\u00a0", "text_blank_edges"),
        ("Huế\t", "text_blank_edges"),
        ("Hu\u200bế", "text_control"),
        ("\u202egpj.exe", "text_control"),
        ("a\x07b", "text_control"),
        ("Hu\ufffd", "text_replacement"),
        ("<script>alert(1)</script>", "text_markup"),
        ("<b class='x'>Huế</b>", "text_markup"),
        ('=HYPERLINK("http://x")', "text_formula"),
        ("＝1+1", "text_formula"),
        ("@SUM(A1)", "text_formula"),
        ("+cmd(1)", "text_formula"),
        ("Нuế 1", "text_lookalike"),  # a Cyrillic en
        ("Рhú", "text_lookalike"),  # a Cyrillic er
        ("ΤP Huế", "text_lookalike"),  # a Greek tau
    ],
)
def test_an_anomaly_is_found_among_honest_values(value: str, code: str) -> None:
    assert seen_in(*HONEST, value) == {code: [len(HONEST) + 1]}


def test_what_is_unseen_is_shown_by_its_number() -> None:
    seen = Sightings()
    look(pa.array(["Hu\u200bế"], pa.large_string()), 1, seen)
    assert seen.kept[0].detail == {"value": "Hu\\u200bế"}


def test_a_slice_of_a_column_is_looked_at_alone() -> None:
    whole = pa.array([" x", "đất", " y"], pa.large_string())
    seen = Sightings(first=2)
    look(whole.slice(1, 1), 1, seen)
    assert seen.counts == {}


def cut(lengths: list[int]) -> int:
    """Return how many values of these lengths are told as cut."""
    known, seen = Lengths(), Sightings()
    for first in range(0, len(lengths), 7):
        known.look(np.array(lengths[first : first + 7], np.int64), first + 1)
    note_cut(known, 2, seen)
    assert all(lengths[one.row - 1] == max(lengths) for one in seen.kept)
    return seen.count("field_truncated", 2)


def test_text_as_long_as_a_dbf_field_is_told() -> None:
    assert cut([12, 254, 30, 254]) == 2
    assert cut([40, 253, 253]) == 2
    assert cut([12, 200, 251, 30]) == 0
    assert cut([12, 253]) == 0


def test_a_pile_at_the_greatest_length_is_told() -> None:
    rng = np.random.default_rng(7)
    names = np.minimum(rng.integers(8, 60, 2_000), 30).tolist()
    assert cut(names) == names.count(30)


def test_codes_of_one_length_and_prose_are_not_cut() -> None:
    rng = np.random.default_rng(7)
    assert cut([20] * 500) == 0
    assert cut([0] * 20 + [18] * 500 + [17] * 3) == 0
    assert cut(rng.integers(5, 60, 2_000).tolist()) == 0


def test_bytes_are_those_of_the_file() -> None:
    values = pa.array(["Huế", None, ""])
    assert byte_lengths(values, raw=False).tolist() == [5, 0, 0]
    raw = pa.array(["Huế".encode().decode("latin-1")])
    assert byte_lengths(raw, raw=True).tolist() == [5]
