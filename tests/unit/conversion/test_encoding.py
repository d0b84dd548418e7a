"""The encoding detector: 1,400 cases, and the decisions of whole files."""

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversion.text.capitals import restore_capitals
from conversion.text.encoding import Encoding, decide_columns, decode, detect

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data/encoding/encoding_cases.json").read_text("utf-8")
)
LEGACY = [case for case in CASES if "bytes_hex" in case]
NEGATIVE = [case for case in CASES if "text" in case]
WARDS = ["Ph\xadêng Phó Xu©n", "Ph\xadêng ThuËn Ho¸", "X· ¸i Tö", "Ph\xadêng Vü D¹", "X· L¨ng C«"]


def as_read(case: dict[str, Any], encoding: str) -> list[str]:
    """Return the column as a reader hands it over that takes the file for ``encoding``."""
    return [bytes.fromhex(value).decode(encoding) for value in case["bytes_hex"]]


def reader_of(case: dict[str, Any]) -> str:
    return "utf-8" if case["encoding"].startswith("utf") else "latin-1"


def folded(values: list[str], case: dict[str, Any]) -> list[str]:
    return [v.casefold() for v in values] if case["compare"] == "casefold" else values


def test_there_are_fourteen_hundred_cases() -> None:
    assert sum(len(case["expected_nfc"]) for case in CASES) == 1_400


@pytest.mark.parametrize("case", LEGACY, ids=lambda case: str(case["encoding"]))
def test_every_value_of_every_encoding_arrives_in_nfc(case: dict[str, Any]) -> None:
    values = as_read(case, reader_of(case))
    guess = detect(values)
    decoded = [decode(value, guess.encoding) for value in values]
    assert folded(decoded, case) == folded(case["expected_nfc"], case)
    assert not guess.asks
    assert guess.good > 0


@pytest.mark.parametrize(
    "case",
    [c for c in LEGACY if c["encoding"] in ("utf-8", "utf-8-nfd")],
    ids=lambda c: c["encoding"],
)
def test_utf8_read_as_latin1_arrives_too(case: dict[str, Any]) -> None:
    values = as_read(case, "latin-1")
    guess = detect(values)
    assert guess.encoding is Encoding.UTF8_AS_1252
    assert [decode(value, guess.encoding) for value in values] == case["expected_nfc"]


@pytest.mark.parametrize("case", NEGATIVE, ids=lambda case: case["text"][0])
def test_english_codes_and_signs_stay_as_they_are(case: dict[str, Any]) -> None:
    guess = detect(case["text"])
    assert guess.encoding in (Encoding.ASCII, Encoding.UTF8)
    assert [decode(value, guess.encoding) for value in case["text"]] == case["expected_nfc"]


def test_the_case_of_tcvn3_letters_is_restored() -> None:
    assert [decode(value, "tcvn3") for value in WARDS] == [
        "Phường Phú Xuân",
        "Phường Thuận Hoá",
        "Xã Ái Tử",
        "Phường Vỹ Dạ",
        "Xã Lăng Cô",
    ]
    assert decode("THUËN HO¸", "tcvn3") == "THUẬN HOÁ"
    assert decode("§¹I LéC", "tcvn3") == "ĐẠI LỘC"
    assert decode("A¸i Tö", "tcvn3") == "Ái Tử"


@pytest.mark.parametrize("value", ["Đất ở", "Đường vào ấp 3", "Nhà ở xã hội", "đất ở"])
def test_a_lower_case_vowel_stays_where_the_value_is_no_title(value: str) -> None:
    assert restore_capitals(value) == value


@pytest.mark.parametrize("value", ["120 m²", "m²", "35°", "Ø110", "12,5µm", "±0.5", "(2×4)", "§"])
@pytest.mark.parametrize("encoding", list(Encoding))
def test_signs_survive_in_every_encoding(value: str, encoding: Encoding) -> None:
    assert decode(value, encoding) == value


def test_text_that_cannot_be_in_an_encoding_is_kept() -> None:
    assert decode("Phường Phú Xuân", "tcvn3") == "Phường Phú Xuân"
    assert decode("Đường → cầu", "utf8-as-1252") == "Đường → cầu"


def test_a_utf8_character_cut_at_the_end_of_the_field_is_dropped() -> None:
    cut = "Đường quy hoạch phía Nam sông Hương".encode()[:-5].decode("latin-1")
    assert decode(cut, "utf8-as-1252") == "Đường quy hoạch phía Nam sông H"


def test_the_guess_shows_its_evidence() -> None:
    guess = detect(WARDS)
    assert guess.encoding is Encoding.TCVN3
    assert guess.confidence >= 0.5
    assert guess.preview[0] == (WARDS[0], "Phường Phú Xuân")
    assert "from 5 values: 15 Vietnamese syllables" in guess.evidence


