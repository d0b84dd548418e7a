"""What is noted without waiting: reads, downloads and refusals, each once in ten minutes.

A tile must not wait for the audit. What is seen here is kept in memory, written within a second by
:func:`keeping`, and at a clean end of the process. A process that is killed loses that second; a
change is never noted so, see :func:`gishue.core.audit.record`.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import psycopg

from gishue.core import audit, audit_chain
from gishue.core.actor import OPERATOR, Actor
from gishue.core.address import network
from gishue.core.audit import NO_DETAIL, NOTHING, Entry, Layer, Object, Plain, Result, of_layer
from gishue.core.db import Pool, transaction
from gishue.core.errors import GishueError
from gishue.core.log import logger, pairs

_LOG = logger(__name__)

WINDOW_S: Final = 600.0
"""The same actor from the same address at the same door of the same thing is noted once in so many
seconds. The address is part of it: a stolen key shows by where it is used."""
REMEMBERED: Final = 20_000
"""What was noted is remembered of so many; beyond that some is noted twice, never left out."""
WAITING: Final = 10_000
"""Entries in memory while the database is away; how many more there were is an entry too."""
BEAT_S: Final = 0.5
"""Seconds between two writings; sealing follows each."""


@dataclass(slots=True)
class Witness:
    """What one process has noted, and what of it is not written yet."""

    clock: Callable[[], float] = time.monotonic
    noted: dict[tuple[object, ...], float] = field(default_factory=dict[tuple[object, ...], float])
    waiting: deque[Entry] = field(default_factory=deque[Entry])
    lost: int = 0
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def note(
        self,
        actor: Actor,
        act: str,
        on: Object = NOTHING,
        detail: Mapping[str, Plain] = NO_DETAIL,
        *,
        result: Result = Result.ALLOWED,
    ) -> None:
        """Note that ``actor`` did ``act``, unless the same was noted lately."""
        origin = actor.origin
        who = (*_who(actor), origin.address) if actor.is_known else network(origin.address)
        key = (who, act, on.name, origin.door, result.value)
        if detail:
            key += (str(detail),)
        now = self.clock()
        before = self.noted.get(key)
        if before is not None and now - before < WINDOW_S:
            return
        self._remember(key, now)
        self._wait(audit.entry(actor, act, on, detail, result=result, at=datetime.now(UTC)))

    def read(self, actor: Actor, layer: Layer) -> None:
        """Note the reading of a layer. It is asked at every tile: what is known costs no more."""
        key = (*_who(actor), layer.slug, actor.origin.door, actor.origin.address)
        before = self.noted.get(key)
        now = self.clock()
        if before is None or now - before >= WINDOW_S:
            self._remember(key, now)
            self._wait(audit.entry(actor, "layer.read", of_layer(layer), at=datetime.now(UTC)))

    def _wait(self, entry: Entry) -> None:
        if len(self.waiting) >= WAITING:
            self.lost += 1
            return
        self.waiting.append(entry)

    def _remember(self, key: tuple[object, ...], now: float) -> None:
        self.noted.pop(key, None)
        while len(self.noted) >= REMEMBERED:
            del self.noted[next(iter(self.noted))]
        self.noted[key] = now


def _who(actor: Actor) -> tuple[str, int | None, str | None]:
    """Return what tells one who is known from another."""
    return actor.name, actor.account_id, actor.key_id


async def write(witness: Witness, pool: Pool) -> int:
    """Write what is noted into the audit; return how many entries. On an error it stays noted.

    One after the other: what was noted first comes first, and who has written knows that all is.
    """
    async with witness.writing:
        return await _write(witness, pool)


async def _write(witness: Witness, pool: Pool) -> int:
    entries, lost = list(witness.waiting), witness.lost
    witness.waiting.clear()
    witness.lost = 0
    said = {"count": lost}
    told = [audit.entry(OPERATOR, "audit.lost", NOTHING, said, result=Result.FAILED)] * bool(lost)
    if not entries and not told:
        return 0
    try:
        async with transaction(pool) as conn:
            await audit.write(conn, [*entries, *told])
    except BaseException:
        witness.waiting.extendleft(reversed(entries))
        witness.lost += lost
        raise
    return len(entries) + len(told)


async def settle(witness: Witness, pool: Pool) -> None:
    """Write what is noted here and chain all that is committed, so that readers see it."""
    await write(witness, pool)
    await audit_chain.seal(pool, wait=True)


@asynccontextmanager
async def keeping(witness: Witness, pool: Pool) -> AsyncGenerator[None]:
    """Write and seal twice a second while the block runs, and once at its end."""
    task = asyncio.create_task(_keep(witness, pool))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await _turn(witness, pool)


async def _keep(witness: Witness, pool: Pool) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        await _turn(witness, pool)


async def _turn(witness: Witness, pool: Pool) -> None:
    """Write and seal; what fails now is tried again at the next turn."""
    try:
        await write(witness, pool)
        await audit_chain.seal(pool)
    except (GishueError, psycopg.Error) as error:
        _LOG.warning(
            "audit waits %s", pairs(error=type(error).__name__, noted=len(witness.waiting))
        )
