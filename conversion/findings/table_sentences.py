"""The sentences of what readers saw in tables: their header, rows, coordinates and addresses."""

from typing import Final

from conversion.findings.finding import Severity
from conversion.findings.sentence import Sentence

TABLES: Final[dict[str, Sentence]] = {
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
    "rows_in_quotes": Sentence(
        Severity.WARNING,
        "{count} rows are made of lines that could each be a row (rows {rows}); a quotation mark "
        "may be missing or too many",
        "{count} dòng gồm nhiều dòng chữ mà mỗi dòng có thể là một bản ghi (dòng {rows}); có thể "
        "thừa hoặc thiếu dấu ngoặc kép",
        "look at the quotation marks of these rows; if rows are missing, correct them and send the "
        "file again",
        "hãy xem dấu ngoặc kép ở các dòng này; nếu mất bản ghi, hãy sửa rồi gửi lại tệp",
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
    "degrees_wgs84": Sentence(
        Severity.INFO,
        "nothing says which system the degrees are in; taken as WGS 84, VN-2000 would lie 225 m "
        "away",
        "không có gì cho biết độ thuộc hệ nào; coi là WGS 84, nếu là VN-2000 thì lệch 225 m",
        "if they are in VN-2000, say crs EPSG:4756",
        "nếu là VN-2000, hãy chỉ rõ hệ tọa độ EPSG:4756",
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
    "place_not_kept": Sentence(
        Severity.INFO,
        "what stands in {columns} is the geometry itself and is not kept as a field as well",
        "nội dung ở cột {columns} chính là hình học nên không giữ thêm thành trường",
    ),
    "address_from": Sentence(
        Severity.INFO,
        "rows are placed by the addresses in {columns}, at the middle of the ward or commune of "
        "1 July 2025; do_chinh_xac says how exactly, do_tin_cay how surely",
        "vị trí lấy theo địa chỉ ở cột {columns}, đặt tại tâm phường, xã từ ngày 01/7/2025; cột "
        "do_chinh_xac cho biết mức chính xác, do_tin_cay cho biết độ tin cậy",
    ),
    "address_refined": Sentence(
        Severity.INFO,
        "{count} rows stand at the street or place that their address names",
        "{count} dòng được đặt tại tuyến đường hoặc địa điểm ghi trong địa chỉ",
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
