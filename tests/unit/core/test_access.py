"""The one decision about access, as a table of actor × act × layer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest

from gishue.core.access import (
    Act,
    Audience,
    Share,
    View,
    Visibility,
    audience,
    may,
    may_administer,
    may_send,
    may_upload,
    may_work,
    view,
)
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, ActorKind, Limits, Role

KIND = ActorKind.ACCOUNT
VIEWER = Actor(KIND, "viewer", 1, "so_xd", {"so_xd": Role.VIEWER})
EDITOR = Actor(KIND, "editor", 2, "so_xd", {"so_xd": Role.EDITOR})
PUBLISHER = Actor(KIND, "publisher", 3, "so_xd", {"so_xd": Role.PUBLISHER})
ADMIN = Actor(KIND, "unit admin", 4, "so_xd", {"so_xd": Role.UNIT_ADMIN})
OTHER = Actor(KIND, "other", 5, "so_yte", {"so_yte": Role.UNIT_ADMIN})
STAFF = Actor(KIND, "staff", 6, None, {"": Role.VIEWER})
CITIZEN = Actor(KIND, "citizen", 7)
CITY = Actor(KIND, "city admin", 8, None, {"": Role.CITY_ADMIN})
NARROW = Actor(
    ActorKind.KEY,
    "narrow",
    None,
    "so_xd",
    {"so_xd": Role.PUBLISHER},
    Limits(frozenset({"khac"}), None),
)
READS = replace(NARROW, name="reads", limits=Limits(None, frozenset({"read"})))
EVERYBODY = (
    ANONYMOUS, VIEWER, EDITOR, PUBLISHER, ADMIN, OTHER, STAFF, CITIZEN, CITY, NARROW, READS,
    OPERATOR,
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    visibility: Visibility
    unit: str | None = "so_xd"
    is_live: bool = True
    slug: str = "lop"
    shares: tuple[Share, ...] = ()
    masks: Mapping[str, Audience] = field(default_factory=dict[str, Audience])
    row_rules: Mapping[Audience, str] = field(default_factory=dict[Audience, str])


OPEN = Target(Visibility.OPEN)
INTERNAL = Target(Visibility.INTERNAL)
RESTRICTED = Target(Visibility.RESTRICTED)
DRAFT = Target(Visibility.OPEN, is_live=False)
NOBODYS = Target(Visibility.RESTRICTED, unit=None)
SHARED = Target(
    Visibility.RESTRICTED,
    shares=(Share("so_yte", frozenset({Act.READ, Act.EDIT})),),
)


def allowed(act: Act, target: Target) -> set[str]:
    return {actor.name for actor in EVERYBODY if may(actor, act, target)}


READERS = {
    "open": (OPEN, [*EVERYBODY]),
    "internal": (INTERNAL, [VIEWER, EDITOR, PUBLISHER, ADMIN, OTHER, STAFF, CITY, OPERATOR, READS]),
    "restricted": (RESTRICTED, [VIEWER, EDITOR, PUBLISHER, ADMIN, CITY, OPERATOR, READS]),
    "shared": (SHARED, [VIEWER, EDITOR, PUBLISHER, ADMIN, OTHER, CITY, OPERATOR, READS]),
    "draft": (DRAFT, [EDITOR, PUBLISHER, ADMIN, CITY, OPERATOR, READS]),
    "restricted without unit": (NOBODYS, [CITY, OPERATOR]),
}


@pytest.mark.parametrize("name", READERS)
def test_exactly_these_may_read(name: str) -> None:
    target, readers = READERS[name]
    assert allowed(Act.READ, target) == {actor.name for actor in readers}


def test_a_share_for_reading_is_none_for_downloading() -> None:
    assert not may(OTHER, Act.DOWNLOAD, SHARED)
    assert not may(READS, Act.DOWNLOAD, RESTRICTED)
    assert may(READS, Act.DOWNLOAD, OPEN)


@pytest.mark.parametrize("target", [OPEN, INTERNAL, RESTRICTED, DRAFT])
def test_each_act_needs_its_role_in_the_owning_unit(target: Target) -> None:
    tops = {"city admin", "operator", "unit admin"}
    assert allowed(Act.ADMINISTER, target) == tops
    assert allowed(Act.PUBLISH, target) == tops | {"publisher"}
    assert allowed(Act.EDIT, target) == tops | {"publisher", "editor"}


def test_an_editor_of_another_unit_edits_what_was_shared_for_it_and_publishes_nothing() -> None:
    assert may(OTHER, Act.EDIT, SHARED)
    assert not may(OTHER, Act.PUBLISH, SHARED)
    viewer = replace(OTHER, roles={"so_yte": Role.VIEWER})
    assert not may(viewer, Act.EDIT, SHARED)


@pytest.mark.parametrize("act", [Act.EDIT, Act.PUBLISH, Act.ADMINISTER])
def test_what_has_no_unit_is_changed_by_administrators_of_the_city_alone(act: Act) -> None:
    assert allowed(act, NOBODYS) == {"city admin", "operator"}


def test_only_editors_bring_in_files() -> None:
    bringing = {actor.name for actor in EVERYBODY if may_upload(actor)}
    assert bringing == {
        "editor", "publisher", "unit admin", "other", "city admin", "narrow", "operator",
    }  # fmt: skip


def test_a_narrowed_key_administers_nobody() -> None:
    administering = {actor.name for actor in EVERYBODY if may_administer(actor)}
    assert administering == {"unit admin", "other", "city admin", "operator"}


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        (CITIZEN, set[str]()),  # who belonged to the unit once, and no more
        (OTHER, set[str]()),
        (VIEWER, {"viewer"}),
        (EDITOR, set[str]()),
    ],
)
def test_work_is_seen_by_who_began_it_in_the_unit_and_by_its_editors(
    sender: Actor, more: set[str]
) -> None:
    seeing = {a.name for a in EVERYBODY if may_work(a, "so_xd", sender.sender, "khac")}
    assert seeing == {
        "editor", "publisher", "unit admin", "city admin", "narrow", "operator", *more,
    }  # fmt: skip


def test_a_key_made_for_other_layers_sees_no_work_and_sends_nothing() -> None:
    assert not may_work(NARROW, "so_xd", NARROW.sender, "lop")
    assert [may_send(NARROW, layer) for layer in ("khac", "khac_1", "lop")] == [True, False, False]
    assert not may_send(READS, "khac")


@pytest.mark.parametrize("target", [OPEN, INTERNAL, RESTRICTED, SHARED, DRAFT, NOBODYS])
def test_actors_of_one_scope_may_do_the_same(target: Target) -> None:
    by_scope: dict[str, set[tuple[bool, ...]]] = {}
    for actor in EVERYBODY:
        answers = tuple(may(actor, act, target) for act in Act)
        by_scope.setdefault(actor.scope, set()).add(answers)
    assert all(len(answers) == 1 for answers in by_scope.values()), by_scope


def test_scopes_differ_where_roles_units_or_limits_do() -> None:
    assert len({actor.scope for actor in EVERYBODY}) == len(EVERYBODY) - 2  # citizen, operator
    assert ANONYMOUS.scope == CITIZEN.scope == "public"


VEILED = Target(
    Visibility.OPEN,
    masks={"chu_so_huu": Audience.UNIT, "dien_thoai": Audience.STAFF},
    row_rules={Audience.PUBLIC: "cong_khai = true", Audience.STAFF: "xoa = false"},
)


def test_each_audience_sees_its_fields_and_rows() -> None:
    assert view(VIEWER, VEILED) == View()
    assert view(STAFF, VEILED) == View(frozenset({"chu_so_huu"}), "xoa = false")
    public = View(frozenset({"chu_so_huu", "dien_thoai"}), "cong_khai = true")
    assert [view(actor, VEILED) for actor in (ANONYMOUS, CITIZEN, NARROW)] == [public] * 3


def test_views_have_keys_of_their_own_and_the_whole_has_none() -> None:
    views = [view(actor, VEILED) for actor in (VIEWER, STAFF, ANONYMOUS)]
    assert views[0].key == ""
    assert len({one.key for one in views}) == 3


def test_those_it_was_shared_with_count_as_the_unit() -> None:
    assert audience(OTHER, SHARED) is Audience.UNIT
    assert audience(OTHER, RESTRICTED) is Audience.STAFF
