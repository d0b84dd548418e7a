"""What a person says of a file's text, for all of it or column by column."""

import pytest

from conversion.text.columns import pairs, plan
from conversion.text.encoding import Encoding
from conversion.text.encoding_choice import Choice, parse_choice
from gishue.core.errors import InvalidInput

TCVN3 = ["Ph\xadêng Phó Xu©n", "X· ¸i Tö", "Ph\xadêng Vü D¹", "X· L¨ng C«", "Ph\xadêng ThuËn Ho¸"]
VNI = ["Phöôøng Phuù Xuaân", "Xaõ Laêng Coâ"]


def as_bytes(text: str) -> str:
    return text.encode().decode("latin-1")


@pytest.mark.parametrize(
    ("wanted", "choice"),
    [
        ("auto", Choice()),
        (" TCVN3 ", Choice(Encoding.TCVN3)),
        ("TEN=tcvn3;GHI=utf-8", Choice(None, {"TEN": Encoding.TCVN3, "GHI": Encoding.UTF8})),
        ("TÊN XÃ = vni ; ", Choice(None, {"TÊN XÃ": Encoding.VNI})),
        ("a=b=viqr", Choice(None, {"a=b": Encoding.VIQR})),
        ("TEN=auto", Choice()),
    ],
)
def test_a_choice_is_read(wanted: str, choice: Choice) -> None:
    assert parse_choice(wanted) == choice


@pytest.mark.parametrize("wanted", ["klingon", "TEN=klingon", "", "TEN=", "tcvn3;vni"])
def test_what_is_no_encoding_is_refused_in_both_languages(wanted: str) -> None:
    with pytest.raises(InvalidInput, match="COLUMN=encoding") as refusal:
        parse_choice(wanted)
    assert "CỘT=bảng mã" in (refusal.value.detail_vi or "")


def test_one_column_is_overruled_and_the_others_are_found_out() -> None:
    values = {"TEN": TCVN3, "GHI": VNI, "MO_TA": [as_bytes("Đã đo")]}
    made = plan(values, raw=True, wanted="GHI=vni;MO_TA=utf-8")
    assert made.chains["TEN"] == (Encoding.TCVN3,)
    assert made.chains["GHI"] == (Encoding.VNI,)
    assert made.chains["MO_TA"] == (Encoding.UTF8_AS_1252,)
    assert made.guesses.keys() == {"TEN"}
    assert made.unsure == ()


def test_a_column_may_be_named_as_it_is_shown() -> None:
    made = plan({"T£N": TCVN3}, raw=True, wanted="TÊN=vni")
    assert made.chains["T£N"] == (Encoding.VNI,)


def test_a_column_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidInput, match="'MA'; there are: TEN"):
        plan({"TEN": TCVN3}, raw=True, wanted="MA=tcvn3")


def test_pairs_show_what_changes_and_nothing_else() -> None:
    values = {"TEN": [*TCVN3, "Kim Long"], "UTF": [as_bytes("Đường"), as_bytes("Huế")] * 3}
    made = plan(values, raw=True)
    assert pairs(made, "TEN", ["Kim Long", *values["TEN"]], 2) == [
        [TCVN3[0], "Phường Phú Xuân"],
        [TCVN3[1], "Xã Ái Tử"],
    ]
    assert pairs(made, "UTF", values["UTF"], 3) == []
