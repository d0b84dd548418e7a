"""News that travels upwards: recorded in the transaction of the change, heard after its commit.

``LISTEN`` wakes the hearers at once; a poll behind it means that a missed notice costs seconds,
never truth. The queue in ``gis.event`` is what counts, the notice only says "look".
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from gishue.core.db import Connection
from gishue.core.log import logger
from gishue.core.sql import load

_SQL = load("gishue.core", "event")
_LOG = logger(__name__)

POLL_S = 5.0
"""Longest an event stays unheard when its notice was lost, seconds."""
REMEMBERED = 5_000
"""A transaction is heard although so many later events overtook it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news."""

    seq: int
    at: datetime
    kind: str
    payload: dict[str, Any]


async def record(conn: Connection, kind: str, payload: dict[str, Any]) -> None:
    """Record an event in the caller's transaction; hearers learn of it at commit."""
    await conn.execute(_SQL["record"], {"kind": kind, "payload": Jsonb(payload)})


async def listen(url: str) -> AsyncIterator[Event | None]:
    """Yield every event from now on, and None after each (re)connection.

    None says "read the whole state again": whatever happened while the line was down is in it.
    The iterator never ends; it reconnects with a growing pause.
    """
    pause = 0.2
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
                await conn.execute("LISTEN gishue")
                seen = await _newest(conn)
                pause = 0.2
                yield None
                async for event in _heard(conn, seen):
                    yield event
        except psycopg.Error as error:
            _LOG.warning("event line lost: %s", type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)


async def _newest(conn: Connection) -> int:
    row = await (await conn.execute(_SQL["newest"])).fetchone()
    return int(row[0]) if row else 0


async def _heard(conn: Connection, seen: int) -> AsyncIterator[Event]:
    """Yield events as they are committed, whatever the order in which they took their numbers.

    A transaction takes its number early and commits late: a number left out is remembered and
    asked for again, so that a long publication is heard although shorter news overtook it.
    """
    left_out = set(await _gaps(conn, seen))
    while True:
        values = {"seq": seen, "left_out": sorted(left_out)}
        for seq, at, kind, payload in await (await conn.execute(_SQL["after"], values)).fetchall():
            left_out.discard(seq)
            left_out.update(range(seen + 1, seq))
            seen = max(seen, seq)
            yield Event(seq, at, kind, payload)
        left_out = {seq for seq in left_out if seq > seen - REMEMBERED}
        async with contextlib.aclosing(conn.notifies(timeout=POLL_S, stop_after=1)) as notices:
            async for _ in notices:
                pass


async def _gaps(conn: Connection, seen: int) -> list[int]:
    values = {"seq": seen, "remembered": REMEMBERED}
    return [row[0] for row in await (await conn.execute(_SQL["gaps"], values)).fetchall()]


async def sweep(conn: Connection) -> int:
    """Forget events that nobody can still wait for; return how many."""
    return (await conn.execute(_SQL["sweep"])).rowcount
