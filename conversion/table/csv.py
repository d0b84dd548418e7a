"""Delimited text: its encoding, separator and decimals found out, its rows streamed.

Nothing is held but the row at hand, so a table of any length can be read.
"""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conversion.reading import MAX_COLUMNS
from conversion.refusal import Refusal
from conversion.table import quotes
from conversion.table.rows import Row, Sheet, filled, trimmed

RAW: Final = "iso-8859-1"
"""What text in no Unicode encoding is read with: every byte stays visible to the detector."""

_HEAD: Final = 64 << 10
_CHUNK: Final = 1 << 20
_FIELD_BYTES: Final = 32 << 20
_NO_SEPARATOR: Final = "\x1f"
_SEPARATORS: Final = "\t;|,"  # in the order that decides ties
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAID = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_COMMA_DECIMAL = re.compile(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a delimited text is written; ``skip`` lines stand before the table."""

    encoding: str
    separator: str
    comma: bool | None
    skip: int = 0


def sheet(path: Path, name: str, known: Dialect | None = None) -> Sheet:
    """Return the table in a delimited text; ``known``: its dialect, if an earlier reading told.

    Raises:
        Refusal: it is not text, or too wide.
    """
    made = known or dialect(path)
    joined = set[int]()
    return Sheet(
        name,
        lambda: _rows(path, made, joined),
        made.encoding == RAW,
        is_typed=False,
        comma=made.comma,
        dialect=made,
        quoted=_quoted(path, made),
        joined=joined,
    )


def dialect(path: Path) -> Dialect:
    """Return how the text at ``path`` is written."""
    encoding = _encoding(path)
    with path.open("r", encoding=encoding, errors="replace", newline="") as stream:
        head = stream.read(_HEAD)
    said = _SAID.match(head)
    if said:
        return Dialect(encoding, said[1], _has_comma(head, said[1]), 1)
    whole_lines = head if len(head) < _HEAD else head[: head.rfind("\n") + 1] or head
    separator = _separator(whole_lines)
    return Dialect(encoding, separator, _has_comma(whole_lines, separator))


def _quoted(path: Path, made: Dialect) -> Mapping[int, bool]:
    with path.open("r", encoding=made.encoding, errors="replace", newline="") as stream:
        for _ in range(made.skip):
            stream.readline()
        head = stream.read(_HEAD)
    return quotes.quoted(head, made.separator, whole=len(head) < _HEAD)


def _rows(path: Path, made: Dialect, joined: set[int]) -> Iterator[Row]:
    csv.field_size_limit(_FIELD_BYTES)
    # UTF-8 was proved for the whole file, or for a sample of it: then a bad byte tells the rest.
    errors = "strict" if made.encoding.startswith("utf-8") else "replace"
    with path.open("r", encoding=made.encoding, errors=errors, newline="") as stream:
        for _ in range(made.skip):
            stream.readline()
        reader = csv.reader(stream, delimiter=made.separator)
        number = 1 + made.skip
        last, width = "", 0
        try:
            for values in reader:
                last = values[-1] if values else ""
                is_long = reader.line_num + made.skip > number
                if is_long and quotes.holds_rows(values, made.separator, width):
                    joined.add(number)
                width = len(values)
                if values and values[-1] and not values[-1].isspace():
                    yield Row(number, values)
                elif filled(values):
                    yield trimmed(Row(number, values))
                number = reader.line_num + made.skip + 1
        except UnicodeDecodeError as error:
            raise Refusal("sample-missed") from error
        except csv.Error as error:
            raise Refusal("table-quotes", f"{number}") from error
    if "\n" in last and not _ends_quoted(path):
        began = number - 1 - last.removesuffix("\n").count("\n")
        raise Refusal("table-quotes", f"{began}")


def _ends_quoted(path: Path) -> bool:
    """Return whether the last sign of a file is a quote, which closes its last value."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _HEAD))
        return stream.read().rstrip(b"\r\n\0 \t").endswith(b'"')


def _encoding(path: Path) -> str:
    """Return a Unicode encoding that the whole file is in, or ``RAW``."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
        for mark, encoding in _BOMS:
            if head.startswith(mark):
                return encoding
        wide = _wide(head)
        if wide:
            return wide
        decoder = codecs.getincrementaldecoder("utf-8")()
        stream.seek(0)
        try:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return RAW
    return "utf-8"


def _wide(head: bytes) -> str:
    """Return which UTF-16 without a mark this is, told by where its zero bytes stand.

    Raises:
        Refusal: zero bytes that are not those of UTF-16: this is no text.
    """
    zeros = head.count(0)
    if not zeros:
        return ""
    odd = head[1::2].count(0)
    if odd > 0.9 * zeros and odd > len(head) / 8:
        return "utf-16-le"
    if odd < 0.1 * zeros and zeros > len(head) / 8:
        return "utf-16-be"
    raise Refusal("table-no-text")


def _separator(head: str) -> str:
    """Return the sign that cuts most lines into the same number of fields, more than one."""
    best, best_score = _NO_SEPARATOR, 0.0
    for sign in _SEPARATORS:
        widths = [len(values) for values in _split(head, sign) if filled(values)]
        if max(widths, default=0) > MAX_COLUMNS:
            raise Refusal("too-many-columns")
        width, share = _usual(widths)
        score = share if width > 1 and share >= 0.5 else 0.0
        if score > best_score + 0.02:
            best, best_score = sign, score
    return best


def _usual(widths: list[int]) -> tuple[int, float]:
    """Return the commonest number of fields, and the share of lines that have it."""
    if not widths:
        return 0, 0.0
    width, count = Counter(widths).most_common(1)[0]
    return width, count / len(widths)


def _split(head: str, sign: str) -> list[list[str]]:
    csv.field_size_limit(_FIELD_BYTES)
    try:
        return list(csv.reader(head.splitlines(keepends=True), delimiter=sign))
    except csv.Error:
        return []


def _has_comma(head: str, separator: str) -> bool | None:
    """Return whether decimals have a comma; None where no value tells."""
    if separator == ",":
        return False
    values = [value.strip() for values in _split(head, separator) for value in values]
    if any(_COMMA_DECIMAL.fullmatch(value) for value in values):
        return True
    return None if separator != ";" else not any(re.fullmatch(r"-?\d+\.\d+", v) for v in values)
