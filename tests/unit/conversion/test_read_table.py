"""The reader of tables in process, on files made here and on the legacy cases."""

import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely

from conversion.reading import Note, opened
from conversion.refusal import Refusal
from conversion.table import quotes, sample

LEGACY = Path(__file__).parents[2] / "data" / "legacy"
GDAL = Path(__file__).parents[2] / "data" / "gdal_autotest"
type Rows = list[dict[str, Any]]


def read(
    path: Path, kind: str, layer: str = "", batch: int = 4, **options: str
) -> tuple[Rows, dict[str, Note], Mapping[str, Any]]:
    """Return rows (geometry as WKT under ``geom``), notes and what the reading says, read twice.

    The second reading follows the first one's plan and must give the same.
    """
    job: dict[str, Any] = {"kind": kind, "file": str(path), "layer": layer, "plan": {}}
    job["options"] = {"x": "", "y": "", "address": ""} | options
    first, notes, said = _read(job, batch)
    job["plan"] = said["plan"]
    second, later, _ = _read(job, batch)
    assert second == first
    assert notes.items() >= later.items()
    return first, notes, said


def _read(job: Mapping[str, Any], batch: int) -> tuple[Rows, dict[str, Note], Mapping[str, Any]]:
    rows: Rows = []
    with opened(job, batch) as reading:
        for found in reading.batches:
            shapes = shapely.to_wkt(shapely.from_wkb(found.columns[-1].to_pylist()), -1)
            values = {one.name: found.column(one.position).to_pylist() for one in reading.columns}
            rows += [
                {**{name: some[at] for name, some in values.items()}, "geom": shapes[at]}
                for at in range(found.num_rows)
            ]
        assert reading.rows == len(rows)
        said = {
            "crs": reading.crs,
            "layers": [one.name for one in reading.layers],
            "hints": reading.hints,
            "plan": reading.plan,
            "raw": reading.raw_text,
        }
        return rows, {note.code: note for note in reading.notes}, said


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a delimited text and return where."""
    path = folder / "0000.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_x_is_north_and_decimals_have_commas_in_a_department_file() -> None:
    rows, notes, said = read(LEGACY / "toado_vn2000.csv", "csv")
    assert len(rows) == 40
    assert rows[0]["geom"] == "POINT (561120.211 1822731.605)"
    assert (said["crs"], said["raw"]) == ("", True)
    assert notes["coordinates_from"].values == {"east": "Y (m)", "north": "X (m)"}


def test_longitude_and_latitude_under_each_others_header_are_turned() -> None:
    rows, notes, said = read(LEGACY / "kinhdo_vido_dao.csv", "csv")
    assert rows[0]["geom"] == "POINT (107.167388 16.339643)"
    assert rows[0]["kinh_do"] == 16.339643
    assert said["crs"] == "EPSG:4326"
    assert "axes_swapped" in notes


def test_titles_merged_headers_totals_and_hidden_sheets_are_seen_through() -> None:
    rows, notes, said = read(LEGACY / "bangke_toado.xlsx", "xlsx")
    assert len(rows) == 30
    assert said["layers"] == ["Bảng kê"]
    assert said["hints"][0].endswith("(Hệ VN-2000, kinh tuyến trục 107°00', múi 3°)")
    assert rows[2]["Tọa độ / X (m)"] == 1_822_249.091
    assert rows[2]["Đơn vị hành chính / Mã"] == "19777"
    assert notes["footer_dropped"].values == {"count": 1, "rows": "35"}
    assert notes["hidden_sheets"].values == {"count": 1}


def test_degrees_in_a_file_of_typewriter_accents_are_read() -> None:
    rows, _, said = read(LEGACY / "viqr_dms.csv", "csv")
    assert len(rows) == 15
    first = shapely.from_wkt(rows[0]["geom"])
    assert (first.x, first.y) == pytest.approx((107 + 36 / 60 + 18.34 / 3600, 16.2880361), abs=1e-7)
    assert said["crs"] == "EPSG:4326"


def test_addresses_become_points_with_the_ward_beside_them(tmp_path: Path) -> None:
    text = "STT\tSố nhà, đường\tPhường\tQuận\n1\t12 Lê Lợi\tVĩnh Ninh\tThuận Hóa\n2\tở xa\t\t\n"
    rows, notes, said = read(csv_file(tmp_path, text), "csv")
    assert (rows[0]["ma_phuong_xa"], rows[0]["phuong_xa"]) == ("19789", "Phường Thuận Hoá")
    assert rows[0]["do_chinh_xac"] == "phuong_xa"
    assert (rows[1]["geom"], rows[1]["ma_phuong_xa"]) == (None, None)
    assert notes["address_unmatched"].values == {"count": 1, "rows": "3"}
    assert said["crs"] == "EPSG:4326"


def test_addresses_are_read_in_the_encoding_they_are_in(tmp_path: Path) -> None:
    lines = [f"{at};12 Lª Lîi, ph\xadêng VÜnh Ninh, quËn ThuËn Hãa" for at in range(1, 7)]
    text = "\n".join(["STT;§Þa chØ", *lines])
    rows, _, said = read(csv_file(tmp_path, text, "latin-1"), "csv")
    assert said["raw"]
    assert {row["ma_phuong_xa"] for row in rows} == {"19789"}
    assert rows[0]["phuong_xa"] is None  # named later: here it would be read as TCVN3


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line(tmp_path: Path) -> None:
    text = 'lon,lat,a\n107.5,16.4,"mở\n107.6,16.5,b\n' + "107.5,16.4,c\n" * 200
    with pytest.raises(Refusal) as caught:
        read(csv_file(tmp_path, text), "csv")
    assert (caught.value.code, caught.value.where) == ("table-quotes", "2")
    closed = 'lon,lat,a\n107.5,16.4,"hai\ndòng"\n107.6,16.5,5" và 6"\n107.6,16.5,"hai\ndòng"\n'
    rows, notes, _ = read(csv_file(tmp_path, closed), "csv")
    assert "rows_in_quotes" not in notes
    assert [row["a"] for row in rows] == ["hai\ndòng", '5" và 6"', "hai\ndòng"]


def test_rows_without_readable_coordinates_are_kept_and_listed(tmp_path: Path) -> None:
    text = "Tên;X;Y\nA;1821600,5;561800,25\nB;;\nC;abc;561900,5\nD;0;0\nE;1821601,5;561801,25\n"
    rows, notes, _ = read(csv_file(tmp_path, text), "csv")
    assert [row["geom"] is None for row in rows] == [False, True, True, True, False]
    assert notes["coordinates_unread"].values == {"count": 3, "rows": "3–5"}


def test_shapes_written_as_text_keep_their_kind_and_code(tmp_path: Path) -> None:
    rows = "1|SRID=9214;POINT(561800 1821600)\n2|SRID=9214;LINESTRING(0 0, 1 1)\n3|POINT(\n"
    found, notes, said = read(csv_file(tmp_path, "id|geom\n" + rows), "csv")
    assert [row["geom"] for row in found] == [
        "POINT (561800 1821600)", "LINESTRING (0 0, 1 1)", None
    ]  # fmt: skip
    assert said["crs"] == "EPSG:9214"
    assert notes["coordinates_unread"].values == {"count": 1, "rows": "4"}


def test_a_column_of_shapes_that_are_all_read_is_no_field_as_well(tmp_path: Path) -> None:
    text = "id|geom\n1|POINT(561800 1821600)\n2|\n3|POINT(561801 1821601)\n"
    found, notes, _ = read(csv_file(tmp_path, text), "csv")
    assert [list(row) for row in found] == [["id", "geom"]] * 3
    assert found[0]["geom"] == "POINT (561800 1821600)"
    assert notes["shape_from"].values == {"column": "geom"}
    assert notes["place_not_kept"].values == {"columns": "geom"}
    found, notes, _ = read(csv_file(tmp_path, text.replace("geom", "WKT") + "4|chưa đo\n"), "csv")
    assert found[3]["WKT"] == "chưa đo"
    assert "place_not_kept" not in notes


def test_coordinates_of_a_strangers_table_stay_fields(tmp_path: Path) -> None:
    found, notes, _ = read(csv_file(tmp_path, "ten,lon,lat\nA,107.5,16.5\nB,107.6,16.6\n"), "csv")
    assert (found[0]["lon"], found[0]["lat"]) == (107.5, 16.5)
    assert "place_not_kept" not in notes


QUOTED = '"mã","năm","số thửa","cccd","lon","lat"\n"01","2024",7,{},107.5,16.4\n,,,,107.6,16.5\n'


@pytest.mark.parametrize(
    "tail",
    [
        '107.6,16.5,"\n107.7,16.6,c\n107.8,16.7,"',
        '107.6,16.5,"b\n107.7,16.6,c\n107.8,16.7,"d\n107.9,16.8,e\n',
        '107.6,16.5,"b\r\n107.7,"16.6",c\r\n107.8,16.7,d\r\n',
        '107.6,16.5,"b\n107.7,16.6,"\n',
    ],
)
def test_quotes_that_may_hold_rows_are_told(tmp_path: Path, tail: str) -> None:
    rows, notes, _ = read(csv_file(tmp_path, "lon,lat,a\n107.5,16.4,a\n" + tail), "csv")
    assert notes["rows_in_quotes"].values == {"count": 1, "rows": "3"}
    assert len(rows) >= 2


def test_a_quote_that_opens_at_the_end_loses_no_row(tmp_path: Path) -> None:
    text = 'lon,lat,a\n107.5,16.4,a\n107.6,16.5,"'
    rows, notes, _ = read(csv_file(tmp_path, text), "csv")
    assert [row["a"] for row in rows] == ["a", None]
    assert "rows_in_quotes" not in notes


def test_where_texts_are_quoted_and_numbers_are_not_both_are_what_they_are(tmp_path: Path) -> None:
    found, _, _ = read(csv_file(tmp_path, QUOTED.format("9007199254740993")), "csv")
    assert {k: v for k, v in found[0].items() if k != "geom"} == {
        "mã": "01", "năm": "2024", "số thửa": 7, "cccd": 9_007_199_254_740_993
    }  # fmt: skip
    found, _, _ = read(csv_file(tmp_path, QUOTED.format("99999999999999999999")), "csv")
    assert found[0]["cccd"] == "99999999999999999999"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ('"a","b"\n"1",2\n"3",\n', {0: True, 1: False}),  # R, Python
        ('"a;x";"b"\r\n"1; ""2""\n3";2\r\n', {0: True, 1: False}),
        ('"a","b",WKT\n"1","2","x"\n', {0: True, 1: True, 2: True}),  # ours
        ('"a","b"\n"1","2"\n', {}),  # everything is quoted: PowerShell, PostgreSQL
        ('a,b\n"1,5",2\n', {}),  # quoted where it must be: Excel
        ('"a, m",b\n"1,5",2\n', {}),
        ('"a","b"\n"1",2\n3,4\n', {}),  # now so, now so
        ('"a"\n"1"\n', {}),
        ("", {}),
        ('"a","b"\n"1', {}),
    ],
)
def test_quotes_tell_texts_from_numbers_only_where_they_are_meant_to(
    head: str, found: Mapping[int, bool]
) -> None:
    separator = ";" if ";" in head else ","
    assert quotes.quoted(head, separator, whole=True) == found


def test_the_last_row_of_a_part_is_not_looked_at() -> None:
    head = '"a","b"\n"1",2\n"3","4'
    assert quotes.quoted(head, ",", whole=False) == {0: True, 1: False}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_unicode_of_every_width_is_read(tmp_path: Path, encoding: str) -> None:
    text = "Tên\tKinh độ\tVĩ độ\nChợ Đông Ba\t107°35'20\"Đ\t16°28'25\"B\n"
    rows, _, _ = read(csv_file(tmp_path, text, encoding), "csv")
    assert rows[0]["Tên"] == "Chợ Đông Ba"
    assert rows[0]["geom"].startswith("POINT (107.58")


def test_short_long_and_quoted_rows_are_all_kept(tmp_path: Path) -> None:
    text = 'ten,lon,lat\n"A, ""B""\nC",107.5,16.5,thừa\nD\nten,lon,lat\nE,107.6,16.6\n'
    rows, notes, _ = read(csv_file(tmp_path, text), "csv")
    assert [row["ten"] for row in rows] == ['A, "B"\nC', "D", "E"]
    assert rows[0]["cot_4"] == "thừa"
    assert notes["header_repeated"].values == {"count": 1, "rows": "5"}
    assert notes["coordinates_unread"].values == {"count": 1, "rows": "4"}


def test_columns_that_a_person_names_win(tmp_path: Path) -> None:
    text = (
        "ten,lon,lat,x cũ,y cũ\nA,107.5,16.5,561800.5,1821600.5\nB,107.6,16.6,561801.5,1821601.5\n"
    )
    path = csv_file(tmp_path, text)
    rows, _, said = read(path, "csv", x="x cũ", y="y cũ")
    assert rows[0]["geom"] == "POINT (561800.5 1821600.5)"
    assert said["crs"] == ""
    with pytest.raises(Refusal) as refused:
        read(path, "csv", x="không có", y="y cũ")
    assert (refused.value.code, refused.value.where) == ("table-no-column", "không có")


def workbook(path: Path) -> Path:
    """Write a workbook of three sheets: schools with codes, stations, and a count."""
    book = openpyxl.Workbook()
    schools: Any = book.active
    schools.title = "Trường học"
    schools.append(["Mã", "Điện thoại", "Mở", "Phường", "Kinh độ", "Vĩ độ", "Công thức"])
    for at in range(6):
        day = date(2024, 3, 1 + at)
        schools.append([at, f"0234{at:06}", day, "Vỹ Dạ", 107.5 + at / 100, 16.4, "=1+1"])
        schools.cell(at + 2, 1).number_format = "00000"
    schools.merge_cells("D2:D7")
    stations = book.create_sheet("Trạm")
    for row in (["Tên", "Tọa độ"], *([f"Trạm {at}", f"16.4{at}, 107.5{at}"] for at in range(6))):
        stations.append(row)
    count = book.create_sheet("Thống kê")
    for row in (["Phường", "Năm 2023"], ["A", 1], ["B", 2]):
        count.append(row)
    book.save(path)
    return path


def test_sheets_with_places_are_layers_and_codes_keep_their_zeros(tmp_path: Path) -> None:
    path = workbook(tmp_path / "0000.xlsx")
    rows, notes, said = read(path, "xlsx")
    assert said["layers"] == ["Trường học", "Trạm"]
    assert (rows[3]["Mã"], rows[3]["Điện thoại"]) == ("00003", "0234000003")
    assert rows[3]["Mở"] == date(2024, 3, 4)
    assert {row["Phường"] for row in rows} == {"Vỹ Dạ"}
    assert notes["sheets_without_place"].values == {"count": 1, "names": "Thống kê"}
    assert notes["formulas_without_values"].values == {"count": 6}
    stations, _, _ = read(path, "xlsx", "Trạm")
    assert stations[0]["geom"] == "POINT (107.5 16.4)"
    with pytest.raises(Refusal, match="no-such-layer"):
        read(path, "xlsx", "Thống kê")


def test_numbers_shown_with_decimals_are_reals_though_they_are_whole(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["Tên", "Diện tích", "Số hộ", "Kinh độ", "Vĩ độ"])
    for at in range(1, 4):
        sheet.append([f"T{at}", at, at, 107.5 + at / 10, 16.4])
        sheet.cell(at + 1, 2).number_format = "#,##0.00"
    book.save(tmp_path / "0000.xlsx")
    rows, _, _ = read(tmp_path / "0000.xlsx", "xlsx")
    assert [(type(row["Diện tích"]), type(row["Số hộ"])) for row in rows] == [(float, int)] * 3


def ods(path: Path, content: str, *, doctype: str = "") -> Path:
    """Write an OpenDocument spreadsheet with the given tables."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    body = f"<?xml version='1.0'?>{doctype}<office:document-content{spaces}>{content}"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", body + "</office:document-content>")
    return path


