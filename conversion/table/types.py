"""The type of each column of a table, and its values in that type.

A column becomes numbers or dates only where every value is one and none loses a sign: codes with
leading zeros, telephone numbers and ids of more than fifteen digits stay text. Vietnamese paper
writes 1.821.600,123; which sign is the decimal one is decided by column, never by value.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from conversion.columns import ARROW
from conversion.table.rows import Real, Value, is_empty
from conversion.table.text import keys
from layers.fields import FieldType
from layers.moment import NAIVE_ZONE

_SHAPES = re.compile(
    r"(?P<integer>-?(?:0|[1-9]\d{0,14}))"
    r"|(?P<long>-?[1-9]\d{15,18})"
    r"|(?P<dot3>-?[1-9]\d{0,2}\.\d{3})"
    r"|(?P<comma3>-?[1-9]\d{0,2},\d{3})"
    r"|(?P<dot>-?(?:0|[1-9]\d*)\.\d+(?:[eE][-+]\d{1,3})?)"
    r"|(?P<comma>-?(?:0|[1-9]\d*),\d+)"
    r"|(?P<dot_groups>-?[1-9]\d{0,2}(?:\.\d{3}){2,})"
    r"|(?P<comma_groups>-?[1-9]\d{0,2}(?:,\d{3}){2,})"
    r"|(?P<vietnamese>-?[1-9]\d{0,2}(?:\.\d{3})+,\d+)"
    r"|(?P<english>-?[1-9]\d{0,2}(?:,\d{3})+\.\d+)"
    r"|(?P<day>\d{1,2}([/.-])\d{1,2}\12\d{4})"
    r"|(?P<iso_day>\d{4}-\d{2}-\d{2})"
    r"|(?P<time>(?:\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})[ T]\d{1,2}:\d{2}"
    r"(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)"
    r"|(?P<boolean>true|false|TRUE|FALSE|True|False)"
)
_DATE = re.compile(
    r"(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2}))"
    r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:?\d{2})?)?"
)
_WITH_COMMA: Final = frozenset({"comma", "vietnamese", "dot_groups"})
_WITH_DOT: Final = frozenset({"dot", "english", "comma_groups"})
_EITHER: Final = frozenset({"dot3", "comma3"})
_NUMBERS: Final = frozenset({"integer", "int", "float"}) | _WITH_COMMA | _WITH_DOT | _EITHER
_DAYS: Final = frozenset({"day", "first_day", "month_day", "iso_day", "date"})
_TIMES: Final = frozenset({"time", "first_time", "month_time", "datetime"})
_BOOLEANS: Final = frozenset({"boolean", "bool"})
_CODE_NAME = re.compile(
    r"(ma|ma so|ma .*|.* (ma|code)|code|so (dien thoai|hieu|giay to|cccd|cmnd|thua|to)( .*)?"
    r"|dien thoai|dt|sdt|phone|tel|fax|cmnd|cccd|mst|ma so thue|zip|zip code)"
)
_SIGNED: Final = -(2**63)
_ZONE: Final = ZoneInfo(NAIVE_ZONE)
_NOTHING: Final = (None, "")


@dataclass(frozen=True, slots=True)
class Kept:
    """One column as it is kept; ``comma`` and ``month_first`` say how its texts are to be read.

    ``shapes``: what its values looked like.
    """

    position: int
    name: str
    type: FieldType
    comma: bool = False
    month_first: bool = False
    shapes: frozenset[str] = frozenset()

    def as_dict(self) -> dict[str, Any]:
        """Return the column as it stands in a plan."""
        return {
            "position": self.position,
            "name": self.name,
            "type": self.type.value,
            "comma": self.comma,
            "month_first": self.month_first,
            "shapes": sorted(self.shapes),
        }

    @classmethod
    def from_dict(cls, said: dict[str, Any]) -> "Kept":
        """Return the column from its form in a plan."""
        return cls(
            int(said["position"]),
            str(said["name"]),
            FieldType(said["type"]),
            bool(said["comma"]),
            bool(said["month_first"]),
            frozenset(said["shapes"]),
        )


@dataclass(slots=True)
class Profile:
    """What the values of one column look like; ``shapes`` is empty as long as none was seen."""

    shapes: Counter[str] = field(default_factory=Counter[str])
    is_text: bool = False
    seen: bool = False

    def add(self, values: Sequence[Value]) -> None:
        """Look at some values; once one is neither number nor date, no more are looked at."""
        if self.is_text:
            return
        # True, 1 and 1.0 are one to a set, and two types to us.
        for _, value in {(type(value), value) for value in values if value not in _NOTHING}:
            if not is_empty(value):
                self.seen = True
                shape = _shape(value)
                self.shapes[shape] += 1
                if shape == "text":
                    self.is_text = True
                    return


def decide(
    profile: Profile,
    position: int,
    name: str,
    *,
    typed: bool,
    comma: bool | None,
    quoted: bool | None = None,
) -> Kept:
    """Return a column's type.

    Args:
        profile: of all its values.
        position: where it stands in a row.
        name: its header.
        typed: whether the file tells numbers from text, so that digits in text are meant as such.
        comma: how the file writes decimals, where its other values tell.
        quoted: whether the values are quoted, where the file quotes texts and no numbers.
    """
    shapes = frozenset(profile.shapes)
    if quoted:
        return Kept(position, name, FieldType.TEXT, shapes=shapes)
    if quoted is False and shapes and shapes <= {"integer", "long"}:
        return Kept(position, name, FieldType.INTEGER, shapes=shapes)
    made = _decided(profile, shapes, Kept(position, name, FieldType.TEXT), (typed, comma))
    return replace(made, shapes=shapes)


def _decided(
    profile: Profile, shapes: frozenset[str], text: Kept, file: tuple[bool, bool | None]
) -> Kept:
    (typed, comma), position, name = file, text.position, text.name
    if profile.is_text or not shapes:
        return text
    if shapes <= _BOOLEANS:
        return Kept(position, name, FieldType.BOOLEAN)
    if shapes <= _DAYS | _TIMES:
        return _dated(shapes, text)
    from_text = shapes - {"int", "float"}
    if not shapes <= _NUMBERS or (typed and shapes == from_text):
        return text
    if not shapes - {"integer"} and any(_CODE_NAME.fullmatch(key) for key in keys(name)):
        return text
    return _numbered(from_text, shapes, text, comma)


def _numbered(
    from_text: frozenset[str], shapes: frozenset[str], text: Kept, comma: bool | None
) -> Kept:
    if from_text & _WITH_COMMA and from_text & _WITH_DOT:
        return text
    if from_text & _WITH_COMMA:
        comma = True
    elif from_text & _WITH_DOT:
        comma = False
    elif from_text & _EITHER and comma is None:
        return text
    grouped = {"dot_groups", "dot3"} if comma else {"comma_groups", "comma3"}
    whole = shapes <= {"integer", "int"} | grouped
    kind = FieldType.INTEGER if whole else FieldType.REAL
    return Kept(text.position, text.name, kind, comma=bool(comma))


def _dated(shapes: frozenset[str], text: Kept) -> Kept:
    months = shapes & {"month_day", "month_time"}
    if months and shapes & {"first_day", "first_time"}:
        return text
    kind = FieldType.DATETIME if shapes & _TIMES else FieldType.DATE
    return Kept(text.position, text.name, kind, month_first=bool(months))


def as_array(values: Sequence[Value], column: Kept) -> pa.Array:
    """Return ``values`` as the Arrow type that ``column`` has; empty cells are null."""
    kind = column.type
    if kind is FieldType.TEXT:
        return _texts([_as_text(value) for value in values])
    if kind is FieldType.BOOLEAN:
        return pa.array([_as_bool(value) for value in values], pa.bool_())
    if kind in {FieldType.DATE, FieldType.DATETIME}:
        known = {one: as_moment(one, month_first=column.month_first) for one in set(values)}
        moments = [known[value] for value in values]
        if kind is FieldType.DATE:
            return pa.array([None if m is None else m.date() for m in moments], pa.date32())
        return pa.array(moments, pa.timestamp("us"))
    numbers = [_as_number(value, comma=column.comma) for value in values]
    if kind is FieldType.INTEGER:
        return pa.array([None if n is None else int(n) for n in numbers], pa.int64())
    return pa.array([None if n is None else float(n) for n in numbers], ARROW[kind])


def as_moment(value: Value, *, month_first: bool = False) -> datetime | None:
    """Return a day or time, local and without a zone; a day stands for its midnight.

    >>> as_moment("05/03/2024").isoformat()
    '2024-03-05T00:00:00'
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  local, as the file says
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    *said, fraction, zone = found.groups()
    parts = [int(part) if part else 0 for part in said]
    first, second, year = parts[:3] if found[1] else (parts[5], parts[4], parts[3])
    day, month = (second, first) if month_first and found[1] else (first, second)
    try:
        at = datetime(year, month, day, parts[6], parts[7], parts[8])  # noqa: DTZ001  as above
        at += timedelta(microseconds=int((fraction or "").ljust(6, "0")))
        return at if zone is None else _local(at, zone)
    except (ValueError, OverflowError):
        return None


