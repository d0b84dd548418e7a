"""The sentences of what readers saw and did, by the code of their note, in both languages.

A reader names a code and numbers; it never words what people read. ``{…}`` are the note's values;
numbers are grouped by thousands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from conversion.finding import Finding, Severity
from conversion.reading import Note


@dataclass(frozen=True, slots=True)
class Sentence:
    """How a note reads; ``advice``: what its owner can do."""

    severity: Severity
    message: str
    vi: str
    advice: str = ""
    advice_vi: str = ""


SENTENCES: Final[dict[str, Sentence]] = {
    "truncated": Sentence(
        Severity.WARNING,
        "the .shp is cut off: {bytes} bytes are missing at its end",
        "tệp .shp bị cắt cụt: thiếu {bytes} byte ở cuối",
        "copy the file again from where it was made",
        "hãy sao chép lại tệp từ nơi tạo ra nó",
    ),
    "columns_left_out": Sentence(
        Severity.WARNING,
        "{columns} columns hold binary data and are left out",
        "{columns} cột chứa dữ liệu nhị phân nên bị bỏ qua",
    ),
    "missing_dbf": Sentence(
        Severity.WARNING,
        "the .dbf is missing: there are shapes but no attributes",
        "thiếu tệp .dbf: có hình nhưng không có thuộc tính",
        "send the .dbf together with the .shp",
        "hãy gửi tệp .dbf cùng với tệp .shp",
    ),
    "missing_shx": Sentence(
        Severity.INFO,
        "the .shx was missing and was made again",
        "thiếu tệp .shx, đã tạo lại",
    ),
}


def of_notes(notes: Iterable[Note]) -> Iterator[Finding]:
    """Return the findings of a reader's notes; a code that is none of ours says nothing."""
    for note in notes:
        sentence = SENTENCES.get(note.code)
        if sentence is not None:
            yield _finding(note, sentence)


def _finding(note: Note, sentence: Sentence) -> Finding:
    words = _Words({name: _written(value) for name, value in note.values.items()})
    return Finding(
        note.code,
        sentence.severity,
        sentence.message.format_map(words),
        sentence.vi.format_map(words),
        note.where,
        sentence.advice,
        sentence.advice_vi,
    )


class _Words(dict[str, str]):
    """The values of a note; one it does not name is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _written(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def merged(found: Iterable[Finding], later: Iterable[Finding]) -> list[Finding]:
    """Return what two readings of one file found: the later one knows better, code by code."""
    after = list(later)
    known: Mapping[tuple[str, str], Finding] = {(one.code, one.where): one for one in after}
    return [*(one for one in found if (one.code, one.where) not in known), *after]