def cell(value: object, more: str = "") -> str:
    """Return one cell of an OpenDocument table."""
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"{more}><text:p>{value}</text:p>' + (
            "</table:table-cell>"
        )
    return f'<table:table-cell office:value-type="float" office:value="{value}"{more}/>'


def row(*cells: str, more: str = "") -> str:
    """Return one row of an OpenDocument table."""
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def test_an_opendocument_sheet_is_read_with_its_repeats_and_spans(tmp_path: Path) -> None:
    hidden = '<style:style style:name="an"><style:table-properties table:display="false"/>'
    code = '<table:table-cell office:value-type="float" office:value="7"><text:p>007</text:p>'
    covered = "<table:covered-table-cell/>"
    gap = '<table:table-cell table:number-columns-repeated="16000"/>'
    content = (
        f"{hidden}</style:style>"
        '<table:table table:name="ẩn" table:style-name="an"/><table:table table:name="Điểm">'
        + row(*map(cell, ["Mã", "Phường", "Kinh độ", "Vĩ độ"]), gap)
        + row(f"{code}</table:table-cell>",
              cell("Vỹ Dạ", ' table:number-rows-spanned="2"'), cell(107.5), cell(16.4))
        + row(cell("008"), covered, cell(107.6), cell(16.5))
        + row(gap, more=' table:number-rows-repeated="1000000"')
        + "</table:table>"
    )  # fmt: skip
    rows, notes, said = read(ods(tmp_path / "0000.ods", content), "ods")
    assert said["layers"] == ["Điểm"]
    assert [(one["Mã"], one["Phường"]) for one in rows] == [("007", "Vỹ Dạ"), ("008", "Vỹ Dạ")]
    assert [one["geom"] for one in rows] == ["POINT (107.5 16.4)", "POINT (107.6 16.5)"]
    assert notes["hidden_sheets"].values == {"count": 1}


