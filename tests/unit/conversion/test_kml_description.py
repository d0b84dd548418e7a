"""Tables in descriptions as the programs of departments write them."""

import pytest

from conversion.gdal.kml_description import description

ARCGIS = """<html xmlns:fo="http://www.w3.org/1999/XSL/Format"><head><style>td {}</style></head>
<body><table><tr><td>Phường Vỹ Dạ</td></tr><tr><td><table border="1">
<tr><td>MA</td><td>19777</td></tr><tr bgcolor="#D4E4F3"><td>TEN</td><td>Phường Vỹ Dạ</td></tr>
<tr><td>GHICHU</td><td></td></tr></table></td></tr></table></body></html>"""


@pytest.mark.parametrize(
    ("text", "pairs", "rest"),
    [
        (
            ARCGIS,
            {"MA": "19777", "TEN": "Phường Vỹ Dạ", "GHICHU": ""},
            "Phường Vỹ Dạ",
        ),
        ("<table><tr><td>M&#227;:<td> 01 &amp; 02</table>", {"Mã": "01 & 02"}, ""),
        ("<TABLE><TR><TH>Mã</TH><TD>01</TD></TR></TABLE>", {"Mã": "01"}, ""),
        (
            "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>",
            {"A": "1", "B": "2"},
            "",
        ),
        (
            "Ghi chú <table><tr><td>Mã</td><td>01<br>02</td></tr></table> cuối",
            {"Mã": "01 02"},
            "Ghi chú cuối",
        ),
        (
            "<table><tr><td>A</td><td>1</td></tr><tr><td>A</td><td>2</td></tr></table>",
            {"A": "1"},
            "A 2",
        ),
        ("<table><tr><td>1</td><td>2</td><td>3</td></tr></table>", {}, "1 2 3"),
        ("chữ thường < tất cả", {}, "chữ thường < tất cả"),
        ("", {}, ""),
    ],
)
def test_rows_of_two_cells_are_names_and_values(
    text: str, pairs: dict[str, str], rest: str
) -> None:
    found = description(text)
    assert (found.pairs, found.rest) == (pairs, rest)


def test_nothing_that_a_description_says_is_lost() -> None:
    long = "<table><tr><td>a</td><td>" + "b" * 70_000 + "</td></tr></table>"
    assert description(long).pairs == {}
    assert description(long).rest == long
