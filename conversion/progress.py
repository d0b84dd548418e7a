"""How far the work on an upload is: shown on its row, to a caller, and to who listens."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from conversion import store
from conversion.upload import UploadId
from gishue.core.db import transaction
from layers.services import Services

OnProgress = Callable[[str, float, str], None]
"""Told the stage, the fraction done (0–1) and a word more."""

SHOW_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """Rows done, rows a second since the stage began, seconds left (None: not to be told)."""

    rows: int
    rows_per_s: float
    remaining_s: float | None

    def __str__(self) -> str:
        left = "" if self.remaining_s is None else f", {self.remaining_s:,.0f} s left"
        return f"{self.rows:,} rows, {self.rows_per_s:,.0f}/s{left}"


def pace(rows: int, total: int, seconds: float) -> Pace:
    """Return the pace of ``rows`` in ``seconds``; ``total`` 0 where it is not known.

    >>> str(pace(21_000, 63_000, 1.0))
    '21,000 rows, 21,000/s, 2 s left'
    """
    rate = rows / seconds if seconds > 0 else 0.0
    left = max(0, total - rows) / rate if rate and total else None
    return Pace(rows, round(rate, 1), None if left is None else round(left, 1))


class Shown:
    """Writes progress where it is watched: on the row, at most twice a second, and to a caller."""

    def __init__(
        self, services: Services, upload_id: UploadId, on_progress: OnProgress | None
    ) -> None:
        self._services = services
        self._id = upload_id
        self._on_progress = on_progress
        self._shown_at = 0.0
        self._stage = ""
        self._began_at = 0.0

    async def __call__(self, stage: str, fraction: float, rows: int = 0, total: int = 0) -> None:
        """Show that ``stage`` stands at ``fraction``, with ``rows`` of ``total`` done."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began_at = stage, now
        made = pace(rows, total, now - self._began_at) if rows else None
        message = str(made) if made is not None else ""
        if self._on_progress is not None:
            self._on_progress(stage, fraction, message)
        if now - self._shown_at >= SHOW_EVERY_S:
            self._shown_at = now
            await self._write(stage, fraction, message, made)

    async def _write(self, stage: str, fraction: float, message: str, made: Pace | None) -> None:
        said: dict[str, Any] | None = asdict(made) if made is not None else None
        async with transaction(self._services.pool) as conn:
            await store.show_progress(conn, self._id, stage, fraction, message, said)
