"""Columns of a file made to fit the fields of a layer's schema. Runs inside the sandbox.

A value that cannot be read as its field's type becomes empty and is counted, with its row.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa

from conversion.columns import ARROW, as_type
from conversion.findings.sightings import Sightings
from conversion.reading import Column
from layers.fields import FieldType

UNFIT: Final = "value_unfit"
_SHOWN: Final = 80

_VN_NUMBER = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?|[+-]?\d+,\d+")
_EN_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_TRUE: Final = frozenset({"1", "true", "yes", "y", "x", "có", "co", "đúng", "dung"})
_FALSE: Final = frozenset({"0", "false", "no", "n", "không", "khong", "sai"})


@dataclass(frozen=True, slots=True)
class Target:
    """One field to fill: from ``column`` (None: nothing), as ``type``."""

    column: Column | None
    type: FieldType


def targets(columns: Sequence[Column], said: Sequence[Mapping[str, Any]] | None) -> list[Target]:
    """Return what the stream's columns are made of: the fields said, or every column as it is."""
    if said is None:
        return [Target(column, column.type) for column in columns]
    by_name = {column.name: column for column in columns}
    return [Target(by_name.get(str(one["column"])), FieldType(one["type"])) for one in said]


def empty(wanted: FieldType, rows: int) -> pa.Array:
    """Return a column without values."""
    return pa.nulls(rows, ARROW[wanted])


def fitted(values: pa.Array, target: Target, position: int, seen: Sightings) -> pa.Array:
    """Return ``values`` as the target's type; text must be decoded already.

    What does not fit is seen as ``value_unfit`` of the column at ``position`` (from 1).
    """
    source = target.column.type if target.column is not None else target.type
    if source is target.type:
        return values
    if source is FieldType.INTEGER and target.type is FieldType.REAL:
        return as_type(values, target.type)
    coded = values.dictionary_encode()
    words = coded.dictionary.to_pylist()
    pairs = [_read(one, target.type) for one in words]
    _note(coded, words, [ok for _, ok in pairs], position, seen)
    made = pa.array([value for value, _ in pairs], ARROW[target.type])
    return made.take(coded.indices)


def _note(
    coded: pa.DictionaryArray,
    words: Sequence[Any],
    fits: Sequence[bool],
    position: int,
    seen: Sightings,
) -> None:
    bad = {index for index, ok in enumerate(fits) if not ok}
    if not bad:
        return
    found = [(at, i) for at, i in enumerate(coded.indices.to_pylist()) if i in bad]
    details = [{"value": str(words[i])[:_SHOWN]} for _, i in found[: seen.room(UNFIT)]]
    seen.add(UNFIT, [at for at, _ in found], column=position, details=details)


def _read(value: Any, wanted: FieldType) -> tuple[Any, bool]:
    """Return ``value`` as ``wanted`` and whether it could be read; blank text is no value."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, True
    try:
        return _READ[wanted](value), True
    except (ValueError, OverflowError, ArithmeticError):
        return None, False


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _real(value: Any) -> float:
    """Return a number; text in Vietnamese (1.821.600,5) or English (1,821,600.5) writing."""
    if not isinstance(value, str):
        return float(value)
    text = value.strip().replace("\u00a0", "").replace(" ", "")
    if _VN_NUMBER.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if _EN_NUMBER.fullmatch(text):
        return float(text.replace(",", ""))
    raise ValueError(text)


def _integer(value: Any) -> int:
    number = value if isinstance(value, int) else _real(value)
    if number != int(number) or abs(number) >= 1 << 63:
        raise ValueError(number)
    return int(number)


def _boolean(value: Any) -> bool:
    word = _text(value).strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(word)


def _date(value: Any) -> date:
    """Return a day: ISO, or day first as it is written in Viet Nam."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    found = _DAY_FIRST.fullmatch(text)
    if found:
        day, month, year = (int(part) for part in found.groups())
        return date(year, month, day)
    return date.fromisoformat(text[:10]) if len(text) == 10 else _datetime(text).date()


def _datetime(value: Any) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value.strip())
    raise ValueError(value)


_READ: Final[dict[FieldType, Callable[[Any], Any]]] = {
    FieldType.TEXT: _text,
    FieldType.INTEGER: _integer,
    FieldType.REAL: _real,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
}
