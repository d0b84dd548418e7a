"""Titles and file names as evidence of a CRS."""

import pytest

from conversion.crs.hints import Hints, read_hints
from gishue.core.crs import zones

TM3 = frozenset(zone.srid for zone in zones())


@pytest.mark.parametrize(
    ("texts", "srids"),
    [
        (["Hệ tọa độ VN-2000, kinh tuyến trục 107°00′, múi chiếu 3°"], {9214}),
        (["Hệ toạ độ VN2000", "Kinh tuyến trục: 107 độ 00 phút"], {9214}),
        (["KINH TUYẾN TRỤC 107°45' MÚI 3°"], {5899}),
        (["VN2000_KTT107-45_thua_dat.zip"], {5899}),
        (["KTT 107,75"], {5899}),
        (["TM3-107.0"], {9214}),
        (["KTT107o30'"], {9216}),
        (["Kinh tuyến trục 106 độ 15 phút"], {9212}),
        (["VN-2000, kinh tuyến trục 105°, múi 3°"], {5897}),
        (["VN-2000 kinh tuyến trục 105°"], {5897, 3405}),
        (["VN-2000 UTM 48N"], {3405}),
        (["utm48_noprj.shp"], {3405, 32648, 3148}),
        (["WGS 84 / UTM zone 49N"], {32649}),
        (["hn72_mui18.shp"], {2044}),
        (["Hà Nội 72"], {2044, 2045, 2093}),
        (["Indian 1960 UTM48"], {3148}),
        (["EPSG:9214"], {9214}),
        (["múi 3°"], set(TM3)),
        (["VN-2000", "elipxoit WGS-84", "kinh tuyến trục 107°00'"], {9214}),
        (["Toạ độ VN-2000", "Toạ độ WGS84 UTM 48"], {3405, 32648}),
    ],
)
def test_a_text_leaves_the_systems_it_names(texts: list[str], srids: set[int]) -> None:
    hints = read_hints(texts)
    assert hints.srids == srids
    assert set(hints.said) == set(texts)
    assert hints.named == (next(iter(srids)) if len(srids) == 1 else None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Danh sách trường học 2025",
        "Lô 107 Hùng Vương",
        "Đường 2/9, tổ 3, thửa 48",
        "Bản đồ số 105",
        "cột mốc 108",
        "EPSG:25832",
        "HN-72, kinh tuyến trục 107°45'",
    ],
)
def test_a_text_that_names_none_or_contradicts_itself_says_nothing(text: str) -> None:
    assert read_hints([text]) == Hints()


def test_long_titles_are_quoted_short() -> None:
    [quoted] = read_hints(["Hệ VN-2000\n" + "x" * 500]).said
    assert len(quoted) == 80
    assert "\n" not in quoted
