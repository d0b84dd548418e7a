from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from conversion.options import IngestOptions
from conversion.upload import Upload, UploadId, UploadState
from gishue.core.access import may_work
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, ActorKind, Role
from gishue.core.errors import Conflict

THEN = datetime(2026, 1, 1, tzinfo=UTC)
UPLOAD = Upload(
    id=UploadId(UUID(int=7)),
    state=UploadState.RECEIVED,
    filename="duong.zip",
    sha256="0" * 64,
    size=1,
    options=IngestOptions(),
    actor="an",
    account_id=3,
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
        (account(3, None), True),
        (account(4, "so_xd", Role.EDITOR), True),
        (account(4, "so_xd", Role.VIEWER), False),
        (account(4, "so_tnmt", Role.EDITOR), False),
        (account(4, None, Role.CITY_ADMIN), True),
    ],
)
def test_an_upload_is_seen_by_its_owner_its_units_editors_and_administrators(
    actor: Actor, sees: bool
) -> None:
    assert may_work(actor, UPLOAD.unit, UPLOAD.account_id) is sees


def test_an_upload_of_a_key_without_account_is_not_everybodys() -> None:
    assert not may_work(Actor(ActorKind.KEY, "bus", roles={"": Role.EDITOR}), None, None)
