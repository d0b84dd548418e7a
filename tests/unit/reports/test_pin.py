import pytest

from gishue.reports.pin import MAX_ACCURACY_M, PlaceSource, place_of
from gishue.reports.report import InvalidReport

NGO_MON = (107.5776, 16.4677)
UNKNOWN = (None, None)


def test_the_given_point_counts_before_the_photos() -> None:
    place = place_of(NGO_MON, 12.0, [(108.0, 16.0)])
    assert (place.lon, place.lat) == NGO_MON
    assert (place.accuracy_m, place.source) == (12.0, PlaceSource.REPORTER)


def test_without_a_point_the_first_photo_that_knows_its_own_gives_it() -> None:
    place = place_of(UNKNOWN, 12.0, [UNKNOWN, (-91.99, 46.84), NGO_MON])
    assert (place.lon, place.lat) == NGO_MON
    assert (place.accuracy_m, place.source) == (None, PlaceSource.PHOTO)


@pytest.mark.parametrize(
    "given",
    [UNKNOWN, (107.5, None), (None, 16.4), (0.0, 0.0), (16.4677, 107.5776), (float("nan"), 16.4)],
    ids=["none", "half", "other half", "zero", "swapped", "not a number"],
)
def test_no_place_in_vietnam_is_refused(given: tuple[float | None, float | None]) -> None:
    with pytest.raises(InvalidReport):
        place_of(given, None, [])


def test_the_far_islands_are_in_vietnam() -> None:
    assert place_of((112.34, 16.83), None, []).lon == 112.34  # Hoàng Sa
    assert place_of((111.92, 8.64), None, []).lat == 8.64  # Trường Sa


def test_a_device_that_is_very_unsure_counts_as_a_kilometre() -> None:
    assert place_of(NGO_MON, 5e6, []).accuracy_m == MAX_ACCURACY_M


@pytest.mark.parametrize("accuracy_m", [-1.0, float("inf"), float("nan")])
def test_an_impossible_accuracy_is_refused(accuracy_m: float) -> None:
    with pytest.raises(InvalidReport):
        place_of(NGO_MON, accuracy_m, [])