@pytest.mark.parametrize(
    ("content", "doctype", "code"),
    [
        ('<table:table table:name="a">' + row(*map(cell, ["X", "Y"])) + row(
            cell(1), cell(2), more=' table:number-rows-repeated="2000000"') + "</table:table>",
         "", "table-too-large"),
        ("<table:table/>", '<!DOCTYPE a [<!ENTITY b "c">]>', "table-xml"),
        ("<table:table>", "", "unreadable"),
        ("", "", "unreadable"),
    ],
)  # fmt: skip
def test_an_opendocument_file_that_lies_is_refused(
    tmp_path: Path, content: str, doctype: str, code: str
) -> None:
    path = ods(tmp_path / "0000.ods", content, doctype=doctype)
    with pytest.raises(Refusal, match=code):
        read(path, "ods")


def test_a_part_that_swells_or_declares_entities_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "0000.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("xl/workbook.xml", b"<a>" + b" " * (80 << 20))
    with pytest.raises(Refusal, match="archive-bomb"):
        read(path, "xlsx")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>')
    with pytest.raises(Refusal, match="table-xml"):
        read(path, "xlsx")


def test_two_workbooks_in_one_file_are_refused(tmp_path: Path) -> None:
    one = workbook(tmp_path / "a.xlsx").read_bytes()
    both = tmp_path / "0000.xlsx"
    both.write_bytes(one + one)
    with pytest.raises(Refusal, match="archive-joined"):
        read(both, "xlsx")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"0000.{kind}"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(Refusal, match="unreadable"):
        read(path, kind)


