"""What a file's titles, file names and properties say of its CRS, in the words people use.

"Hệ tọa độ VN-2000, kinh tuyến trục 107°00′, múi chiếu 3°" leaves one system; "UTM" leaves a few.
A hint is never a declaration by itself: what it leaves must also lie in the right place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from gishue.core.crs import accepted, zones
from gishue.core.crs_numbers import zone_at
from gishue.core.vietnamese import vn_key

_ZONES: Final = frozenset(zone.srid for zone in zones())
_DATUMS: Final = (
    (re.compile(r"\bvn ?2000|\bviet ?nam 2000"), _ZONES | {3405, 3406, 4756}),
    (re.compile(r"\bwgs ?(19)?84"), frozenset({4326, 32648, 32649, 3857})),
    (re.compile(r"\bhn ?(19)?72|\bha ?noi ?(19)?72"), frozenset({2044, 2045, 2093})),
    (re.compile(r"\bindian ?(19)?60"), frozenset({3148, 3149})),
)
_UTM: Final = frozenset({3405, 3406, 32648, 32649, 3148, 3149})
_PROJECTIONS: Final = (
    (re.compile(r"\btm ?3(?!\d)|\bmui (chieu )?3( do| deg)?\b"), _ZONES),
    (re.compile(r"\butm ?(4[89])?n?\b"), _UTM),
    (re.compile(r"\bmui (chieu )?6( do| deg)?\b"), _UTM | {2044, 2045}),
)
_STRIP = re.compile(r"\b(?:utm|mui|zone|utm zone|utm mui) ?(4[89]|1[89])n?\b")
_STRIPS: Final = {
    "48": frozenset({3405, 32648, 3148}),
    "49": frozenset({3406, 32649, 3149}),
    "18": frozenset({2044}),
    "19": frozenset({2045}),
}
_MERIDIAN = re.compile(
    r"\b(?:kinh tuyen(?: truc| trung uong)?|ktt|ktw|central meridian|lon 0|tm ?3(?: zone)?)"
    r" ?(10[2-9]|11[01])(?: ?(?:do|deg|d|o)(?![a-z]))?(?: ?(\d{1,2}))?(?!\d)"
)
_SIX_DEGREES: Final = {
    105.0: frozenset({3405, 32648, 3148, 2044}),
    106.0: frozenset({2093}),
    111.0: frozenset({3406, 32649, 3149, 2045}),
}
_EPSG = re.compile(r"\bepsg (\d{4,5})\b")


@dataclass(frozen=True, slots=True)
class Hints:
    """The systems that the texts leave (empty: they say nothing), and the texts that say so."""

    srids: frozenset[int] = frozenset()
    said: tuple[str, ...] = ()

    @property
    def named(self) -> int | None:
        """The one system the texts leave, None where they leave several or say nothing."""
        return next(iter(self.srids)) if len(self.srids) == 1 else None

    @property
    def quote(self) -> str:
        """The texts as they stand beside a candidate."""
        return "; ".join(self.said)


def read_hints(texts: Iterable[str]) -> Hints:
    """Return what ``texts`` leave of the accepted systems; texts that contradict say nothing.

    >>> sorted(read_hints(["VN-2000, kinh tuyến trục 107°00', múi 3°"]).srids)
    [9214]
    >>> sorted(read_hints(["ranh_gioi_UTM48.shp"]).srids)
    [3148, 3405, 32648]
    """
    told = [(text, dimensions) for text in texts if any(dimensions := _dimensions(vn_key(text)))]
    codes, *others = (frozenset[int]().union(*which) for which in _columns(told))
    left = codes & frozenset(accepted())
    if not left:
        said = [one for one in others if one]
        left = frozenset[int].intersection(*said) if said else frozenset[int]()
    return Hints(left, tuple(dict.fromkeys(_short(text) for text, _ in told))) if left else Hints()


def _columns(
    told: Sequence[tuple[str, tuple[frozenset[int], ...]]],
) -> list[list[frozenset[int]]]:
    return [[dimensions[at] for _, dimensions in told] for at in range(4)]


def _dimensions(key: str) -> tuple[frozenset[int], ...]:
    """Return what a text leaves by code, by datum, by projection and by meridian or zone."""
    codes = frozenset(int(code) for code in _EPSG.findall(key))
    return codes, _named(_DATUMS, key), _named(_PROJECTIONS, key), _strips(key) | _meridians(key)


def _named(table: Sequence[tuple[re.Pattern[str], frozenset[int]]], key: str) -> frozenset[int]:
    return frozenset[int]().union(*(srids for word, srids in table if word.search(key)))


def _strips(key: str) -> frozenset[int]:
    return frozenset[int]().union(*(_STRIPS[number] for number in _STRIP.findall(key)))


def _meridians(key: str) -> frozenset[int]:
    """Return the systems on the meridians named: 107, 107 45 (minutes), 107 75 (decimal)."""
    found = frozenset[int]()
    for degrees, rest in _MERIDIAN.findall(key):
        for value in _readings(int(degrees), rest):
            zone = zone_at(value)
            found |= _SIX_DEGREES.get(value, frozenset()) | ({zone} if zone else set())
    return found


def _readings(degrees: int, rest: str) -> set[float]:
    minutes = int(rest or 0)
    decimal = degrees + float(f"0.{rest or 0}")
    return {decimal, degrees + minutes / 60} if minutes < 60 else {decimal}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
