"""How fresh a layer is, by its history and by what its unit promised."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gishue.core.bounds import Bounds
from layers.cadence import Cadence
from layers.catalogue import Entry, Freshness, Turn, box_wkt, freshness
from tests.support.registry import a_layer

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_a_layer_supplied_again_unchanged_is_as_old_as_its_last_change() -> None:
    told = freshness([Turn(ago(1), touched=False), Turn(ago(40), touched=True)])
    assert told.changed_at == ago(40)
    assert told.supplied_at == ago(1)


def test_how_often_a_layer_changes_is_the_median_of_its_gaps() -> None:
    days = (0, 30, 61, 91, 300)
    told = freshness([Turn(ago(day), touched=True) for day in days])
    assert told.every_days == pytest.approx(30.5)


def test_a_layer_without_history_says_nothing() -> None:
    assert freshness([]) == Freshness()
    assert freshness([]).is_late(Cadence.DAILY, NOW) is None


@pytest.mark.parametrize(
    ("cadence", "days", "late"),
    [
        (Cadence.MONTHLY, 30, False),
        (Cadence.MONTHLY, 46, False),
        (Cadence.MONTHLY, 47, True),
        (Cadence.DAILY, 2, True),
        (Cadence.IRREGULAR, 4_000, None),
        (Cadence.NEVER, 4_000, None),
        (Cadence.UNKNOWN, 4_000, None),
    ],
)
def test_a_layer_is_late_by_half_its_cadence(
    cadence: Cadence, days: float, late: bool | None
) -> None:
    assert freshness([Turn(ago(days), touched=True)]).is_late(cadence, NOW) is late


def test_a_look_that_found_no_change_keeps_a_layer_on_time() -> None:
    told = freshness([Turn(ago(2), touched=False), Turn(ago(400), touched=True)])
    assert told.is_late(Cadence.MONTHLY, NOW) is False


def test_a_point_is_a_box_with_an_inside() -> None:
    ring = box_wkt(Bounds(107.5, 16.5, 107.5, 16.5))
    assert ring.count("107.500001") == 2
    assert ring.count("16.500001") == 2


def test_what_is_said_in_one_language_is_told_in_both() -> None:
    layer = replace(a_layer(), title="Cầu", theme_title="Giao thông", keywords=("cầu", "cầu"))
    entry = Entry(layer, Freshness())
    assert entry.title("en") == "Cầu"
    assert entry.abstract("en") == "Cầu"
    assert entry.keywords("en") == ["cầu", "Giao thông"]


def test_a_layer_that_no_unit_owns_is_the_citys() -> None:
    assert Entry(a_layer(), Freshness()).publisher("en") == "City of Huế"


@pytest.mark.parametrize("cadence", Cadence)
def test_every_cadence_has_its_code_in_iso_19115(cadence: Cadence) -> None:
    # ISO 19115:2003, B.5.18 MD_MaintenanceFrequencyCode.
    codes = (
        "continual daily weekly fortnightly monthly quarterly biannually annually asNeeded "
        "irregular notPlanned unknown"
    )
    assert cadence.words.iso in codes.split()
    assert cadence.uri.endswith(cadence.value)
