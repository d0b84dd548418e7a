"""An address of Huế, old or new, as the ward or commune of 1 July 2025 that it lies in.

Names are looked for word by word among the old units (1 January to 30 June 2025), the new ones and
the districts; a district decides between units of one name, then the type word, then the accents.
A name alone does not say which list it is from (twelve new units keep an old name over another
area), so an answer says which list it used. Where two units stay possible, there is no answer.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib.resources import files
from io import StringIO
from typing import Any, Final

from shapely import contains_xy, prepare
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from gishue.core.vietnamese import nfc, vn_key

LIST_DATE: Final = "2025-07-01"
"""Since when the units of the answers exist (resolution 1675/NQ-UBTVQH15)."""

OLD_LIST_DATE: Final = "2025-01-01"

SURE_FROM: Final = 0.6
"""An answer less sure than this is none."""

_LIKE_FROM: Final = 0.84
_LONGEST_NAME: Final = 5
_TYPES: Final[Mapping[str, str]] = {
    "phuong": "phuong", "p": "phuong", "f": "phuong", "xa": "xa", "x": "xa",
    "thi tran": "thi tran", "tt": "thi tran", "ward": "phuong", "commune": "xa",
}  # fmt: skip
_DISTRICT_TYPES: Final = frozenset(
    {"quan", "q", "huyen", "h", "thi xa", "tx", "thanh pho", "tp", "district", "town"}
)
_CITY: Final = frozenset({"hue", "thua thien hue", "t t hue", "tt hue", "tth"})
# Districts of the years before the table begins, by where their communes went.
_FORMER_DISTRICTS: Final[Mapping[str, str]] = {"nam dong": "phu loc"}
_ELSEWHERE = re.compile(
    "an giang|ba ria vung tau|bac lieu|bac giang|bac kan|bac ninh|ben tre|binh duong|binh dinh|"
    "binh phuoc|binh thuan|ca mau|cao bang|can tho|da nang|dak lak|dak nong|dien bien|dong nai|"
    "dong thap|gia lai|ha giang|ha nam|ha noi|ha tinh|hai duong|hai phong|hau giang|hoa binh|"
    "ho chi minh|hcm|sai gon|hung yen|khanh hoa|kien giang|kon tum|lai chau|lang son|lao cai|"
    "lam dong|long an|nam dinh|nghe an|ninh binh|ninh thuan|phu tho|phu yen|quang binh|quang nam|"
    "quang ngai|quang ninh|quang tri|soc trang|son la|tay ninh|thai binh|thai nguyen|thanh hoa|"
    "tien giang|tra vinh|tuyen quang|vinh long|vinh phuc|yen bai"
)
_ABBREVIATED = re.compile(r"\b(tx|tp|tt|p|x|q|h|f)\.\s*(?=[^\W\d_]{2})", re.IGNORECASE)
_CUT = re.compile(r"\s*(?:[,;|\n()]|\s[-–—]\s)\s*")


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward or commune of today, with a point inside it (EPSG:4326)."""

    code: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Match:
    """The answer: ``sure`` from 0 to 1; ``is_old``: the address names a unit of before."""

    ward: Ward
    sure: float
    is_old: bool
    named: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class _Unit:
    """One name of either list; ``district`` is empty for a unit of today."""

    name: str
    kind: str
    key: str
    district: str
    code: str

    @property
    def is_old(self) -> bool:
        return bool(self.district)


@dataclass(frozen=True, slots=True)
class _Found:
    """A unit whose name stands in the address, and what speaks for it."""

    unit: _Unit
    score: float
    start: int
    likeness: float = 1.0


@dataclass(frozen=True, slots=True)
class _Words:
    """An address as words without accents, the same words as written, and where parts end.

    ``known``: start, length and key of each run of words that names a unit or a district.
    """

    keys: tuple[str, ...]
    written: tuple[str, ...]
    parts: frozenset[int]
    known: tuple[tuple[int, int, str], ...]


