"""Which CRS a file is in: what it declares, tested by where its points would then lie.

A declaration that puts the points in Viet Nam is taken. Without one, every accepted system is
tried in both column orders, and in mistaken units where nothing else fits; a guess is taken only
where place, names, titles and roads leave one answer, and recorded with its evidence. All else is
asked. Thresholds are judgement, measured on 320 layers of one ward in eight systems: the truth was
always among the candidates.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from pyproj import Transformer

from conversion.city import City, LonLat, hue
from conversion.crs import findings as say
from conversion.crs.candidate import CrsCandidate, CrsGuess
from conversion.crs.hints import Hints, read_hints
from conversion.crs.roads import Roads, distances, is_clearly_nearer
from conversion.crs.weighing import (
    Sample,
    candidates,
    is_in_vietnam,
    lonlat,
    on_roads,
    ranked,
    sampled,
    weigh,
)
from conversion.findings.finding import Finding
from gishue.core.crs import WGS84
from gishue.core.crs_match import CrsMatch, match_wkt
from gishue.core.crs_mistake import Mistake, tm3_on_wgs84

ANCHOR_FROM: Final = 0.9
"""Share of the features that must lie in the ward they name."""

WARDS_FROM: Final = 5
"""Points spread over so many wards place a file by themselves."""

_TWIN_M: Final = 1_000.0
_TWIN_GAP: Final = 0.2
_CONTRADICTED: Final = 0.5
_ENOUGH_NAMES: Final = 5


@dataclass(frozen=True, slots=True)
class _Case:
    """One file before the detective: its points, the yardsticks, what its titles say.

    ``meant``: the codes its declaration may have meant. ``sure``: whether one of these that fits
    may be taken; ``must_ask``: whether place and names are not enough to take anything. ``rival``:
    the declaration as it stands, as a PROJ string, where no accepted code is that.
    """

    sample: Sample
    city: City
    hints: Hints
    roads: Roads | None
    meant: frozenset[int] = frozenset()
    sure: bool = False
    must_ask: bool = False
    rival: str = ""


def guess(
    declared: str | None,
    points: Sequence[tuple[float, float]],
    names: Sequence[str] = (),
    *,
    city: City | None = None,
    hints: Sequence[str] = (),
    roads: Roads | None = None,
) -> CrsGuess:
    """Return the CRS of a file, or the question to ask.

    Args:
        declared: WKT, PROJ string or code as the file has it; None or empty where it has none.
        points: one representative point per feature, x and y as in the file; 2,000 are used.
        names: ward names beside the points, decoded; empty where no column names wards.
        city: the yardstick, Huế by default.
        hints: titles, file names and properties that may speak of a CRS.
        roads: a reference layer of roads, where there is one.

    Raises:
        ValueError: ``names`` and ``points`` differ in length.
    """
    city = city or hue()
    case = _Case(sampled(points, names, city), city, read_hints(hints), roads)
    match = match_wkt(declared) if declared and declared.strip() else None
    if match is None:
        return _search(case, (say.undeclared(),))
    if match.srid is None:
        return _search(_mistaken(case, match), (say.unmatched(match),))
    at = lonlat(match.srid, case.sample.xy, scale=match.unit_m)
    if len(case.sample.xy) and not is_in_vietnam(at):
        meant = replace(case, meant=frozenset({match.srid}), sure=True)
        return _search(meant, (say.contradicted(match.srid),))
    return _take_declared(match, match.srid, case)


def _mistaken(case: _Case, match: CrsMatch) -> _Case:
    """Return the case with what its wrong declaration may have meant.

    Only a withdrawn code is so far off that place tells it for certain.
    """
    if match.near is None:
        return case
    sure = match.near.mistake is Mistake.WITHDRAWN
    meant = frozenset(match.near.srids)
    return replace(case, meant=meant, sure=sure, must_ask=not sure, rival=match.near.as_told)


def _take_declared(match: CrsMatch, srid: int, case: _Case) -> CrsGuess:
    findings = list(say.of_declaration(match, srid, case.hints))
    if not len(case.sample.xy):
        return CrsGuess(srid, (), tuple(findings), scale=match.unit_m)
    candidate = weigh(srid, case.sample, case.city, swapped=False, scale=match.unit_m)
    if candidate.fits:
        found = CrsGuess(srid, (candidate,), tuple(findings), scale=match.unit_m)
        return _suspected(found, case) if match.datum_suspect else found
    others = [c for c in candidates(case.sample, case.city, case.hints.srids) if c.fits]
    findings.append(say.outside_city(candidate.share, [other.srid for other in others]))
    listed = ranked([candidate, *others], case.sample, first=frozenset({srid}))
    return CrsGuess(srid, listed, tuple(findings), scale=match.unit_m)


def _suspected(found: CrsGuess, case: _Case) -> CrsGuess:
    """Return what roads say of VN-2000 numbers whose datum is declared as WGS 84."""
    [candidate] = found.candidates
    told = replace(case, rival=tm3_on_wgs84(candidate.srid))
    [candidate], winner, rival = _by_roads((candidate,), told)
    if winner is None and rival is None:
        return replace(found, candidates=(candidate,))
    others = [finding for finding in found.findings if finding.code != "datum_suspect"]
    if rival is not None:
        others.append(say.as_declared(candidate, rival))
        return replace(found, taken=None, candidates=(candidate,), findings=tuple(others))
    others.append(say.datum_confirmed(candidate))
    return replace(found, candidates=(candidate,), findings=tuple(others))


def _search(case: _Case, findings: tuple[Finding, ...]) -> CrsGuess:
    """Return the answer for a file whose declaration is missing or wrong."""
    tried = candidates(case.sample, case.city, case.hints.srids)
    fitting = [candidate for candidate in tried if candidate.fits]
    if not fitting:
        near = sorted(tried, key=lambda candidate: -candidate.share)[:5]
        return CrsGuess(None, ranked(near, case.sample), (*findings, say.nowhere()))
    fitting, said = _hinted(fitting, case)
    listed = ranked(fitting, case.sample, first=case.meant)
    if case.sample.is_elsewhere:
        return CrsGuess(None, listed, (*findings, *said, say.outside_hue()))
    winner, rival = _decide(listed, case), None
    if winner is None:
        listed, winner, rival = _by_roads(listed, case)
    if winner is not None:
        return _taken(winner, listed, (*findings, *said))
    asked = say.ambiguous(listed) if rival is None else say.as_declared(listed[0], rival)
    return CrsGuess(None, listed, (*findings, *said, asked))


def _taken(
    winner: CrsCandidate, listed: tuple[CrsCandidate, ...], findings: tuple[Finding, ...]
) -> CrsGuess:
    found = (*findings, say.guessed(winner), *say.of_reading(winner))
    return CrsGuess(winner.srid, listed, found, True, winner.swapped, winner.scale)


def _hinted(
    fitting: list[CrsCandidate], case: _Case
) -> tuple[list[CrsCandidate], tuple[Finding, ...]]:
    """Return the candidates that the file's titles leave; titles never remove all of them.

    Degrees stay: a title that says VN-2000 does not tell whether they were moved to WGS 84.
    """
    hints = case.hints
    if not hints.srids:
        return fitting, ()
    left = [replace(c, hint=hints.quote) for c in fitting if c.srid in hints.srids]
    if not left:
        return fitting, (say.hint_contradicted(hints, [c.srid for c in fitting]),)
    degrees = [c for c in fitting if c.srid == WGS84 and c.srid not in hints.srids]
    return [*degrees, *left], ()


def _decide(fitting: Sequence[CrsCandidate], case: _Case) -> CrsCandidate | None:
    """Return the one candidate that declaration, titles, place and names leave, or None.

    The city's own zone is a candidate like the others. A twin, such as VN-2000 against WGS 84 in
    UTM (225 m), is told apart only by the names of several wards, and clearly.
    """
    first, others = fitting[0], fitting[1:]
    if case.must_ask:
        return None
    if case.sure and first.srid in case.meant and not any(c.srid in case.meant for c in others):
        return first
    if first.anchor is not None and first.anchor >= ANCHOR_FROM:
        return None if any(_rivals(first, other) for other in others) else first
    enough = sum(bool(wards) for wards in case.sample.named) >= _ENOUGH_NAMES
    if first.anchor is not None and first.anchor < _CONTRADICTED and enough:
        return None
    is_told = case.hints.named == first.srid or first.wards >= WARDS_FROM
    return first if not others and is_told else None


def _rivals(first: CrsCandidate, other: CrsCandidate) -> bool:
    """Return whether ``other`` is too good to be passed over without asking."""
    anchor = other.anchor or 0.0
    if other.distance_m < _TWIN_M:
        return first.wards < WARDS_FROM or (first.anchor or 0.0) - anchor < _TWIN_GAP
    return anchor >= _CONTRADICTED


def _by_roads(
    fitting: tuple[CrsCandidate, ...], case: _Case
) -> tuple[tuple[CrsCandidate, ...], CrsCandidate | None, float | None]:
    """Return the candidates with their distance from the roads, and the one that lies on them.

    Last, where the declaration as it stands lies on them and no candidate does: its distance.
    """
    if case.roads is None:
        return fitting, None, None
    found = on_roads(fitting, case.sample, case.roads)
    listed = tuple(candidate for candidate, _ in found)
    told = distances(case.roads, _as_told(case)) if case.rival else None
    for candidate, ours in found:
        rivals = [theirs for other, theirs in found if other is not candidate]
        rivals += [] if told is None else [told]
        if rivals and all(is_clearly_nearer(ours, theirs) for theirs in rivals):
            return listed, candidate, None
    if told is not None and all(is_clearly_nearer(told, theirs) for _, theirs in found):
        return listed, None, float(np.median(told))
    return listed, None, None


def _as_told(case: _Case) -> LonLat:
    """Return the points where the declaration as it stands puts them."""
    operation = Transformer.from_crs(case.rival, WGS84, always_xy=True)
    lon, lat = operation.transform(case.sample.xy[:, 0], case.sample.xy[:, 1])
    return np.column_stack([lon, lat])
