"""The Excel template of a layer's schema: filled in, it comes back as rows that fit.

Columns carry the Vietnamese titles, lists and limits are Excel's own validations, and a second
sheet says what each field means. Where the layer draws points there are columns for coordinates;
other shapes are written as WKT.
"""

import io
from collections.abc import Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from conversion.table.own import TEMPLATE_XY
from gishue.core.crs import HUE, accepted
from layers.fields import FieldType
from layers.layer import GeometryType
from layers.schema import FieldRule, LayerSchema

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS: Final = 5_000
"""Rows that carry the validations."""

_DATA, _GUIDE, _LISTS = "Dữ liệu", "Hướng dẫn", "Danh mục"
# The header names the system, so that a sheet that comes back is not asked about it.
_POINT: Final = tuple(zip(TEMPLATE_XY, ("Bắc, mét", "Đông, mét"), strict=True))
_SHAPE: Final = ((f"WKT EPSG:{HUE}", "hình học dạng WKT, Đông trước Bắc sau, mét"),)
_TYPES: Final = {
    FieldType.TEXT: "văn bản",
    FieldType.INTEGER: "số nguyên",
    FieldType.REAL: "số thực",
    FieldType.BOOLEAN: "có hoặc không",
    FieldType.DATE: "ngày (dd/mm/yyyy)",
    FieldType.DATETIME: "ngày giờ (yyyy-mm-dd hh:mm)",
}
_HEAD = PatternFill("solid", fgColor="DCE9F2")
_MUST = PatternFill("solid", fgColor="F6E3C5")


def workbook(title: str, schema: LayerSchema) -> bytes:
    """Return the template as the bytes of an .xlsx file.

    Args:
        title: the layer's title, shown in the guide only, so that row 1 holds the headers.
        schema: the fields, in the order of their columns.
    """
    book = Workbook()
    data, guide, lists = book.active, book.create_sheet(_GUIDE), book.create_sheet(_LISTS)
    if not isinstance(data, Worksheet):
        raise TypeError("a new workbook has a sheet")
    data.title = _DATA
    _write_data(data, lists, schema)
    _write_guide(guide, title, schema)
    lists.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def headers(schema: LayerSchema) -> list[str]:
    """Return the first row: titles of the fields, then what holds the geometry."""
    return [rule.title or rule.name for rule in schema.fields] + [
        name for name, _ in _place(schema)
    ]


def _place(schema: LayerSchema) -> Sequence[tuple[str, str]]:
    return _POINT if schema.geometry_type is GeometryType.POINT else _SHAPE


def _write_data(sheet: Any, lists: Any, schema: LayerSchema) -> None:
    required = [rule.required for rule in schema.fields] + [True] * len(_place(schema))
    for at, (name, must) in enumerate(zip(headers(schema), required, strict=True), start=1):
        cell = sheet.cell(1, at)
        _put(cell, name)
        cell.font, cell.fill = Font(bold=True), _MUST if must else _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(at)].width = max(12, min(40, len(name) + 4))
    sheet.freeze_panes = "A2"
    for at, rule in enumerate(schema.fields, start=1):
        _format(sheet, lists, at, rule)


def _format(sheet: Any, lists: Any, at: int, rule: FieldRule) -> None:
    letter = get_column_letter(at)
    if rule.type is FieldType.TEXT:  # so that Excel keeps the zeros of 00123
        sheet.column_dimensions[letter].number_format = "@"
    if rule.type is FieldType.DATE:
        sheet.column_dimensions[letter].number_format = "dd/mm/yyyy"
    made = _validation(lists, at, rule)
    if made is not None:
        made.showErrorMessage, made.allow_blank = True, not rule.required
        made.errorTitle, made.error = (rule.title or rule.name)[:32], _limits(rule)[:255]
        sheet.add_data_validation(made)
        made.add(f"{letter}2:{letter}{ROWS + 1}")


def _validation(lists: Any, at: int, rule: FieldRule) -> DataValidation | None:
    if rule.values:
        letter = get_column_letter(at)
        for row, code in enumerate(rule.codes, start=1):
            _put(lists.cell(row, at), code)
        area = f"'{_LISTS}'!${letter}$1:${letter}${len(rule.values)}"
        return DataValidation(type="list", formula1=area)
    if rule.minimum is not None or rule.maximum is not None:
        kind = "whole" if rule.type is FieldType.INTEGER else "decimal"
        low = rule.minimum if rule.minimum is not None else -1e15
        high = rule.maximum if rule.maximum is not None else 1e15
        return DataValidation(
            type=kind, operator="between", formula1=f"{low:g}", formula2=f"{high:g}"
        )
    if rule.max_length is not None:
        return DataValidation(
            type="textLength", operator="lessThanOrEqual", formula1=str(rule.max_length)
        )
    return None


def _write_guide(sheet: Any, title: str, schema: LayerSchema) -> None:
    rows = [
        (title, "", "", ""),
        (f"Điền vào trang «{_DATA}», mỗi hàng một đối tượng; cột tô vàng là bắt buộc.", "", "", ""),
        (
            f"Tọa độ: EPSG:{HUE}, {accepted()[HUE].title_vi}; X là hướng bắc, Y là hướng đông.",
            "",
            "",
            "",
        ),
        ("", "", "", ""),
        ("Cột", "Trường", "Kiểu", "Điều kiện"),
        *((r.title or r.name, r.name, _TYPES[r.type], _limits(r)) for r in schema.fields),
        *((name, "", "", meaning) for name, meaning in _place(schema)),
    ]
    for number, row in enumerate(rows, start=1):
        for at, text in enumerate(row, start=1):
            _put(sheet.cell(number, at), text)
    for letter, width in zip("ABCD", (34, 24, 24, 70), strict=True):
        sheet.column_dimensions[letter].width = width


def _limits(rule: FieldRule) -> str:
    said = ["bắt buộc"] if rule.required else []
    said += ["không trùng"] if rule.unique else []
    if rule.values:
        listed = "; ".join(f"{code} = {name}" if name else code for code, name in rule.values)
        said.append(f"một trong: {listed}")
    if rule.minimum is not None:
        said.append(f"từ {rule.minimum:g}")
    if rule.maximum is not None:
        said.append(f"đến {rule.maximum:g}")
    if rule.max_length is not None:
        said.append(f"tối đa {rule.max_length} ký tự")
    return ", ".join(said)


def _put(cell: Any, text: str) -> None:
    """Write ``text`` as text, whatever sign it begins with: never a formula."""
    cell.value = text
    cell.data_type = "s"
