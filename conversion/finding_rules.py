"""What the checks find, as one table: code, weight, meaning, sentence, advice, in both languages.

``title`` is what is wrong with one feature; ``message`` speaks of all of them, with ``{count}`` and
the values of the finding. The reference page of findings is written from here.
"""

from dataclasses import dataclass
from typing import Final

from conversion.finding import Finding, Severity
from gishue.core.vietnamese import vn_number

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding; ``tolerance``: from where on it is told, empty where always."""

    code: str
    severity: Severity
    title: str
    title_vi: str
    message: str
    vi: str
    advice: str = ""
    advice_vi: str = ""
    tolerance: str = ""


_REPAIRED = "it was repaired; look at the areas before and after"
_REPAIRED_VI = "hệ thống đã sửa; hãy so diện tích trước và sau"
_SAMPLE = "; {checked} of {rows} features were checked"
_SAMPLE_VI = "; đã kiểm tra {checked} trong {rows} đối tượng"

_TABLE: Final = (
    Rule(
        "null_geometry",
        WARNING,
        "no geometry",
        "không có hình học",
        "{count} of {rows} features have no readable geometry",
        "{count} trong {rows} đối tượng không có hình học đọc được",
        "they are kept in the table and not drawn; complete them at the source",
        "các dòng này vẫn có trong bảng nhưng không vẽ được; hãy bổ sung ở tệp gốc",
    ),
    Rule(
        "geometry_lost",
        WARNING,
        "geometry that could not be used",
        "hình học không dùng được",
        "{count} geometries could not be used and are empty now",
        "{count} hình học không dùng được, nay để trống",
        "draw them again at the source; the other fields are kept",
        "hãy vẽ lại ở tệp gốc; các trường khác vẫn được giữ",
    ),
    Rule(
        "geometry_repaired",
        WARNING,
        "invalid geometry, repaired",
        "hình học sai, đã sửa",
        "{count} invalid geometries were repaired; area {before} m² before, {after} m² after",
        "đã sửa {count} hình học không hợp lệ; diện tích trước {before} m², sau {after} m²",
        "compare the areas of each one in the list; correct at the source where they differ",
        "hãy so diện tích từng đối tượng trong danh sách; sửa ở tệp gốc nếu lệch",
    ),
    Rule(
        "self_intersection",
        WARNING,
        "the outline crosses itself",
        "đường bao tự cắt",
        "the outline of {count} polygons crosses itself",
        "đường bao của {count} vùng tự cắt",
        _REPAIRED,
        _REPAIRED_VI,
    ),
    Rule(
        "hole_outside_shell",
        WARNING,
        "a hole lies outside its polygon",
        "lỗ thủng nằm ngoài vùng",
        "in {count} polygons a hole lies outside the outline",
        "{count} vùng có lỗ thủng nằm ngoài đường bao",
        "of a shapefile the ring is kept as a part of its own, else it is left out: look at it",
        "với shapefile, vòng đó được giữ như một phần riêng; với tệp khác thì bỏ: hãy xem lại",
    ),
    Rule(
        "nested_rings",
        WARNING,
        "rings lie inside or upon each other",
        "các vòng lồng hoặc trùng nhau",
        "in {count} polygons rings lie inside or upon each other",
        "{count} vùng có các vòng lồng hoặc trùng nhau",
        _REPAIRED,
        _REPAIRED_VI,
    ),
    Rule(
        "disconnected_interior",
        WARNING,
        "a hole cuts the polygon in two",
        "lỗ thủng cắt rời vùng",
        "in {count} polygons a hole cuts the inside in two",
        "{count} vùng bị lỗ thủng cắt rời",
        _REPAIRED,
        _REPAIRED_VI,
    ),
    Rule(
        "degenerate_ring",
        WARNING,
        "an outline of fewer than three corners",
        "đường bao có ít hơn ba đỉnh",
        "an outline of {count} polygons has fewer than three different corners",
        "{count} vùng có đường bao ít hơn ba đỉnh khác nhau",
        "draw it again at the source",
        "hãy vẽ lại ở tệp gốc",
    ),
    Rule(
        "invalid_geometry",
        WARNING,
        "invalid geometry",
        "hình học không hợp lệ",
        "{count} geometries are invalid in another way",
        "{count} hình học không hợp lệ vì lý do khác",
        _REPAIRED,
        _REPAIRED_VI,
    ),
    Rule(
        "self_crossing_line",
        WARNING,
        "a line crosses itself",
        "đường tự cắt",
        "{count} lines cross or touch themselves",
        "{count} đường tự cắt hoặc tự chạm",
        "nothing was changed; a loop may be real, a slip of the hand is not",
        "không có gì bị đổi; vòng lặp có thể là thật, nhưng hãy kiểm tra lỗi vẽ tay",
    ),
    Rule(
        "sliver",
        WARNING,
        "a sliver polygon",
        "vùng mảnh vụn",
        "{count} polygons are slivers: tiny, narrow and long",
        "{count} vùng là mảnh vụn: rất nhỏ, hẹp và dài",
        "join them to a neighbour or delete them at the source",
        "hãy gộp vào vùng bên cạnh hoặc xóa ở tệp gốc",
        "a part with area < 100 m², mean width 2A/P < 0.5 m and compactness 4πA/P² < 0.1",
    ),
    Rule(
        "far_outside_city",
        WARNING,
        "far outside the city",
        "nằm xa ngoài thành phố",
        "{count} features lie outside the city",
        "{count} đối tượng nằm ngoài thành phố",
        "look at their coordinates; nothing was removed",
        "hãy xem lại tọa độ; không đối tượng nào bị bỏ",
        "more than 2 km from every ward",
    ),
    Rule(
        "heights_dropped",
        INFO,
        "the height is not kept",
        "không giữ độ cao",
        "heights of {count} geometries are not kept in a 2D layer",
        "không giữ độ cao của {count} hình học trong lớp 2D",
    ),
    Rule(
        "mixed_types",
        INFO,
        "another kind of geometry than most",
        "khác loại hình học với đa số",
        "the layer mixes {points} points, {lines} lines and {polygons} polygons",
        "lớp trộn {points} điểm, {lines} đường và {polygons} vùng",
        "for styling and analysis, one layer for each kind is better",
        "nên tách mỗi loại thành một lớp để dễ trình bày và phân tích",
    ),
    Rule(
        "duplicate_geometry",
        WARNING,
        "the same geometry as an earlier feature",
        "trùng hình học với đối tượng trước",
        "{count} features have the same geometry as an earlier one",
        "{count} đối tượng trùng hình học với đối tượng đứng trước",
        "keep one of each at the source, or say in a field why there are several",
        "hãy giữ một bản ở tệp gốc, hoặc ghi rõ lý do có nhiều bản trong một trường",
        "the same corners, wherever the outline begins and whichever way it runs",
    ),
    Rule(
        "duplicate_row",
        WARNING,
        "the whole row is a repetition",
        "cả dòng lặp lại",
        "{count} features repeat an earlier one in every field",
        "{count} đối tượng lặp lại đối tượng trước ở mọi trường",
        "delete the repetitions at the source",
        "hãy xóa các dòng lặp ở tệp gốc",
        "the same geometry and the same value in every field",
    ),
    Rule(
        "overlap",
        WARNING,
        "overlaps another polygon",
        "chồng lấn vùng khác",
        "{count} pairs of polygons overlap, by {area} m² in all" + _SAMPLE,
        "{count} cặp vùng chồng lấn, tổng cộng {area} m²" + _SAMPLE_VI,
        "decide at the source to whom the common ground belongs",
        "hãy xác định ở tệp gốc phần chồng lấn thuộc vùng nào",
        "common area > 0.1 m²; identical polygons count as duplicates",
    ),
    Rule(
        "gap",
        WARNING,
        "a narrow gap between polygons",
        "khe hở hẹp giữa các vùng",
        "{count} narrow gaps lie between polygons, {area} m² in all" + _SAMPLE,
        "có {count} khe hở hẹp giữa các vùng, tổng cộng {area} m²" + _SAMPLE_VI,
        "let the neighbours share one line",
        "hãy cho các vùng kề nhau dùng chung một đường ranh",
        "enclosed by two or more polygons, area > 0.1 m², mean width 2A/P < 0.5 m",
    ),
    Rule(
        "near_duplicate_point",
        WARNING,
        "another point lies within 10 cm",
        "có điểm khác trong vòng 10 cm",
        "{count} pairs of points lie within 10 cm of each other" + _SAMPLE,
        "{count} cặp điểm cách nhau dưới 10 cm" + _SAMPLE_VI,
        "probably one thing surveyed twice",
        "có thể một đối tượng được đo hai lần",
        "0 < distance ≤ 0.1 m; identical points count as duplicates",
    ),
    Rule(
        "checks_unfinished",
        INFO,
        "a check was not finished",
        "một phép kiểm tra chưa xong",
        "the check for {check} was not finished: {why}",
        "phép kiểm tra {check_vi} chưa xong: {why_vi}",
        "nothing is known of it in this layer; check it in a desktop program",
        "chưa rõ kết quả ở lớp này; hãy kiểm tra bằng phần mềm máy trạm",
        "10 s a check",
    ),
    Rule(
        "value_unfit",
        WARNING,
        "the value does not fit the field",
        "giá trị không hợp kiểu của trường",
        "{count} values of {field!r} do not fit the field's type and are empty now",
        "{count} giá trị của {field!r} không hợp kiểu của trường, nay để trống",
        "correct them at the source; the list holds what was written",
        "hãy sửa ở tệp gốc; danh sách ghi lại nguyên văn giá trị",
    ),
    Rule(
        "key_missing",
        ERROR,
        "the key is empty",
        "khóa để trống",
        "{count} features have no value of the key {field!r}",
        "{count} đối tượng không có giá trị khóa {field!r}",
        "fill them in at the source, or choose another key",
        "hãy điền ở tệp gốc, hoặc chọn trường khóa khác",
    ),
    Rule(
        "key_duplicate",
        ERROR,
        "another feature has the same key",
        "trùng khóa với đối tượng khác",
        "{count} features share a value of the key {field!r} with an earlier one",
        "{count} đối tượng trùng giá trị khóa {field!r} với đối tượng trước",
        "make the values unique at the source, or choose another key",
        "hãy sửa cho giá trị không trùng ở tệp gốc, hoặc chọn trường khóa khác",
    ),
    Rule(
        "likely_key_duplicate",
        WARNING,
        "a number that should be unique is not",
        "mã lẽ ra là duy nhất nhưng bị trùng",
        "the field {field!r} looks like a key, but {count} features repeat an earlier value",
        "trường {field!r} giống khóa, nhưng {count} đối tượng lặp lại giá trị đã có",
        "if it is to name each feature once, correct it at the source",
        "nếu trường này dùng để định danh, hãy sửa ở tệp gốc",
        "named as a key (id, ma, code …) and at least 90 % of its values differ",
    ),
    Rule(
        "empty_column",
        INFO,
        "the field is empty throughout",
        "trường trống hoàn toàn",
        "the field {field!r} holds no value",
        "trường {field!r} không có giá trị nào",
    ),
    Rule(
        "constant_column",
        INFO,
        "the field holds one value throughout",
        "trường chỉ có một giá trị",
        "the field {field!r} holds one value everywhere: {value}",
        "trường {field!r} chỉ có một giá trị: {value}",
        tolerance="10 features or more",
    ),
    Rule(
        "text_blank_edges",
        INFO,
        "blanks at the start or end of a value",
        "khoảng trắng ở đầu hoặc cuối giá trị",
        "{count} values of {field!r} start or end with a blank",
        "{count} giá trị của {field!r} có khoảng trắng ở đầu hoặc cuối",
        "they were kept; two values that differ by a blank alone look the same",
        "đã giữ nguyên; hai giá trị chỉ khác khoảng trắng trông như nhau",
    ),
    Rule(
        "text_control",
        WARNING,
        "characters that nobody sees",
        "ký tự không nhìn thấy",
        "{count} values of {field!r} hold control, direction or zero-width characters",
        "{count} giá trị của {field!r} có ký tự điều khiển, đổi hướng hoặc không độ rộng",
        "they may hide or turn around what is read; type the value again",
        "chúng có thể che hoặc đảo nội dung; hãy gõ lại giá trị",
    ),
    Rule(
        "text_replacement",
        WARNING,
        "a character was lost before it came here",
        "ký tự đã mất từ trước",
        "{count} values of {field!r} hold \ufffd, a character lost in some conversion",
        "{count} giá trị của {field!r} có \ufffd, ký tự đã mất khi chuyển mã",
        "send the file as it was before that conversion, or choose another encoding",
        "hãy gửi tệp trước khi chuyển mã, hoặc chọn bảng mã khác",
    ),
    Rule(
        "text_markup",
        INFO,
        "markup in a value",
        "giá trị chứa thẻ HTML",
        "{count} values of {field!r} look like HTML",
        "{count} giá trị của {field!r} giống mã HTML",
        "it is kept and shown as text, never run",
        "được giữ và hiển thị như văn bản, không bao giờ chạy",
    ),
    Rule(
        "text_formula",
        WARNING,
        "a value that a spreadsheet would run",
        "giá trị mà bảng tính sẽ chạy như công thức",
        "{count} values of {field!r} look like formulas",
        "{count} giá trị của {field!r} giống công thức",
        "in CSV downloads they get an apostrophe in front",
        "khi tải CSV, giá trị này được thêm dấu nháy đơn ở đầu",
    ),
    Rule(
        "text_lookalike",
        WARNING,
        "letters of another alphabet in a word",
        "từ lẫn chữ cái của bảng chữ khác",
        "{count} values of {field!r} mix Latin letters with look-alikes of another alphabet",
        "{count} giá trị của {field!r} lẫn chữ La-tinh với chữ giống hệt của bảng khác",
        "searching will not find them; type the word again",
        "tìm kiếm sẽ không thấy; hãy gõ lại từ đó",
    ),
    Rule(
        "field_truncated",
        WARNING,
        "text that seems cut off",
        "văn bản dường như bị cắt",
        "{count} values of {field!r} seem cut at {bytes} bytes",
        "{count} giá trị của {field!r} dường như bị cắt ở {bytes} byte",
        "send a format without that limit (GeoPackage, GeoJSON) if the text was longer",
        "nếu văn bản dài hơn, hãy gửi định dạng không giới hạn (GeoPackage, GeoJSON)",
        "at the 254 bytes of a DBF field, or a pile of values at the greatest length of a column",
    ),
    Rule(
        "text_undecodable",
        WARNING,
        "bytes that are no text",
        "byte không phải văn bản",
        "{count} values hold bytes that are no text; shown as \ufffd",
        "{count} giá trị có byte không phải văn bản; hiện là \ufffd",
    ),
    Rule(
        "nul_dropped",
        INFO,
        "a zero character was dropped",
        "đã bỏ ký tự NUL",
        "zero characters were dropped from {count} values",
        "đã bỏ ký tự NUL khỏi {count} giá trị",
    ),
    Rule(
        "value_unfit",
        WARNING,
        "a value is none of the field's type",
        "giá trị không đúng kiểu của trường",
        "{count} values of {field} are none of its type and are empty now",
        "{count} giá trị của {field} không đúng kiểu, nay để trống",
        "correct them in the file: the list shows each with its row",
        "hãy sửa trong tệp: danh sách cho biết từng giá trị và số dòng",
        "an error where the layer's schema is strict",
    ),
    Rule(
        "value_missing",
        WARNING,
        "a required value is missing",
        "thiếu giá trị bắt buộc",
        "{count} features have no {field}, which the layer requires",
        "{count} đối tượng thiếu {field}, trường bắt buộc của lớp",
        "fill it in and send the file again",
        "hãy điền rồi gửi lại tệp",
        "an error where the layer's schema is strict",
    ),
    Rule(
        "value_not_listed",
        WARNING,
        "a value is not on the field's list",
        "giá trị không có trong danh mục",
        "{count} values of {field} are not on its list",
        "{count} giá trị của {field} không có trong danh mục",
        "take a value of the list, or add it to the layer's schema",
        "hãy dùng giá trị trong danh mục, hoặc bổ sung vào lược đồ của lớp",
        "an error where the layer's schema is strict",
    ),
    Rule(
        "value_out_of_range",
        WARNING,
        "a number is beyond the field's limits",
        "số nằm ngoài giới hạn của trường",
        "{count} values of {field} are beyond its limits",
        "{count} giá trị của {field} nằm ngoài giới hạn",
        "look for a wrong unit or a lost decimal point",
        "hãy xem có sai đơn vị hoặc mất dấu thập phân không",
        "an error where the layer's schema is strict",
    ),
    Rule(
        "value_too_long",
        WARNING,
        "a text is longer than the field takes",
        "văn bản dài quá mức của trường",
        "{count} values of {field} are longer than it takes",
        "{count} giá trị của {field} dài quá mức cho phép",
        "shorten them, or raise the limit in the layer's schema",
        "hãy rút ngắn, hoặc tăng giới hạn trong lược đồ của lớp",
        "an error where the layer's schema is strict",
    ),
    Rule(
        "value_not_unique",
        WARNING,
        "a value that must be unique stands twice",
        "giá trị phải duy nhất lại bị trùng",
        "{count} features share a value of {field}, which must be unique",
        "{count} đối tượng trùng giá trị {field}, trường phải duy nhất",
        "keep one of each",
        "hãy giữ lại một đối tượng cho mỗi giá trị",
        "an error where the layer's schema is strict",
    ),
)

RULES: Final = {rule.code: rule for rule in _TABLE}


def finding(code: str, count: int = 0, where: str = "", **values: str | float) -> Finding:
    """Return the finding of ``code`` about ``count`` features, worded with ``values``.

    >>> finding("sliver", 3).message
    '3 polygons are slivers: tiny, narrow and long'
    """
    rule = RULES[code]
    told = values | {"count": count}
    words = {name: _written(value) for name, value in told.items()}
    words_vi = {name: _written_vi(value) for name, value in told.items()}
    return Finding(
        code,
        rule.severity,
        rule.message.format_map(words),
        rule.vi.format_map(words_vi),
        where,
        rule.advice,
        rule.advice_vi,
        count,
    )


def _written(value: str | float) -> str:
    """Return a value as sentences show it: whole numbers in groups of three, areas in full m²."""
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _written_vi(value: str | float) -> str:
    """Return a value as Vietnamese sentences show it."""
    if isinstance(value, str):
        return value
    return vn_number(value, None if isinstance(value, int) else 2)
