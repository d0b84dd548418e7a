"""The list of open layers: found, filtered, sorted and paged. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import urlencode

from gishue.core.vietnamese import vn_key
from layers.catalogue import Entry, Language

PAGE: Final = 20
_LONGEST: Final = 200


class Order(StrEnum):
    """In which order the layers stand."""

    CHANGED = "changed"
    TITLE = "title"
    RELEVANCE = "relevance"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; empty fields ask for everything."""

    q: str = ""
    theme: str = ""
    unit: str = ""
    sort: Order = Order.CHANGED
    page: int = 1

    def address(self, **other: str | int) -> str:
        """Return the address of this list with some of it said otherwise; page 1 unless said."""
        said = {"q": self.q, "theme": self.theme, "unit": self.unit, "sort": str(self.sort)}
        said |= {name: str(value) for name, value in other.items()}
        plain = Order.RELEVANCE if said["q"] else Order.CHANGED
        kept = {name: value for name, value in said.items() if value}
        if kept.get("sort") == plain:
            del kept["sort"]
        if kept.get("page") == "1":
            del kept["page"]
        return f"/data?{urlencode(kept)}" if kept else "/data"


class Choice(NamedTuple):
    """One value to filter by, and how many layers it leaves."""

    code: str
    title: str
    matches: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the answer; ``wanted.page`` is the page that is shown."""

    wanted: Wanted
    shown: Sequence[Entry]
    total: int
    pages: int
    themes: Sequence[Choice]
    units: Sequence[Choice]


def read(parameters: Mapping[str, str]) -> Wanted:
    """Return what is asked for; what cannot be meant is taken as not said.

    >>> read({"q": " cau ", "page": "x"})
    Wanted(q='cau', theme='', unit='', sort=<Order.RELEVANCE: 'relevance'>, page=1)
    """
    q = " ".join(parameters.get("q", "")[:_LONGEST].split())
    said = parameters.get("sort", "")
    known = said in set(Order) and (q or said != Order.RELEVANCE)
    plain = Order.RELEVANCE if q else Order.CHANGED
    page = parameters.get("page", "")
    return Wanted(
        q=q,
        theme=parameters.get("theme", "")[:_LONGEST],
        unit=parameters.get("unit", "")[:_LONGEST],
        sort=Order(said) if known else plain,
        page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def listing(
    wanted: Wanted, entries: Sequence[Entry], keys: Sequence[str], language: Language
) -> Listing:
    """Return one page of ``entries``; ``keys`` are the texts they are found by."""
    words = vn_key(wanted.q).split()
    found = [
        entry
        for entry, key in zip(entries, keys, strict=True)
        if all(word in key for word in words)
    ]
    if wanted.q and not words:
        found = []
    in_theme = [entry for entry in found if wanted.theme in ("", entry.layer.theme)]
    in_unit = [entry for entry in found if wanted.unit in ("", entry.layer.unit or "")]
    both = [entry for entry in in_theme if wanted.unit in ("", entry.layer.unit or "")]
    pages = max(1, -(-len(both) // PAGE))
    page = min(wanted.page, pages)
    sorted_ = _sorted(both, wanted.sort, words, language)
    return Listing(
        wanted=replace(wanted, page=page),
        shown=sorted_[(page - 1) * PAGE : page * PAGE],
        total=len(both),
        pages=pages,
        themes=_choices((e.layer.theme, e.theme(language)) for e in in_unit),
        units=_choices((e.layer.unit, e.publisher(language)) for e in in_theme if e.layer.unit),
    )


def _sorted(
    entries: Sequence[Entry], order: Order, words: Sequence[str], language: Language
) -> list[Entry]:
    """Return the entries in order; of equals the one that changed last stands first."""
    newest = sorted(entries, key=lambda entry: entry.modified_at, reverse=True)
    if order is Order.TITLE:
        return sorted(newest, key=lambda entry: vn_key(entry.title(language)))
    if order is Order.RELEVANCE:
        return sorted(newest, key=lambda entry: -_in_title(entry, words))
    return newest


def _in_title(entry: Entry, words: Sequence[str]) -> int:
    title = vn_key(f"{entry.layer.title} {entry.layer.title_en}")
    return sum(word in title for word in words)


def _choices(values: Iterable[tuple[str | None, str]]) -> list[Choice]:
    counted = Counter((code or "", title) for code, title in values)
    made = [Choice(code, title or code, count) for (code, title), count in counted.items()]
    return sorted(made, key=lambda one: vn_key(one.title))