def _local(at: datetime, zone: str) -> datetime:
    """Return what the clock on the wall in Huế says at a time of another zone."""
    there = datetime.fromisoformat(f"{at.isoformat()}{zone}")
    return there.astimezone(_ZONE).replace(tzinfo=None)


def as_number(text: str, *, comma: bool) -> int | float | None:
    """Return the number that ``text`` writes with a decimal comma or a decimal point.

    >>> as_number("1.821.600,123", comma=True), as_number("12", comma=False)
    (1821600.123, 12)
    """
    plain = text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")
    try:
        return float(plain) if "." in plain or "e" in plain.lower() else int(plain)
    except ValueError:
        return None


def _shape(value: Value) -> str:
    if isinstance(value, str):
        return _text_shape(value.strip())
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if _SIGNED <= value < -_SIGNED else "text"
    if isinstance(value, Real):
        return "float"
    if isinstance(value, float):
        return "int" if value.is_integer() and abs(value) < 1e15 else "float"
    return "datetime" if isinstance(value, datetime) else "date"


def _text_shape(text: str) -> str:
    found = _SHAPES.fullmatch(text)
    shape = (found.lastgroup if found else None) or "text"
    if shape == "long":
        return "long" if _SIGNED <= int(text) < -_SIGNED else "text"
    if shape not in {"day", "iso_day", "time"}:
        return shape
    day_first = as_moment(text) is not None
    month_first = as_moment(text, month_first=True) is not None
    if day_first and month_first:
        return shape
    return f"first_{shape}" if day_first else f"month_{shape}" if month_first else "text"


def _as_text(value: Value) -> str | None:
    if value is None or isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _as_bool(value: Value) -> bool | None:
    return None if is_empty(value) else str(value).strip().lower() == "true"


def _as_number(value: Value, *, comma: bool) -> int | float | None:
    if isinstance(value, int | float):
        return value
    return as_number(value, comma=comma) if isinstance(value, str) else None


def _texts(texts: list[str | None]) -> pa.Array:
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:  # half of a surrogate pair, which no text may hold
        sound = [t if t is None else t.encode("utf-8", "replace").decode() for t in texts]
        return pa.array(sound, pa.large_string())