def test_the_samples_of_gdal_say_that_they_have_no_place() -> None:
    for name, kind in (("xls/test972000xp.xls", "xls"), ("xlsx/test.xlsx", "xlsx")):
        with pytest.raises(Refusal, match="table-no-place"):
            read(GDAL / name, kind)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ten,so\nA,1\nB,2\n", "table-no-place"),
        ("chỉ một dòng chữ\n", "table-no-rows"),
        ("", "table-no-rows"),
        ("a,b\n\0\0\0,1\n", "table-no-text"),
        (",".join(["x"] * 1_001) + "\n1\n", "too-many-columns"),
    ],
)
def test_a_text_without_places_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        read(csv_file(tmp_path, text), "csv")


def test_an_excerpt_of_a_long_text_has_its_beginning_and_whole_lines(tmp_path: Path) -> None:
    lines = [f"{at:07},{'x' * 90}\n" for at in range(40_000)]
    path = csv_file(tmp_path, "".join(lines))
    (tmp_path / "job").mkdir()
    short, times = sample.cut(path, tmp_path / "job")
    kept = short.read_text("utf-8").splitlines(keepends=True)
    assert kept[0] == lines[0]
    assert set(kept) <= set(lines)
    assert len(kept) == len(set(kept))
    assert kept[-1] == lines[-1]
    assert round(len(kept) * times) == pytest.approx(len(lines), rel=0.01)


