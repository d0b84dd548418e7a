"""The one decision about access, as a table of actor × act × layer."""

from dataclasses import dataclass

import pytest

from gishue.core.access import Act, Visibility, may, may_upload
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, ActorKind, Role

EDITOR = frozenset({Role.VIEWER, Role.EDITOR})
OWN_EDITOR = Actor(ActorKind.ACCOUNT, "a", 1, "so_xd", EDITOR)
OWN_VIEWER = Actor(ActorKind.ACCOUNT, "b", 2, "so_xd", frozenset({Role.VIEWER}))
OTHER_EDITOR = Actor(ActorKind.ACCOUNT, "c", 3, "so_yte", EDITOR)
UNITLESS = Actor(ActorKind.ACCOUNT, "d", 4, None, EDITOR)


@dataclass(frozen=True)
class Target:
    visibility: Visibility
    unit: str | None = "so_xd"
    is_live: bool = True


OPEN = Target(Visibility.OPEN)
INTERNAL = Target(Visibility.INTERNAL)
RESTRICTED = Target(Visibility.RESTRICTED)
DRAFT = Target(Visibility.OPEN, is_live=False)
NOBODYS = Target(Visibility.RESTRICTED, unit=None)

READERS = {
    "open": (OPEN, {ANONYMOUS, OWN_EDITOR, OWN_VIEWER, OTHER_EDITOR, UNITLESS, OPERATOR}),
    "internal": (INTERNAL, {OWN_EDITOR, OWN_VIEWER, OTHER_EDITOR, UNITLESS, OPERATOR}),
    "restricted": (RESTRICTED, {OWN_EDITOR, OWN_VIEWER, OPERATOR}),
    "draft": (DRAFT, {OWN_EDITOR, OPERATOR}),
    "restricted without unit": (NOBODYS, {OPERATOR}),
}
EVERYBODY = (ANONYMOUS, OWN_EDITOR, OWN_VIEWER, OTHER_EDITOR, UNITLESS, OPERATOR)


@pytest.mark.parametrize("act", [Act.READ, Act.DOWNLOAD])
@pytest.mark.parametrize("name", READERS)
def test_exactly_these_may_read(name: str, act: Act) -> None:
    target, readers = READERS[name]
    assert {actor for actor in EVERYBODY if may(actor, act, target)} == readers


@pytest.mark.parametrize("act", [Act.EDIT, Act.PUBLISH])
@pytest.mark.parametrize("target", [OPEN, INTERNAL, RESTRICTED, DRAFT])
def test_only_the_owning_units_editors_and_administrators_edit(act: Act, target: Target) -> None:
    assert {a for a in EVERYBODY if may(a, act, target)} == {OWN_EDITOR, OPERATOR}


@pytest.mark.parametrize("target", [OPEN, DRAFT, NOBODYS])
def test_only_administrators_administer(target: Target) -> None:
    assert {a for a in EVERYBODY if may(a, Act.ADMINISTER, target)} == {OPERATOR}


def test_visitors_and_viewers_bring_in_nothing() -> None:
    assert {a for a in EVERYBODY if may_upload(a)} == {
        OWN_EDITOR,
        OTHER_EDITOR,
        UNITLESS,
        OPERATOR,
    }


@pytest.mark.parametrize("target", [OPEN, INTERNAL, RESTRICTED, DRAFT, NOBODYS])
def test_actors_of_one_scope_may_read_the_same(target: Target) -> None:
    by_scope: dict[str, set[bool]] = {}
    for actor in EVERYBODY:
        by_scope.setdefault(actor.scope, set()).add(may(actor, Act.READ, target))
    assert all(len(answers) == 1 for answers in by_scope.values()), by_scope


def test_a_viewer_and_an_editor_of_one_unit_have_scopes_of_their_own() -> None:
    assert (OWN_EDITOR.scope, OWN_VIEWER.scope) == ("editor:so_xd", "viewer:so_xd")
