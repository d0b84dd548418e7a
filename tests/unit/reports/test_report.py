from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gishue.core.errors import Conflict
from gishue.reports.report import (
    CATEGORIES,
    STATES,
    Category,
    Draft,
    InvalidReport,
    Report,
    ReportId,
    ReportState,
    checked,
    new_code,
    public_title,
)

AT = datetime(2025, 10, 1, tzinfo=UTC)


def report(state: ReportState) -> Report:
    return Report(
        ReportId(1), "A-B", Category.ROAD, "Ổ gà", 107.6, 16.5, 5.0, None, None, state, None, AT, AT
    )


@pytest.mark.parametrize(
    ("before", "to"),
    [
        ("received", "triaged"),
        ("received", "closed"),
        ("triaged", "assigned"),
        ("assigned", "resolved"),
        ("assigned", "triaged"),
        ("resolved", "closed"),
        ("resolved", "assigned"),
    ],
)
def test_a_report_moves_along_its_life(before: str, to: str) -> None:
    report(ReportState(before)).check_move(ReportState(to))


@pytest.mark.parametrize(
    ("before", "to"),
    [
        ("received", "resolved"),
        ("received", "received"),
        ("triaged", "resolved"),
        ("closed", "received"),
        ("closed", "assigned"),
    ],
)
def test_a_report_does_not_jump(before: str, to: str) -> None:
    with pytest.raises(Conflict, match="cannot go"):
        report(ReportState(before)).check_move(ReportState(to))


def test_every_code_has_a_name_in_both_languages() -> None:
    assert set(CATEGORIES) == set(Category)
    assert set(STATES) == set(ReportState)
    assert all(names.vi and names.en for names in [*CATEGORIES.values(), *STATES.values()])


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_short_and_has_no_letter_to_misread(drawn: bytes) -> None:
    code = new_code(lambda size: drawn[:size])
    assert len(code) == 11
    assert not set(code) & set("ILOU")


def test_codes_of_different_draws_differ() -> None:
    codes = {new_code(lambda size, n=n: n.to_bytes(size, "big")) for n in range(1000)}
    assert len(codes) == 1000


def test_texts_are_kept_in_one_form() -> None:
    draft = checked(
        Draft("  Ngâ\u0323p \n đươ\u0300ng\u202e ", Category.DRAINAGE, phone="+84 914-123.456")
    )
    assert draft.title == "Ngập đường"
    assert draft.phone == "0914123456"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (Draft("ab", Category.ROAD), "title"),
        (Draft("a" * 201, Category.ROAD), "title"),
        (Draft("Ổ gà", Category.ROAD, text="x" * 4001), "text"),
        (Draft("Ổ gà", Category.ROAD, phone="12"), "phone"),
        (Draft("Ổ gà", Category.ROAD, phone="call me"), "phone"),
    ],
)
def test_what_is_wrong_is_named(draft: Draft, field: str) -> None:
    with pytest.raises(InvalidReport) as refusal:
        checked(draft)
    assert refusal.value.extra == {"field": field}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Gọi 0914.123.456 ngay", "Gọi … ngay"),
        ("Gọi +84 914 123 456", "Gọi …"),
        ("Viết cho an@hue.gov.vn nhé", "Viết cho … nhé"),
        ("Số 25 đường 30/4, kiệt 12", "Số 25 đường 30/4, kiệt 12"),
        ("Ngập từ 2025", "Ngập từ 2025"),
    ],
)
def test_a_public_title_holds_no_contact(typed: str, shown: str) -> None:
    assert public_title(typed) == shown


@pytest.mark.parametrize("field", ["title", "text", "phone"])
def test_a_nul_character_is_refused_by_the_name_of_its_field(field: str) -> None:
    draft = Draft("Ngập đường", Category.DRAINAGE, text="sâu", phone="0914123456")
    spoilt = replace(draft, **{field: getattr(draft, field) + "\0"})
    with pytest.raises(InvalidReport) as refused:
        checked(spoilt)
    assert refused.value.extra["field"] == field
