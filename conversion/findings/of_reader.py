"""The sentences of what readers saw and did, by the code of their note, in both languages.

A reader names a code and numbers; it never words what people read. ``{…}`` are the note's values;
numbers are grouped by thousands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from conversion.findings.finding import Finding, Severity
from conversion.reading import Note
from gishue.core.vietnamese import vn_number


@dataclass(frozen=True, slots=True)
class Sentence:
    """How a note reads; ``advice``: what its owner can do.

    ``title``: what is wrong at one place, where the reader gives the places of its ``count``.
    """

    severity: Severity
    message: str
    vi: str
    advice: str = ""
    advice_vi: str = ""
    title: str = ""
    title_vi: str = ""


SENTENCES: Final[dict[str, Sentence]] = {
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
    "cad_gaps": Sentence(
        Severity.WARNING,
        "{count} gaps keep lines from closing to polygons, the widest {longest}: {places}",
        "{count} chỗ hở khiến đường nét không khép thành vùng, rộng nhất {longest}: {places}",
        "close them in the drawing (extend or join the lines) and send it again",
        "hãy nối kín các chỗ này trong bản vẽ (extend, join) rồi gửi lại",
        title="gap between lines",
        title_vi="chỗ hở giữa các đường nét",
    ),
    "cad_joined": Sentence(
        Severity.INFO,
        "{ends} line ends that almost met were joined, over at most {farthest}",
        "đã nối {ends} đầu đường nét gần chạm nhau, xa nhất {farthest}",
    ),
    "cad_unclosed": Sentence(
        Severity.INFO,
        "{ends} line ends meet nothing near them; they close no polygon",
        "{ends} đầu đường nét không chạm gì ở gần; không khép thành vùng",
    ),
    "cad_slivers": Sentence(
        Severity.INFO,
        "{count} polygons thinner than the joining tolerance were left out",
        "đã bỏ {count} vùng mỏng hơn sai số nối",
    ),
    "cad_not_joined": Sentence(
        Severity.WARNING,
        "the lines have more than 2,000,000 vertices and were not joined to polygons",
        "đường nét có hơn 2.000.000 đỉnh nên không được khép thành vùng",
        "save the boundary layer as a drawing of its own",
        "hãy lưu riêng lớp ranh giới thành một bản vẽ",
    ),
    "cad_unbound_texts": Sentence(
        Severity.INFO,
        "{count} texts stand in no polygon and are not in this layer: {places}",
        "{count} chữ không nằm trong vùng nào nên không có trong lớp này: {places}",
        "take their CAD layer as a layer of its own where they matter",
        "nếu cần, hãy nhận lớp CAD chứa chúng thành một lớp riêng",
        title="text outside every polygon",
        title_vi="chữ không nằm trong vùng nào",
    ),
    "cad_unbound_polygons": Sentence(
        Severity.WARNING,
        "no text stands in {count} polygons, at {places}",
        "{count} vùng không có chữ nào bên trong, tại {places}",
        "check that the label lies inside its polygon, or that the polygon is no leftover",
        "hãy kiểm tra nhãn có nằm trong vùng của nó không, hoặc vùng có phải nét thừa không",
        title="polygon without a text",
        title_vi="vùng không có chữ",
    ),
    "cad_several_numbers": Sentence(
        Severity.WARNING,
        "{count} polygons hold more than one parcel number; a side between two parcels may be "
        "missing",
        "{count} vùng chứa nhiều hơn một số thửa; có thể thiếu cạnh giữa hai thửa",
        title="polygon with several parcel numbers",
        title_vi="vùng có nhiều số thửa",
    ),
    "cad_area_differs": Sentence(
        Severity.WARNING,
        "in {count} polygons the written area differs from the drawn one, by up to {worst} m²",
        "{count} vùng có diện tích ghi khác diện tích vẽ, lệch nhiều nhất {worst} m²",
        "check these parcels against their records",
        "hãy đối chiếu các thửa này với hồ sơ",
        title="written area differs from the drawn one",
        title_vi="diện tích ghi khác diện tích vẽ",
    ),
    "cad_skipped_entities": Sentence(
        Severity.WARNING,
        "{count} entities cannot be drawn as features and are left out: {kinds}",
        "{count} đối tượng không vẽ được thành đối tượng địa lý nên bị bỏ qua: {kinds}",
        "explode them in the drawing where they matter",
        "nếu cần, hãy phá khối (explode) chúng trong bản vẽ",
    ),
    "cad_curves": Sentence(
        Severity.INFO,
        "{count} curves are drawn as chords of at most 4°, within 0.06 % of their radius",
        "{count} đường cong được vẽ bằng các dây cung không quá 4°, sai số trong 0,06 % bán kính",
    ),
    "cad_scaled": Sentence(
        Severity.WARNING,
        "coordinates were multiplied by {factor}: only so does the drawing fall on Viet Nam "
        "in metres",
        "tọa độ đã nhân với {factor}: chỉ như vậy bản vẽ mới rơi vào lãnh thổ Việt Nam theo mét",
    ),
    "cad_units": Sentence(
        Severity.INFO,
        "the drawing says its unit is {unit} m, but its coordinates are metres; they were kept",
        "bản vẽ ghi đơn vị là {unit} m nhưng tọa độ là mét; giữ nguyên tọa độ",
    ),
    "cad_local": Sentence(
        Severity.WARNING,
        "the drawing lies on no Vietnamese grid (drawing unit: {unit}); its coordinates are local",
        "bản vẽ không nằm trên lưới tọa độ Việt Nam nào (đơn vị vẽ: {unit}); tọa độ là tọa độ "
        "giả định",
        "move it to its VN-2000 coordinates and send it again",
        "hãy chuyển bản vẽ về tọa độ VN-2000 rồi gửi lại",
    ),
    "cad_clipped": Sentence(
        Severity.ERROR,
        "{vertices} vertices stand at {limit}, the last coordinate that the file can hold: "
        "what lay beyond is lost",
        "{vertices} đỉnh nằm đúng ở {limit}, tọa độ cuối cùng tệp lưu được: phần vượt quá đã mất",
        "export it again with the storage centre at (500000, 1000000), as TT 25/2014 asks",
        "hãy xuất lại với tâm lưu trữ (500000, 1000000) theo TT 25/2014",
    ),
    "cad_wrapped": Sentence(
        Severity.WARNING,
        "northings had run over the file's last coordinate and were put back by {moved}",
        "tọa độ bắc đã vượt tọa độ cuối cùng của tệp và được đưa về chỗ, cộng {moved}",
    ),
    "cad_fonts": Sentence(
        Severity.INFO,
        "{texts} texts were decoded by their fonts: {fonts}",
        "đã giải mã {texts} chữ theo phông: {fonts}",
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
    words_vi = _Words({name: _written_vi(value) for name, value in note.values.items()})
    return Finding(
        note.code,
        sentence.severity,
        sentence.message.format_map(words),
        sentence.vi.format_map(words_vi),
        note.where,
        sentence.advice,
        sentence.advice_vi,
        int(note.values.get("count", 0)) if sentence.title else 0,
    )


class _Words(dict[str, str]):
    """The values of a note; one it does not name is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _written(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _written_vi(value: str | int | float) -> str:
    return value if isinstance(value, str) else vn_number(value)


def merged(found: Iterable[Finding], later: Iterable[Finding]) -> list[Finding]:
    """Return what two readings of one file found: the later one knows better, code by code."""
    after = list(later)
    known: Mapping[tuple[str, str], Finding] = {(one.code, one.where): one for one in after}
    return [*(one for one in found if (one.code, one.where) not in known), *after]
