"""What can be shared, until when, who decides, and where a shared layer may be edited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gishue.core.access import Act, Share, Visibility, may_ask, may_share
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, ActorKind, Limits, Role
from gishue.core.errors import Conflict, Forbidden, InvalidInput
from layers import area, sharing
from layers.access_request import AccessRequest, RequestState
from layers.sharing import Wish
from tests.support.people import staff
from tests.support.registry import a_layer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LAYER = replace(a_layer(), unit="so_xd", visibility=Visibility.RESTRICTED)


def test_who_may_change_or_take_a_layer_may_read_it() -> None:
    assert sharing.acts_of([Act.EDIT]) == {Act.READ, Act.EDIT}
    assert sharing.acts_of([Act.READ]) == {Act.READ}


@pytest.mark.parametrize("acts", [[], [Act.PUBLISH], [Act.READ, Act.ADMINISTER]])
def test_publishing_and_administering_stay_with_the_owner(acts: list[Act]) -> None:
    with pytest.raises(InvalidInput) as caught:
        sharing.acts_of(acts)
    assert "chủ quản" in caught.value.detail_vi


def test_a_share_always_ends() -> None:
    assert sharing.end_of(None, NOW) == NOW + timedelta(days=365)
    assert sharing.end_of(NOW + timedelta(days=9), NOW) == NOW + timedelta(days=9)
    for until in (NOW, NOW - timedelta(days=1), NOW + timedelta(days=1831)):
        with pytest.raises(InvalidInput, match="ends at a time to come"):
            sharing.end_of(until, NOW)


def test_editing_within_an_area_needs_the_act_and_the_area() -> None:
    bound = Wish("phuong", frozenset({Act.READ, Act.EDIT}), within_area=True)
    sharing.check(bound, "so_xd", has_area=True)
    with pytest.raises(InvalidInput, match="is not known"):
        sharing.check(bound, "so_xd", has_area=False)
    with pytest.raises(InvalidInput, match="share edit as well"):
        sharing.check(replace(bound, acts=frozenset({Act.READ})), "so_xd", has_area=True)
    with pytest.raises(InvalidInput, match="owns the layer"):
        sharing.check(bound, "phuong", has_area=True)


NARROW = Actor(
    ActorKind.KEY, "k", None, "so_xd", {"so_xd": Role.UNIT_ADMIN}, Limits(None, frozenset({"read"}))
)
PUBLISHES = replace(NARROW, limits=Limits(None, frozenset({"read", "publish"})))
ADMINISTERS = replace(NARROW, limits=Limits(None, frozenset({"publish", "administer"})))


@pytest.mark.parametrize(
    ("actor", "decides"),
    [
        (staff("a", 1, "so_xd", Role.UNIT_ADMIN), True),
        (staff("b", 2, "so_xd", Role.PUBLISHER), True),
        (staff("c", 3, "so_xd", Role.EDITOR), False),
        (staff("d", 4, "so_yte", Role.UNIT_ADMIN), False),
        (ANONYMOUS, False),
        (OPERATOR, True),
        (NARROW, False),
        (PUBLISHES, False),
        (ADMINISTERS, True),
    ],
    ids=lambda one: getattr(one, "name", str(one)),
)
def test_publishers_and_administrators_of_the_unit_decide(actor: Actor, decides: bool) -> None:
    assert may_share(actor, LAYER) is decides


def test_a_member_asks_for_their_unit_and_a_narrowed_key_for_none() -> None:
    viewer = staff("v", 1, "so_yte")
    assert may_ask(viewer, "so_yte")
    assert not may_ask(viewer, "so_xd")
    assert not may_ask(viewer, None)
    assert not may_ask(NARROW, "so_xd")
    assert not may_ask(ANONYMOUS, "so_yte")


@pytest.mark.parametrize("to", RequestState)
@pytest.mark.parametrize("state", RequestState)
def test_a_request_is_answered_once(state: RequestState, to: RequestState) -> None:
    request = AccessRequest(
        1, "lop", uuid4(), "Lớp", "", "so_xd", "so_yte", 1, "v", "đi tuần", (Act.READ,), None,
        state, "", "", NOW, None, None,
    )  # fmt: skip
    if state is RequestState.PENDING and to is not RequestState.PENDING:
        request.check_move(to)
        return
    with pytest.raises(Conflict) as caught:
        request.check_move(to)
    assert state.vi in caught.value.detail_vi


EDITOR = staff("e", 1, "phuong", Role.EDITOR)
EDITS = Share("phuong", frozenset({Act.READ, Act.EDIT}))
WITHIN = replace(EDITS, within_area=True)


@pytest.mark.parametrize(
    ("actor", "shares", "units"),
    [
        (staff("o", 2, "so_xd", Role.EDITOR), (), None),
        (OPERATOR, (), None),
        (EDITOR, (), []),
        (EDITOR, (Share("phuong", frozenset({Act.READ})),), []),
        (EDITOR, (WITHIN,), ["phuong"]),
        (EDITOR, (WITHIN, EDITS), None),
        (staff("v", 3, "phuong", Role.VIEWER), (WITHIN,), []),
        (replace(EDITOR, limits=Limits(None, frozenset({"read"}))), (WITHIN,), []),
        (
            replace(EDITOR, roles={"phuong": Role.EDITOR, "xa": Role.EDITOR}),
            (WITHIN, replace(WITHIN, unit="xa")),
            ["phuong", "xa"],
        ),
    ],
)
def test_a_ward_edits_where_its_shares_say(
    actor: Actor, shares: tuple[Share, ...], units: list[str] | None
) -> None:
    layer = replace(LAYER, shares=shares)
    assert area.bounds_of(actor, layer) == units


def test_what_concerns_the_whole_layer_is_for_its_own_unit() -> None:
    for share in (EDITS, WITHIN):
        with pytest.raises(Forbidden, match="edit the features of layer"):
            area.check_whole(EDITOR, replace(LAYER, shares=(share,)))
    for owner in (staff("o", 2, "so_xd", Role.EDITOR), OPERATOR):
        area.check_whole(owner, LAYER)
