"""The noun: one file on its way in, its states and moves. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType
from uuid import UUID

from conversion.options import IngestOptions, slug_of
from gishue.core.actor import Sender
from gishue.core.errors import Conflict

UploadId = NewType("UploadId", UUID)


class UploadState(StrEnum):
    """Where an upload stands."""

    RECEIVED = "received"
    INSPECTED = "inspected"
    ASKS = "asks"
    CONVERTING = "converting"
    STAGED = "staged"
    PUBLISHED = "published"
    REFUSED = "refused"

    @property
    def vi(self) -> str:
        """The state in Vietnamese."""
        return _WORDS[self]


_WORDS: dict[UploadState, str] = {
    UploadState.RECEIVED: "đã nhận",
    UploadState.INSPECTED: "đã xem xét",
    UploadState.ASKS: "cần trả lời",
    UploadState.CONVERTING: "đang chuyển đổi",
    UploadState.STAGED: "sẵn sàng công bố",
    UploadState.PUBLISHED: "đã công bố",
    UploadState.REFUSED: "không nhận",
}

# A worker may die at any step, so each step may be entered again until the upload is published.
_NEXT: dict[UploadState, frozenset[UploadState]] = {
    UploadState.RECEIVED: frozenset(
        {UploadState.INSPECTED, UploadState.ASKS, UploadState.REFUSED, UploadState.CONVERTING}
    ),
    UploadState.INSPECTED: frozenset(
        {UploadState.INSPECTED, UploadState.CONVERTING, UploadState.ASKS, UploadState.REFUSED}
    ),
    UploadState.ASKS: frozenset({UploadState.RECEIVED, UploadState.REFUSED}),
    UploadState.CONVERTING: frozenset(
        {
            UploadState.INSPECTED,
            UploadState.ASKS,
            UploadState.CONVERTING,
            UploadState.STAGED,
            UploadState.REFUSED,
        }
    ),
    UploadState.STAGED: frozenset({UploadState.PUBLISHED, UploadState.REFUSED}),
    UploadState.PUBLISHED: frozenset(),
    UploadState.REFUSED: frozenset(),
}

ENDED = frozenset({UploadState.PUBLISHED, UploadState.REFUSED})


@dataclass(frozen=True, slots=True)
class Upload:
    """One file and all that is known of it; ``options`` carry the answers given so far."""

    id: UploadId
    state: UploadState
    filename: str
    sha256: str
    size: int
    options: IngestOptions
    sender: Sender
    unit: str | None
    inspection: Mapping[str, Any] | None
    findings: Sequence[Mapping[str, Any]]
    questions: Sequence[Mapping[str, Any]]
    refusal: Mapping[str, Any] | None
    staged: Mapping[str, Any] | None
    layer: str | None
    revision: int | None
    stage: str
    progress: float
    message: str
    pace: Mapping[str, Any] | None
    created_at: datetime
    updated_at: datetime

    def check_move(self, to: UploadState) -> None:
        """Raise Conflict unless this upload may move to ``to``."""
        if to not in _NEXT[self.state]:
            raise Conflict(
                f"the upload is {self.state} and cannot become {to}",
                vi=f"tệp tải lên đang ở trạng thái «{self.state.vi}», "
                f"không thể chuyển sang «{to.vi}»",
                state=str(self.state),
            )

    @property
    def slug(self) -> str:
        """Name of the layer that it became, or else is to become."""
        return self.layer or self.options.layer or slug_of(self.filename)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing more will happen to it by itself: ended, or not let be published."""
        return self.has_ended or (self.state is UploadState.STAGED and self.refusal is not None)

    @property
    def staging_table(self) -> str:
        """Name of its table in the schema ``staging``.

        The same at every try, so that a second run replaces what a killed one left.
        """
        return f"u_{self.id.hex}"
