"""What the text of single values shows: marks nobody sees, markup, formulas, cut ends.

Runs inside the sandbox on whole columns. A look at the bytes says which of the rules can hold at
all; the costly patterns run only where they can. No value is changed.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from conversion.arrow import pc
from conversion.findings.sightings import KEPT, Sightings

type Ints = np.ndarray[tuple[int], np.dtype[np.int64]]

_SEEN_CHARS = 80

_EDGE, _ODD, _TAG, _HEAD, _ALIEN = (1 << bit for bit in range(5))
_LATIN = r"[A-Za-zÀ-ɏḀ-ỿ]"
_FALSE_FRIEND = r"[\x{0400}-\x{04FF}ΑΒΕΖΗΙΚΜΝΟΡΤΥΧικνορυχ]"

_RULES: Final = (
    ("text_blank_edges", _EDGE, r"^[\s\x{00A0}\x{3000}]|[\s\x{00A0}\x{3000}]$"),
    (
        "text_control",
        _ODD,
        r"[\x{01}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}\x{200B}\x{200E}\x{200F}"
        r"\x{202A}-\x{202E}\x{2060}\x{2066}-\x{2069}\x{FEFF}]",
    ),
    ("text_replacement", _ODD, r"\x{FFFD}"),
    ("text_markup", _TAG, r"<(?:/?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?|!--.*)>"),
    ("text_formula", _HEAD, r"^[=@＝＠]\S|^[+＋－-]\s*[A-Za-z]\w*\("),
    ("text_lookalike", _ALIEN, f"{_LATIN}{_FALSE_FRIEND}|{_FALSE_FRIEND}{_LATIN}"),
)
"""The code of a rule, the bytes without which it cannot hold, and its pattern (RE2).

``text_control``: control characters but tab and line ends, marks of writing direction, blanks of no
width. ``text_formula``: what a spreadsheet would run (OWASP, CSV Injection), but no list dashes and
no signed numbers. ``text_lookalike``: a Cyrillic letter, or a Greek one drawn as a Latin letter,
beside a Latin letter; "Φ200" and "λ" alone are common in drawings and are none.
"""


def _marks() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return, for each byte of UTF-8, the rules that it may belong to."""
    marks = np.zeros(256, np.uint8)
    for code in (*range(0x01, 0x20), 0x20, 0xC2, 0xE3):
        marks[code] |= _EDGE
    for code in (*range(0x01, 0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xC2, 0xE2, 0xEF):
        marks[code] |= _ODD
    marks[0x3C] |= _TAG
    for code in b"=@+-\xef":
        marks[code] |= _HEAD
    for code in (0xCE, 0xCF, *range(0xD0, 0xD4)):
        marks[code] |= _ALIEN
    return marks


_MARKS = _marks()


def look(text: pa.Array, column: int, seen: Sightings) -> None:
    """Note what the values of one column (``column`` from 1) of a batch show."""
    found = _present(text)
    for code, mark, pattern in _RULES:
        if found & mark:
            holds = pc.fill_null(pc.match_substring_regex(text, pattern), False)
            at = np.flatnonzero(holds.to_numpy(zero_copy_only=False))
            shown = text.take(pa.array(at[: seen.room(code)])).to_pylist()
            details = [{"value": _visible(value)} for value in shown]
            seen.add(code, at, column=column, details=details)


def _present(text: pa.Array) -> int:
    """Return the rules that any value may break, from the bytes alone."""
    _, offsets, data = text.buffers()
    if data is None or not len(text):
        return 0
    bounds = np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
    held = np.frombuffer(data, np.uint8)
    own = held[bounds[0] : bounds[-1]]
    if not len(own):
        return 0
    inside = int(np.bitwise_or.reduce(_MARKS[own])) & (_ODD | _TAG | _ALIEN)
    filled = bounds[1:] > bounds[:-1]
    first, last = held[bounds[:-1][filled]], held[bounds[1:][filled] - 1]
    head = int(np.bitwise_or.reduce(_MARKS[first], initial=0)) & (_EDGE | _HEAD)
    # The last byte of a wide blank is a continuation byte, as of most Vietnamese letters.
    tail = _EDGE if bool(((last <= 0x20) | (last == 0xA0) | (last == 0x80)).any()) else 0
    return inside | head | tail


def _visible(value: str) -> str:
    """Return the value as it can be shown: unseen characters by their number, not too long."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value[:_SEEN_CHARS])
    return shown if len(value) <= _SEEN_CHARS else shown + "…"


_HARD_LIMITS = (254, 255)
_NEAR_HARD = 252
_LEAST_BYTES = 16
_LEAST_CUT = 10
_PILE = 5.0
_MOST_SHARE = 0.9
_BINS = 4_096


@dataclass(slots=True)
class Lengths:
    """How long the values of one column are in the file, in bytes; the rows of the longest ones."""

    histogram: Ints = field(default_factory=lambda: np.zeros(_BINS, np.int64))
    longest: int = 0
    rows: list[int] = field(default_factory=list[int])

    def look(self, lengths: Ints, first: int) -> None:
        """Add a batch of lengths; ``first`` is the row of its first value."""
        if not len(lengths):
            return
        self.histogram += np.bincount(np.minimum(lengths, _BINS - 1), minlength=_BINS)
        top = int(lengths.max())
        if top > self.longest:
            self.longest, self.rows = top, []
        if top == self.longest and len(self.rows) < KEPT:
            at = np.flatnonzero(lengths == top)[: KEPT - len(self.rows)]
            self.rows += (at + first).tolist()

    @property
    def cut(self) -> int:
        """How many values seem cut at the column's width; 0 where nothing points to it.

        A DBF field holds at most 254 bytes (255 elsewhere), so text of that length was most likely
        longer; a character may be cut whole, which leaves two bytes less. Narrower columns are told
        by a pile: many more values at the greatest length than at each of the ten before it, while
        codes, all of one length, are left alone. Thresholds: judgement.
        """
        top = self.longest
        if top in _HARD_LIMITS or (
            _NEAR_HARD <= top < _HARD_LIMITS[0] and self.histogram[top] >= 2
        ):
            return int(self.histogram[top])
        if not _LEAST_BYTES <= top < _BINS - 1:
            return 0
        piled, filled = int(self.histogram[top]), int(self.histogram[1:].sum())
        before = float(self.histogram[max(1, top - 10) : top].mean())
        stands_out = before > 0 and piled >= _PILE * before and piled >= _LEAST_CUT
        return piled if stands_out and piled <= _MOST_SHARE * filled else 0


def byte_lengths(values: pa.Array, *, raw: bool) -> Ints:
    """Return how many bytes each value takes in the file; absent ones take 0.

    ``raw``: each character of the text is one byte of the file.
    """
    text = values.cast(pa.large_string())
    counted = pc.utf8_length(text) if raw else pc.binary_length(text)
    return pc.fill_null(counted, 0).to_numpy(zero_copy_only=False).astype(np.int64)


def note_cut(lengths: Lengths, column: int, seen: Sightings) -> None:
    """Note the values of a column that were cut, once all of them are known."""
    number = lengths.cut
    if not number:
        return
    rows = lengths.rows[: seen.room("field_truncated")]
    seen.first = 0
    details = [{"bytes": lengths.longest}] * len(rows)
    seen.add("field_truncated", rows, column=column, details=details)
    seen.tally("field_truncated", number - len(rows), column)
