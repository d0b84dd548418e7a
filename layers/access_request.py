"""The noun: a unit asks for access to a closed layer. Its states and moves. No I/O."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from gishue.core.access import Act, may_share
from gishue.core.actor import Actor, Role
from gishue.core.errors import Conflict
from layers.layer import Layer


class RequestState(StrEnum):
    """Where a request stands in its life."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def vi(self) -> str:
        """The state in Vietnamese."""
        words = {"pending": "đang chờ", "granted": "đã chấp thuận", "refused": "đã từ chối"}
        return words.get(self.value, "đã rút")


_NEXT: Final[dict[RequestState, frozenset[RequestState]]] = {
    RequestState.PENDING: frozenset(RequestState) - {RequestState.PENDING},
    RequestState.GRANTED: frozenset(),
    RequestState.REFUSED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """Who asks for what, for which purpose, and what came of it.

    ``closed``: under which id the layer stands in the public list, None where it does no more.
    ``unit``: that asks; ``owner``: that decides.
    """

    id: int
    slug: str
    closed: UUID | None
    title: str
    title_en: str
    owner: str | None
    unit: str
    account_id: int | None
    asked_by: str
    purpose: str
    acts: tuple[Act, ...]
    wanted_until: datetime | None
    state: RequestState
    answer: str
    answered_by: str
    asked_at: datetime
    answered_at: datetime | None
    share: int | None

    def check_move(self, to: RequestState) -> None:
        """Raise Conflict unless this request may move to ``to``."""
        if to not in _NEXT[self.state]:
            raise Conflict(
                f"request {self.id} is {self.state} already; ask again if it is still needed",
                vi=f"yêu cầu {self.id} {self.state.vi}; nếu vẫn cần, hãy gửi yêu cầu mới",
                state=str(self.state),
            )


def is_asker(actor: Actor, request: AccessRequest) -> bool:
    """Return whether ``actor`` made the request, or administers the unit that asks."""
    is_own = actor.account_id is not None and actor.account_id == request.account_id
    return is_own or actor.has(Role.UNIT_ADMIN, request.unit)


def is_decider(actor: Actor, layer: Layer) -> bool:
    """Return whether ``actor`` answers requests for ``layer``.

    Publishers of the owning unit do, and with them its administrators: they answer for what is
    shown of the layer, and a unit may have no administrator of its own.
    """
    return may_share(actor, layer)
