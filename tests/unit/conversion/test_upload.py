from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from conversion.options import IngestOptions
from conversion.upload import Upload, UploadId, UploadState
from gishue.core.access import may_work
from gishue.core.actor import (
    ANONYMOUS,
    OPERATOR,
    UNLIMITED,
    Actor,
    ActorKind,
    Limits,
    Role,
    Sender,
)
from gishue.core.errors import Conflict

AN = Sender(ActorKind.ACCOUNT, "an", 3, None)
THEN = datetime(2026, 1, 1, tzinfo=UTC)
UPLOAD = Upload(
    id=UploadId(UUID(int=7)),
    state=UploadState.RECEIVED,
    filename="duong.zip",
    sha256="0" * 64,
    size=1,
    options=IngestOptions(),
    sender=AN,
    unit="so_xd",
    inspection=None,
    findings=(),
    questions=(),
    refusal=None,
    staged=None,
    layer=None,
    revision=None,
    stage="received",
    progress=0.0,
    message="",
    pace=None,
    created_at=THEN,
    updated_at=THEN,
)


def account(number: int, unit: str | None, role: Role | None = None) -> Actor:
    roles = {} if role is None else {unit or "": role}
    return Actor(ActorKind.ACCOUNT, f"nguoi{number}", number, unit, roles)


@pytest.mark.parametrize("end", [UploadState.PUBLISHED, UploadState.REFUSED])
@pytest.mark.parametrize("to", list(UploadState))
def test_nothing_follows_the_end_of_an_upload(end: UploadState, to: UploadState) -> None:
    with pytest.raises(Conflict):
        replace(UPLOAD, state=end).check_move(to)


def test_only_a_staged_upload_can_be_published() -> None:
    for state in UploadState:
        upload = replace(UPLOAD, state=state)
        if state is UploadState.STAGED:
            upload.check_move(UploadState.PUBLISHED)
        else:
            with pytest.raises(Conflict):
                upload.check_move(UploadState.PUBLISHED)


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (ANONYMOUS, False),
        (OPERATOR, True),
        (account(3, None), False),
        (account(3, "so_xd", Role.VIEWER), True),
        (account(3, "so_tnmt", Role.EDITOR), False),
        (account(4, "so_xd", Role.EDITOR), True),
        (account(4, "so_xd", Role.VIEWER), False),
        (account(4, "so_tnmt", Role.EDITOR), False),
        (account(4, None, Role.CITY_ADMIN), True),
    ],
)
def test_an_upload_is_seen_by_its_owner_its_units_editors_and_administrators(
    actor: Actor, sees: bool
) -> None:
    assert may_work(actor, UPLOAD.unit, UPLOAD.sender, UPLOAD.slug) is sees


def key(name: str, key_id: str | None, limits: Limits = UNLIMITED) -> Actor:
    return Actor(ActorKind.KEY, name, None, None, {"": Role.EDITOR}, limits, key_id)


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (key("bus", "aaaaaaaa"), True),
        (key("renamed", "aaaaaaaa"), True),
        (key("bus", "bbbbbbbb"), False),
        (key("bus", None), False),
        (Actor(ActorKind.ACCOUNT, "bus", 3, None, {"": Role.EDITOR}), False),
    ],
)
def test_an_upload_of_a_key_is_that_keys_whatever_others_are_called(
    actor: Actor, sees: bool
) -> None:
    sent = replace(UPLOAD, sender=key("bus", "aaaaaaaa").sender, unit=None)
    assert may_work(actor, sent.unit, sent.sender, sent.slug) is sees


def test_what_a_key_of_an_unknown_id_sent_is_nobodys_own() -> None:
    sender = Sender(ActorKind.KEY, "bus", None, None)
    assert not may_work(key("bus", None), None, sender, "duong")


@pytest.mark.parametrize(
    ("limits", "sees"),
    [
        (Limits(frozenset({"duong"})), True),
        (Limits(frozenset({"duong"}), frozenset({"edit"})), True),
        (Limits(frozenset({"cau"})), False),
        (Limits(frozenset()), False),
        (Limits(None, frozenset({"read", "publish"})), False),
    ],
)
def test_a_narrowed_key_works_on_what_is_for_its_layers_alone(limits: Limits, sees: bool) -> None:
    actor = key("bus", "aaaaaaaa", limits)
    own = replace(UPLOAD, sender=actor.sender, unit=None)
    assert may_work(actor, own.unit, own.sender, own.slug) is sees
    of_unit = replace(actor, roles={"so_xd": Role.PUBLISHER})
    assert may_work(of_unit, UPLOAD.unit, UPLOAD.sender, UPLOAD.slug) is sees


def test_an_upload_is_for_the_layer_it_became_or_was_said_to_or_is_called_after() -> None:
    assert UPLOAD.slug == "duong"
    said = replace(UPLOAD, options=IngestOptions(layer="cau"))
    assert said.slug == "cau"
    assert replace(said, layer="ham").slug == "ham"
