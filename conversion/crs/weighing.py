"""Every system in every order and unit, weighed by where it puts a file's points."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from conversion.city import NOWHERE, City, LonLat, inside, ward_key, ward_of
from conversion.crs.candidate import CrsCandidate
from conversion.crs.roads import Metres, Roads, distances
from gishue.core.crs import to_wgs84, zones

_MAX_POINTS: Final = 2_000
_VIETNAM: Final = (102.0, 5.0, 118.0, 24.0)  # with Hoàng Sa and Trường Sa

_FIRST: Final = (9214, 5899, 5898, 9216, 9212, 9213, 3405, 32648, 3406, 32649, 2044, 2045)
_LAST: Final = (2093, 3148, 3149)
_DEGREES: Final = 360.0
_MISTAKEN_METRES: Final = (0.001, 0.01, 1000.0, 0.3048)  # millimetres, centimetres, km, feet
_MISTAKEN_DEGREES: Final = (1e-6, 1e-7, 180 / np.pi)  # whole numbers of GPS devices; radians
_METRES: Final = (1e6, 3e7)
"""The larger coordinate of Huế in metres: a northing, or an easting that carries its zone."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Points of a file (x, y as in the file) and, row by row, the wards they name.

    ``ours`` and ``elsewhere`` count the names that only Huế and only another province has.
    """

    xy: npt.NDArray[np.float64]
    named: tuple[frozenset[int], ...]
    ours: int
    elsewhere: int

    @property
    def is_elsewhere(self) -> bool:
        """Whether the names are those of another province's wards, and hardly one of ours."""
        return self.elsewhere > len(self.named) / 2 and self.ours < self.elsewhere / 4


