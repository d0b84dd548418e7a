"""Roads tell twins apart: on the sample city's own layers, moved by the datum shift.

The truth is what the generator laid out; the twin is where the other datum puts it.
"""

from functools import cache

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from conversion.city import LonLat
from conversion.crs.candidate import CrsGuess
from conversion.crs.guess import guess
from conversion.crs.roads import Roads, distances, is_clearly_nearer, roads_from
from gishue.core.crs import to_wgs84
from gishue.core.crs_mistake import tm3_on_wgs84
from sample.generate import generate, order_for
from sample.table import Table

TWINS = {3405: 32648, 32648: 3405, 3406: 32649, 32649: 3406}
ALONG = ["duong_pho", "den_chieu_sang"]
APART = ["nha", "thua_dat", "truong_hoc", "cay_xanh"]


@cache
def city() -> dict[str, Table]:
    return generate(order_for(3_000))


@cache
def roads() -> Roads:
    lines = city()["duong_pho"].shapes
    made = roads_from(list(shapely.transform(lines, lonlat)))
    assert made is not None
    return made


def lonlat(xy: LonLat) -> LonLat:
    return np.column_stack(to_wgs84(9214).transform(xy[:, 0], xy[:, 1]))


@cache
def middles(slug: str) -> LonLat:
    inner = shapely.point_on_surface(city()[slug].shapes)
    return lonlat(shapely.get_coordinates(inner))


def file_in(srid: int, at: LonLat) -> list[tuple[float, float]]:
    x, y = to_wgs84(srid).transform(at[:, 0], at[:, 1], direction="INVERSE")
    return list(zip(x.tolist(), y.tolist(), strict=True))


def guessed(srid: int, at: LonLat) -> CrsGuess:
    return guess(None, file_in(srid, at), roads=roads())


@pytest.mark.parametrize("srid", sorted(TWINS))
@pytest.mark.parametrize("slug", ALONG)
def test_what_lies_along_roads_is_told_from_its_twin(slug: str, srid: int) -> None:
    found = guessed(srid, middles(slug))
    assert found.taken == srid
    near = {candidate.srid: candidate.roads_m or 0.0 for candidate in found.candidates}
    assert near[srid] < 5 < near[TWINS[srid]]
    assert "from the nearest road" in found.findings[-1].message


@pytest.mark.parametrize("slug", APART)
def test_what_keeps_away_from_roads_is_asked_with_its_distances(slug: str) -> None:
    found = guessed(3405, middles(slug))
    assert found.asks
    assert all(candidate.roads_m is not None for candidate in found.candidates)


@pytest.mark.parametrize("slug", [*ALONG, *APART])
@pytest.mark.parametrize(("srid", "twin"), [(3405, 32648), (32649, 3406)])
def test_no_window_of_any_layer_is_decided_wrongly(slug: str, srid: int, twin: int) -> None:
    at, rng = middles(slug), np.random.default_rng(7)
    moved = np.column_stack(to_wgs84(twin).transform(*np.array(file_in(srid, at)).T))
    for radius_deg in (0.003, 0.01, 0.03) * 8:
        centre = at[rng.integers(len(at))]
        window = np.hypot(*(at - centre).T) < radius_deg
        here, there = distances(roads(), at[window]), distances(roads(), moved[window])
        assert not is_clearly_nearer(there, here)


def test_a_few_points_say_nothing() -> None:
    assert guessed(3405, middles("duong_pho")[:19]).asks


def test_a_suspect_datum_is_confirmed_by_roads() -> None:
    declared = "+proj=tmerc +lon_0=107 +k=0.9999 +x_0=500000 +ellps=WGS84"
    points = file_in(9214, middles("duong_pho"))
    assert [f.code for f in guess(declared, points).findings] == ["datum_suspect"]
    found = guess(declared, points, roads=roads())
    assert (found.taken, [f.code for f in found.findings]) == (9214, ["datum_confirmed"])


def test_a_suspect_datum_that_roads_say_is_wgs84_is_asked() -> None:
    declared = tm3_on_wgs84(9214)
    way = Transformer.from_crs(4326, declared, always_xy=True)
    at = middles("duong_pho")
    points = list(zip(*way.transform(at[:, 0], at[:, 1]), strict=True))
    found = guess(declared, points, roads=roads())
    assert found.asks
    assert [f.code for f in found.findings] == ["crs_not_accepted"]


def test_a_wrong_scale_factor_is_settled_by_roads() -> None:
    declared = "+proj=tmerc +lon_0=107 +k=0.9996 +x_0=500000 +ellps=WGS84"
    points = file_in(9214, middles("duong_pho"))
    assert guess(declared, points).asks
    assert guess(declared, points, roads=roads()).taken == 9214


def test_no_roads_are_no_yardstick() -> None:
    assert roads_from([]) is None
    assert roads_from([shapely.LineString()]) is None
