"""TCVN3: what the old files hold, and back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample.sources import wards
from sample.tcvn3 import TO_UNICODE, encode

SMALL = "abcdeghiklmnopqrstuvxy " + "".join(TO_UNICODE.values())


def decode(raw: bytes) -> str:
    return "".join(TO_UNICODE.get(code, chr(code)) for code in raw)


@given(st.text(alphabet=SMALL, max_size=40))
def test_letters_that_have_a_code_come_back(text: str) -> None:
    assert decode(encode(text)) == text


def test_toned_capitals_become_small_and_plain_ones_stay() -> None:
    assert decode(encode("ĐƯỜNG ẤN ĐỘ")) == "ĐƯờNG ấN Độ"


def test_decomposed_text_gives_the_same_bytes() -> None:
    assert encode(unicodedata.normalize("NFD", "Thuận Hoá")) == encode("Thuận Hoá")


def test_every_ward_name_comes_back() -> None:
    names = [ward.full_name for ward in wards()]
    assert [decode(encode(name)).casefold() for name in names] == [n.casefold() for n in names]


def test_a_letter_without_a_code_is_refused() -> None:
    with pytest.raises(ValueError, match="no TCVN3 code"):
        encode("Straße")
