import pytest

from conversion.text.columns import plan
from conversion.text.encoding import Encoding
from gishue.core.errors import InvalidInput

NAMES = ["Phường Phú Xuân", "Phường Thuận Hóa", "Xã Đan Điền", "Xã Quảng Điền", "Phường Vỹ Dạ"]


def as_bytes(texts: list[str], encoding: str = "utf-8") -> list[str]:
    """Return ``texts`` as a reader hands over bytes: each as one character."""
    return [text.encode(encoding).decode("latin-1") for text in texts]


def test_utf8_bytes_are_read_as_utf8_whatever_the_code_page_says() -> None:
    made = plan({"TEN": as_bytes(NAMES), "MA": ["1", "2", "3", "4", "5"]}, raw=True)
    assert made.chains["TEN"] == (Encoding.UTF8_AS_1252,)
    assert made.chains["MA"] == ()
    assert (made.encoding, made.unsure) == ("utf-8", ())


def test_foreign_utf8_is_kept_though_it_is_not_vietnamese() -> None:
    made = plan({"TEN": as_bytes(["Café", "Straße", "Ångström", "naïve", "façade"])}, raw=True)
    assert made.chains["TEN"] == (Encoding.UTF8_AS_1252,)


def test_a_character_cut_at_the_end_of_a_field_does_not_hide_utf8() -> None:
    cut = "Đường".encode()[:-1].decode("latin-1") + ""
    whole = as_bytes(["Đường quy hoạch phân khu phía đô"])[0]
    made = plan({"TEN": [*as_bytes(NAMES), cut, whole[:-1]]}, raw=True)
    assert made.chains["TEN"] == (Encoding.UTF8_AS_1252,)


def test_text_that_is_unicode_already_is_left_alone() -> None:
    made = plan({"TEN": NAMES, "GHI_CHU": ["Café", "m²", "Ø110", "…", "Ångström"]}, raw=False)
    assert set(made.chains.values()) == {()}
    assert made.unsure == ()


def test_bytes_of_no_known_encoding_are_asked_about() -> None:
    made = plan(
        {"TEN": ["\xa0\xfe\xfe \xfd\xff", "\xff\xfe\xfd", "\xf0\x9f", "\x98\x99", "\xfe"]}, raw=True
    )
    assert made.unsure == ("TEN",)


def test_a_person_overrules_the_detector() -> None:
    made = plan({"TEN": as_bytes(NAMES)}, raw=True, wanted="tcvn3")
    assert made.chains["TEN"] == (Encoding.TCVN3,)
    assert plan({"TEN": as_bytes(NAMES)}, raw=True, wanted="UTF-8").chains["TEN"] == (
        Encoding.UTF8_AS_1252,
    )
    with pytest.raises(InvalidInput, match="klingon"):
        plan({}, raw=True, wanted="klingon")


def test_column_names_are_decoded_as_their_values() -> None:
    made = plan({"TEN": ["Ph\xadêng Phó Xu©n", "Ph\xadêng Vü D¹"] * 3}, raw=True)
    assert made.encoding == "tcvn3"
    assert made.name_of("T£N") == "TÊN"
    assert made.name_of("MA_XA") == "MA_XA"
