"""The sentences of what readers saw in a file and its parts."""

from typing import Final

from conversion.findings.finding import Severity
from conversion.findings.sentence import Sentence

FILES: Final[dict[str, Sentence]] = {
    "truncated": Sentence(
        Severity.WARNING,
        "the .shp is cut off: {bytes} bytes are missing at its end",
        "tệp .shp bị cắt cụt: thiếu {bytes} byte ở cuối",
        "copy the file again from where it was made",
        "hãy sao chép lại tệp từ nơi tạo ra nó",
    ),
    "numbers_rounded": Sentence(
        Severity.WARNING,
        "{count} whole numbers have 19 digits or more; the reader may round them to 16",
        "{count} số nguyên có từ 19 chữ số trở lên; khi đọc có thể bị làm tròn còn 16 chữ số",
        "write such identifiers as text (in quotes) and send the file again",
        "hãy ghi các mã này thành chữ (trong ngoặc kép) rồi gửi lại tệp",
    ),
    "zeros_left_out": Sentence(
        Severity.WARNING,
        "the file holds {count} zero characters (NUL), which nothing can keep; they are left out, "
        "the text around them is kept",
        "tệp có {count} ký tự NUL, không nơi nào lưu được; đã bỏ các ký tự này, phần chữ xung "
        "quanh được giữ",
        "look where the texts come from; zero characters may mean that the file is damaged",
        "hãy xem lại nguồn dữ liệu; ký tự NUL có thể là dấu hiệu tệp bị hỏng",
    ),
    "zeros_cut_text": Sentence(
        Severity.WARNING,
        "the file holds {count} zero characters (NUL); of a text with one, what follows it is lost",
        "tệp có {count} ký tự NUL; chữ nào có ký tự này thì phần đứng sau bị mất",
        "take them out of the file (\\u0000) and send it again",
        "hãy bỏ các ký tự này (\\u0000) khỏi tệp rồi gửi lại",
    ),
    "positions_unread": Sentence(
        Severity.WARNING,
        "{count} features have a position that is no pair of numbers (features {rows}); they are "
        "kept without geometry, or without the ring or part that has it",
        "{count} đối tượng có vị trí không phải là cặp số (đối tượng thứ {rows}); được giữ nhưng "
        "không có hình học, hoặc thiếu vòng hay phần chứa vị trí đó",
        "write every position as numbers, without quotes, true or null, and send the file again",
        "hãy ghi mọi vị trí bằng số, không có ngoặc kép, true hay null, rồi gửi lại tệp",
    ),
    "arcs_unread": Sentence(
        Severity.ERROR,
        "{count} arcs have a position that is no pair of numbers; what is drawn with them is wrong",
        "{count} cung (arc) có vị trí không phải là cặp số; hình vẽ từ các cung này bị sai",
        "make the file anew from its source and send it again",
        "hãy tạo lại tệp từ dữ liệu nguồn rồi gửi lại",
    ),
    "values_of_several_types": Sentence(
        Severity.WARNING,
        "values of {field!r} are of several types and are kept as text: {texts} texts, {numbers} "
        "numbers, {booleans} true or false, {objects} objects or lists",
        "giá trị của {field!r} có nhiều kiểu khác nhau nên được giữ dạng chữ: {texts} chữ, "
        "{numbers} số, {booleans} đúng/sai, {objects} đối tượng hoặc danh sách",
        "write every value of a field in one type and send the file again",
        "hãy ghi mọi giá trị của một trường theo cùng một kiểu rồi gửi lại tệp",
    ),
    "ids_left_out": Sentence(
        Severity.INFO,
        "{field} only counts the features ({first} …) and is not kept as a field",
        "{field} chỉ đánh số thứ tự đối tượng ({first} …) nên không giữ thành trường",
    ),
    "names_left_out": Sentence(
        Severity.INFO,
        "the names on the map repeat {field!r} in every feature and are not kept twice",
        "tên hiển thị trên bản đồ lặp lại {field!r} ở mọi đối tượng nên không giữ hai lần",
    ),
    "columns_left_out": Sentence(
        Severity.WARNING,
        "{columns} columns hold binary data and are left out",
        "{columns} cột chứa dữ liệu nhị phân nên bị bỏ qua",
    ),
    "geometries_left_out": Sentence(
        Severity.WARNING,
        "each feature has {columns} more geometries; only the first is kept",
        "mỗi đối tượng có thêm {columns} hình học; chỉ giữ hình đầu tiên",
    ),
    "curves_straightened": Sentence(
        Severity.INFO,
        "{features} features have arcs or 3D faces; they are kept as lines of short segments or "
        "polygons",
        "{features} đối tượng có cung tròn hoặc mặt 3D; được giữ dạng đường gấp khúc hoặc vùng",
    ),
    "labels_added": Sentence(
        Severity.INFO,
        "{columns} fields hold codes of a list; what each code means stands in a field beside it",
        "{columns} trường chứa mã theo danh mục; ý nghĩa của mã nằm ở trường bên cạnh",
    ),
    "breaks_off": Sentence(
        Severity.WARNING,
        "the file breaks off after {rows} features; what comes after cannot be read",
        "tệp bị đứt sau {rows} đối tượng; phần sau không đọc được",
        "copy the file again from where it was made",
        "hãy sao chép lại tệp từ nơi tạo ra nó",
    ),
    "records_cut": Sentence(
        Severity.WARNING,
        "the table of attributes is cut off: {records} records are missing at its end",
        "bảng thuộc tính bị cắt cụt: thiếu {records} bản ghi ở cuối",
        "copy the file again from where it was made",
        "hãy sao chép lại tệp từ nơi tạo ra nó",
    ),
    "lines_unreadable": Sentence(
        Severity.WARNING,
        "{lines} lines of the file are no feature and are left out",
        "{lines} dòng trong tệp không phải đối tượng và bị bỏ qua",
        "look for lines that are cut or joined",
        "hãy tìm các dòng bị cắt hoặc dính nhau",
    ),
    "objects_missing": Sentence(
        Severity.WARNING,
        "the .mid has {records} more records than the .mif has objects; the .mif may be cut off",
        "tệp .mid có nhiều hơn tệp .mif {records} bản ghi; tệp .mif có thể bị cắt cụt",
        "copy both files again from where they were made",
        "hãy sao chép lại cả hai tệp từ nơi tạo ra",
    ),
    "records_missing": Sentence(
        Severity.WARNING,
        "the table of attributes has {records} records fewer than there are shapes; these shapes "
        "are left out",
        "bảng thuộc tính thiếu {records} bản ghi so với số hình; các hình này bị bỏ ra",
        "copy all parts of the file again from where it was made",
        "hãy sao chép lại mọi phần của tệp từ nơi tạo ra nó",
    ),
    "attributes_missing": Sentence(
        Severity.WARNING,
        "the table of attributes has {records} records fewer than there are shapes; these shapes "
        "are kept without attributes",
        "bảng thuộc tính thiếu {records} bản ghi so với số hình; các hình này được giữ nhưng không "
        "có thuộc tính",
        "copy all parts of the file again from where it was made",
        "hãy sao chép lại mọi phần của tệp từ nơi tạo ra nó",
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
}