def test_a_shape_that_a_sample_had_not_shown_is_not_lost(tmp_path: Path) -> None:
    begin = "số,WKT\n" + "".join(f"{at},POINT(107.5{at} 16.4)\n" for at in range(1, 9))
    path = csv_file(tmp_path, begin)
    job = {"kind": "csv", "file": str(path), "layer": "", "plan": {}, "options": {}}
    with opened(job, 4) as reading:
        plan = reading.plan | {"is_sampled": True}
    path.write_text(begin + "9,POINT(107.6 16.5)\n10,\n", "utf-8")
    with opened(job | {"plan": plan}, 4) as reading:
        assert sum(batch.num_rows for batch in reading.batches) == 10
    path.write_text(begin + "9,chưa đo\n", "utf-8")
    with opened(job | {"plan": plan}, 4) as reading, pytest.raises(Refusal, match="sample-missed"):
        list(reading.batches)


@pytest.mark.parametrize("later", ["00012", "1,5", "mới", "12,thừa"])
def test_what_a_sample_missed_is_never_squeezed_into_its_type(tmp_path: Path, later: str) -> None:
    begin = "số,lon,lat\n" + "".join(f"{at},107.5{at},16.4\n" for at in range(1, 9))
    path = csv_file(tmp_path, begin)
    job = {"kind": "csv", "file": str(path), "layer": "", "plan": {}, "options": {}}
    with opened(job, 4) as reading:
        plan = reading.plan | {"is_sampled": True}
    path.write_text(begin + "9,107.6,16.5\n", "utf-8")
    with opened(job | {"plan": plan}, 4) as reading:
        assert sum(batch.num_rows for batch in reading.batches) == 9
    last = f"{later},107.6,16.5\n" if "," not in later else f'"{later}",107.6,16.5\n'
    path.write_text(begin + (last if "thừa" not in later else "12,107.6,16.5,thừa\n"), "utf-8")
    with opened(job | {"plan": plan}, 4) as reading, pytest.raises(Refusal, match="sample-missed"):
        list(reading.batches)
