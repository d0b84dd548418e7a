import pytest

from conversion.table.header import find, is_footer
from conversion.table.place import Place, role
from conversion.table.place import find as find_place
from conversion.table.rows import Row, Value

DATA: list[list[Value]] = [[at, f"Điểm {at}", 1_820_000.5 + at, 560_000.5 + at] for at in range(9)]


def numbered(rows: list[list[Value]]) -> list[Row]:
    """Return rows that hold anything, numbered as in a file."""
    return [Row(at, row) for at, row in enumerate(rows, start=1) if any(v is not None for v in row)]


def test_a_header_stands_under_titles() -> None:
    top: list[list[Value]] = [["UBND THÀNH PHỐ HUẾ"], ["BẢNG KÊ", None, None, "VN-2000"], [None]]
    found = find(numbered([*top, ["STT", "Tên", "X", "Y"], *DATA]))
    assert found is not None
    assert (found.last, found.names) == (4, ("STT", "Tên", "X", "Y"))
    assert found.titles == ("UBND THÀNH PHỐ HUẾ", "BẢNG KÊ", "VN-2000")


def test_two_header_rows_are_joined_under_their_groups() -> None:
    rows: list[list[Value]] = [
        ["STT", "Tên", "Tọa độ", None, "Khác"],
        [None, None, "X (m)", "Y (m)", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        *DATA,
    ]
    found = find(numbered(rows))
    assert found is not None
    assert found.names == ("STT", "Tên", "Tọa độ / X (m)", "Tọa độ / Y (m)", "Khác")
    assert found.last == 3


def test_a_year_may_head_a_column() -> None:
    found = find(numbered([["Phường", "Tên", 2023, 2024], *DATA]))
    assert found is not None
    assert found.names == ("Phường", "Tên", "2023", "2024")


def test_rows_without_a_header_are_all_data() -> None:
    found = find(numbered(DATA))
    assert found is not None
    assert (found.last, found.rows) == (0, ())


@pytest.mark.parametrize("rows", [[], [["Số liệu năm 2024"]], [["a"], ["b", "c"]]])
def test_a_sheet_of_a_few_words_is_no_table(rows: list[list[Value]]) -> None:
    assert find(numbered(rows)) is None


@pytest.mark.parametrize(
    "row",
    [
        ["Tổng cộng:", None, "30 điểm"],
        ["TỔNG SỐ", 12],
        ["Tæng céng", "9"],
        [None, "Huế, ngày 12 tháng 3 năm 2024"],
        ["Người lập biểu", "Giám đốc"],
    ],
)
def test_totals_and_signatures_are_known(row: list[Value]) -> None:
    assert is_footer(row)


@pytest.mark.parametrize("row", [["Tổng kho Phú Bài", 1, 2], ["Cổng chào", None], [1, "Tổng"], []])
def test_names_that_begin_alike_are_none(row: list[Value]) -> None:
    assert not is_footer(row)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kinh độ", "lon"),
        ("kinh_do", "lon"),
        ("kinh ®é", "lon"),
        ("Kinh ddo^.", "lon"),
        ("Vĩ độ (độ thập phân)", "lat"),
        ("LONG", "lon"),
        ("Tọa độ / X (m)", "X"),
        ("Y_VN2000", "Y"),
        ("Tọa độ X (Bắc)", "north"),
        ("Easting", "east"),
        ("E (m)", "east"),
        ("Kinh doanh", ""),
        ("Phía Bắc giáp", ""),
        ("Lòng đường", ""),
        ("Tọa độ", ""),
        ("Tên", ""),
    ],
)
def test_headers_name_coordinates_in_any_encoding(name: str, expected: str) -> None:
    assert role(name) == expected


@pytest.mark.parametrize(
    ("names", "values", "expected"),
    [
        (["X", "Y"], [1_822_731.6, 561_120.2], Place("xy", (1, 0))),
        (["X", "Y"], [561_120.2, 1_822_731.6], Place("xy", (0, 1))),
        (["E", "N"], [1_822_731.6, 561_120.2], Place("xy", (1, 0), turned=True)),
        (["X", "Y"], [1_823_218.387, 18_775_274.205], Place("xy", (1, 0))),
        (["kinh_do", "vi_do"], [107.58, 16.46], Place("xy", (0, 1), degrees=True)),
        (["kinh_do", "vi_do"], [16.46, 107.58], Place("xy", (1, 0), turned=True, degrees=True)),
        (["X", "Y"], [107.58, 16.46], Place("xy", (0, 1), degrees=True)),
        (["cot_1", "cot_2"], [16.465, 107.585], Place("xy", (1, 0), degrees=True)),
        (["ngang", "dọc"], [16.465, 12.5], None),
        (["ten", "Tọa độ"], ["A", "16.46, 107.58"], Place("pair", (1,), turned=True, degrees=True)),
        (["id", "g"], [1, "POINT (107.5 16.4)"], Place("shape", (1,))),
        (["số hộ", "số khẩu"], [16, 107], None),
        (["tên", "năm"], ["A", 2024], None),
    ],
)
def test_place_is_told_by_headers_and_values(
    names: list[str], values: list[Value], expected: Place | None
) -> None:
    assert find_place(names, [Row(at, values) for at in range(2, 12)]) == expected
