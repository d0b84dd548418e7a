"""Which CRS a file is in: what it declares, tested by where its points would then lie.

A declaration that puts the points in Viet Nam is taken. Without one, every accepted system is
tried in both column orders; a guess is taken only where place and names leave one answer, and
recorded with its evidence. All else is asked. Thresholds are judgement, measured on 320 layers of
one ward in eight systems: the truth was always among the candidates.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from conversion import crs_findings as say
from conversion.city import NOWHERE, City, LonLat, hue, inside, ward_key, ward_of
from conversion.finding import Finding
from gishue.core.crs import accepted, to_wgs84, zones
from gishue.core.crs_match import CrsMatch, match_wkt

FITS_FROM: Final = 0.98
"""Share of the points that must lie in the city or within 2 km of it."""

ANCHOR_FROM: Final = 0.9
"""Share of the features that must lie in the ward they name."""

WARDS_FROM: Final = 5
"""Points spread over so many wards place a file by themselves."""

_MAX_POINTS: Final = 2_000
_TWIN_M: Final = 1_000.0
_TWIN_GAP: Final = 0.2
_CONTRADICTED: Final = 0.5
_ENOUGH_NAMES: Final = 5
_VIETNAM: Final = (102.0, 5.0, 118.0, 24.0)  # with Hoàng Sa and Trường Sa

_FIRST: Final = (4326, 9214, 5899, 5898, 9216, 9212, 9213, 3405, 32648, 3406, 32649, 2044, 2045)
_GEOGRAPHIC: Final = frozenset({4326, 4756})


@dataclass(frozen=True, slots=True)
class CrsCandidate:
    """One system in one column order, and what speaks for it.

    ``share`` of the points lies in the city, over ``wards`` wards; ``anchor`` of the features that
    name a ward lie in it (None: no names). ``distance_m`` is how far the points move against the
    first candidate. Candidates of one ``rank`` cannot be told apart.
    """

    srid: int
    swapped: bool
    share: float
    wards: int
    anchor: float | None
    rank: int = 1
    distance_m: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether the points lie in the city."""
        return self.share >= FITS_FROM

    def as_dict(self) -> dict[str, Any]:
        """Return the candidate as it stands in the questions of an upload."""
        crs = accepted()[self.srid]
        return {
            "crs": f"EPSG:{self.srid}",
            "title": crs.title_en,
            "title_vi": crs.title_vi,
            "swapped": self.swapped,
            "inside_city": round(self.share, 3),
            "wards": self.wards,
            "in_named_ward": None if self.anchor is None else round(self.anchor, 3),
            "rank": self.rank,
            "distance_m": round(self.distance_m, 1),
        }


@dataclass(frozen=True, slots=True)
class CrsGuess:
    """The answer: ``taken`` or, where it is None, a question with ``candidates``.

    ``guessed`` is False where the file's own declaration was taken. ``swapped``: the first column
    of the file is the northing or latitude.
    """

    taken: int | None
    candidates: tuple[CrsCandidate, ...]
    findings: tuple[Finding, ...]
    guessed: bool = False
    swapped: bool = False

    @property
    def asks(self) -> bool:
        """Whether a person must choose."""
        return self.taken is None


@dataclass(frozen=True, slots=True)
class _Sample:
    """Points of a file (x, y as in the file) and, row by row, the wards they name."""

    xy: npt.NDArray[np.float64]
    named: tuple[frozenset[int], ...]
    elsewhere: int


def guess(
    declared: str | None,
    points: Sequence[tuple[float, float]],
    names: Sequence[str] = (),
    *,
    city: City | None = None,
) -> CrsGuess:
    """Return the CRS of a file, or the question to ask.

    Args:
        declared: WKT, PROJ string or code as the file has it; None or empty where it has none.
        points: one representative point per feature, x and y as in the file; 2,000 are used.
        names: ward names beside the points, decoded; empty where no column names wards.
        city: the yardstick, Huế by default.

    Raises:
        ValueError: ``names`` and ``points`` differ in length.
    """
    city = city or hue()
    sample = _sample(points, names, city)
    match = match_wkt(declared) if declared and declared.strip() else None
    if match is None:
        return _search(sample, city, (say.undeclared(),))
    if match.srid is None:
        return _search(sample, city, (say.unmatched(match),))
    if len(sample.xy) and not _in_vietnam(_lonlat(match.srid, sample.xy)):
        return _search(sample, city, (say.contradicted(match.srid),))
    return _take_declared(match, match.srid, sample, city)


def _take_declared(match: CrsMatch, srid: int, sample: _Sample, city: City) -> CrsGuess:
    findings = [say.datum_suspect(srid)] if match.datum_suspect else []
    if not len(sample.xy):
        return CrsGuess(srid, (), tuple(findings))
    candidate = _weigh(srid, False, sample, city)
    if candidate.fits:
        return CrsGuess(srid, (candidate,), tuple(findings))
    others = [other for other in _candidates(sample, city) if other.fits]
    findings.append(say.outside_city(candidate.share, [other.srid for other in others]))
    return CrsGuess(srid, _ranked([candidate, *others], sample, keep_first=True), tuple(findings))


def _search(sample: _Sample, city: City, findings: tuple[Finding, ...]) -> CrsGuess:
    """Return the answer for a file whose declaration is missing or wrong."""
    tried = _candidates(sample, city)
    fitting = _ranked([candidate for candidate in tried if candidate.fits], sample)
    if not fitting:
        near = sorted(tried, key=lambda candidate: -candidate.share)[:5]
        return CrsGuess(None, _ranked(near, sample), (*findings, say.nowhere()))
    if _is_elsewhere(sample):
        return CrsGuess(None, fitting, (*findings, say.outside_hue()))
    winner = _decide(fitting, sample)
    if winner is None:
        return CrsGuess(None, fitting, (*findings, say.ambiguous([c.srid for c in fitting])))
    found = [say.guessed(winner.srid, winner.share, winner.wards, winner.anchor)]
    if winner.swapped:
        found.append(say.swapped(winner.srid))
    return CrsGuess(winner.srid, fitting, (*findings, *found), True, winner.swapped)


