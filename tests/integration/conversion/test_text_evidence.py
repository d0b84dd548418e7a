"""Text of whole files before and after, as an inspection tells it."""

from pathlib import Path
from typing import Any

import pytest

from conversion.inspect import inspect_file
from conversion.options import IngestOptions
from gishue.core.settings import Settings
from tests.support.settings import settings_in
from tests.support.upload import LEGACY, UPLOAD


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


async def inspected(path: Path, settings: Settings, encoding: str = "auto") -> dict[str, Any]:
    return (await inspect_file(path, IngestOptions(encoding=encoding), settings)).as_dict()


def field(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in found["fields"] if one["name"] == name)


async def test_each_column_says_its_encoding_with_three_pairs(settings: Settings) -> None:
    found = await inspected(LEGACY / "ranhgioi_tcvn3.shp", settings)
    name, capitals = field(found, "TEN_XA"), field(found, "TEN_HOA")
    assert (name["encoding"], capitals["encoding"]) == ("tcvn3", "tcvn3-capitals")
    assert name["preview"][0] == ["Ph\xadêng Phó Xu©n", "Phường Phú Xuân"]
    assert ["Vü D¹", "VỸ DẠ"] in capitals["preview"]
    assert len(name["preview"]) == 3
    assert name["evidence"]
    assert "âm tiết" in name["evidence_vi"]
    assert not name["asks"]
    assert field(found, "MA")["preview"] == []


async def test_a_person_overrules_one_column(settings: Settings) -> None:
    found = await inspected(LEGACY / "ranhgioi_tcvn3.shp", settings, "TEN_HOA=tcvn3")
    told = field(found, "TEN_HOA")
    assert (told["encoding"], told["told"]) == ("tcvn3", True)
    assert ["Vü D¹", "Vỹ Dạ"] in told["preview"]
    assert field(found, "TEN_XA")["encoding"] == "tcvn3"


async def test_the_member_of_an_archive_is_named_before_and_after(settings: Settings) -> None:
    found = await inspected(UPLOAD / "zip_tcvn3_names.zip", settings)
    assert found["member"]["after"] == "Dữ liệu/Điểm xã cũ.shp"
    assert found["member"]["before"] != found["member"]["after"]
    assert "member" not in await inspected(UPLOAD / "zip_utf8.zip", settings)


async def test_text_cut_inside_a_character_loses_its_tail_only(settings: Settings) -> None:
    found = await inspected(UPLOAD / "hinhhoc_loi.shp", settings)
    shown = field(found, "TEN")
    assert shown["samples"][0].startswith("Đường quy hoạch phân khu phía Nam sông Hương")
    assert "\ufffd" not in "".join(shown["samples"])
    assert found["encoding"] == "utf-8"
