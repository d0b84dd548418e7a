"""The noun: one source outside that is fetched at set times. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NewType
from uuid import UUID

from conversion.options import IngestOptions
from gishue.core.actor import Sender
from gishue.core.errors import InvalidInput
from gishue.pulls.fetch import Seen

PullId = NewType("PullId", int)

EVERY_AT_LEAST_S: Final = 60
EVERY_AT_MOST_S: Final = 366 * 86_400


class PullKind(StrEnum):
    """What stands at the address."""

    FILE = "file"
    WFS = "wfs"
    OAPIF = "oapif"


class Outcome(StrEnum):
    """How the last look went; empty before the first."""

    NEVER = ""
    UNCHANGED = "unchanged"
    PUBLISHED = "published"
    ASKS = "asks"
    FAILED = "failed"
    REFUSED = "refused"
    """Whoever began it may do it no more; the source was not asked, or what came not published."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A source and what is made of it.

    ``source_layer``: the layer of a file, the feature type of a WFS, the collection of an OGC API.
    ``seen``, ``sha256``: what the last answer said and was, so that the same content is not
    brought in twice. ``every_s`` in seconds.
    """

    id: PullId
    url: str
    kind: PullKind
    source_layer: str
    layer: str
    options: IngestOptions
    every_s: int
    is_active: bool
    sender: Sender
    unit: str | None
    seen: Seen
    sha256: str
    upload_id: UUID | None
    outcome: Outcome
    problem: Mapping[str, Any] | None
    looked_at: datetime | None
    next_at: datetime


def check(kind: PullKind, source_layer: str, every_s: int) -> None:
    """Raise InvalidInput unless a pull may be so."""
    if kind is not PullKind.FILE and not source_layer:
        raise InvalidInput(
            "say which feature type or collection to fetch (source_layer)",
            vi="hãy cho biết lớp cần lấy từ dịch vụ (source_layer)",
        )
    if not EVERY_AT_LEAST_S <= every_s <= EVERY_AT_MOST_S:
        raise InvalidInput(
            f"the interval is {EVERY_AT_LEAST_S} seconds to a year",
            vi=f"chu kỳ từ {EVERY_AT_LEAST_S} giây đến một năm",
        )
