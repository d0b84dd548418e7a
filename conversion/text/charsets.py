"""The five legacy ways of writing Vietnamese, each as a pure function from text to text.

A reader hands over every byte as one character (ISO-8859-1 or cp1252); the functions go back to
the bytes and read them again. None means: this text cannot be in that encoding.
"""

import codecs
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from conversion.text.capitals import in_capital_font, restore_capitals
from conversion.text.syllable import LETTERS
from gishue.core.vietnamese import nfc

_C1: Final = range(0x80, 0xA0)
_FROM_CP1252: Final = {
    byte: bytes([byte]).decode("cp1252")
    for byte in _C1
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TO_LATIN1: Final = {ord(letter): byte for byte, letter in _FROM_CP1252.items()}

# m², µ, 5°, Ø110: signs in the technical columns of a TCVN3 file, whose codes are letters there.
_SIGN = re.compile(r"[\d.,()]*[©½µ×°±²³Ø®§]m?[\d.,()]*|Ø\d+")
_SPACE = re.compile(r"([ \t\r\n\xa0]+)")


def to_bytes(text: str) -> bytes | None:
    """Return the bytes a reader saw as ``text``, or None where a character is no single byte."""
    try:
        return text.translate(_TO_LATIN1).encode("latin-1")
    except UnicodeEncodeError:
        return None


def decode_tcvn3(text: str) -> str | None:
    """Return TCVN3 (ABC) text in NFC, capitals restored, technical signs left alone."""
    raw = to_bytes(text)
    if raw is None:
        return None
    words = _SPACE.split(raw.decode("latin-1"))
    return restore_capitals("".join(map(_tcvn3_word, words)))


def decode_tcvn3_capitals(text: str) -> str | None:
    """Return the same from a column shown in a capital font (.VnTimeH): "Vü D¹" is VỸ DẠ."""
    decoded = decode_tcvn3(text)
    return None if decoded is None else in_capital_font(decoded)


def _tcvn3_word(word: str) -> str:
    if _SIGN.fullmatch(word):
        return word
    return word.translate(_tcvn3_table())


def decode_vni(text: str) -> str | None:
    """Return VNI text in NFC: a base letter and its mark are two bytes, some letters are one."""
    raw = to_bytes(text)
    if raw is None:
        return None
    table = _vni_table()
    decoded = _vni_pattern().sub(lambda found: table[found[0]], raw.decode("latin-1"))
    return nfc(decoded.translate(_FROM_CP1252))


def decode_viqr(text: str) -> str:
    """Return VIQR text (``Hue^'``) in NFC; a backslash keeps the next mark as it is."""
    table = _tables()["viqr"]
    return nfc(_viqr_pattern().sub(lambda found: found[1] or table[found[0]], text))


def decode_cp1258(text: str) -> str | None:
    """Return Windows-1258 text in NFC; the code page itself writes tones as separate marks."""
    raw = to_bytes(text)
    try:
        return None if raw is None else nfc(raw.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def repair_utf8(text: str) -> str | None:
    """Return text whose UTF-8 was read as cp1252; a character cut at the end is dropped."""
    raw = to_bytes(text)
    try:
        return None if raw is None else nfc(codecs.getincrementaldecoder("utf-8")().decode(raw))
    except UnicodeDecodeError:
        return None


def vietnamese_utf8(text: str) -> str | None:
    """Return ``text`` read as UTF-8 where that gives Vietnamese words and nothing else.

    For single Unicode values in a legacy column: legacy text is hardly ever UTF-8 by accident.
    """
    repaired = None if text.isascii() else repair_utf8(text)
    if repaired is None or repaired == text:
        return None
    foreign = [letter for letter in repaired if not letter.isascii()]
    is_text = foreign and all(letter.lower() in LETTERS for letter in foreign)
    return repaired if is_text else None


def repair_utf8_twice(text: str) -> str | None:
    """Return text whose UTF-8 was read as cp1252 two times over."""
    once = repair_utf8(text)
    return None if once is None else repair_utf8(once)


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    raw = files("conversion").joinpath("data/vn_charsets.json").read_text("utf-8")
    return {name: table for name, table in json.loads(raw).items() if isinstance(table, dict)}


@cache
def _tcvn3_table() -> Mapping[int, str]:
    return _FROM_CP1252 | {int(code, 16): letter for code, letter in _tables()["tcvn3"].items()}


@cache
def _vni_table() -> Mapping[str, str]:
    pairs = _tables()["vni"].items()
    return {bytes.fromhex(code).decode("latin-1"): letter for code, letter in pairs}


@cache
def _vni_pattern() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _longest_first(_vni_table()))))


@cache
def _viqr_pattern() -> re.Pattern[str]:
    marks = "|".join(map(re.escape, _longest_first(_tables()["viqr"])))
    return re.compile(rf"\\(.)|{marks}", re.DOTALL)


def _longest_first(table: Mapping[str, str]) -> list[str]:
    return sorted(table, key=len, reverse=True)
