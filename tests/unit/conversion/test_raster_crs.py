"""The CRS of a picture: decided as a layer's, but nothing of it can be turned or multiplied."""

from conversion.raster import RasterFacts, crs_of
from gishue.core.crs import to_wgs84

PLACES = [(107.58, 16.45), (107.64, 16.54), (107.58, 16.25), (107.47, 16.34), (107.23, 16.47)]


def facts(srid: int, scale: float = 1.0, *, turned: bool = False) -> RasterFacts:
    way = to_wgs84(srid)
    pairs = [way.transform(lon, lat, direction="INVERSE") for lon, lat in PLACES]
    points = tuple((y * scale, x * scale) if turned else (x * scale, y * scale) for x, y in pairs)
    return RasterFacts(100, 100, 3, "", points)


def test_a_picture_without_a_declaration_is_placed() -> None:
    assert crs_of(facts(9214), "auto").taken == 9214


def test_a_picture_in_millimetres_or_turned_is_asked() -> None:
    for one in (facts(9214, 1000.0), facts(9214, turned=True)):
        found = crs_of(one, "auto")
        assert found.asks
        assert found.candidates[0].srid == 9214


def test_the_name_of_a_picture_is_a_hint() -> None:
    assert crs_of(facts(3405), "auto").asks
    assert crs_of(facts(3405), "auto", ["bay_chup_VN2000_UTM48"]).taken == 3405


def test_a_person_decides_without_turning_anything() -> None:
    found = crs_of(facts(9214, 1000.0), "EPSG:9214")
    assert (found.taken, found.swapped, found.scale) == (9214, False, 1.0)