def test_one_odd_word_is_too_little_to_leave_unicode() -> None:
    guess = detect(["HuÕ"] * 3)
    assert guess.encoding is Encoding.UTF8
    assert guess.asks


def test_a_small_column_follows_the_file() -> None:
    decided = decide_columns(
        {
            "TEN": WARDS,
            "TINH": ["HuÕ", "HuÕ"],
            "MA": ["19753", "19774"],
            "DON_VI": ["m²", "m²"],
            "GHI_CHU": ["Phường", "Đã đo"],
        }
    )
    assert decided["TINH"].encoding is Encoding.TCVN3
    assert decided["TINH"].borrowed
    assert decode("HuÕ", decided["TINH"].encoding) == "Huế"
    assert decode("m²", decided["DON_VI"].encoding) == "m²"
    assert decided["GHI_CHU"].encoding is Encoding.UTF8


def test_a_file_of_three_features_is_decided_as_a_whole() -> None:
    decided = decide_columns({"TEN": WARDS[:3], "HUYEN": ["HuÕ"], "SO": ["1", "2", "3"]})
    assert decided["TEN"].encoding is decided["HUYEN"].encoding is Encoding.TCVN3


def test_columns_without_text_are_plain() -> None:
    assert detect([]).encoding is Encoding.ASCII
    assert detect(["", "  "]).encoding is Encoding.ASCII
    assert not detect(["1", "2"]).asks


@given(st.lists(st.text(), max_size=8), st.sampled_from(list(Encoding)))
def test_no_text_is_refused_and_all_of_it_leaves_in_nfc(
    values: list[str], encoding: Encoding
) -> None:
    detect(values)
    for value in values:
        decoded = decode(value, encoding)
        assert decoded == unicodedata.normalize("NFC", decoded)


CAPITALS = [
    "PH\xf3 XU\xa2N",
    "V\xfc D\xb9",
    "THU\xcbN HO\xb8",
    "AN C\xf9U",
    "\xb8I T\xf6",
    "KIM LONG",
]


def test_a_column_in_a_capital_font_is_all_capitals() -> None:
    guess = detect(CAPITALS)
    assert guess.encoding is Encoding.TCVN3_CAPITALS
    assert [decode(value, guess.encoding) for value in CAPITALS] == [
        "PHÚ XUÂN",
        "VỸ DẠ",
        "THUẬN HOÁ",
        "AN CỰU",
        "ÁI TỬ",
        "KIM LONG",
    ]
    assert decode("V\xfc D\xb9", Encoding.TCVN3) == "Vỹ Dạ"


def test_capitals_of_one_column_say_nothing_of_the_others() -> None:
    decided = decide_columns({"TEN": WARDS, "HOA": CAPITALS, "GHI": ["V\xfc D\xb9"], "MA": ["A1"]})
    assert decided["HOA"].encoding is Encoding.TCVN3_CAPITALS
    assert decided["TEN"].encoding is decided["GHI"].encoding is Encoding.TCVN3
    assert decided["MA"].encoding is Encoding.ASCII


def test_codes_in_capitals_are_no_capital_font() -> None:
    assert detect([*WARDS, "A1", "B2", "C3", "TDP 4", "TDP 5"]).encoding is Encoding.TCVN3


NEW = ["Phường Hoá Châu", "Xã Đan Điền"]


@pytest.mark.parametrize("legacy", ["tcvn3", "vni"])
def test_values_typed_anew_in_unicode_stay_among_old_ones(legacy: str) -> None:
    old = next(case for case in LEGACY if case["encoding"] == legacy)
    kept = as_read(old, "latin-1")
    as_bytes = [name.encode().decode("latin-1") for name in NEW]
    for mixed in ([*kept, *NEW], [*kept, *as_bytes]):
        guess = detect(mixed)
        assert guess.encoding.value == legacy
        assert [decode(value, guess.encoding) for value in mixed[-2:]] == NEW
        assert decode(mixed[0], guess.encoding).casefold() == old["expected_nfc"][0].casefold()


ENGLISH = ["Primary school", "Bus stop 12", "https://hue.gov.vn", "TDP-07", "1.821.600,12"]


@pytest.mark.parametrize("legacy", ["tcvn3", "vni", "cp1258"])
def test_english_and_codes_in_a_legacy_column_stay(legacy: str) -> None:
    old = next(case for case in LEGACY if case["encoding"] == legacy)
    guess = detect([*as_read(old, "latin-1"), *ENGLISH])
    assert guess.encoding.value == legacy
    assert [decode(value, guess.encoding) for value in ENGLISH] == ENGLISH