def _decide(fitting: Sequence[CrsCandidate], sample: _Sample) -> CrsCandidate | None:
    """Return the one candidate that place and names leave, or None.

    The city's own zone is a candidate like the others. A twin, such as VN-2000 against WGS 84 in
    UTM (225 m), is told apart only by the names of several wards, and clearly.
    """
    first, others = fitting[0], fitting[1:]
    if first.anchor is not None and first.anchor >= ANCHOR_FROM:
        return None if any(_rivals(first, other) for other in others) else first
    enough = sum(bool(wards) for wards in sample.named) >= _ENOUGH_NAMES
    if first.anchor is not None and first.anchor < _CONTRADICTED and enough:
        return None
    return first if not others and first.wards >= WARDS_FROM else None


def _rivals(first: CrsCandidate, other: CrsCandidate) -> bool:
    """Return whether ``other`` is too good to be passed over without asking."""
    anchor = other.anchor or 0.0
    if other.distance_m < _TWIN_M:
        return first.wards < WARDS_FROM or (first.anchor or 0.0) - anchor < _TWIN_GAP
    return anchor >= _CONTRADICTED


def _candidates(sample: _Sample, city: City) -> list[CrsCandidate]:
    """Return every system in both column orders that puts at least one point in the city."""
    if not len(sample.xy):
        return []
    tried = (
        _weigh(srid, swapped, sample, city)
        for srid in _worth_trying(sample)
        for swapped in (False, True)
    )
    return [candidate for candidate in tried if candidate.share > 0]


def _worth_trying(sample: _Sample) -> Iterable[int]:
    """Return the codes in order of likelihood; degrees and metres are told apart by size."""
    if np.abs(np.median(sample.xy, axis=0)).max() <= 360:
        return (4326,)
    rest = (zone.srid for zone in zones() if zone.srid not in _FIRST)
    return (*(srid for srid in _FIRST if srid not in _GEOGRAPHIC), *rest)


def _weigh(srid: int, swapped: bool, sample: _Sample, city: City) -> CrsCandidate:
    lonlat = _lonlat(srid, sample.xy[:, ::-1] if swapped else sample.xy)
    share = float(inside(city, lonlat).mean())
    if share == 0:
        return CrsCandidate(srid, swapped, 0.0, 0, None)
    at = ward_of(city, lonlat)
    in_named = [ward in wards for ward, wards in zip(at, sample.named, strict=False) if wards]
    anchor = sum(in_named) / len(in_named) if in_named else None
    return CrsCandidate(srid, swapped, share, len({*at.tolist()} - {NOWHERE}), anchor)


def _ranked(
    candidates: Sequence[CrsCandidate], sample: _Sample, *, keep_first: bool = False
) -> tuple[CrsCandidate, ...]:
    """Return ``candidates`` best first, with ranks and distances; the given order decides ties."""
    if not candidates:
        return ()
    marks = {id(c): (round(c.anchor or 0, 2), round(c.share, 2)) for c in candidates}
    head, tail = (candidates[:1], candidates[1:]) if keep_first else ([], candidates)
    ordered = [*head, *sorted(tail, key=lambda c: marks[id(c)], reverse=True)]
    places = list(dict.fromkeys(marks[id(c)] for c in ordered))
    centre = _centre(ordered[0], sample)
    return tuple(
        replace(c, rank=places.index(marks[id(c)]) + 1, distance_m=_apart(centre, c, sample))
        for c in ordered
    )


def _centre(candidate: CrsCandidate, sample: _Sample) -> LonLat:
    xy = np.median(sample.xy, axis=0)[None, :]
    return _lonlat(candidate.srid, xy[:, ::-1] if candidate.swapped else xy)[0]


def _apart(centre: LonLat, candidate: CrsCandidate, sample: _Sample) -> float:
    """Return metres on the ground between two readings of the middle point."""
    east, north = (_centre(candidate, sample) - centre) * (111_320, 110_650)
    return float(np.hypot(east * np.cos(np.radians(centre[1])), north))


def _lonlat(srid: int, xy: npt.NDArray[np.float64]) -> LonLat:
    lon, lat = to_wgs84(srid).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def _in_vietnam(lonlat: LonLat) -> bool:
    """Return whether most points lie in 102–118° E, 5–24° N."""
    west, south, east, north = _VIETNAM
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    return bool(np.mean((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)) > 0.5)


def _sample(points: Sequence[tuple[float, float]], names: Sequence[str], city: City) -> _Sample:
    if names and len(names) != len(points):
        raise ValueError(f"{len(names)} names beside {len(points)} points")
    step = -(-len(points) // _MAX_POINTS) or 1
    xy = np.asarray(points[::step], dtype=np.float64).reshape(-1, 2)
    finite = np.isfinite(xy).all(axis=1)
    keys = [ward_key(name or "") for name in names[::step]]
    keys = [key for key, whole in zip(keys, finite, strict=False) if whole]
    elsewhere = sum(key in city.elsewhere for key in keys)
    named = tuple(city.by_key.get(key, frozenset[int]()) for key in keys)
    return _Sample(xy[finite], named, elsewhere)


def _is_elsewhere(sample: _Sample) -> bool:
    """Return whether the names are those of another province's wards, and none of ours."""
    return not any(sample.named) and sample.elsewhere > len(sample.named) / 2
