"""Why a layer is not open: what must be named, what is kept, when the question opens again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gishue.core.access import Visibility
from gishue.core.errors import InvalidInput
from layers import closure
from layers.closure import ClosureMissing, Standing
from layers.description import Description
from layers.layer import Closure
from tests.support.registry import a_layer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SAID = {"reason": "Chưa kiểm định", "legal_basis": "QĐ 1", "approver": "An"}
KNOWN = Closure("Chưa kiểm định", "", "QĐ 1", "An", NOW + timedelta(days=90))
OPEN, INTERNAL, RESTRICTED = Visibility.OPEN, Visibility.INTERNAL, Visibility.RESTRICTED


@pytest.mark.parametrize("name", ["reason", "legal_basis", "approver", "expires_at"])
def test_what_is_not_said_is_named_in_both_languages(name: str) -> None:
    whole = SAID | {"expires_at": NOW + timedelta(days=1)}
    for empty in (None, "", "  "):
        with pytest.raises(ClosureMissing) as caught:
            closure.read(whole | {name: empty}, NOW)
        problem = caught.value.problem()
        assert (problem["status"], problem["missing"]) == (422, [name])
        assert name in problem["detail"]
        assert "còn thiếu" in problem["detail_vi"]
    assert closure.read(whole, NOW).approver == "An"


@pytest.mark.parametrize(
    ("days", "is_taken"), [(-1, False), (0, False), (1, True), (1830, True), (1831, False)]
)
def test_a_closure_ends_after_now_and_within_five_years(days: int, is_taken: bool) -> None:
    said = SAID | {"expires_at": NOW + timedelta(days=days)}
    if is_taken:
        assert closure.read(said, NOW).expires_at == said["expires_at"]
        return
    with pytest.raises(InvalidInput) as caught:
        closure.read(said, NOW)
    assert "năm" in caught.value.detail_vi


def test_a_renewal_keeps_the_words_and_needs_an_approver_and_an_end() -> None:
    with pytest.raises(ClosureMissing) as caught:
        closure.read({"reason": "Khác"}, NOW, KNOWN)
    assert caught.value.extra["missing"] == ["approver", "expires_at"]
    later = NOW + timedelta(days=400)
    renewed = closure.read({"approver": "Bình", "expires_at": later}, NOW, KNOWN)
    assert renewed == replace(KNOWN, approver="Bình", expires_at=later)


@pytest.mark.parametrize("visibility", [INTERNAL, RESTRICTED])
def test_a_new_layer_is_not_closed_without_a_reason(visibility: Visibility) -> None:
    wanted = Description("Lớp", visibility=visibility)
    with pytest.raises(ClosureMissing):
        closure.settled(wanted, None)
    with pytest.raises(ClosureMissing):
        closure.settled(wanted, a_layer())
    assert closure.settled(replace(wanted, closure=KNOWN), None).closure == KNOWN


def test_a_closed_layer_keeps_its_reason_when_nothing_is_said_of_it() -> None:
    before = replace(a_layer(), visibility=RESTRICTED, closure=KNOWN)
    for visibility in (INTERNAL, RESTRICTED):
        kept = closure.settled(Description("Lớp", visibility=visibility), before)
        assert (kept.visibility, kept.closure) == (visibility, KNOWN)


def test_opening_drops_the_reason_and_takes_no_new_one() -> None:
    before = replace(a_layer(), visibility=RESTRICTED, closure=KNOWN)
    assert closure.settled(Description("Lớp", closure=KNOWN), before).closure is None
    with pytest.raises(InvalidInput, match="say visibility internal or restricted"):
        closure.settled(Description("Lớp", closure=replace(KNOWN, reason="Khác")), before)
    with pytest.raises(InvalidInput, match="say visibility internal or restricted"):
        closure.settled(Description("Lớp", closure=KNOWN), a_layer())


def test_a_layer_closed_before_reasons_were_asked_for_stays_until_somebody_changes_it() -> None:
    before = replace(a_layer(), visibility=RESTRICTED)
    same = closure.settled(Description("Lớp", visibility=RESTRICTED), before)
    assert same.closure is None
    with pytest.raises(ClosureMissing):
        closure.settled(Description("Lớp", visibility=INTERNAL), before)


def test_the_standing_follows_the_clock() -> None:
    closed = replace(a_layer(), visibility=INTERNAL, closure=KNOWN)
    ends = KNOWN.expires_at
    seen = [
        closure.standing(closed, at)
        for at in (NOW, ends - timedelta(days=30), ends - timedelta(seconds=1), ends)
    ]
    valid, expiring, expired = Standing.VALID, Standing.EXPIRING, Standing.EXPIRED
    assert seen == [valid, expiring, expiring, expired]
    assert closure.standing(replace(closed, closure=None), NOW) is Standing.UNNAMED
    assert closure.standing(a_layer(), NOW) is None
