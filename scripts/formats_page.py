"""The page of formats, made from the tables of what comes in, what goes out, what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from conversion.export.formats import OUT, OutFormat
from conversion.formats import ARCHIVES, FORMATS, Format, Kind
from conversion.refused import REFUSED


@dataclass(frozen=True, slots=True)
class _Words:
    """The page's own words in one language; ``at`` picks the language of a pair."""

    at: int
    title: str
    intro: str
    heads: tuple[str, ...]
    archives: str
    refused: str
    refused_intro: str
    refused_heads: tuple[str, ...]
    yes: str


_ENGLISH: Final = _Words(
    0,
    "Formats",
    "What a file is, is told by its content and its name; content that leaves no doubt wins. In: "
    "`gishue ingest`, `/api/v1/uploads`. Out: `gishue export --format …`, `/files/<layer>/…`.",
    ("format", "extensions", "in", "out", "good to know", "lost on the way out"),
    "Archives",
    "What is refused, and what to do instead",
    "These are known and named. Those that come with a later version answer `format-later`, the "
    "others `not-a-dataset`; the code stands in the answer.",
    ("what", "extensions", "do this instead", "code"),
    "yes",
)
_VIETNAMESE: Final = _Words(
    1,
    "Định dạng",
    "Loại tệp được nhận biết theo nội dung và tên; nội dung rõ ràng thì theo nội dung. Nhận: "
    "`gishue ingest`, `/api/v1/uploads`. Xuất: `gishue export --format …`, `/files/<lớp>/…`.",
    ("định dạng", "đuôi tệp", "nhận", "xuất", "nên biết", "bị mất khi xuất"),
    "Tệp nén",
    "Không nhận, và cách làm thay thế",
    "Các loại sau được nhận biết và gọi đúng tên. Loại sẽ có ở phiên bản sau trả `format-later`, "
    "các loại khác trả `not-a-dataset`; mã có trong câu trả lời.",
    ("loại", "đuôi tệp", "hãy làm", "mã"),
    "có",
)
_NOT_WRITTEN: Final = frozenset({Kind.DGN8})
"""Kinds that share an extension with one that is written."""
_READ: Final = frozenset(extension for known in FORMATS for extension in known.extensions)


def formats(note: str) -> str:
    """Return the page in English."""
    return note + _page(_ENGLISH)


def formats_vi(note: str) -> str:
    """Return the page in Vietnamese."""
    return note + _page(_VIETNAMESE)


def _page(words: _Words) -> str:
    layers = [known for known in FORMATS if known.kind not in ARCHIVES - {Kind.KMZ}]
    packed = [known for known in FORMATS if known.kind in ARCHIVES - {Kind.KMZ}]
    parts = [
        f"# {words.title}\n\n{words.intro}\n\n",
        _table(words.heads, (*_in(layers, words), *_out_only(words))),
        f"\n## {words.archives}\n\n",
        _table((words.heads[0], words.heads[1], words.heads[4]), _archives(packed, words)),
        f"\n## {words.refused}\n\n{words.refused_intro}\n\n",
        _table(words.refused_heads, _refused(words)),
    ]
    return "".join(parts)


def _in(layers: list[Format], words: _Words) -> Iterator[tuple[str, ...]]:
    for known in layers:
        written = [] if known.kind in _NOT_WRITTEN else [out for out in OUT if _writes(out, known)]
        yield (
            known.name,
            _listed((*known.extensions, *known.parts)),
            words.yes,
            _listed(tuple(out.key for out in written)),
            (known.note, known.note_vi)[words.at],
            "; ".join(_lost(out, words) for out in written if _lost(out, words)),
        )


def _out_only(words: _Words) -> Iterator[tuple[str, ...]]:
    for out in OUT:
        if not any(_writes(out, known) for known in FORMATS if known.kind not in _NOT_WRITTEN):
            yield out.name, f"`{out.suffix}`", "", f"`{out.key}`", "", _lost(out, words)


def _writes(out: OutFormat, known: Format) -> bool:
    ending = out.suffix if out.suffix in _READ else out.packed
    return ending in known.extensions


def _lost(out: OutFormat, words: _Words) -> str:
    return (out.lost, out.lost_vi)[words.at]


def _archives(packed: list[Format], words: _Words) -> Iterator[tuple[str, ...]]:
    for known in packed:
        yield known.name, _listed(known.extensions), (known.note, known.note_vi)[words.at]


def _refused(words: _Words) -> Iterator[tuple[str, ...]]:
    for one in REFUSED:
        name = (one.name, one.name_vi)[words.at]
        instead = (one.instead, one.instead_vi)[words.at]
        yield name, _listed(one.extensions), instead, f"`{one.code}`"


def _listed(names: tuple[str, ...]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _table(
    heads: tuple[str, ...], rows: Iterator[tuple[str, ...]] | tuple[tuple[str, ...], ...]
) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
