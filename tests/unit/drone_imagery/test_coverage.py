import pytest

from drone_imagery.coverage import coverage, utm_srid

# 0.001° of latitude and longitude at 16.4677° N: 110.655 m by 106.763 m (WGS 84 series)
_SIDE = 0.001


def square(column: float, row: float) -> list[tuple[float, float]]:
    x, y = 107.58 + column * _SIDE, 16.4672 + row * _SIDE
    corners = [(x, y), (x + _SIDE, y), (x + _SIDE, y + _SIDE), (x, y + _SIDE)]
    return [*corners, corners[0]]


def test_one_photo_covers_its_own_ground_once() -> None:
    one = coverage([square(0, 0)])
    assert one is not None
    assert one.area_ha == pytest.approx(1.1814, rel=2e-3)
    assert one.mean_overlap == pytest.approx(1)


def test_photos_that_share_half_their_ground_overlap_by_the_third() -> None:
    two = coverage([square(0, 0), square(0.5, 0)])
    assert two is not None
    assert two.mean_overlap == pytest.approx(2 / 1.5, rel=1e-6)


def test_a_place_no_photo_shows_is_a_hole() -> None:
    ring = [(c, r) for c in range(3) for r in range(3) if (c, r) != (1, 1)]
    around = coverage([square(c, r) for c, r in ring])
    assert around is not None
    assert around.n_holes == 1


def test_no_footprint_covers_nothing() -> None:
    assert coverage([]) is None


@pytest.mark.parametrize(
    ("lon", "lat", "srid"),
    [(107.58, 16.47, 32648), (108.2, 16.07, 32649), (-91.99, 46.84, 32615), (151.2, -33.9, 32756)],
)
def test_the_utm_zone_follows_the_place(lon: float, lat: float, srid: int) -> None:
    assert utm_srid(lon, lat) == srid