def sampled(points: Sequence[tuple[float, float]], names: Sequence[str], city: City) -> Sample:
    """Return at most 2,000 of the points, spread over the file, with what they name.

    Raises:
        ValueError: ``names`` and ``points`` differ in length.
    """
    if names and len(names) != len(points):
        raise ValueError(f"{len(names)} names beside {len(points)} points")
    step = -(-len(points) // _MAX_POINTS) or 1
    xy = np.asarray(points[::step], dtype=np.float64).reshape(-1, 2)
    finite = np.isfinite(xy).all(axis=1)
    keys = [ward_key(name or "") for name in names[::step]]
    keys = [key for key, whole in zip(keys, finite, strict=False) if whole]
    named = tuple(city.by_key.get(key, frozenset[int]()) for key in keys)
    elsewhere = sum(key in city.elsewhere and key not in city.by_key for key in keys)
    ours = sum(key in city.by_key and key not in city.elsewhere for key in keys)
    return Sample(xy[finite], named, ours, elsewhere)


def candidates(sample: Sample, city: City, hinted: frozenset[int]) -> list[CrsCandidate]:
    """Return every system, in both column orders, that puts at least one point in the city.

    Where none puts them all there, other units are tried too.
    """
    if not len(sample.xy):
        return []
    plain = _tried(_worth_trying(sample, hinted), 1.0, sample, city)
    if any(candidate.fits for candidate in plain):
        return plain
    scaled = [one for scale in _scales(sample) for one in _in_unit(scale, sample, city)]
    return [*plain, *(one for one in scaled if one.fits)]


def weigh(srid: int, sample: Sample, city: City, *, swapped: bool, scale: float) -> CrsCandidate:
    """Return what speaks for one system in one order and unit."""
    at = lonlat(srid, sample.xy, swapped=swapped, scale=scale)
    share = float(inside(city, at).mean())
    if share == 0:
        return CrsCandidate(srid, swapped, 0.0, 0, None, scale)
    ward = ward_of(city, at)
    in_named = [one in wards for one, wards in zip(ward, sample.named, strict=False) if wards]
    anchor = sum(in_named) / len(in_named) if in_named else None
    wards = len({*ward.tolist()} - {NOWHERE})
    return CrsCandidate(srid, swapped, share, wards, anchor, scale)


def ranked(
    candidates: Sequence[CrsCandidate], sample: Sample, *, first: frozenset[int] = frozenset()
) -> tuple[CrsCandidate, ...]:
    """Return ``candidates`` best first, with ranks and distances; the given order decides ties.

    Those of the codes ``first`` stand before the others whatever speaks for these.
    """
    if not candidates:
        return ()
    marks = {
        id(c): (c.srid in first, round(c.anchor or 0, 2), round(c.share, 2)) for c in candidates
    }
    ordered = sorted(candidates, key=lambda c: marks[id(c)], reverse=True)
    places = list(dict.fromkeys(marks[id(c)] for c in ordered))
    centre = _centre(ordered[0], sample)
    return tuple(
        replace(c, rank=places.index(marks[id(c)]) + 1, distance_m=_apart(centre, c, sample))
        for c in ordered
    )


def on_roads(
    fitting: Sequence[CrsCandidate], sample: Sample, roads: Roads
) -> list[tuple[CrsCandidate, Metres]]:
    """Return the candidates with their median distance from the roads, and each point's."""
    found = [(c, distances(roads, placed(c, sample))) for c in fitting]
    return [(replace(c, roads_m=float(np.median(d)) if len(d) else None), d) for c, d in found]


def placed(candidate: CrsCandidate, sample: Sample) -> LonLat:
    """Return the points where a candidate puts them."""
    return lonlat(candidate.srid, sample.xy, swapped=candidate.swapped, scale=candidate.scale)


def lonlat(
    srid: int, xy: npt.NDArray[np.float64], *, swapped: bool = False, scale: float = 1.0
) -> LonLat:
    """Return longitudes and latitudes of coordinates as a file has them."""
    turned = (xy[:, ::-1] if swapped else xy) * scale
    lon, lat = to_wgs84(srid).transform(turned[:, 0], turned[:, 1])
    return np.column_stack([lon, lat])


def is_in_vietnam(at: LonLat) -> bool:
    """Return whether most points lie in 102–118° E, 5–24° N."""
    west, south, east, north = _VIETNAM
    lon, lat = at[:, 0], at[:, 1]
    return bool(np.mean((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)) > 0.5)


def _tried(srids: Iterable[int], scale: float, sample: Sample, city: City) -> list[CrsCandidate]:
    weighed = (
        weigh(srid, sample, city, swapped=swapped, scale=scale)
        for srid in srids
        for swapped in (False, True)
    )
    return [candidate for candidate in weighed if candidate.share > 0]


def _worth_trying(sample: Sample, hinted: frozenset[int]) -> Iterable[int]:
    """Return the codes in order of likelihood; degrees and metres are told apart by size."""
    if _size(sample) <= _DEGREES:
        return (4326, 4756) if 4756 in hinted else (4326,)
    return _metric()


def _metric() -> tuple[int, ...]:
    rest = (zone.srid for zone in zones() if zone.srid not in _FIRST)
    return (*_FIRST, *rest, *_LAST)


def _scales(sample: Sample) -> list[float]:
    """Return the units in which the numbers would be of the size that places in Huế have."""
    size = _size(sample)
    metres = [scale for scale in _MISTAKEN_METRES if _METRES[0] <= size * scale <= _METRES[1]]
    degrees = [scale for scale in _MISTAKEN_DEGREES if 90 < size * scale <= _DEGREES]
    return [*metres, *degrees]


def _in_unit(scale: float, sample: Sample, city: City) -> list[CrsCandidate]:
    srids = (4326,) if scale in _MISTAKEN_DEGREES else _metric()
    return _tried(srids, scale, sample, city)


def _size(sample: Sample) -> float:
    return float(np.abs(np.median(sample.xy, axis=0)).max())


def _centre(candidate: CrsCandidate, sample: Sample) -> LonLat:
    xy = np.median(sample.xy, axis=0)[None, :]
    return lonlat(candidate.srid, xy, swapped=candidate.swapped, scale=candidate.scale)[0]


def _apart(centre: LonLat, candidate: CrsCandidate, sample: Sample) -> float:
    """Return metres on the ground between two readings of the middle point."""
    east, north = (_centre(candidate, sample) - centre) * (111_320, 110_650)
    return float(np.hypot(east * np.cos(np.radians(centre[1])), north))