@lru_cache(maxsize=4096)
def locate(address: str) -> Match | None:
    """Return the ward or commune of today that ``address`` lies in, or None.

    >>> locate("P. Phuoc Vinh, Quận Thuận Hóa").ward.name
    'Phường Thuận Hoá'
    """
    words = _words(address)
    if not words.keys or _is_elsewhere(words):
        return None
    found = [*_named(words)] or [*_alike(words)]
    best = _best(found)
    if best is None:
        return None
    unit = best.unit
    ward = wards().get(unit.code)
    sure = _sure(best, found)
    if ward is None or sure < SURE_FROM:
        return None
    rest = " ".join(words.written[: _before_type(words, best.start)])
    return Match(ward, round(sure, 2), unit.is_old, unit.name, rest)


@cache
def wards() -> Mapping[str, Ward]:
    """Return the wards and communes of today by code."""
    features = json.loads(_text("hue_wards.geojson"))["features"]
    return {one.code: one for one in map(_ward, features)}


def is_inside(ward: Ward, lon: float, lat: float) -> bool:
    """Return whether a point (EPSG:4326) lies in ``ward`` or within some 50 m of it."""
    return bool(contains_xy(_outlines()[ward.code], lon, lat))


@cache
def _outlines() -> Mapping[str, BaseGeometry]:
    """Return the ground of each ward, widened by what its outline was simplified."""
    features = json.loads(_text("hue_wards.geojson"))["features"]
    made = {str(f["properties"]["code"]): shape(f["geometry"]).buffer(0.0005) for f in features}
    for outline in made.values():
        prepare(outline)
    return made


def _ward(feature: Mapping[str, Any]) -> Ward:
    said = feature["properties"]
    inside = shape(feature["geometry"]).representative_point()
    return Ward(str(said["code"]), str(said["name"]), round(inside.x, 6), round(inside.y, 6))


@cache
def _units() -> Mapping[str, tuple[_Unit, ...]]:
    """Return the units of both lists by the key of their bare name."""
    units = [_unit(one.name, "", one.code) for one in wards().values()]
    units += [_unit(row["old_name"], row["old_district"], row["new_code"]) for row in _table()]
    by_key: dict[str, list[_Unit]] = {}
    for unit in units:
        by_key.setdefault(unit.key, []).append(unit)
    return {key: tuple(some) for key, some in by_key.items()}


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(_units()) | _districts() | frozenset(_FORMER_DISTRICTS)


@cache
def _districts() -> frozenset[str]:
    return frozenset(_bare(row["old_district"])[1] for row in _table())


@cache
def _table() -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(StringIO(_text("hue_old_to_new_wards.csv"))))


def _text(name: str) -> str:
    return files("conversion").joinpath("data", name).read_text("utf-8")


def _unit(name: str, district: str, code: str) -> _Unit:
    kind, key = _bare(name)
    return _Unit(name, kind, key, _bare(district)[1] if district else "", code)


def _bare(name: str) -> tuple[str, str]:
    """Return a unit's type and the key of its name without it."""
    key = vn_key(name)
    for kind in ("thi tran", "thi xa", "thanh pho", "phuong", "quan", "huyen", "xa"):
        if key.startswith(f"{kind} "):
            return kind, key.removeprefix(f"{kind} ")
    return "", key


def _words(address: str) -> _Words:
    """Return the words of an address; "P.Phú Hội" is two of them."""
    spaced = _ABBREVIATED.sub(r"\1 ", nfc(address)[:300])
    written: list[str] = []
    parts: list[int] = []
    for part in _CUT.split(spaced):
        written += [word for word in re.split(r"[^\w/]+", part) if vn_key(word)]
        parts.append(len(written))
    keys = tuple(vn_key(word) for word in written)
    known = tuple(run for run in _runs(keys) if run[2] in _vocabulary())
    return _Words(keys, tuple(written), frozenset(parts), known)


def _is_elsewhere(words: _Words) -> bool:
    """Return whether the address ends with another province."""
    keys = [key for word in words.keys for key in word.split()]
    while keys and keys[-1] in {"vn", "nam", "viet"}:
        keys.pop()
    ends = {" ".join(keys[-length:]) for length in (1, 2, 3, 4)}
    return not ends & _CITY and any(_ELSEWHERE.fullmatch(end) for end in ends)


def _named(words: _Words) -> Iterator[_Found]:
    """Yield every unit whose name stands in the address, with its score."""
    districts = _named_districts(words)
    for start, length, key in words.known:
        for unit in _units().get(key, ()):
            score = _score(words, start, length, unit, districts)
            if score is not None:
                yield _Found(unit, score, start)


