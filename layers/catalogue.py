"""What catalogues tell of a layer, whatever form they tell it in. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Final, Literal, NamedTuple

from gishue.core.bounds import CITY as GROUND
from gishue.core.bounds import Bounds
from gishue.core.vietnamese import vn_key
from layers.cadence import Cadence
from layers.layer import Layer

type Language = Literal["vi", "en"]

CITY: Final = {"vi": "Thành phố Huế", "en": "City of Huế"}
"""The publisher of what no unit owns."""
_DAY_S: Final = 86_400.0
GRACE: Final = 1.5
"""A layer is late when its cadence has passed one and a half times: months and clerks vary."""


class Turn(NamedTuple):
    """One time that a layer was given content; ``touched``: something in it became another."""

    at: datetime
    touched: bool
    revision: int = 0


class Download(NamedTuple):
    """One file of a layer, at an address relative to this server."""

    key: str
    name: str
    media: str
    href: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a layer really changed, by its history.

    ``changed_at``: when its features last became others; ``supplied_at``: when it was last given
    content, be it the same, as ``revision``; ``every_days``: the median time between its last
    changes.
    """

    changed_at: datetime | None = None
    supplied_at: datetime | None = None
    every_days: float | None = None
    revision: int = 0

    def age_days(self, now: datetime) -> float | None:
        """Return how long ago it was last brought up to date: a look that found no change is one.

        None where it never was.
        """
        if self.supplied_at is None:
            return None
        return max(0.0, (now - self.supplied_at).total_seconds() / _DAY_S)

    def is_late(self, cadence: Cadence, now: datetime) -> bool | None:
        """Return whether the stated ``cadence`` is not kept; None where nothing is promised."""
        promised, age = cadence.words.days, self.age_days(now)
        if promised is None or age is None:
            return None
        return age > promised * GRACE


def freshness(turns: Sequence[Turn]) -> Freshness:
    """Return how fresh a layer is that was given content at ``turns``, the newest first."""
    changes = [turn.at for turn in turns if turn.touched]
    gaps = [(later - earlier).total_seconds() / _DAY_S for later, earlier in pairwise(changes)]
    return Freshness(
        changed_at=changes[0] if changes else None,
        supplied_at=turns[0].at if turns else None,
        every_days=median(gaps) if gaps else None,
        revision=turns[0].revision if turns else 0,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """A layer as somebody sees it, and how fresh it is."""

    layer: Layer
    freshness: Freshness

    def title(self, language: Language) -> str:
        """Return what it is called."""
        return pick(language, self.layer.title, self.layer.title_en)

    def abstract(self, language: Language) -> str:
        """Return what it is about; its title where nobody has said more."""
        said = pick(language, self.layer.description, self.layer.description_en)
        return said or self.title(language)

    def publisher(self, language: Language) -> str:
        """Return who answers for it: its unit, or the city."""
        unit = pick(language, self.layer.unit_title, self.layer.unit_title_en)
        return unit or self.layer.unit or CITY[language]

    def theme(self, language: Language) -> str:
        """Return what its theme is called."""
        return pick(language, self.layer.theme_title, self.layer.theme_title_en)

    def keywords(self, language: Language) -> list[str]:
        """Return the words to find it by: its own, and its theme."""
        mark = {"vi": "dữ liệu mô phỏng", "en": "simulated data"}[language]
        words = [*self.layer.keywords, self.theme(language), mark if self.layer.simulated else ""]
        return list(dict.fromkeys(word for word in words if word))

    @property
    def modified_at(self) -> datetime:
        """When its features last changed; where history does not say, when anything did."""
        return self.freshness.changed_at or self.layer.updated_at

    @property
    def bounds(self) -> Bounds:
        """Where it lies, EPSG:4326; an empty one: where the city is."""
        return self.layer.bounds or GROUND

    @property
    def search_key(self) -> str:
        """Everything it may be found by, without diacritics."""
        layer = self.layer
        said = (layer.title, layer.title_en, layer.slug, layer.description, layer.description_en)
        also = (layer.unit_title, layer.unit_title_en, layer.theme_title, layer.theme_title_en)
        named = [name for f in layer.fields for name in (f.name, f.title, f.title_en)]
        return _search_key((*said, *also, *layer.keywords, *named))


@lru_cache(maxsize=30_000)
def _search_key(texts: tuple[str, ...]) -> str:
    """Return the texts without diacritics, each a line; an edit leaves most of them."""
    return "\n".join(vn_key(text) for text in texts if text)


def pick(language: Language, vietnamese: str, english: str) -> str:
    """Return the text in ``language``; the one there is, if only one is.

    >>> pick("en", "Cầu", "")
    'Cầu'
    """
    first, second = (english, vietnamese) if language == "en" else (vietnamese, english)
    return first or second


def box_wkt(box: Bounds) -> str:
    """Return a box as WKT, longitude first; one without breadth is widened by a tenth of a metre.

    >>> box_wkt(Bounds(107.5, 16.25, 108.0, 16.5))
    'POLYGON((107.5 16.25,108.0 16.25,108.0 16.5,107.5 16.5,107.5 16.25))'
    """
    west, south, east, north = box
    east, north = max(east, west + 1e-6), max(north, south + 1e-6)
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return "POLYGON((" + ",".join(f"{x!r} {y!r}" for x, y in ring) + "))"
