"""What the owner of a layer lets another unit do with it, and until when. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gishue.core.access import Act
from gishue.core.errors import InvalidInput

SHARED_ACTS: Final = (Act.READ, Act.DOWNLOAD, Act.EDIT)
"""What another unit can be let do; publishing and administering stay with the owner."""
USUAL: Final = timedelta(days=365)
"""How long a share lasts where nobody says."""
LONGEST: Final = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a unit is to be let do: ``within_area``: edit only on its own ground."""

    unit: str
    acts: frozenset[Act]
    within_area: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A share as it was given; ``ends_at`` None: until it is revoked."""

    id: int
    unit: str
    unit_title: str
    unit_title_en: str
    acts: tuple[Act, ...]
    within_area: bool
    ends_at: datetime | None
    granted_by: str
    granted_at: datetime


def acts_of(asked: Iterable[Act]) -> frozenset[Act]:
    """Return the acts with reading among them: who may take or change a layer may look at it.

    Raises:
        InvalidInput: one of them stays with the owner, or there is none.
    """
    acts = frozenset(asked)
    if not acts or not acts <= frozenset(SHARED_ACTS):
        known = ", ".join(SHARED_ACTS)
        raise InvalidInput(
            f"what can be shared is {known}; publishing and administering stay with the owner",
            vi=f"chỉ chia sẻ được {known}; công bố và quản trị vẫn thuộc đơn vị chủ quản",
        )
    return acts | {Act.READ}


def end_of(until: datetime | None, now: datetime) -> datetime:
    """Return when a share ends that was asked for ``until``; a year from now where nobody said.

    Raises:
        InvalidInput: it has passed, or lies too far ahead.
    """
    if until is None:
        return now + USUAL
    if not now < until <= now + LONGEST:
        raise InvalidInput(
            "a share ends at a time to come, within five years; share again then",
            vi="thời hạn chia sẻ phải ở tương lai, trong vòng năm năm; đến hạn có thể chia sẻ lại",
        )
    return until


def check(wish: Wish, owner: str | None, *, has_area: bool) -> None:
    """Raise InvalidInput unless the layer of ``owner`` can be shared so."""
    if wish.unit == owner:
        raise InvalidInput(
            f"unit {wish.unit!r} owns the layer; name another unit",
            vi=f"đơn vị {wish.unit!r} là chủ quản của lớp; hãy chọn đơn vị khác",
        )
    if wish.within_area and Act.EDIT not in wish.acts:
        raise InvalidInput(
            "within_area bounds editing; share edit as well, or leave it out",
            vi="within_area chỉ giới hạn việc sửa; hãy chia sẻ cả quyền edit, hoặc bỏ within_area",
        )
    if wish.within_area and not has_area:
        raise InvalidInput(
            f"the ground of unit {wish.unit!r} is not known, so editing cannot be kept within it",
            vi=f"chưa có địa bàn của đơn vị {wish.unit!r} nên không thể giới hạn việc sửa trong đó",
        )
