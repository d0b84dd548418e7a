"""The sentences of what readers saw and did, by the code of their note, in both languages.

A reader names a code and numbers; it never words what people read. ``{…}`` are the note's values;
numbers are grouped by thousands.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from conversion.findings.cad_sentences import DRAWINGS
from conversion.findings.file_sentences import FILES
from conversion.findings.finding import Finding
from conversion.findings.sentence import Sentence
from conversion.findings.table_sentences import TABLES
from conversion.reading import Note
from gishue.core.vietnamese import vn_number

SENTENCES: Final[dict[str, Sentence]] = FILES | TABLES | DRAWINGS


def of_notes(notes: Iterable[Note]) -> Iterator[Finding]:
    """Return the findings of a reader's notes; a code that is none of ours says nothing."""
    for note in notes:
        sentence = SENTENCES.get(note.code)
        if sentence is not None:
            yield _finding(note, sentence)


def _finding(note: Note, sentence: Sentence) -> Finding:
    words = _Words({name: _written(value) for name, value in note.values.items()})
    words_vi = _Words({name: _written_vi(value) for name, value in note.values.items()})
    return Finding(
        note.code,
        sentence.severity,
        sentence.message.format_map(words),
        sentence.vi.format_map(words_vi),
        note.where,
        sentence.advice,
        sentence.advice_vi,
        int(note.values.get("count", 0)) if sentence.title else 0,
    )


class _Words(dict[str, str]):
    """The values of a note; one it does not name is shown as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _written(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _written_vi(value: str | int | float) -> str:
    return value if isinstance(value, str) else vn_number(value)


def merged(found: Iterable[Finding], later: Iterable[Finding]) -> list[Finding]:
    """Return what two readings of one file found: the later one knows better, code by code."""
    after = list(later)
    known: Mapping[tuple[str, str], Finding] = {(one.code, one.where): one for one in after}
    return [*(one for one in found if (one.code, one.where) not in known), *after]
