"""A layer's fields: real names live here, the table's columns are called c1 … cn."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import LiteralString

from gishue.core.errors import InvalidInput

MAX_NAME_BYTES = 60
RESERVED = frozenset({"id", "geom", "geometry", "geom_3857", "geom_breadth", "version"})


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"


SQL_TYPE: dict[FieldType, LiteralString] = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "bigint",
    FieldType.REAL: "double precision",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "date",
    FieldType.DATETIME: "timestamp with time zone",
}


class KeyNotUnique(InvalidInput):
    """The field that should name each feature does not."""

    slug = "key-not-unique"
    title = "Key field not unique"
    title_vi = "Trường khóa không duy nhất"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layer.

    ``name`` is what programs see (NFC, at most 60 bytes, unique in the layer whatever the case),
    ``title`` what people read, ``column`` where the value lives.
    """

    name: str
    title: str
    type: FieldType
    column: str
    title_en: str = ""


def unique_names(names: Iterable[str]) -> list[str]:
    """Return names fit for a layer's fields: NFC, short, never empty, never twice.

    >>> unique_names(["Tên", "tên", "id", ""])
    ['Tên', 'tên_2', 'id_2', 'field_4']
    """
    taken = set(RESERVED)
    result: list[str] = []
    for position, raw in enumerate(names, start=1):
        wanted = _printable(raw) or f"field_{position}"
        name, turn = wanted, 1
        while name.casefold() in taken:
            turn += 1
            name = f"{wanted}_{turn}"
        taken.add(name.casefold())
        result.append(name)
    return result


def build(names: Sequence[str], types: Sequence[FieldType]) -> tuple[Field, ...]:
    """Return the fields of a new table, in the order of the source."""
    pairs = zip(unique_names(names), names, types, strict=True)
    return tuple(
        Field(name, _printable(raw) or name, type_, f"c{position}")
        for position, (name, raw, type_) in enumerate(pairs, start=1)
    )


def _printable(raw: str) -> str:
    text = unicodedata.normalize("NFC", raw)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    while len(text.encode()) > MAX_NAME_BYTES - 4:
        text = text[:-1]
    return text.strip()