def _runs(keys: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield start, length and key of every run of words that may be a name."""
    for start in range(len(keys)):
        key = ""
        for length, word in enumerate(keys[start : start + _LONGEST_NAME], start=1):
            key = f"{key} {word}" if key else word
            yield start, length, key


def _named_districts(words: _Words) -> dict[int, str]:
    """Return the districts that the address names, by where they stand.

    Without a type word only in the second place or later, for a ward may have the same name.
    """
    found: dict[int, str] = {}
    for start, _, key in words.known:
        name = _FORMER_DISTRICTS.get(key, key)
        if name in _districts():
            role = _type_before(words, start)[0]
            if role == "district" or (start > 1 and not role):
                found[start] = name
    return found


def _type_before(words: _Words, start: int) -> tuple[str, str]:
    """Return whether a ward's or a district's type word stands before ``start``, and which."""
    if start in words.parts:
        return "", ""
    one = words.keys[start - 1] if start else ""
    two = " ".join(words.keys[max(0, start - 2) : start])
    for said in (two, one):
        if said in _DISTRICT_TYPES:
            return "district", said
        if said in _TYPES:
            return "ward", _TYPES[said]
    return "", ""


def _before_type(words: _Words, start: int) -> int:
    """Return where the ward's part of the address begins, its type word included."""
    two = " ".join(words.keys[max(0, start - 2) : start])
    if two in {"thi tran", "thi xa", "thanh pho"}:
        return start - 2
    return start - 1 if _type_before(words, start)[0] else start


def _score(
    words: _Words, start: int, length: int, unit: _Unit, districts: Mapping[int, str]
) -> float | None:
    """Return what speaks for ``unit``, or None where the words are a district's or a street's."""
    role, kind = _type_before(words, start)
    if role == "district":
        return None
    later = {name for at, name in districts.items() if at >= start + length}
    score = 0.3 * length
    if role == "ward":
        score += 2 + (0.8 if kind == unit.kind else 0)
    elif start + length not in words.parts and not later:
        score -= 0.5
    if later:
        score += 3 if unit.district in later else -1.5
    elif not unit.is_old:
        score += 1
    if not " ".join(words.written[start : start + length]).isascii():
        same = _folded(words.written[start : start + length]) == _folded(_last(unit.name, length))
        score += 0.6 if same else -0.6
    return score + 0.05 * start


def _last(name: str, length: int) -> Sequence[str]:
    return re.split(r"[^\w/]+", nfc(name))[-length:]


def _folded(written: Sequence[str]) -> tuple[str, ...]:
    """Return words with their marks sorted, so that hòa and hoà are one."""
    return tuple("".join(sorted(unicodedata.normalize("NFD", word.lower()))) for word in written)


def _best(found: Sequence[_Found]) -> _Found | None:
    """Return the highest, unless another unit of today comes as high."""
    if not found:
        return None
    best = max(found, key=lambda one: one.score)
    rivals = [one for one in found if one.unit.code != best.unit.code]
    second = max((one.score for one in rivals), default=-9.0)
    return best if best.score - second > 0.25 else None


def _sure(best: _Found, found: Sequence[_Found]) -> float:
    """Return how sure an answer is: by its score, and by how far the next unit comes behind."""
    rivals = [one.score for one in found if one.unit.code != best.unit.code]
    gap = best.score - max(rivals, default=best.score - 2)
    told = min(1.0, 0.5 + 0.11 * max(0.0, best.score))
    return best.likeness * min(told, 0.7 + 0.2 * min(gap, 1.5))


def _alike(words: _Words) -> Iterator[_Found]:
    """Yield the units whose name is nearly one of the address's, where none is exactly."""
    districts = _named_districts(words)
    for start, length, key in _runs(words.keys):
        if len(key) < 5 or key in _districts() or key in _CITY:
            continue
        for unit_key, units in _units().items():
            likeness = _likeness(key, unit_key)
            if likeness < _LIKE_FROM:
                continue
            for unit in units:
                score = _score(words, start, length, unit, districts)
                if score is not None:
                    yield replace(
                        _Found(unit, score - 6 * (1 - likeness), start), likeness=likeness
                    )


def _likeness(one: str, other: str) -> float:
    if abs(len(one) - len(other)) > 2 or one[:1] != other[:1]:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
