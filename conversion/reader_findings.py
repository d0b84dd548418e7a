"""The sentences of what readers saw and did, by the code of their note, in both languages.

A reader names a code and numbers; it never words what people read. ``{…}`` are the note's values;
numbers are grouped by thousands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from conversion.finding import Finding, Severity
from conversion.reading import Note


@dataclass(frozen=True, slots=True)
class Sentence:
    """How a note reads; ``advice``: what its owner can do."""

    severity: Severity
    message: str
    vi: str
    advice: str = ""
    advice_vi: str = ""


SENTENCES: Final[dict[str, Sentence]] = {
    "truncated": Sentence(
        Severity.WARNING,
        "the .shp is cut off: {bytes} bytes are missing at its end",
        "tệp .shp bị cắt cụt: thiếu {bytes} byte ở cuối",
        "copy the file again from where it was made",
        "hãy sao chép lại tệp từ nơi tạo ra nó",
    ),
    "columns_left_out": Sentence(
        Severity.WARNING,
        "{columns} columns hold binary data and are left out",
        "{columns} cột chứa dữ liệu nhị phân nên bị bỏ qua",
    ),
    "missing_dbf": Sentence(
        Severity.WARNING,
        "the .dbf is missing: there are shapes but no attributes",
        "thiếu tệp .dbf: có hình nhưng không có thuộc tính",
        "send the .dbf together with the .shp",
        "hãy gửi tệp .dbf cùng với tệp .shp",
    ),
    "missing_shx": Sentence(
        Severity.INFO,
        "the .shx was missing and was made again",
        "thiếu tệp .shx, đã tạo lại",
    ),
    "header_found": Sentence(
        Severity.INFO,
        "the header ends in row {row}; {titles} title texts stand above it",
        "dòng tiêu đề kết thúc ở dòng {row}; phía trên có {titles} dòng chữ",
    ),
    "header_missing": Sentence(
        Severity.WARNING,
        "the table has no header; its columns are called cot_1, cot_2 …",
        "bảng không có dòng tiêu đề; các cột được đặt tên cot_1, cot_2 …",
        "write the names of the columns in the first row and send the file again",
        "hãy ghi tên cột ở dòng đầu rồi gửi lại tệp",
    ),
    "header_repeated": Sentence(
        Severity.INFO,
        "{count} rows repeat the header and are left out (rows {rows})",
        "{count} dòng lặp lại tiêu đề nên bị bỏ qua (dòng {rows})",
    ),
    "footer_dropped": Sentence(
        Severity.INFO,
        "{count} rows are totals or signatures and are left out (rows {rows})",
        "{count} dòng tổng cộng hoặc ký tên bị bỏ qua (dòng {rows})",
    ),
    "hidden_sheets": Sentence(
        Severity.INFO,
        "{count} hidden sheets are not read",
        "{count} trang tính ẩn không được đọc",
        "show a sheet in the program it was made with if it should be read",
        "nếu cần đọc, hãy bỏ ẩn trang tính rồi gửi lại",
    ),
    "sheets_without_place": Sentence(
        Severity.INFO,
        "{count} sheets have no coordinates or addresses and are not read: {names}",
        "{count} trang tính không có tọa độ hay địa chỉ nên không được đọc: {names}",
    ),
    "formulas_without_values": Sentence(
        Severity.WARNING,
        "{count} formulas were saved without their result; their cells are empty here",
        "{count} công thức được lưu mà không có kết quả; các ô đó để trống",
        "open the file in Excel or LibreOffice, save it, and send it again",
        "hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại rồi gửi lại",
    ),
    "coordinates_from": Sentence(
        Severity.INFO,
        'east is read from column "{east}", north from "{north}"',
        'tọa độ Đông lấy từ cột "{east}", tọa độ Bắc từ cột "{north}"',
        "if these are other columns, say which with x and y",
        "nếu không đúng, hãy chỉ rõ cột x và y",
    ),
    "degrees_from": Sentence(
        Severity.INFO,
        'longitude is read from column "{east}", latitude from "{north}"',
        'kinh độ lấy từ cột "{east}", vĩ độ từ cột "{north}"',
        "if these are other columns, say which with x and y",
        "nếu không đúng, hãy chỉ rõ cột x và y",
    ),
    "axes_swapped": Sentence(
        Severity.WARNING,
        'the headers of "{east}" and "{north}" are swapped: the values say which is east; turned',
        'tiêu đề cột "{east}" và "{north}" bị đảo so với giá trị; đã đảo lại',
        "correct the headers in the file",
        "hãy sửa tiêu đề trong tệp gốc",
    ),
    "shape_from": Sentence(
        Severity.INFO,
        'the geometry is read from column "{column}"',
        'hình học lấy từ cột "{column}"',
    ),
    "address_from": Sentence(
        Severity.INFO,
        "rows are placed by the addresses in {columns}, at the middle of the ward or commune of "
        "1 July 2025; do_chinh_xac says how exactly, do_tin_cay how surely",
        "vị trí lấy theo địa chỉ ở cột {columns}, đặt tại tâm phường, xã từ ngày 01/7/2025; cột "
        "do_chinh_xac cho biết mức chính xác, do_tin_cay cho biết độ tin cậy",
    ),
    "address_unmatched": Sentence(
        Severity.WARNING,
        "{count} rows have an address in which no ward or commune of the city is found; they are "
        "kept without a place (rows {rows})",
        "{count} dòng có địa chỉ không tìm ra phường, xã nào của thành phố; vẫn giữ lại nhưng "
        "chưa có vị trí (dòng {rows})",
        "write ward and district in full, as in: 12 Lê Lợi, Phường Vĩnh Ninh, Quận Thuận Hóa",
        "hãy ghi đủ phường, xã và quận, huyện, ví dụ: 12 Lê Lợi, Phường Vĩnh Ninh, Quận Thuận Hóa",
    ),
    "coordinates_unread": Sentence(
        Severity.WARNING,
        "{count} rows have no coordinates that can be read; they are kept without a place "
        "(rows {rows})",
        "{count} dòng không có tọa độ đọc được; vẫn giữ lại nhưng chưa có vị trí (dòng {rows})",
        "correct these rows in the file, or place them on the map later",
        "hãy sửa các dòng này trong tệp, hoặc đặt vị trí trên bản đồ sau",
    ),
}


def of_notes(notes: Iterable[Note]) -> Iterator[Finding]:
    """Return the findings of a reader's notes; a code that is none of ours says nothing."""
    for note in notes:
        sentence = SENTENCES.get(note.code)
        if sentence is not None:
            yield _finding(note, sentence)


def _finding(note: Note, sentence: Sentence) -> Finding:
    words = _Words({name: _written(value) for name, value in note.values.items()})
    return Finding(
        note.code,
        sentence.severity,
        sentence.message.format_map(words),
        sentence.vi.format_map(words),
        note.where,
        sentence.advice,
        sentence.advice_vi,
    )


class _Words(dict[str, str]):
    """The values of a note; one it does not name is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _written(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def merged(found: Iterable[Finding], later: Iterable[Finding]) -> list[Finding]:
    """Return what two readings of one file found: the later one knows better, code by code."""
    after = list(later)
    known: Mapping[tuple[str, str], Finding] = {(one.code, one.where): one for one in after}
    return [*(one for one in found if (one.code, one.where) not in known), *after]
