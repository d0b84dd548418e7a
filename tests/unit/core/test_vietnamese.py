"""Vietnamese text: NFC and the search key."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gishue.core.vietnamese import nfc, vn_key

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy ắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựàảãáạ"
WORDS = st.text(alphabet=LETTERS + LETTERS.upper() + " -,.0123456789")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Phường Thuỷ Xuân", "phuong thuy xuan"),
        ("PHƯỜNG THỦY XUÂN", "phuong thuy xuan"),
        ("Đường Đặng Thái Thân", "duong dang thai than"),
        ("Xã Chân Mây - Lăng Cô", "xa chan may lang co"),
        ("  123/4  Lê Lợi, P. Vĩnh Ninh ", "123 4 le loi p vinh ninh"),
        ("Hoà = Hòa", "hoa hoa"),
        ("Krông Pắc", "krong pac"),
        ("Straße", "strasse"),
        ("Phân khu Ⅱ", "phan khu ii"),
        ("1.200 m²", "1 200 m"),
        ("ÐAK LAK", "dak lak"),
        ("", ""),
        ("—", ""),
    ],
)
def test_the_search_key_is_plain_words(text: str, key: str) -> None:
    assert vn_key(text) == key


@given(WORDS)
def test_case_form_and_repetition_do_not_change_the_key(text: str) -> None:
    key = vn_key(text)
    assert key == vn_key(unicodedata.normalize("NFD", text))
    assert key == vn_key(nfc(text).upper())
    assert key == vn_key(key)


@given(st.text())
def test_a_key_holds_ascii_words_only(text: str) -> None:
    assert set(vn_key(text)) <= set("0123456789abcdefghijklmnopqrstuvwxyz ")
    assert vn_key(text) == " ".join(vn_key(text).split())


def test_two_spellings_of_one_letter_become_the_same_string() -> None:
    assert nfc("Hue\u0302\u0301") == nfc("Huê\u0301") == "Huế"
