"""Why a layer does not fit a format, said with a way out; and what a file had to leave behind."""

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "too-many-rows": (
        "an Excel sheet holds 1,048,576 rows; take CSV or GeoPackage, or a part by bbox or filter",
        "một trang Excel chứa tối đa 1.048.576 dòng; hãy chọn CSV hoặc GeoPackage, hoặc lọc bớt",
    ),
    "beyond-2gb": (
        "a shapefile ends at 2 GB; take GeoPackage, or a part by bbox or filter",
        "shapefile tối đa 2 GB; hãy chọn GeoPackage, hoặc lọc bớt theo khung hay điều kiện",
    ),
    "beyond-design-plane": (
        "the coordinates lie beyond the design plane of DGN (±2,147 km); take another system",
        "tọa độ nằm ngoài mặt phẳng thiết kế của DGN (±2.147 km); hãy chọn hệ tọa độ khác",
    ),
    "nothing-there": (
        "there is no feature with a geometry to make tiles of",
        "không có đối tượng nào có hình học để tạo ô bản đồ",
    ),
    "not-written": (
        "the file could not be written; is there room on the disk?",
        "không ghi được tệp; hãy kiểm tra dung lượng đĩa",
    ),
}

LOSSES: Final[Mapping[str, tuple[str, str]]] = {
    "text-cut": ("texts cut to what the format holds", "chữ bị cắt theo giới hạn của định dạng"),
    "field-renamed": ("fields renamed", "trường được đổi tên"),
    "lines-joined": (
        "texts of several lines written on one",
        "chữ nhiều dòng được ghi thành một dòng",
    ),
    "geometry-left-out": (
        "features whose geometry the format cannot hold",
        "đối tượng có hình học mà định dạng không chứa được",
    ),
    "without-geometry": (
        "features without a geometry left out of the drawing",
        "đối tượng không có hình học không đưa vào bản vẽ",
    ),
    "empty-as-zero": (
        "empty values written as 0 or no text: the format has none",
        "giá trị trống ghi thành 0 hoặc chữ rỗng vì định dạng không có giá trị trống",
    ),
    "number-beyond": (
        "numbers too large or too near to 0 for the format, left empty",
        "số quá lớn hoặc quá gần 0 so với định dạng, để trống",
    ),
    "guarded": (
        "texts with an apostrophe before them, so that no spreadsheet computes them",
        "chữ có dấu nháy phía trước để bảng tính không tính như công thức",
    ),
}


def loss_lines(tally: Mapping[str, Any]) -> list[str]:
    """Return what a file left behind, one line each in Vietnamese and English.

    ``tally``: counts by a code of ``LOSSES``, and ``renamed``: new names by old.
    """
    lines = [f"{name} → {new}" for name, new in tally.get("renamed", {}).items()]
    for code, (en, vi) in LOSSES.items():
        if tally.get(code):
            lines.append(f"{tally[code]}: {vi} / {en}")
    return lines
