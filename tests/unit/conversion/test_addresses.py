import csv
import json
import unicodedata
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from conversion.addresses import locate, wards

LEGACY = Path(__file__).parents[2] / "data" / "legacy"
OLD = list(
    csv.DictReader(
        (files("conversion") / "data" / "hue_old_to_new_wards.csv").read_text("utf-8").splitlines()
    )
)
SHORT = {"Phường ": "P. ", "Xã ": "X. ", "Thị trấn ": "TT. ", "Quận ": "Q. ", "Huyện ": "H. "}


def shortened(text: str) -> str:
    """Return ``text`` with its type words as people shorten them."""
    for word, letters in {**SHORT, "Thị xã ": "TX. "}.items():
        text = text.replace(word, letters)
    return text


def without_accents(text: str) -> str:
    """Return ``text`` as it is typed on a keyboard without Vietnamese."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")


def bare(name: str) -> str:
    """Return a unit's name without its type word."""
    return name.split(" ", 2 if name.startswith("Thị ") else 1)[-1]


SPELLINGS: dict[str, Callable[[str, str], str]] = {
    "in full": lambda ward, district: f"{ward}, {district}, Thành phố Huế",
    "with dashes": lambda ward, district: f"{ward} - {district} - Thừa Thiên Huế",
    "no accents": lambda ward, district: without_accents(f"{ward}, {district}, TP Hue"),
    "no commas": lambda ward, district: f"{ward} {district} tp huế".lower(),
    "no type words": lambda ward, district: f"{bare(ward)}, {bare(district)}, Huế",
    "street, short": lambda ward, district: f"12/3 Lê Lợi, {shortened(f'{ward}, {district}')}",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_old_unit_is_found_in_every_spelling(spelling: str) -> None:
    missed: list[str] = []
    for unit in OLD:
        found = locate(SPELLINGS[spelling](unit["old_name"], unit["old_district"]))
        if found is None or found.ward.code != unit["new_code"]:
            missed.append(unit["old_name"])
    # "P. P. Đúc" for Phường Phường Đúc is nobody's spelling.
    assert missed == (["Phường Phường Đúc"] if spelling == "street, short" else [])


def test_every_unit_of_today_is_found() -> None:
    for ward in wards().values():
        for text in (f"{ward.name}, thành phố Huế", f"12 Hùng Vương, {shortened(ward.name)}, Huế"):
            found = locate(text)
            assert found is not None, text
            assert found.ward.code == ward.code, text


def test_the_addresses_of_the_legacy_case_are_all_found() -> None:
    manifest = json.loads((LEGACY / "manifest.json").read_text("utf-8"))
    (case,) = [one for one in manifest["cases"] if one["id"] == "P14"]
    expected = {str(one["id"]): one["new_ward_code"] for one in case["samples"]}
    with (LEGACY / "diachi_cu.csv").open(encoding="utf-8", newline="") as stream:
        said = {row["id"]: locate(row["dia_chi"]) for row in csv.DictReader(stream)}
    assert {key: one.ward.code if one else "" for key, one in said.items()} == expected


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("Xã Phú Xuân, Huyện Phú Vang", "Xã Phú Hồ"),
        ("Phường Thuận Hòa, Quận Phú Xuân", "Phường Phú Xuân"),
        ("Phường Thuận Hóa, Huế", "Phường Thuận Hoá"),
        ("Xã Phú Vinh, huyện A Lưới", "Xã A Lưới 3"),
        ("Xã Phú Vinh, thành phố Huế", "Xã Phú Vinh"),
        ("Thủy Phương, Hương Thủy", "Phường Thanh Thuỷ"),
        ("Xã Hương Phú, huyện Nam Đông", "Xã Khe Tre"),
        ("Phường Phú Nhuân, Huế", "Phường Thuận Hoá"),  # a tone mark forgotten
    ],
)
def test_the_district_the_type_word_and_the_accents_decide(address: str, name: str) -> None:
    found = locate(address)
    assert found is not None
    assert found.ward.name == name


@pytest.mark.parametrize(
    "address",
    [
        "",
        "12 Lê Lợi, Huế",
        "Phường Hải Châu, Đà Nẵng",
        "Xã Phú Xuân, Nhà Bè, TP Hồ Chí Minh",
        "không rõ",
        "?" * 400,
    ],
)
def test_what_names_no_unit_of_the_city_has_no_answer(address: str) -> None:
    assert locate(address) is None


def test_an_answer_says_how_sure_it_is_and_what_stands_before_the_ward() -> None:
    exact = locate("Kiệt 5 Đặng Huy Trứ, phường Phước Vĩnh, quận Thuận Hóa")
    alike = locate("Phường Phú Nhuân, Huế")
    assert exact is not None
    assert alike is not None
    assert (exact.rest, exact.is_old) == ("Kiệt 5 Đặng Huy Trứ", True)
    assert alike.sure < exact.sure
