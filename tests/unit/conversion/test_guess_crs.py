"""The CRS detective: declarations, places, names, and when it must ask."""

import random
from itertools import pairwise

import pytest

from conversion.city import City, hue, ward_column
from conversion.crs.candidate import CrsGuess
from conversion.crs.guess import guess
from gishue.core.crs import to_wgs84

# Centre of the largest circle in each ward, from the public boundaries in full detail.
WARDS = {
    "Phường Thuận Hoá": (107.5841, 16.4547),
    "Phường Thuận An": (107.6476, 16.5433),
    "Xã A Lưới 2": (107.1907, 16.2476),
    "Phường Phú Bài": (107.5864, 16.2501),
    "Xã Bình Điền": (107.4712, 16.3406),
    "Xã Vinh Lộc": (107.8747, 16.3489),
    "Xã Quảng Điền": (107.5317, 16.5803),
    "Phường Phong Điền": (107.2353, 16.4785),
}
SYSTEMS = [4326, 9214, 5899, 5898, 3405, 32648, 3406, 32649, 2044]
TWINS = {3405: 32648, 32648: 3405, 3406: 32649, 32649: 3406}


def moved(srid: int, lonlat: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points as a file in ``srid`` has them."""
    return [to_wgs84(srid).transform(lon, lat, direction="INVERSE") for lon, lat in lonlat]


def around(lon: float, lat: float, seed: int = 1) -> list[tuple[float, float]]:
    """Return twelve points within some 300 m."""
    spread = random.Random(seed)
    return [
        (lon + spread.uniform(-3e-3, 3e-3), lat + spread.uniform(-3e-3, 3e-3)) for _ in "x" * 12
    ]


def codes(found: CrsGuess) -> list[str]:
    return [finding.code for finding in found.findings]


CITYWIDE = list(WARDS.values())


@pytest.mark.parametrize("srid", [4326, 9214, 5899, 5898, 2044])
def test_without_a_declaration_a_city_wide_layer_is_placed(srid: int) -> None:
    found = guess(None, moved(srid, CITYWIDE))
    assert found.taken == srid
    assert found.guessed
    assert not found.asks
    assert codes(found) == ["crs_undeclared", "crs_guessed"]
    assert found.candidates[0].wards >= 5
    assert f"EPSG:{srid}" in found.findings[-1].vi


@pytest.mark.parametrize("srid", sorted(TWINS))
def test_utm_twins_are_asked_with_their_distance(srid: int) -> None:
    found = guess(None, moved(srid, CITYWIDE), list(WARDS))
    assert found.asks
    assert codes(found)[-1] == "crs_ambiguous"
    ranks = {candidate.srid: candidate.rank for candidate in found.candidates}
    assert ranks[srid] == ranks[TWINS[srid]] == 1
    twin = next(c for c in found.candidates if c.distance_m > 0)
    assert 224 < twin.distance_m < 227


@pytest.mark.parametrize("srid", SYSTEMS)
@pytest.mark.parametrize("name", list(WARDS))
def test_a_layer_of_one_ward_is_never_placed_wrongly(name: str, srid: int) -> None:
    points = moved(srid, around(*WARDS[name]))
    alone = guess(None, points)
    assert alone.asks
    assert srid in [candidate.srid for candidate in alone.candidates]
    named = guess(None, points, [name] * len(points))
    assert named.taken == (None if srid in TWINS else srid)
    assert srid in [candidate.srid for candidate in named.candidates if candidate.rank == 1]


def test_names_at_the_edge_of_a_ward_do_not_choose_between_twins() -> None:
    edge = moved(32648, around(107.36, 16.55))
    assert guess(None, edge, ["Phường Phong Điền"] * len(edge)).asks


@pytest.mark.parametrize("name", list(WARDS))
def test_names_place_a_layer_of_one_ward(name: str) -> None:
    points = moved(9214, around(*WARDS[name]))
    assert guess(None, points, [name.upper()] * len(points)).taken == 9214


def test_swapped_columns_are_turned_and_told() -> None:
    turned = [(y, x) for x, y in moved(9214, CITYWIDE)]
    found = guess(None, turned)
    assert (found.taken, found.swapped) == (9214, True)
    assert codes(found)[-1] == "axes_swapped"
    degrees = guess("EPSG:4326", [(lat, lon) for lon, lat in CITYWIDE])
    assert (degrees.taken, degrees.swapped) == (4326, True)
    assert "crs_declared_false" in codes(degrees)


def test_a_declaration_that_fits_is_taken_as_it_is() -> None:
    found = guess("EPSG:3405", moved(3405, CITYWIDE))
    assert (found.taken, found.guessed, found.findings) == (3405, False, ())


def test_degrees_declared_over_metres_are_never_believed() -> None:
    found = guess("EPSG:4326", moved(9214, CITYWIDE))
    assert found.taken == 9214
    assert codes(found) == ["crs_declared_false", "crs_guessed"]
    few = guess("EPSG:4326", moved(9214, around(*WARDS["Phường Thuận An"])))
    assert few.asks


def test_the_wrong_datum_on_the_right_numbers_is_vn2000_with_a_warning() -> None:
    declared = "+proj=tmerc +lon_0=107 +k=0.9999 +x_0=500000 +datum=WGS84"
    found = guess(declared, moved(9214, CITYWIDE))
    assert found.taken == 9214
    assert codes(found) == ["datum_suspect"]
    assert found.findings[0].severity == "warning"


def test_a_declaration_outside_the_city_is_taken_and_told() -> None:
    hanoi = guess("EPSG:4326", around(105.85, 21.03))
    assert hanoi.taken == 4326
    assert codes(hanoi) == ["outside_city"]
    wrong_zone = guess("EPSG:9213", moved(9214, CITYWIDE))
    assert wrong_zone.taken == 9213
    assert "EPSG:9214 would fit" in wrong_zone.findings[0].message


@pytest.mark.parametrize("srid", [5899, 9214, 32648])
def test_a_neighbours_layer_is_never_placed_in_hue(srid: int) -> None:
    points = moved(srid, around(108.21, 16.06))
    assert guess(None, points).asks
    assert guess(None, points, ["Phường Hải Châu"] * len(points)).asks


def test_names_of_another_province_ask_even_where_the_place_fits() -> None:
    found = guess(None, moved(9214, CITYWIDE), ["Phường Hải Châu"] * len(CITYWIDE))
    assert found.asks
    assert codes(found)[-1] == "outside_hue"


def test_names_that_contradict_the_place_ask() -> None:
    wrong = [b for _, b in pairwise([*WARDS, next(iter(WARDS))])]
    found = guess(None, moved(9214, CITYWIDE), wrong)
    assert found.asks
    assert found.candidates[0].anchor == 0


@pytest.mark.parametrize(
    "points", [[], [(float("nan"), 1.0)], [(0.0, 0.0)] * 9, [(1e30, -1e30)] * 9]
)
def test_points_that_lie_nowhere_ask(points: list[tuple[float, float]]) -> None:
    found = guess(None, points)
    assert found.asks
    assert codes(found)[-1] == "crs_unknown"


def test_an_empty_layer_keeps_its_declaration() -> None:
    assert guess("EPSG:9214", []).taken == 9214


def test_a_withdrawn_code_counts_as_undeclared() -> None:
    found = guess("EPSG:6957", moved(9214, CITYWIDE))
    assert found.taken == 9214
    assert codes(found) == ["crs_unmatched", "crs_guessed"]
    assert "withdrawn" in found.findings[0].message


def test_names_must_stand_beside_their_points() -> None:
    with pytest.raises(ValueError, match="2 names beside 1 points"):
        guess(None, [(107.0, 16.0)], ["a", "b"])


def test_candidates_say_what_a_person_needs_to_choose() -> None:
    found = guess(None, moved(3405, CITYWIDE), list(WARDS))
    said = found.candidates[0].as_dict()
    assert said["crs"].startswith("EPSG:")
    assert said["inside_city"] == said["in_named_ward"] == 1.0
    assert "UTM" in said["title_vi"]


def test_the_column_that_names_wards_is_found() -> None:
    city: City = hue()
    columns = {"MA": ["19753", "19774"], "TEN": ["P. Phú Xuân", "KIM LONG"], "GHI": ["đã đo", ""]}
    assert ward_column(city, columns) == "TEN"
    assert ward_column(city, {"MA": ["1"]}) is None
    assert ward_column(city, {}) is None


@pytest.mark.parametrize(
    ("hint", "srid"),
    [
        ("Hệ tọa độ VN-2000, kinh tuyến trục 107°00', múi 3°", 9214),
        ("thua_dat_VN2000_KTT107-45", 5899),
        ("HN-72 múi 18", 2044),
        ("VN-2000 UTM 48N", 3405),
        ("WGS84_UTM48", 32648),
    ],
)
def test_a_title_that_leaves_one_system_places_a_layer_of_one_ward(hint: str, srid: int) -> None:
    found = guess(None, moved(srid, around(*WARDS["Phường Thuận Hoá"])), hints=[hint])
    assert found.taken == srid
    assert hint in found.findings[-1].message
    assert found.candidates[0].hint == hint


def test_a_title_that_leaves_several_only_takes_the_others_away() -> None:
    points = moved(32648, around(*WARDS["Phường Thuận Hoá"]))
    found = guess(None, points, hints=["utm48.shp"])
    assert found.asks
    assert [candidate.srid for candidate in found.candidates] == [3405, 32648, 3148]


def test_a_title_that_the_place_contradicts_is_told_and_asked() -> None:
    found = guess(None, moved(32648, CITYWIDE), hints=["HN-72"])
    assert found.asks
    assert {3405, 32648} <= {candidate.srid for candidate in found.candidates}
    assert "crs_hint_contradicted" in codes(found)


def test_degrees_under_a_vn2000_title_are_asked_between_the_datums() -> None:
    assert guess(None, moved(4326, CITYWIDE)).taken == 4326
    found = guess(None, moved(4326, CITYWIDE), hints=["Tọa độ VN-2000"])
    assert found.asks
    assert {candidate.srid for candidate in found.candidates} == {4326, 4756}


def test_a_declaration_that_the_title_contradicts_is_taken_and_told() -> None:
    found = guess("EPSG:32648", moved(32648, CITYWIDE), hints=["VN-2000"])
    assert (found.taken, codes(found)) == (32648, ["crs_hint_differs"])


@pytest.mark.parametrize(
    ("scale", "code"), [(1000.0, 0.001), (100.0, 0.01), (0.001, 1000.0), (1 / 0.3048, 0.3048)]
)
@pytest.mark.parametrize("srid", [9214, 5899, 2044])
def test_a_mistaken_unit_is_found_and_told(srid: int, scale: float, code: float) -> None:
    points = [(x * scale, y * scale) for x, y in moved(srid, CITYWIDE)]
    found = guess(None, points)
    assert (found.taken, found.scale) == (srid, code)
    assert codes(found)[-1] == "unit_mistaken"


@pytest.mark.parametrize("scale", [1e6, 1e7])
def test_degrees_written_as_whole_numbers_are_found(scale: float) -> None:
    found = guess("EPSG:4326", [(round(x * scale), round(y * scale)) for x, y in CITYWIDE])
    assert found.taken == 4326
    assert found.scale * scale == pytest.approx(1)


def test_a_unit_that_is_declared_needs_no_guess() -> None:
    declared = "+proj=tmerc +lon_0=107 +k=0.9999 +x_0=500000 +datum=WGS84 +units=mm"
    found = guess(declared, [(1000 * x, 1000 * y) for x, y in moved(9214, CITYWIDE)])
    assert (found.taken, found.scale) == (9214, 0.001)
    assert codes(found) == ["datum_suspect", "unit_mistaken"]


def test_a_true_code_over_turned_columns_is_kept() -> None:
    turned = [(y, x) for x, y in moved(9214, around(*WARDS["Phường Thuận Hoá"]))]
    found = guess("EPSG:9214", turned)
    assert (found.taken, found.swapped) == (9214, True)
    assert codes(found) == ["crs_declared_false", "crs_guessed", "axes_swapped"]


def test_a_withdrawn_code_is_healed_where_its_own_zone_fits() -> None:
    points = moved(5899, around(*WARDS["Phường Thuận Hoá"]))
    assert guess("EPSG:6959", points).taken == 5899


def test_a_wrong_scale_factor_is_asked_with_the_system_it_may_have_meant_first() -> None:
    declared = "+proj=tmerc +lon_0=107 +k=0.9996 +x_0=500000 +ellps=WGS84"
    found = guess(declared, moved(9214, CITYWIDE), list(WARDS))
    assert found.asks
    assert found.candidates[0].srid == 9214
    assert "546 m off" in found.findings[0].message


def test_a_name_of_vn2000_over_a_wgs84_datum_is_asked_between_both() -> None:
    declared = (
        'PROJCS["VN-2000 / UTM zone 48N",GEOGCS["WGS 84",DATUM["WGS_1984",'
        'SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
        'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["central_meridian",105],PARAMETER["scale_factor",0.9996],'
        'PARAMETER["false_easting",500000],UNIT["metre",1]]'
    )
    found = guess(declared, moved(3405, CITYWIDE))
    assert found.asks
    assert [c.srid for c in found.candidates if c.rank == 1] == [3405, 32648]


def test_names_of_before_july_2025_are_anchors_too() -> None:
    points = moved(9214, around(107.5762, 16.4795, seed=3))
    found = guess(None, points, ["Phường Tây Lộc"] * len(points))
    assert (found.taken, found.candidates[0].anchor) == (9214, 1)


def test_a_name_of_both_lists_has_the_wards_of_both() -> None:
    by_key = hue().by_key
    assert len(by_key["phu xuan"]) == 2  # the ward of today, and the old xã Phú Xuân of Phú Vang
    assert by_key["tay loc"] < by_key["phu xuan"]


# Capitals of the two neighbours, and a port at the border of the city.
NEIGHBOURS = {"Đà Nẵng": (108.21, 16.06), "Đông Hà": (107.10, 16.82), "Tam Kỳ": (108.47, 15.57)}
EIGHT = [9214, 5899, 5898, 3405, 32648, 3406, 32649, 2044]


@pytest.mark.parametrize("srid", EIGHT)
@pytest.mark.parametrize("name", list(NEIGHBOURS))
def test_a_layer_of_a_neighbour_is_never_placed_in_hue_in_silence(name: str, srid: int) -> None:
    lon, lat = NEIGHBOURS[name]
    for seed in range(5):
        spread = random.Random(seed)
        points = [
            (lon + spread.uniform(-0.02, 0.02), lat + spread.uniform(-0.02, 0.02)) for _ in "x" * 30
        ]
        found = guess(None, moved(srid, points))
        assert found.taken is None or found.taken == srid, (seed, found.taken)
