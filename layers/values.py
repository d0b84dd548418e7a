"""Values of features as JSON says them, read as the type of their field and held to its rule."""

import math
from datetime import UTC, date, datetime
from typing import Any, Final

from gishue.core.errors import InvalidInput
from layers.fields import FieldType
from layers.schema import FieldRule

MOST_TEXT: Final = 1_000_000
type Value = str | int | float | bool | date | datetime | None


def wrong(why: str, why_vi: str) -> InvalidInput:
    """Return what is wrong, for whoever collects it."""
    return InvalidInput(why, vi=why_vi)


def read(type_: FieldType, said: Any) -> Value:
    """Return the value that JSON says, in the type of its field; null is none.

    Raises:
        InvalidInput: it is of another type.
    """
    if said is None:
        return None
    if type_ is FieldType.BOOLEAN:
        return _of(bool, said, "true or false", "đúng hoặc sai")
    if type_ is FieldType.INTEGER:
        return _integer(said)
    if type_ is FieldType.REAL:
        return _real(said)
    text = _text(said)
    if type_ is FieldType.TEXT:
        return text
    return _day(text) if type_ is FieldType.DATE else _moment(text)


def check(rule: FieldRule, value: Value) -> None:
    """Raise InvalidInput where ``value`` breaks the rule of its field."""
    if value is None or value == "":
        if rule.required:
            raise wrong("a value is needed", "bắt buộc có giá trị")
        return
    if rule.codes and str(value) not in rule.codes:
        raise wrong("the value is not in the list", "giá trị không có trong danh mục")
    if isinstance(value, str) and rule.max_length is not None and len(value) > rule.max_length:
        raise wrong(
            f"the text has more than {rule.max_length} characters",
            f"văn bản dài hơn {rule.max_length} ký tự",
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        if rule.minimum is not None and value < rule.minimum:
            raise wrong(f"less than {rule.minimum:g}", f"nhỏ hơn {rule.minimum:g}")
        if rule.maximum is not None and value > rule.maximum:
            raise wrong(f"more than {rule.maximum:g}", f"lớn hơn {rule.maximum:g}")


def stored(value: Value) -> str | int | float | bool | None:
    """Return the value as JSON that PostgreSQL casts to the type of its column."""
    return value.isoformat() if isinstance(value, date) else value


def _of(kind: type[bool], said: Any, what: str, what_vi: str) -> bool:
    if not isinstance(said, kind):
        raise wrong(f"{what} is needed", f"cần {what_vi}")
    return said


def _integer(said: Any) -> int:
    if isinstance(said, float) and said.is_integer() and abs(said) < 2**53:
        said = int(said)
    if isinstance(said, bool) or not isinstance(said, int) or not -(2**63) <= said < 2**63:
        raise wrong("a whole number is needed", "cần số nguyên")
    return said


def _real(said: Any) -> float:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    if not is_number or abs(said) > 1e308 or not math.isfinite(said):
        raise wrong("a number is needed", "cần một số")
    return float(said)


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise wrong("a text is needed", "cần văn bản")
    if "\x00" in said or len(said) > MOST_TEXT or not _is_encodable(said):
        raise wrong("the text cannot be stored", "văn bản không lưu được")
    return said


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong("a day such as 2026-03-26 is needed", "cần ngày dạng 2026-03-26") from None


def _moment(text: str) -> datetime:
    try:
        said = datetime.fromisoformat(text)
        return said if said.tzinfo is not None else said.replace(tzinfo=UTC)
    except ValueError:
        raise wrong(
            "a time such as 2026-03-26T07:30:00+07:00 is needed",
            "cần thời điểm dạng 2026-03-26T07:30:00+07:00",
        ) from None
